"""Editions: drafts with their edits, and the frozen values."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.models import CandidateRow, DeliveryRow, EditionRow, EditRow, LedgerLineRow
from app.store.documents import Page
from app.viewer import Role, Viewer
from digest import editing
from digest.edition import Edit, Edition, EditKind, Entry, Section
from digest.errors import ConflictError, NotFoundError

EDITION: TypeAdapter[Edition] = TypeAdapter(Edition)
ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


_WITHOUT_VALUES = (defer(EditionRow.draft), defer(EditionRow.frozen))
"""A list of editions does not read what they hold: megabytes each."""


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
    state: EditionState
    period_start: datetime | None
    cut_off: datetime
    send_at: datetime
    made_at: datetime
    approved_at: datetime | None
    approved_by: str | None


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
            state=_state(row, deliveries[row.id]),
            period_start=row.period_start,
            cut_off=row.cut_off,
            send_at=row.send_at,
            made_at=row.made_at,
            approved_at=row.approved_at,
            approved_by=row.approved_by,
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


def _readable(row: EditionRow | None, viewer: Viewer) -> bool:
    """Drafts are for those who make them; leaders and keys of leaders read what was approved."""
    return row is not None and (row.frozen is not None or viewer.may(Role.EDITOR))


def keep_draft(session: Session, draft: Edition, candidates: Iterable[Entry], send_at: datetime) -> None:
    """Store a composed draft, and which versions of documents it accounts for."""
    session.add(
        EditionRow(
            id=draft.id,
            period_start=draft.period_start,
            cut_off=draft.cut_off,
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
        LedgerLineRow(edition_id=draft.id, document_id=line.document_id, version=line.version) for line in draft.ledger
    )
    session.flush()


def last_cut_off(session: Session) -> datetime | None:
    """The latest edition's cut-off."""
    return session.scalar(select(func.max(EditionRow.cut_off)))


def free_id(session: Session, week: str) -> str:
    """The id of a week's next edition: ``2026-W47``, then ``2026-W47-2``."""
    taken = set(session.scalars(select(EditionRow.id).where(EditionRow.id.startswith(week))))
    if week not in taken:
        return week
    number = 2
    while f"{week}-{number}" in taken:
        number += 1
    return f"{week}-{number}"


def get(session: Session, viewer: Viewer, identifier: str) -> Stored:
    """An edition as it stands. What of it the viewer may see is for :func:`digest.reading.visible` to say.

    Raises:
        NotFoundError: there is none, or it is a draft and the viewer makes none.
    """
    row = session.get(EditionRow, identifier)
    if row is None or not _readable(row, viewer):
        raise NotFoundError("briefing", identifier)
    return Stored(line=_to_line(session, row), edition=_value(session, row))


def _value(session: Session, row: EditionRow) -> Edition:
    if row.frozen is not None:
        return EDITION.validate_json(row.frozen)
    draft = EDITION.validate_json(row.draft)
    made = edits(session, row.id)
    if not made:
        return draft
    applied: Edition = editing.apply(draft, _candidates(session, row.id), made)
    return applied


def _candidates(session: Session, edition_id: str) -> dict[str, Entry]:
    rows = session.scalars(select(CandidateRow).filter_by(edition_id=edition_id))
    return {row.entry_id: ENTRY.validate_json(row.value) for row in rows}


def candidates(session: Session, viewer: Viewer, edition_id: str) -> tuple[Entry, ...]:
    """Entries the base view left out, complete, as far as the viewer is cleared."""
    return tuple(entry for entry in _candidates(session, edition_id).values() if entry.mark <= viewer.clearance)


def frozen_bytes(session: Session, viewer: Viewer, identifier: str) -> bytes:
    """The stored value of an approved edition, byte for byte, for those cleared for all of it.

    Raises:
        NotFoundError: there is none that is approved, or the viewer is not cleared for all of it.
    """
    row = session.get(EditionRow, identifier)
    if row is None or row.frozen is None or viewer.clearance < _highest_mark(row.frozen):
        raise NotFoundError("briefing", identifier)
    return row.frozen.encode()


def frozen_hash(session: Session, viewer: Viewer, identifier: str) -> str:
    """SHA-256 of an approved edition's stored value.

    Raises:
        NotFoundError: there is none that is approved.
    """
    row = session.get(EditionRow, identifier)
    if row is None or row.frozen_hash is None or not _readable(row, viewer):
        raise NotFoundError("briefing", identifier)
    return row.frozen_hash


def _highest_mark(frozen: str) -> int:
    edition = EDITION.validate_json(frozen)
    return max([line.mark for line in edition.ledger] + [line.mark for line in edition.sources], default=0)


