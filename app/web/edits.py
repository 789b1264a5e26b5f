"""Changing a draft: each form is saved at once, and nobody writes over what somebody else wrote meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, WritingDep
from app.store import editions, edits
from app.viewer import Viewer, system
from app.web.desk import neighbour_position, position_before
from app.web.paths import EditionId, path_to
from app.web.texts import text_form
from app.web.visits import EditorVisit, Visit, see
from digest.editing import mark_to_write
from digest.edition import Edit, Edition, EditKind, Entry, Section
from digest.errors import ConflictError, InvalidInputError
from digest.office_texts import Field, field_of, latest, text_of
from digest.reading import visible
from digest.text import normalise
from digest.types import Mark

router = APIRouter()
MAX_TEXT = 2000  # characters; a remark is a few sentences, a bottom line three lines
MAX_LINE = 300  # characters of a headline, or of the source of a hand-written entry
Story = Annotated[str | None, Form(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")]
Text = Annotated[str | None, Form(max_length=MAX_TEXT)]
Line = Annotated[str, Form(min_length=1, max_length=MAX_LINE)]
EditId = Annotated[int, Form(ge=0, le=2**31 - 1)]


@router.post("/briefings/{edition_id}/edits")
def edit(
    edition_id: EditionId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    kind: Annotated[EditKind, Form()],
    story: Story = None,
    section: Annotated[Section | None, Form()] = None,
    step: Annotated[int | None, Form(ge=-1, le=1)] = None,
    before: Story = None,
    text: Text = None,
    language: Annotated[str | None, Form(max_length=16)] = None,
    based_on: EditId = 0,
) -> Response:
    """One change of the draft: where a story stands, or one of its texts."""
    desk = _opened(session, visit.viewer, edition_id, now)
    desk.refuse_unreadable(story)
    back = _draft_path(edition_id, story)
    if kind.writes:
        made = desk.text(kind, story, text or "", language)
        return desk.write(visit, made, based_on) or see(back)
    position = desk.position(story, section, step, before)
    if step is not None and position is None:
        return see(back)  # it stands at the edge of its section already
    editions.add_edit(session, edition_id, desk.edit(kind, story, section=section, position=position))
    return see(_draft_path(edition_id, desk.beside(story)) if kind is EditKind.EXCLUDE else back)


@router.post("/briefings/{edition_id}/entries")
def write_entry(
    edition_id: EditionId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    headline: Line,
    source: Line,
    mark: Annotated[str, Form(max_length=20)],
    text: Text = None,
    section: Annotated[Section, Form()] = Section.WORTH_KNOWING,
) -> Response:
    """An entry that the office writes by hand, with its source."""
    desk = _opened(session, visit.viewer, edition_id, now)
    made = desk.edit(
        EditKind.ENTRY,
        None,
        section=section,
        headline=normalise(headline),
        source=normalise(source),
        text=normalise(text or ""),
        mark=_mark(mark, visit.viewer),
        language=visit.t.language,
    )
    if not _sent_twice(made, edits.standing(session, edition_id)):
        editions.add_edit(session, edition_id, made)
    last = edits.standing(session, edition_id)[-1]
    return see(_draft_path(edition_id, f"h{last.id}"))


def _mark(code: str, viewer: Viewer) -> Mark:
    marks = {mark.code: mark for mark in Mark if mark <= viewer.clearance}
    if code not in marks:
        raise InvalidInputError("mark", code, f"one of {', '.join(marks)}")
    return marks[code]


def _sent_twice(made: Edit, standing: tuple[Edit, ...]) -> bool:
    """Whether the last edit is the same entry by the same author: a button was pressed twice."""
    if not standing:
        return False
    last = standing[-1]
    return (last.kind, last.author, last.headline, last.text, last.source) == (
        made.kind,
        made.author,
        made.headline,
        made.text,
        made.source,
    )


@router.post("/briefings/{edition_id}/undo")
def undo(
    edition_id: EditionId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    last: Annotated[int | None, Form(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Take back the last change, if it is still the one that the page showed."""
    editions.get(session, visit.viewer, edition_id)
    taken = edits.undo(session, edition_id, now, last=last)
    if taken is None:
        return see(path_to("briefings", edition_id, "draft") + "?said=nothing_to_undo")
    return see(_undone_at(edition_id, taken))


def _undone_at(edition_id: str, taken: Edit) -> str:
    """Where the change was that is taken back; an entry written by hand is gone, the form for one is still there."""
    if taken.story_id is not None:
        return _draft_path(edition_id, taken.story_id)
    place = "write" if taken.kind is EditKind.ENTRY else f"field-{taken.kind}"
    return f"{_draft_path(edition_id, None)}#{place}"


def _draft_path(edition_id: str, story: str | None) -> str:
    return path_to("briefings", edition_id, "draft") + (f"#story-{story}" if story else "")


