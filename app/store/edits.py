"""What people do to a draft: each change is kept, an undone one too, and none is written over unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import EditionRow, EditRow
from digest.edition import Edit, EditKind, Section
from digest.errors import ConflictError, NotFoundError
from digest.office_texts import field_of, latest
from digest.types import Mark


def standing(session: Session, edition_id: str) -> tuple[Edit, ...]:
    """The edits of a draft that stand, oldest first."""
    rows = session.scalars(select(EditRow).filter_by(edition_id=edition_id, undone_at=None).order_by(EditRow.id))
    return tuple(_to_edit(row) for row in rows)


def _to_edit(row: EditRow) -> Edit:
    return Edit(
        id=row.id,
        kind=EditKind(row.kind),
        author=row.author,
        made_at=row.made_at,
        story_id=row.story_id,
        section=Section(row.section) if row.section else None,
        position=row.position,
        text=row.text,
        language=row.language,
        headline=row.headline,
        source=row.source,
        mark=Mark(row.mark) if row.mark is not None else None,
    )


def held(session: Session, edition_id: str) -> EditionRow:
    """A draft's row, which nobody else can change until the transaction ends: what is read of it now stays true.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the edition is approved already.
    """
    row = session.get(EditionRow, edition_id, with_for_update=True)
    if row is None:
        raise NotFoundError("briefing", edition_id)
    if row.frozen is not None:
        raise ConflictError("already_approved", briefing=edition_id)
    return row


def add(session: Session, edition_id: str, edit: Edit, *, based_on: int | None = None) -> None:
    """Add an edit to a draft; its ``id`` is given here. Whether it fits shows when the draft is read with it.

    Args:
        session: one that writes.
        edition_id: the draft's.
        edit: the change.
        based_on: id of the edit of the same text that its author had before the eyes, 0 when there was none; another
            one that stands by now is never written over. None: whatever stands.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the edition is approved already, or ``changed_meanwhile``.
    """
    held(session, edition_id)
    if based_on is not None:
        before = latest(standing(session, edition_id)).get(field_of(edit))
        if based_on != (before.id if before else 0):
            raise ConflictError("changed_meanwhile", briefing=edition_id)
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
            language=edit.language,
            headline=edit.headline,
            source=edit.source,
            mark=edit.mark,
        )
    )
    session.flush()


def undo(session: Session, edition_id: str, now: datetime, *, last: int | None = None) -> Edit | None:
    """Take back the last edit of a draft that stands; None when there is none.

    Args:
        session: one that writes.
        edition_id: the draft's.
        now: when it is taken back.
        last: id of the edit that is meant; None: whichever is the last.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the edition is approved already, or another edit is the last by now (``changed_meanwhile``).
    """
    held(session, edition_id)
    made = standing(session, edition_id)
    if last is not None and last != (made[-1].id if made else 0):
        raise ConflictError("changed_meanwhile", briefing=edition_id)
    if not made:
        return None
    session.get_one(EditRow, made[-1].id).undone_at = now
    session.flush()
    return made[-1]
