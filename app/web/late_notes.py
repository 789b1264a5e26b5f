"""Late notes and corrections: what an approver adds to an approved briefing, and what to add it for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, WritingDep
from app.delivery.context import Label
from app.delivery.notices import report
from app.delivery.words import MARKS
from app.jobs.changes import since_cut_off
from app.store import editions, late_notes
from app.store.editions import EditionState, Stored
from app.viewer import Role, Viewer
from app.web.paths import EditionId, path_to
from app.web.visits import ApproverVisit, Visit, see
from digest.edition import Edition, EditKind
from digest.errors import InvalidInputError
from digest.office_texts import text_of
from digest.reading import visible
from digest.text import normalise
from digest.types import Mark

router = APIRouter()
MAX_NOTE = 2000  # characters; a note is a few sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeItem:
    """A report that came after the cut-off."""

    story_id: str
    headline: str
    path: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDesk:
    """What those who make a briefing see beside an approved one."""

    changes: tuple[ChangeItem, ...]
    entries: tuple[Label, ...]
    """Stories to write on, with number and headline; empty for whoever may not."""
    marks: tuple[Label, ...]
    """How a note may be marked, when not as the entry is."""
    sent: bool
    """A note is a correction now."""
    chosen: str | None = None
    """The story whose own link led here."""


def note_desk(visit: Visit, session: Session, stored: Stored, chosen: str | None = None) -> NoteDesk | None:
    """The desk beside an approved briefing, for a note to the chosen story or to any; None beside a draft."""
    if stored.line.state is EditionState.DRAFT:
        return None
    viewer, edition = visit.viewer, stored.edition
    sections = visible(edition, None, viewer.clearance).sections
    headlines = {read.entry.story_id: read for section in sections for read in section.entries}
    waits = stored.line.state is EditionState.APPROVED  # once it is sent, what is new belongs to the next one
    came = since_cut_off(session, viewer, edition) if waits else ()
    changes = [each for each in came if each.arrival.story_id in headlines]
    may = viewer.may(Role.APPROVER)
    return NoteDesk(
        changes=tuple(
            ChangeItem(
                story_id=each.arrival.story_id,
                headline=text_of(headlines[each.arrival.story_id].entry, EditKind.HEADLINE),
                path=path_to("documents", each.arrival.document.id),
                words=report(each.arrival.source.name, each.arrival.document.title, each.figures, visit.t),
            )
            for each in changes
        ),
        entries=tuple(
            Label(code=story, label=f"{read.number} · {text_of(read.entry, EditKind.HEADLINE)}")
            for story, read in headlines.items()
            if may
        ),
        marks=tuple(
            Label(code=mark.code, label=visit.t.gettext(label))
            for mark, label in MARKS.items()
            if mark <= viewer.clearance
        ),
        sent=stored.line.state is EditionState.SENT,
        chosen=chosen if chosen in headlines else None,
    )


@router.post("/briefings/{edition_id}/notes")
def write_note(
    edition_id: EditionId,
    visit: ApproverVisit,
    session: WritingDep,
    now: NowDep,
    story: Annotated[str, Form(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")],
    text: Annotated[str, Form(max_length=MAX_NOTE)],
    mark: Annotated[str, Form(pattern=r"^[a-z]{0,20}$")] = "",
) -> Response:
    """Add a late note, or a correction once the briefing is sent; its frozen value stays as it is."""
    written = normalise(text).strip()
    if not written:
        raise InvalidInputError("text", text, "write what readers have to know")
    edition = editions.get(session, visit.viewer, edition_id).edition
    chosen = _read_mark(mark) if mark else _entry_mark(edition, story, visit.viewer)
    note = late_notes.add(session, visit.viewer, edition_id, story, written, chosen, now)
    return see(f"{path_to('briefings', edition_id)}?said={note.kind}")


def _read_mark(code: str) -> Mark:
    try:
        return Mark.from_code(code)
    except ValueError as error:
        raise InvalidInputError("mark", code, str(error)) from None


def _entry_mark(edition: Edition, story_id: str, author: Viewer) -> Mark:
    """The mark of the entry as the author reads it in the base view."""
    sections = visible(edition, None, author.clearance).sections
    marks = [read.entry.mark for section in sections for read in section.entries if read.entry.story_id == story_id]
    return marks[0] if marks else author.clearance