def _opened(session: Session, viewer: Viewer, edition_id: str, now: datetime) -> _Desk:
    """The draft, which nobody else changes until the request is answered."""
    edits.held(session, edition_id)
    edition = editions.get(session, viewer, edition_id).edition
    candidates = {entry.id: entry for entry in editions.candidates(session, system(), edition_id)}
    return _Desk(session=session, viewer=viewer, now=now, edition=edition, candidates=candidates)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A draft under an editor's hands, within one request."""

    session: Session
    viewer: Viewer
    now: datetime
    edition: Edition
    """The draft as it stands."""
    candidates: Mapping[str, Entry]
    """What it leaves out, of every clearance: which mark a text would carry is for the program to know."""

    def edit(self, kind: EditKind, story: str | None, **values: object) -> Edit:
        """A change by this editor at this time; the store gives its id."""
        known: Mapping[str, object] = {"kind": kind, "author": self.viewer.name, "made_at": self.now}
        return Edit(id=0, story_id=story, **known, **values)  # type: ignore[arg-type]  # fields by name

    def refuse_unreadable(self, story: str | None) -> None:
        """An editor changes only what the clearance lets the editor see."""
        if story is None:
            return
        known = (*self.edition.entries, *self.candidates.values())
        if story not in {entry.story_id for entry in known if entry.mark <= self.viewer.clearance}:
            raise InvalidInputError("story", story, "name a story of the draft")

    def position(self, story: str | None, section: Section | None, step: int | None, before: str | None) -> int | None:
        """Where in its section a story goes; None for the end, and for a step beyond the edge."""
        view = self.edition.view(None)
        if story is None or view is None:
            return None
        if step is not None:
            sections = visible(self.edition, None, self.viewer.clearance).sections
            shown = [[read.entry.story_id for read in part.entries] for part in sections]
            return neighbour_position(view, next((peers for peers in shown if story in peers), []), story, step)
        return position_before(view, section, story, before) if before and section else None

    def beside(self, story: str | None) -> str | None:
        """Where an editor goes on after leaving a story out: the next entry told, or the one before at the end."""
        sections = visible(self.edition, None, self.viewer.clearance).sections
        told = [
            read.entry.story_id for part in sections if part.section is not Section.LEFT_OUT for read in part.entries
        ]
        if story not in told or len(told) == 1:
            return story
        at = told.index(story)
        return told[at + 1] if at + 1 < len(told) else told[at - 1]

    def text(self, kind: EditKind, story: str | None, text: str, language: str | None) -> Edit:
        """The edit that writes a text.

        Raises:
            InvalidInputError: it names no story, or no language of the office for a translation.
            ConflictError: ``texts_above_clearance``: the text would be marked above what its author may read.
        """
        translates = kind is EditKind.TRANSLATION
        languages = sorted({view.language for view in self.edition.views})
        if translates and language not in languages:
            raise InvalidInputError("language", language or "", f"one of {', '.join(languages)}")
        if (story is None) is not (kind is EditKind.BOTTOM_LINE):
            raise InvalidInputError("story", story or "", "name the story that the text belongs to")
        if mark_to_write(self.edition, self.candidates, story) > self.viewer.clearance:
            raise ConflictError("texts_above_clearance", story=story or "")
        return self.edit(kind, story, text=normalise(text).strip(), language=language if translates else None)

    def write(self, visit: Visit, made: Edit, based_on: int) -> Response | None:
        """Save a text; the page that shows both when somebody else saved another one meanwhile."""
        standing, said = latest(edits.standing(self.session, self.edition.id)), self._said(field_of(made))
        if made.text == said:
            return None  # nothing to save: it says so already
        last = standing.get(field_of(made))
        if based_on == (last.id if last else 0):
            editions.add_edit(self.session, self.edition.id, made, based_on=based_on)
            return None
        form = text_form(field_of(made), said, standing, visit.t)
        entry = self._entry(made.story_id)
        return visit.page(
            "draft_conflict",
            status=409,
            at=path_to("briefings", self.edition.id, "draft"),
            path=path_to("briefings", self.edition.id),
            back=_draft_path(self.edition.id, made.story_id),
            form=form,
            headline=text_of(entry, EditKind.HEADLINE) if entry else None,
            mine=made.text,
        )

    def _entry(self, story: str | None) -> Entry | None:
        """The whole entry of a story, for which the editor is cleared by now."""
        known = {**self.candidates, **{entry.id: entry for entry in self.edition.entries}}
        places = (place for view in self.edition.views for place in view.entries if place.story_id == story)
        return next((known[place.entry_id] for place in places if place.entry_id in known), None)

    def _said(self, field: Field) -> str:
        kind, story, language = field
        if kind is EditKind.BOTTOM_LINE:
            return self.edition.bottom_line.text if self.edition.bottom_line else ""
        entry = self._entry(story)
        return text_of(entry, kind, language) if entry else ""
