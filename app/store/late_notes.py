"""Late notes and corrections: writing and reading them, and the mails that bring a correction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.models import DeliveryRow, EditionRow, LateNoteRow, NoteDeliveryRow
from app.store.deliveries import DeliveryState
from app.store.editions import edition_of
from app.viewer import Role, Viewer
from digest import reading
from digest.edition import Edition
from digest.errors import ConflictError, NotFoundError
from digest.late_notes import LateNote, NoteKind, readable
from digest.types import Mark

_HANDED_OVER = tuple(state for state in DeliveryState if state not in (DeliveryState.PLANNED, DeliveryState.REFUSED))
"""States of a mail that has left, or is leaving at this moment: what is written now is not in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDelivery:
    """One mail that brings a correction to one reader."""

    note: LateNote
    leader_id: str
    address: str
    state: DeliveryState
    message_id: str
    answers: str
    """Message-ID of the mail that brought the edition."""
    tried_at: datetime | None
    sent_at: datetime | None
    reply: str | None


def _to_note(row: LateNoteRow) -> LateNote:
    return LateNote(
        id=row.id,
        edition_id=row.edition_id,
        story_id=row.story_id,
        kind=NoteKind(row.kind),
        text=row.text,
        author=row.author,
        written_at=row.written_at,
        mark=Mark(row.mark),
    )


def add(
    session: Session, author: Viewer, edition_id: str, story_id: str, text: str, mark: Mark, now: datetime
) -> LateNote:
    """Add a note to an entry of an approved edition, and plan a mail for each reader who has the entry already.

    The edition's row is locked, as when a mail is handed over: a note is in a mail, or gets a mail of its own.

    Raises:
        NotFoundError: no such edition, or it tells the author nothing of that story.
        ConflictError: the edition is a draft, or the mark is above what the author may read.
    """
    row = session.get(EditionRow, edition_id, with_for_update=True)
    if row is None:
        raise NotFoundError("briefing", edition_id)
    if row.frozen is None:
        raise ConflictError("not_approved", briefing=edition_id)
    if mark > author.clearance:
        raise ConflictError("clearance_too_low", name=author.name)
    edition = edition_of(row.frozen)
    if not any(entry.story_id == story_id and entry.mark <= author.clearance for entry in edition.entries):
        raise NotFoundError("story", story_id)
    left = session.scalars(select(DeliveryRow).filter_by(edition_id=edition_id).order_by(DeliveryRow.id)).all()
    gone = [each for each in left if DeliveryState(each.state) in _HANDED_OVER]
    made = LateNoteRow(
        edition_id=edition_id,
        story_id=story_id,
        kind=NoteKind.CORRECTION if gone else NoteKind.LATE_NOTE,
        text=text,
        author=author.name,
        written_at=now,
        mark=int(mark),
    )
    session.add(made)
    session.flush()
    note = _to_note(made)
    session.add_all(_mail(note, each) for each in gone if _reads(edition, each.leader_id, note))
    session.flush()
    return note


def _reads(edition: Edition, leader_id: str, note: LateNote) -> bool:
    view = edition.view(leader_id)
    if view is None:
        return False
    sections = reading.visible(edition, leader_id, view.clearance).sections
    return bool(readable([note], sections, view.clearance))


def _mail(note: LateNote, delivery: DeliveryRow) -> NoteDeliveryRow:
    domain = delivery.message_id.rpartition("@")[2]
    token = hashlib.sha256(f"{note.id}\n{delivery.id}".encode()).hexdigest()[:16]
    return NoteDeliveryRow(
        note_id=note.id,
        leader_id=delivery.leader_id,
        address=delivery.address,
        state=DeliveryState.PLANNED,
        message_id=f"<{note.edition_id}.c{token}@{domain}",
    )


