"""Editions: drafts as their edits leave them, and the frozen values."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, defer

from app.models import CandidateRow, DeliveryRow, EditionRow, LedgerLineRow, ReaderRow
from app.store import asks, edits, search_index
from app.store.documents import Page
from app.store.series import for_reader, made_for
from app.timetable import Series
from app.viewer import Role, Viewer, system
from digest import editing
from digest.asks import Ask
from digest.edition import Edit, Edition, Entry, ReasonCode
from digest.errors import NotFoundError
from digest.reading import statement_mark

EDITION: TypeAdapter[Edition] = TypeAdapter(Edition)
ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


_WITHOUT_VALUES = (defer(EditionRow.draft), defer(EditionRow.frozen))
"""A list of editions does not read what they hold: megabytes each."""


KEPT = 12
"""Editions kept as values: a quarter's. One of 400 documents takes some 5 MB, and 30 ms to read again."""


@lru_cache(maxsize=KEPT)
def edition_of(text: str) -> Edition:
    """The value that a stored text stands for; a text never changes, so whoever reads it again gets the same value."""
    return EDITION.validate_json(text)


class EditionState(StrEnum):
    """Where an edition is on its way."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    """Every delivery has ended, one way or another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """An edition in a list."""

    id: str
    series: Series
    rhythm: str | None
    """``weekly`` or ``daily``; None for one made when an office had but one."""
    state: EditionState
    period_start: datetime | None
    cut_off: datetime
    remind_at: datetime | None
    """When the approvers are reminded; None for one made before there were reminders."""
    approve_by: datetime
    send_at: datetime
    made_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    taken_back: int = 0
    """How often its approval was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An edition with its state: the frozen value, or the draft with its edits applied."""

    line: EditionLine
    edition: Edition


def _to_line(session: Session, row: EditionRow) -> EditionLine:
    return _to_lines(session, [row])[0]


def _to_lines(session: Session, rows: Sequence[EditionRow]) -> tuple[EditionLine, ...]:
    """The values of rows, whose deliveries are asked for all at once."""
    deliveries: dict[str, set[str]] = defaultdict(set)
    query = select(DeliveryRow.edition_id, DeliveryRow.state).distinct()
    for identifier, state in session.execute(query.where(DeliveryRow.edition_id.in_([row.id for row in rows]))):
        deliveries[identifier].add(state)
    return tuple(
        EditionLine(
            id=row.id,
            series=Series(row.series),
            rhythm=row.rhythm,
            state=_state(row, deliveries[row.id]),
            period_start=row.period_start,
            cut_off=row.cut_off,
            remind_at=row.remind_at,
            approve_by=row.approve_by or row.send_at,
            send_at=row.send_at,
            made_at=row.made_at,
            approved_at=row.approved_at,
            approved_by=row.approved_by,
            taken_back=row.taken_back,
        )
        for row in rows
    )


def _state(row: EditionRow, deliveries: set[str]) -> EditionState:
    if row.frozen_hash is None:
        return EditionState.DRAFT
    return (
        EditionState.SENT
        if deliveries and not deliveries & {"planned", "sending", "writing"}
        else EditionState.APPROVED
    )


def _readable(session: Session, identifier: str, viewer: Viewer) -> EditionRow | None:
    """Drafts are for those who make them; leaders and keys of leaders read what was approved, and is for them."""
    query = select(EditionRow).where(EditionRow.id == identifier, for_reader(viewer))
    row = session.scalar(query.options(defer(EditionRow.draft)))
    return row if row is not None and (row.frozen_hash is not None or viewer.may(Role.EDITOR)) else None


def keep_draft(
    session: Session,
    draft: Edition,
    candidates: Iterable[Entry],
    send_at: datetime,
    *,
    remind_at: datetime | None = None,
    approve_by: datetime | None = None,
    series: Series = Series.OFFICE,
    rhythm: str | None = None,
    began_at: datetime | None = None,
) -> None:
    """Store a composed draft with its times, for whom it is, and which versions of documents it accounts for."""
    session.add(
        EditionRow(
            id=draft.id,
            series=series,
            rhythm=rhythm,
            began_at=began_at,
            period_start=draft.period_start,
            cut_off=draft.cut_off,
            remind_at=remind_at,
            approve_by=approve_by,
            send_at=send_at,
            made_at=draft.made_at,
            draft=EDITION.dump_json(draft).decode(),
        )
    )
    session.flush()
    session.add_all(
        CandidateRow(edition_id=draft.id, entry_id=entry.id, value=ENTRY.dump_json(entry).decode())
        for entry in candidates
    )
    session.add_all(
        LedgerLineRow(edition_id=draft.id, document_id=line.document_id, version=line.version, series=series)
        for line in draft.ledger
    )
    leaders = [view.leader_id for view in draft.views if view.leader_id is not None]
    session.add_all(ReaderRow(edition_id=draft.id, leader_id=leader) for leader in leaders)
    session.flush()


