"""What a request needs: the office, the time, a session of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.office import Office

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present, UTC: where requests read the clock."""
    return datetime.now(UTC)


def open_office_of(request: Request) -> Office:
    """The office that the application serves."""
    office: Office = request.app.state.office
    return office


def read_clock(request: Request) -> datetime:
    """The time of the request."""
    clock: Clock = request.app.state.clock
    return clock()


OfficeDep = Annotated[Office, Depends(open_office_of)]
NowDep = Annotated[datetime, Depends(read_clock)]


def open_reading(office: OfficeDep) -> Iterator[Session]:
    """A session that reads."""
    with office.reading() as session:
        yield session


def open_writing(office: OfficeDep) -> Iterator[Session]:
    """A session that writes; it commits when the handler has returned and rolls back when it has failed."""
    with office.writing.begin() as session:
        yield session


# With FastAPI's default scope the session would end after the answer was sent: a failed commit would look like success.
SessionDep = Annotated[Session, Depends(open_reading, scope="function")]
WritingDep = Annotated[Session, Depends(open_writing, scope="function")]
