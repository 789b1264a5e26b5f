"""Asks: kept with every change of them, listed, and handed to the editions that bring them back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import AskChangeRow, AskRow, EditionRow, StoryRow
from app.store.documents import Page
from app.timetable import Series
from app.viewer import Role, Viewer
from digest.asks import Ask, AskKind, AskState
from digest.edition import Edition
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark

_PLACE = re.compile(r"([1-9][0-9]{0,5})-([a-z0-9]{1,24})")  # the day as a number: each such number is a day


class Which(StrEnum):
    """The lists there are."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


class ChangeKind(StrEnum):
    """What was done to an ask."""

    MADE = "made"
    EDITED = "edited"
    CLOSED = "closed"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person writes down of an ask. ``address``: where its owner is reminded; without one, nobody is."""

    kind: AskKind
    text: str
    owner: str
    address: str | None
    due: date
    due_time: time | None
    mark: Mark
    options: str = ""
    recommendation: str = ""
    consulted: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAsk:
    """An ask with its owner's address, which only those who make editions see."""

    ask: Ask
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of an ask; ``before`` holds what the changed fields held."""

    kind: ChangeKind
    author: str
    made_at: datetime
    reason: str
    before: Mapping[str, str]


def add(
    session: Session,
    viewer: Viewer,
    wanted: Wanted,
    now: datetime,
    *,
    story_id: str | None = None,
    edition_id: str | None = None,
) -> Ask:
    """Keep a new ask; the same one sent twice is one ask.

    Raises:
        InvalidInputError: it is marked above the viewer's clearance.
    """
    _refuse_above(viewer, wanted.mark)
    identifier, known = _free_id(session, wanted, story_id)
    if known is None:
        known = AskRow(id=identifier, state=AskState.OPEN, story_id=story_id, edition_id=edition_id)
        known.kind, known.made_by, known.made_at, known.result = wanted.kind, viewer.name, now, ""
        _write(known, wanted)
        session.add(known)
        session.flush()
        _record(session, known, ChangeKind.MADE, viewer, now)
    return _to_asks(session, [known])[0]


def _free_id(session: Session, wanted: Wanted, story_id: str | None) -> tuple[str, AskRow | None]:
    """Made of what is asked, so that a form sent twice finds the first; what was closed may be asked once more."""
    number = 1
    while True:
        content = f"{story_id}\n{wanted.kind}\n{wanted.text}\n{wanted.owner}\n{wanted.due}\n{number}"
        identifier = "a" + hashlib.sha256(content.encode()).hexdigest()[:12]
        row = session.get(AskRow, identifier)
        if row is None or row.state == AskState.OPEN:
            return identifier, row
        number += 1


def _write(row: AskRow, wanted: Wanted) -> None:
    row.text, row.owner, row.address = wanted.text, wanted.owner, wanted.address
    row.due, row.due_time = wanted.due, wanted.due_time.strftime("%H:%M") if wanted.due_time else None
    row.mark = int(wanted.mark)
    row.options, row.recommendation = wanted.options, wanted.recommendation
    row.consulted, row.next_step = wanted.consulted, wanted.next_step


def _refuse_above(viewer: Viewer, mark: Mark) -> None:
    if mark > viewer.clearance:
        raise InvalidInputError("mark", mark.code, "choose one that your clearance reaches")


def change(session: Session, viewer: Viewer, identifier: str, wanted: Wanted, reason: str, now: datetime) -> Ask:
    """Write an open ask anew; what stood there before is kept in its history. Its kind stays.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
        ConflictError: ``ask_closed``.
        InvalidInputError: it would be marked above the viewer's clearance.
    """
    row = _changeable(session, viewer, identifier, AskState.OPEN)
    _refuse_above(viewer, wanted.mark)
    before = _plain(row)
    _write(row, wanted)
    after = _plain(row)
    changed = {name: value for name, value in before.items() if value != after[name]}
    if changed:
        _record(session, row, ChangeKind.EDITED, viewer, now, reason, changed)
    return _to_asks(session, [row])[0]


def close(session: Session, viewer: Viewer, identifier: str, state: AskState, result: str, now: datetime) -> Ask:
    """Close an ask as done or dropped, with its result; the next edition brings it back.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
        ConflictError: ``ask_closed``: it is closed already.
    """
    row = _changeable(session, viewer, identifier, AskState.OPEN)
    row.state, row.result, row.closed_by, row.closed_at = state, result, viewer.name, now
    row.told_in = row.told_own = None
    _record(session, row, ChangeKind.CLOSED, viewer, now, result)
    return _to_asks(session, [row])[0]


def reopen(session: Session, viewer: Viewer, identifier: str, reason: str, now: datetime) -> Ask:
    """Open a closed ask again.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
        ConflictError: ``ask_open``: it is open already.
    """
    row = _changeable(session, viewer, identifier, AskState.DONE, AskState.DROPPED)
    before = {"state": row.state, "result": row.result}
    row.state, row.result, row.closed_by, row.closed_at = AskState.OPEN, "", None, None
    row.told_in = row.told_own = None
    _record(session, row, ChangeKind.REOPENED, viewer, now, reason, before)
    return _to_asks(session, [row])[0]


def _changeable(session: Session, viewer: Viewer, identifier: str, *states: AskState) -> AskRow:
    row = session.scalar(_readable(viewer).where(AskRow.id == identifier).with_for_update(of=AskRow))
    if row is None:
        raise NotFoundError("ask", identifier)
    if row.state not in states:
        raise ConflictError("ask_open" if row.state == AskState.OPEN else "ask_closed", ask=identifier)
    return row


def _plain(row: AskRow) -> dict[str, str]:
    names = ("text", "owner", "address", "options", "recommendation", "consulted", "next_step")
    plain = {name: getattr(row, name) or "" for name in names}
    return {**plain, "due": f"{row.due} {row.due_time or ''}".strip(), "mark": Mark(row.mark).code}


def _record(
    session: Session,
    row: AskRow,
    kind: ChangeKind,
    viewer: Viewer,
    now: datetime,
    reason: str = "",
    before: Mapping[str, str] | None = None,
) -> None:
    text = json.dumps(dict(before or {}), ensure_ascii=False, sort_keys=True)
    session.add(AskChangeRow(ask_id=row.id, kind=kind, author=viewer.name, made_at=now, reason=reason, before=text))
    session.flush()


def _readable(viewer: Viewer) -> Select[AskRow]:
    """What a viewer may know of: up to the clearance; leaders nothing that was raised in a draft nobody approved."""
    query = select(AskRow).where(AskRow.mark <= int(viewer.clearance))
    return query if viewer.may(Role.EDITOR) else query.where(_released())


def _released() -> ColumnElement[bool]:
    approved = select(EditionRow.id).where(EditionRow.frozen_hash.is_not(None))
    return or_(AskRow.edition_id.is_(None), AskRow.edition_id.in_(approved))


def get(session: Session, viewer: Viewer, identifier: str) -> KeptAsk:
    """One ask.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    row = session.scalar(_readable(viewer).where(AskRow.id == identifier))
    if row is None:
        raise NotFoundError("ask", identifier)
    return _to_kept(session, viewer, [row])[0]