def free_cut_off(session: Session, wanted: datetime) -> datetime:
    """A cut-off that no edition has: the wanted one, or a microsecond later where the other series has that one."""
    while session.scalar(select(EditionRow.id).where(EditionRow.cut_off == wanted)):
        wanted += timedelta(microseconds=1)
    return wanted


def free_id(session: Session, name: str) -> str:
    """The id of the next edition of a name: ``2026-W47``, then ``2026-W47-2``."""
    taken = set(session.scalars(select(EditionRow.id).where(EditionRow.id.startswith(name))))
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"


def get(session: Session, viewer: Viewer, identifier: str) -> Stored:
    """An edition as it stands. What of it the viewer may see is for :func:`digest.reading.visible` to say.

    Raises:
        NotFoundError: there is none, or it is a draft and the viewer makes none.
    """
    row = _readable(session, identifier, viewer)
    if row is None:
        raise NotFoundError("briefing", identifier)
    return Stored(line=_to_line(session, row), edition=_value(session, row))


def _value(session: Session, row: EditionRow) -> Edition:
    if row.frozen is not None:
        return edition_of(row.frozen)
    asked = asks.for_edition(session, system(), Series(row.series), row.began_at)
    draft = _with_asks(row.draft, asked)
    made = edits.standing(session, row.id)
    if not made:
        return draft
    applied: Edition = editing.apply(draft, _candidates(session, row.id), made)
    return applied


@lru_cache(maxsize=4)  # there is one draft of each series at a time, rarely two
def _with_asks(text: str, asked: tuple[Ask, ...]) -> Edition:
    """A draft with the asks as they stand; the same value as long as they do."""
    return replace(edition_of(text), asks=asked)


def _candidates(session: Session, edition_id: str) -> dict[str, Entry]:
    found = session.execute(select(CandidateRow.entry_id, CandidateRow.value).filter_by(edition_id=edition_id))
    return {entry_id: ENTRY.validate_json(value) for entry_id, value in found}


def candidates(session: Session, viewer: Viewer, edition_id: str) -> tuple[Entry, ...]:
    """Entries the base view left out, complete, as far as the viewer is cleared."""
    return tuple(entry for entry in _candidates(session, edition_id).values() if entry.mark <= viewer.clearance)


def frozen_bytes(session: Session, viewer: Viewer, identifier: str) -> bytes:
    """The stored value of an approved edition, byte for byte, for staff cleared for all of it.

    Raises:
        NotFoundError: there is none that is approved, or the viewer is not cleared for all of it.
    """
    row = session.get(EditionRow, identifier)
    staff = viewer.may(Role.EDITOR)  # each leader's reasons are in it
    if row is None or row.frozen is None or not staff or viewer.clearance < _highest_mark(row.frozen):
        raise NotFoundError("briefing", identifier)
    return row.frozen.encode()


def frozen_hash(session: Session, viewer: Viewer, identifier: str) -> str:
    """SHA-256 of an approved edition's stored value.

    Raises:
        NotFoundError: there is none that is approved.
    """
    row = _readable(session, identifier, viewer)
    if row is None or row.frozen_hash is None:
        raise NotFoundError("briefing", identifier)
    return row.frozen_hash


def _highest_mark(frozen: str) -> int:
    edition = edition_of(frozen)
    reasons = (reason for view in edition.views for place in view.entries for reason in place.reasons)
    said = [statement_mark(reason) for reason in reasons if reason.code is ReasonCode.STATEMENT]
    return max([*said, *editing.marks(edition)], default=0)


def latest(
    session: Session, viewer: Viewer, *, approved_only: bool = True, series: Series = Series.OFFICE
) -> EditionLine | None:
    """The edition of a series with the latest cut-off that the viewer may read."""
    return _latest(session, viewer, EditionRow.series == series, approved_only=approved_only)


def latest_for(session: Session, viewer: Viewer, leader_id: str, series: Series) -> EditionLine | None:
    """The latest approved edition for a leader who wants a series, as far as the viewer may read it.

    Who wants the own series reads those made for them; others the office's as well, which may be from before their
    time. Who has none yet reads the office's.
    """
    mine = made_for(leader_id)
    wanted = mine if series is Series.OWN else or_(mine, EditionRow.series == Series.OFFICE)
    return _latest(session, viewer, wanted, approved_only=True) or latest(session, viewer)


