"""Where somebody is signed in: the own sessions, when each was last used, and ending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import SessionRow
from app.store.identity import token_hash
from digest.errors import NotFoundError

NOTED_EVERY = timedelta(minutes=5)  # a page is read much more often than anybody asks when the last one was
NAME_LENGTH = 16  # of the hash that is kept; its beginning names a session, and helps nobody to use it


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A signed-in browser of a person."""

    name: str
    made_at: datetime
    seen_at: datetime | None
    agent: str | None
    """What the browser says it is."""
    present: bool
    """It is the one that asks."""


def is_to_note(session: Session, token: str, now: datetime) -> bool:
    """Whether the use of a session is worth a note: the last one is some minutes old."""
    row = session.get(SessionRow, token_hash(token))
    return row is not None and (row.seen_at is None or now - row.seen_at >= NOTED_EVERY)


def note_use(session: Session, token: str, now: datetime) -> None:
    """Note that a session is used now; one that ended meanwhile has no more use."""
    row = session.get(SessionRow, token_hash(token))
    if row is not None:
        row.seen_at = now


def of_person(session: Session, person_id: str, token: str, now: datetime) -> tuple[OwnSession, ...]:
    """Somebody's own sessions, the present one first, then by last use."""
    rows = session.scalars(select(SessionRow).where(SessionRow.person_id == person_id, SessionRow.expires_at >= now))
    found = [
        OwnSession(
            name=row.token_hash[:NAME_LENGTH],
            made_at=row.made_at,
            seen_at=row.seen_at,
            agent=row.agent,
            present=row.token_hash == token_hash(token),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.present, each.seen_at or each.made_at), reverse=True))


def end(session: Session, person_id: str, name: str) -> None:
    """End one of somebody's own sessions.

    Raises:
        NotFoundError: it is over already, or somebody else's.
    """
    rows = session.scalars(select(SessionRow).where(SessionRow.person_id == person_id)).all()
    row = next((each for each in rows if each.token_hash[:NAME_LENGTH] == name), None)
    if row is None:
        raise NotFoundError("session", name)
    session.delete(row)


def end_others(session: Session, person_id: str, token: str) -> None:
    """End all of somebody's sessions but one."""
    session.execute(
        delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.token_hash != token_hash(token))
    )