def history(session: Session, viewer: Viewer, identifier: str) -> tuple[Change, ...]:
    """Every change of an ask, oldest first; for those who make editions.

    Raises:
        NotFoundError: there is no such ask, or the viewer may not know of it.
    """
    get(session, viewer, identifier)
    if not viewer.may(Role.EDITOR):
        return ()
    rows = session.scalars(select(AskChangeRow).filter_by(ask_id=identifier).order_by(AskChangeRow.id))
    return tuple(
        Change(
            kind=ChangeKind(row.kind),
            author=row.author,
            made_at=row.made_at,
            reason=row.reason,
            before=json.loads(row.before),
        )
        for row in rows
    )


def page(
    session: Session, viewer: Viewer, which: Which, today: date, *, limit: int, after: str | None = None
) -> Page[KeptAsk]:
    """A list of asks: open ones by due date, so that overdue ones come first; closed ones from the latest due date.

    Args:
        session: the open session.
        viewer: whoever reads.
        which: the list.
        today: in the office's time zone.
        limit: most asks of one page.
        after: a page's ``next``.

    Raises:
        InvalidInputError: ``after`` is no page's ``next``.
    """
    query = _listed(viewer, which, today)
    down = which is Which.CLOSED
    order = (AskRow.due.desc(), AskRow.id.desc()) if down else (AskRow.due, AskRow.id)
    if after:
        due, identifier = _place(after)
        beyond = AskRow.due < due if down else AskRow.due > due
        behind = AskRow.id < identifier if down else AskRow.id > identifier
        query = query.where(or_(beyond, and_(AskRow.due == due, behind)))
    rows = session.scalars(query.order_by(*order).limit(limit + 1)).all()
    following = f"{rows[limit - 1].due.toordinal()}-{rows[limit - 1].id}" if len(rows) > limit else None
    return Page(items=_to_kept(session, viewer, rows[:limit]), next=following)


def _listed(viewer: Viewer, which: Which, today: date) -> Select[AskRow]:
    query = _readable(viewer)
    if which is Which.CLOSED:
        return query.where(AskRow.state != AskState.OPEN)
    query = query.where(AskRow.state == AskState.OPEN)
    return query.where(AskRow.due < today) if which is Which.OVERDUE else query


