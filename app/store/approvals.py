"""Approvals that were taken back: the edition is a draft again, and who did so, and when, is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, defer

from app.models import AskRow, DeliveryRow, EditionRow, LateNoteRow, TakenBackRow
from app.store import late_notes, search_index
from app.store.editions import edition_of
from app.viewer import Role, Viewer, system
from digest.edition import Edition
from digest.errors import ConflictError, NotFoundError
from digest.late_notes import LateNote

NOTES = TypeAdapter(tuple[LateNote, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """An approval that was taken back."""

    approved_by: str | None
    """None: nobody had approved it; it was to go out marked as not reviewed."""
    approved_at: datetime
    author: str
    made_at: datetime
    notes: tuple[LateNote, ...]
    """The late notes that stood on it, which went with it."""


def history(session: Session, viewer: Viewer, edition_id: str) -> tuple[TakenBack, ...]:
    """The approvals of an edition that were taken back, oldest first; for those who make editions."""
    if not viewer.may(Role.EDITOR):
        return ()
    rows = session.scalars(select(TakenBackRow).filter_by(edition_id=edition_id).order_by(TakenBackRow.id))
    return tuple(
        TakenBack(
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            author=row.author,
            made_at=row.made_at,
            notes=tuple(note for note in NOTES.validate_json(row.notes) if note.mark <= viewer.clearance),
        )
        for row in rows
    )


def refuse_begun(session: Session, edition_id: str) -> None:
    """Refuse when a mail of an edition may have left already.

    A mail that is planned again, because its server was not reached, has not left. One that was begun and has no
    recorded answer may have.

    Raises:
        ConflictError: ``sending_begun``.
    """
    rows = session.scalars(select(DeliveryRow).filter_by(edition_id=edition_id).options(defer(DeliveryRow.message)))
    if any(row.state != "planned" or (row.tried_at is not None and row.reply is None) for row in rows):
        raise ConflictError("sending_begun", briefing=edition_id)


def take_back(session: Session, viewer: Viewer, edition_id: str, now: datetime, *, seen: str | None = None) -> bool:
    """Make an approved edition that is not sent yet a draft again, and undo whatever approving it wrote.

    Args:
        session: one that writes; the caller sees to it that nothing is sent meanwhile.
        viewer: who takes it back.
        edition_id: which edition.
        now: when.
        seen: hash of the frozen value that is meant; None: whichever is approved.

    Returns:
        Whether there was an approval to take back; False for a draft.

    Raises:
        NotFoundError: no such edition.
        ConflictError: ``sending_begun``; or ``approved_anew``: another value than the one that was seen is approved.
    """
    row = session.get(EditionRow, edition_id, with_for_update=True)
    if row is None:
        raise NotFoundError("briefing", edition_id)
    if row.frozen is None:
        return False
    if seen is not None and seen != row.frozen_hash:
        raise ConflictError("approved_anew", briefing=edition_id)
    refuse_begun(session, edition_id)
    notes = late_notes.of_edition(session, system(), edition_id)
    session.add(
        TakenBackRow(
            edition_id=edition_id,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            frozen_hash=row.frozen_hash,
            author=viewer.name,
            made_at=now,
            notes=NOTES.dump_json(notes).decode(),
        )
    )
    _untell(session, edition_of(row.frozen))
    search_index.forget_edition(session, edition_id)
    session.execute(delete(LateNoteRow).filter_by(edition_id=edition_id))
    session.execute(delete(DeliveryRow).filter_by(edition_id=edition_id))
    row.frozen = row.frozen_hash = row.approved_at = row.approved_by = None
    row.taken_back += 1
    session.flush()
    return True


def _untell(session: Session, edition: Edition) -> None:
    """Undo :func:`app.store.asks.mark_told`: results wait again, and asks of other drafts are theirs again."""
    for column in (AskRow.told_in, AskRow.told_own):
        session.execute(update(AskRow).where(column == edition.id).values({column: None}))
    for ask in edition.asks:
        if ask.edition_id not in (None, edition.id):
            moved = update(AskRow).where(AskRow.id == ask.id, AskRow.edition_id == edition.id)
            session.execute(moved.values(edition_id=ask.edition_id))
