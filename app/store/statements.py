"""What leaders said or wrote: the leader reads it, and staff as far as they are cleared; no other leader ever does."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from app.models import LeaderRow, StatementRow
from app.store.documents import Page
from app.viewer import Role, Viewer
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Mark, Statement, StatementKind


def _to_statement(row: StatementRow) -> Statement:
    return Statement(
        id=row.id,
        leader_id=row.leader_id,
        kind=StatementKind(row.kind),
        said_on=row.said_on,
        title=row.title,
        text=row.text,
        mark=Mark(row.mark),
    )


def add(
    session: Session, *, leader_id: str, kind: StatementKind, said_on: date, title: str, text: str, mark: Mark
) -> Statement:
    """Add a leader's statement; the same words on the same day are one statement, with the mark given last.

    Raises:
        NotFoundError: no leader has that id.
    """
    if session.get(LeaderRow, leader_id) is None:
        raise NotFoundError("leader", leader_id)
    content = f"{leader_id}\n{kind}\n{said_on.isoformat()}\n{title}\n{text}"
    row = StatementRow(
        id="t" + hashlib.sha256(content.encode()).hexdigest()[:16],
        leader_id=leader_id,
        kind=kind,
        said_on=said_on,
        title=title,
        text=text,
        mark=int(mark),
        removed_at=None,
    )
    kept = session.merge(row)
    session.flush()
    return _to_statement(kept)


def _readable(viewer: Viewer) -> Select[StatementRow]:
    """The statements that a viewer may know of."""
    own = StatementRow.leader_id == (viewer.leader_id or "")
    staff = StatementRow.mark <= int(viewer.clearance)
    return select(StatementRow).where(or_(own, staff) if viewer.may(Role.EDITOR) else own)


def every(session: Session, viewer: Viewer, leader_id: str | None = None) -> tuple[Statement, ...]:
    """The statements that stand, of one leader or of all, the latest first."""
    query = _readable(viewer).where(StatementRow.removed_at.is_(None))
    if leader_id is not None:
        query = query.where(StatementRow.leader_id == leader_id)
    rows = session.scalars(query.order_by(StatementRow.said_on.desc(), StatementRow.id))
    return tuple(_to_statement(row) for row in rows)


def newest(
    session: Session, viewer: Viewer, *, limit: int, after: str | None = None, leader_id: str | None = None
) -> Page[Statement]:
    """Statements that stand, the latest first; ``after`` is a page's ``next``.

    Raises:
        InvalidInputError: ``after`` is none that was given.
    """
    query = _readable(viewer).where(StatementRow.removed_at.is_(None))
    if leader_id is not None:
        query = query.where(StatementRow.leader_id == leader_id)
    if after is not None:
        day, identifier = _cursor(after)
        same_day = and_(StatementRow.said_on == day, StatementRow.id > identifier)
        query = query.where(or_(StatementRow.said_on < day, same_day))
    rows = session.scalars(query.order_by(StatementRow.said_on.desc(), StatementRow.id).limit(limit + 1)).all()
    items = tuple(_to_statement(row) for row in rows[:limit])
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next=f"{last.said_on.toordinal()}-{last.id}" if last else None)


def _cursor(after: str) -> tuple[date, str]:
    """The day, counted from the year 1, and the id that a cursor names; a day beyond the calendar is its last."""
    day, _, identifier = after.partition("-")
    if not day.isdecimal() or not identifier:
        raise InvalidInputError("after", after, "follow a `next` link as it stands")
    return date.fromordinal(min(max(1, int(day)), date.max.toordinal())), identifier


def get(session: Session, viewer: Viewer, identifier: str) -> Statement:
    """One statement, also when it was removed.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    return _to_statement(_row(session, viewer, identifier))


def _row(session: Session, viewer: Viewer, identifier: str) -> StatementRow:
    row = session.scalar(_readable(viewer).where(StatementRow.id == identifier))
    if row is None:
        raise NotFoundError("statement", identifier)
    return row


def remove(session: Session, viewer: Viewer, identifier: str, now: datetime) -> Statement:
    """Take a statement out of what counts; it is kept for :func:`restore`.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    row = _row(session, viewer, identifier)
    row.removed_at = row.removed_at or now
    session.flush()
    return _to_statement(row)


def restore(session: Session, viewer: Viewer, identifier: str) -> Statement:
    """Let a removed statement count again.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    row = _row(session, viewer, identifier)
    row.removed_at = None
    session.flush()
    return _to_statement(row)