def _place(cursor: str) -> tuple[date, str]:
    found = _PLACE.fullmatch(cursor)
    if found is None:
        raise InvalidInputError("after", cursor, "follow the `next` link of a page")
    return date.fromordinal(int(found[1])), found[2]


def counts(session: Session, viewer: Viewer, today: date) -> dict[Which, int]:
    """How many asks each list has."""
    return {
        which: session.scalar(select(func.count()).select_from(_listed(viewer, which, today).subquery())) or 0
        for which in Which
    }


def due_between(session: Session, viewer: Viewer, first: date, last: date) -> int:
    """How many open asks are due from one day to another, both included."""
    query = _readable(viewer).where(AskRow.state == AskState.OPEN, AskRow.due >= first, AskRow.due <= last)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def every_open(session: Session, viewer: Viewer) -> tuple[Ask, ...]:
    """All open asks that the viewer may know of, by id; for composing."""
    rows = session.scalars(_readable(viewer).where(AskRow.state == AskState.OPEN).order_by(AskRow.id)).all()
    return _to_asks(session, rows)


def to_remind(session: Session, viewer: Viewer) -> tuple[KeptAsk, ...]:
    """Open asks whose owners have an address, without those raised in a draft that nobody approved."""
    query = _readable(viewer).where(AskRow.state == AskState.OPEN, AskRow.address.is_not(None), _released())
    return _to_kept(session, viewer, session.scalars(query.order_by(AskRow.due, AskRow.id)).all())


def for_edition(
    session: Session, viewer: Viewer, series: Series = Series.OFFICE, began_at: datetime | None = None
) -> tuple[Ask, ...]:
    """What a series' next edition brings back: the open asks, and results since it began that none of it brought."""
    untold = (AskRow.told_in if series is Series.OFFICE else AskRow.told_own).is_(None)
    since = AskRow.closed_at > began_at if began_at is not None else untold
    told = or_(AskRow.state == AskState.OPEN, and_(untold, since))
    return _to_asks(session, session.scalars(_readable(viewer).where(told).order_by(AskRow.id)).all())


def mark_told(session: Session, edition: Edition, series: Series = Series.OFFICE) -> None:
    """Remember that an edition, just approved, brought its asks to the readers: results come back once in a series."""
    ids = [ask.id for ask in edition.asks]
    closed = [ask.id for ask in edition.asks if not ask.open]
    column = AskRow.told_in if series is Series.OFFICE else AskRow.told_own
    session.execute(update(AskRow).where(AskRow.id.in_(closed)).values({column: edition.id}))
    drafts = select(EditionRow.id).where(EditionRow.frozen_hash.is_(None))
    unreleased = update(AskRow).where(AskRow.id.in_(ids), AskRow.edition_id.in_(drafts))
    session.execute(unreleased.values(edition_id=edition.id))


def _to_kept(session: Session, viewer: Viewer, rows: Sequence[AskRow]) -> tuple[KeptAsk, ...]:
    staff = viewer.may(Role.EDITOR)
    asks = _to_asks(session, rows)
    return tuple(KeptAsk(ask=ask, address=row.address if staff else None) for ask, row in zip(asks, rows, strict=True))


def _to_asks(session: Session, rows: Sequence[AskRow]) -> tuple[Ask, ...]:
    living = _living(session, {row.story_id for row in rows if row.story_id})
    return tuple(_to_ask(row, living.get(row.story_id or "", row.story_id)) for row in rows)


def _to_ask(row: AskRow, story_id: str | None) -> Ask:
    return Ask(
        id=row.id,
        kind=AskKind(row.kind),
        text=row.text,
        owner=row.owner,
        due=row.due,
        due_time=time.fromisoformat(row.due_time) if row.due_time else None,
        mark=Mark(row.mark),
        made_by=row.made_by,
        made_at=row.made_at,
        state=AskState(row.state),
        story_id=story_id,
        edition_id=row.edition_id,
        options=row.options,
        recommendation=row.recommendation,
        consulted=row.consulted,
        next_step=row.next_step,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        result=row.result,
    )


def _living(session: Session, story_ids: Iterable[str]) -> dict[str, str]:
    """Story id -> the story that it was merged into, for those that were; asked for all at once, merge by merge."""
    found: dict[str, str] = {}
    wanted = set(story_ids)
    while wanted:
        query = select(StoryRow.id, StoryRow.merged_into).where(
            StoryRow.id.in_(wanted), StoryRow.merged_into.is_not(None)
        )
        merged = {old: str(new) for old, new in session.execute(query)}
        found |= merged
        wanted = set(merged.values()) - found.keys()
    return {old: _end(found, old) for old in found}


def _end(merged: Mapping[str, str], story_id: str) -> str:
    seen = {story_id}
    while (following := merged.get(story_id)) and following not in seen:
        seen.add(following)
        story_id = following
    return story_id