def of_edition(session: Session, viewer: Viewer, edition_id: str) -> tuple[LateNote, ...]:
    """Notes on an edition that the viewer is cleared for, oldest first; :func:`readable` narrows them to the reader."""
    rows = session.scalars(
        select(LateNoteRow)
        .filter_by(edition_id=edition_id)
        .where(LateNoteRow.mark <= viewer.clearance)
        .order_by(LateNoteRow.written_at, LateNoteRow.id)
    )
    return tuple(_to_note(row) for row in rows)


def for_mail(session: Session, edition_id: str, leader_id: str) -> tuple[LateNote, ...]:
    """Notes that go out in the mail of an edition: those that no mail of their own brings this reader.

    The edition's row is locked until the mail is recorded as handed over; see :func:`add`.
    """
    session.get(EditionRow, edition_id, with_for_update=True, options=[defer(EditionRow.draft)])
    alone = select(NoteDeliveryRow.note_id).where(NoteDeliveryRow.leader_id == leader_id)
    rows = session.scalars(
        select(LateNoteRow)
        .filter_by(edition_id=edition_id)
        .where(LateNoteRow.id.not_in(alone))
        .order_by(LateNoteRow.written_at, LateNoteRow.id)
    )
    return tuple(_to_note(row) for row in rows)


def planned(session: Session) -> tuple[NoteDelivery, ...]:
    """Mails of corrections that are to be sent: those whose reader has the edition; for sending."""
    told = [state for state in DeliveryState if state.told]
    found = _mails(session, None)
    return tuple(each for each, brought in found if brought in told and each.state is DeliveryState.PLANNED)


def mails(session: Session, viewer: Viewer) -> tuple[NoteDelivery, ...]:
    """Mails of corrections, the latest first; for those who make editions, as far as they are cleared."""
    if not viewer.may(Role.EDITOR):
        return ()
    found = [each for each, _ in _mails(session, viewer.clearance)]
    return tuple(sorted(found, key=lambda each: (each.note.written_at, each.note.id), reverse=True))


def _mails(session: Session, clearance: Mark | None) -> Iterator[tuple[NoteDelivery, DeliveryState]]:
    """Mails of corrections by note and address, with the state of the mail that brought the edition."""
    query = (
        select(NoteDeliveryRow, LateNoteRow, DeliveryRow.message_id, DeliveryRow.state)
        .join(LateNoteRow, LateNoteRow.id == NoteDeliveryRow.note_id)
        .join(
            DeliveryRow,
            (DeliveryRow.edition_id == LateNoteRow.edition_id) & (DeliveryRow.leader_id == NoteDeliveryRow.leader_id),
        )
        .order_by(LateNoteRow.id, NoteDeliveryRow.address, NoteDeliveryRow.leader_id)
        .options(defer(NoteDeliveryRow.message))
    )
    if clearance is not None:
        query = query.where(LateNoteRow.mark <= clearance)
    for row, note, answers, state in session.execute(query):
        delivery = NoteDelivery(
            note=_to_note(note),
            leader_id=row.leader_id,
            address=row.address,
            state=DeliveryState(row.state),
            message_id=row.message_id,
            answers=answers,
            tried_at=row.tried_at,
            sent_at=row.sent_at,
            reply=row.reply,
        )
        yield delivery, DeliveryState(state)


def begin(session: Session, mail: NoteDelivery, state: DeliveryState, message: bytes, now: datetime) -> None:
    """Record, before connecting, that a correction is handed over, and the exact bytes."""
    row = session.get_one(NoteDeliveryRow, (mail.note.id, mail.leader_id))
    row.state, row.message, row.tried_at, row.attempts = state, message, now, row.attempts + 1
    session.flush()


def end(session: Session, mail: NoteDelivery, state: DeliveryState, reply: str, now: datetime) -> None:
    """Record how a correction's mail ended, and what the server said."""
    row = session.get_one(NoteDeliveryRow, (mail.note.id, mail.leader_id))
    row.state, row.reply = state, reply
    row.sent_at = now if state.told else None
    session.flush()