def _latest(
    session: Session, viewer: Viewer, wanted: ColumnElement[bool], *, approved_only: bool
) -> EditionLine | None:
    query = select(EditionRow).where(wanted, for_reader(viewer))
    query = query.order_by(EditionRow.cut_off.desc()).limit(1).options(*_WITHOUT_VALUES)
    if approved_only or not viewer.may(Role.EDITOR):
        query = query.where(EditionRow.frozen.is_not(None))
    row = session.scalar(query)
    return _to_line(session, row) if row else None


def newest(
    session: Session, viewer: Viewer, *, limit: int, after: str | None = None, year: int | None = None
) -> Page[EditionLine]:
    """Editions the viewer may read, of one year or all, the latest cut-off first; ``after`` is a page's ``next``."""
    query = select(EditionRow).where(for_reader(viewer)).order_by(EditionRow.cut_off.desc()).limit(limit + 1)
    if not viewer.may(Role.EDITOR):
        query = query.where(EditionRow.frozen.is_not(None))
    if after:
        last = _readable(session, after, viewer)
        if last is None:
            raise NotFoundError("briefing", after)
        query = query.where(EditionRow.cut_off < last.cut_off)
    if year is not None:
        query = query.where(EditionRow.id.startswith(f"{year:04d}-"))
    rows = session.scalars(query.options(*_WITHOUT_VALUES)).all()
    items = _to_lines(session, rows[:limit])
    return Page(items=items, next=items[-1].id if len(rows) > limit else None)


def approved(session: Session, viewer: Viewer, *, limit: int, since: str | None = None) -> tuple[EditionLine, ...]:
    """Approved editions, the latest cut-off first, from one of them on.

    Raises:
        NotFoundError: ``since`` is none that the viewer may read.
    """
    query = select(EditionRow).where(EditionRow.frozen.is_not(None), for_reader(viewer))
    query = query.order_by(EditionRow.cut_off.desc()).limit(limit)
    if since is not None:
        row = _readable(session, since, viewer)
        if row is None:
            raise NotFoundError("briefing", since)
        query = query.where(EditionRow.cut_off <= row.cut_off)
    return _to_lines(session, session.scalars(query.options(*_WITHOUT_VALUES)).all())


def add_edit(session: Session, edition_id: str, edit: Edit, *, based_on: int | None = None) -> Edition:
    """Add an edit to a draft, as :func:`app.store.edits.add` does. The draft with all its edits is returned.

    Raises:
        NotFoundError: no such edition, or no such story in it.
        ConflictError: the edition is approved already, the edit does not fit the draft, or ``changed_meanwhile``.
        InvalidInputError: what no draft could do.
    """
    edits.add(session, edition_id, edit, based_on=based_on)
    return _value(session, edits.held(session, edition_id))


def freeze(session: Session, edition: Edition) -> str:
    """Store the approved value, which then stays as it is; returns its SHA-256.

    Raises:
        NotFoundError: no such edition.
        ConflictError: it is approved already.
    """
    row = edits.held(session, edition.id)
    value = EDITION.dump_json(edition)
    row.frozen = value.decode()
    row.frozen_hash = hashlib.sha256(value).hexdigest()
    row.approved_at = edition.approval.approved_at if edition.approval else None
    row.approved_by = edition.approval.name if edition.approval and edition.approval.reviewed else None
    session.flush()
    search_index.keep_edition(session, edition)
    return row.frozen_hash


def drafts(session: Session) -> tuple[EditionLine, ...]:
    """Editions that nobody approved yet, by cut-off; for the program's own notices."""
    query = select(EditionRow).where(EditionRow.frozen.is_(None)).order_by(EditionRow.cut_off)
    return _to_lines(session, session.scalars(query.options(*_WITHOUT_VALUES)).all())


def to_send(session: Session, now: datetime | None) -> tuple[EditionLine, ...]:
    """Approved editions with mails to send: those of which one is due by ``now``, or all of them for None."""
    planned = select(DeliveryRow.edition_id).where(DeliveryRow.state == "planned")
    if now is not None:
        planned = planned.where(DeliveryRow.send_at <= now)
    query = select(EditionRow).where(EditionRow.id.in_(planned)).order_by(EditionRow.cut_off)
    return _to_lines(session, session.scalars(query.options(*_WITHOUT_VALUES)).all())