def latest(session: Session, viewer: Viewer, *, approved_only: bool = True) -> EditionLine | None:
    """The edition with the latest cut-off that the viewer may read."""
    query = select(EditionRow).order_by(EditionRow.cut_off.desc()).limit(1)
    if approved_only or not viewer.may(Role.EDITOR):
        query = query.where(EditionRow.frozen.is_not(None))
    row = session.scalar(query)
    return _to_line(session, row) if row else None


def newest(session: Session, viewer: Viewer, *, limit: int, after: str | None = None) -> Page[EditionLine]:
    """Editions the viewer may read, the latest cut-off first; ``after`` is a page's ``next``."""
    query = select(EditionRow).order_by(EditionRow.cut_off.desc()).limit(limit + 1)
    if not viewer.may(Role.EDITOR):
        query = query.where(EditionRow.frozen.is_not(None))
    if after:
        last = session.get(EditionRow, after)
        if last is None or not _readable(last, viewer):
            raise NotFoundError("briefing", after)
        query = query.where(EditionRow.cut_off < last.cut_off)
    rows = session.scalars(query.options(*_WITHOUT_VALUES)).all()
    items = _to_lines(session, rows[:limit])
    return Page(items=items, next=items[-1].id if len(rows) > limit else None)


def edits(session: Session, edition_id: str) -> tuple[Edit, ...]:
    """The edits of a draft that stand, oldest first."""
    rows = session.scalars(select(EditRow).filter_by(edition_id=edition_id, undone_at=None).order_by(EditRow.id))
    return tuple(
        Edit(
            id=row.id,
            kind=EditKind(row.kind),
            author=row.author,
            made_at=row.made_at,
            story_id=row.story_id,
            section=Section(row.section) if row.section else None,
            position=row.position,
            text=row.text,
        )
        for row in rows
    )


def add_edit(session: Session, edition_id: str, edit: Edit) -> Edition:
    """Add an edit to a draft; its ``id`` is given here. The draft with all its edits is returned.

    Raises:
        NotFoundError: no such edition, or no such story in it.
        ConflictError: the edition is approved already, or the edit does not fit the draft.
    """
    row = _draft_row(session, edition_id)
    session.add(
        EditRow(
            edition_id=edition_id,
            kind=edit.kind,
            author=edit.author,
            made_at=edit.made_at,
            story_id=edit.story_id,
            section=edit.section,
            position=edit.position,
            text=edit.text,
        )
    )
    session.flush()
    return _value(session, row)


def undo(session: Session, edition_id: str, now: datetime) -> Edit | None:
    """Take back the last edit of a draft that stands; None when there is none.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the edition is approved already.
    """
    _draft_row(session, edition_id)
    standing = edits(session, edition_id)
    if not standing:
        return None
    session.get_one(EditRow, standing[-1].id).undone_at = now
    session.flush()
    return standing[-1]


def _draft_row(session: Session, edition_id: str) -> EditionRow:
    row = session.get(EditionRow, edition_id, with_for_update=True)
    if row is None:
        raise NotFoundError("briefing", edition_id)
    if row.frozen is not None:
        raise ConflictError("already_approved", briefing=edition_id)
    return row


def freeze(session: Session, edition: Edition) -> str:
    """Store the approved value, once and for ever; returns its SHA-256.

    Raises:
        NotFoundError: no such edition.
        ConflictError: it is approved already.
    """
    row = _draft_row(session, edition.id)
    value = EDITION.dump_json(edition)
    row.frozen = value.decode()
    row.frozen_hash = hashlib.sha256(value).hexdigest()
    row.approved_at = edition.approval.approved_at if edition.approval else None
    row.approved_by = edition.approval.name if edition.approval else None
    session.flush()
    return row.frozen_hash


def unapproved(session: Session, now: datetime) -> tuple[EditionLine, ...]:
    """Editions whose time of sending has come and that nobody approved; for the program's own notices."""
    rows = session.scalars(
        select(EditionRow).where(EditionRow.frozen.is_(None), EditionRow.send_at <= now).order_by(EditionRow.cut_off)
    )
    return tuple(_to_line(session, row) for row in rows)


def to_send(session: Session, now: datetime | None) -> tuple[EditionLine, ...]:
    """Approved editions not sent yet: those whose time has come by ``now``, or all of them for None."""
    query = select(EditionRow).where(EditionRow.frozen.is_not(None)).order_by(EditionRow.cut_off)
    if now is not None:
        query = query.where(EditionRow.send_at <= now)
    lines = tuple(_to_line(session, row) for row in session.scalars(query))
    return tuple(line for line in lines if line.state is EditionState.APPROVED)
