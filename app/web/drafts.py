"""The draft of a briefing: what an editor changes, and approving it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, OfficeDep, SessionDep, WritingDep
from app.delivery.words import SECTIONS
from app.jobs.approve import approve, broken_citations
from app.store import editions
from app.store.editions import EditionState
from app.viewer import Role, Viewer
from app.web.briefings import presented
from app.web.desk import differences, left_out, neighbour_position
from app.web.lists import matching, part_of
from app.web.paths import EditionId, PageQuery, SearchQuery, path_to
from app.web.visits import ApproverVisit, EditorVisit, see
from app.web.wording import said as words_said
from digest.edition import Edit, Edition, EditKind, Section
from digest.errors import InvalidInputError
from digest.reading import visible
from digest.text import normalise

router = APIRouter()
NEAR_MISSES = 20  # what an editor looks through on one phone; the complete list follows behind it
MAX_REMARK = 2000  # characters; a remark is a few sentences, a bottom line three lines
TELLING = tuple(section for section in Section if section is not Section.LEFT_OUT)


@router.get("/briefings/{edition_id}/draft")
def draft(
    edition_id: EditionId,
    visit: EditorVisit,
    session: SessionDep,
    q: SearchQuery = "",
    page: PageQuery = 1,
    every: Annotated[bool, Query()] = False,
    said: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The draft with everything an editor may do to it; an approved one is only read."""
    stored = editions.get(session, visit.viewer, edition_id)
    if stored.line.state is not EditionState.DRAFT:
        return see(path_to("briefings", edition_id))
    t, clearance = visit.t, visit.viewer.clearance
    candidates = editions.candidates(session, visit.viewer, edition_id)
    missed = left_out(stored.edition, candidates, visit.viewer, t)
    found = matching(missed, q, lambda each: f"{each.headline} {each.reasons}")
    whole = every or bool(q) or page > 1
    return visit.page(
        "draft",
        briefing=presented(visit, stored.edition),
        line=stored.line,
        missed=part_of(found, page) if whole else part_of(found[:NEAR_MISSES], 1),
        missed_total=len(missed),
        whole=whole,
        search=q,
        differences=differences(stored.edition, clearance, t),
        broken=broken_citations(session, stored.edition),
        edits=editions.edits(session, edition_id),
        sections=[(section.value, t.gettext(SECTIONS[section])) for section in TELLING],
        may_approve=visit.viewer.may(Role.APPROVER),
        said=words_said(said, visit.t),
    )


@router.post("/briefings/{edition_id}/edits")
def edit(
    edition_id: EditionId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    kind: Annotated[EditKind, Form()],
    story: Annotated[str | None, Form(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")] = None,
    section: Annotated[Section | None, Form()] = None,
    step: Annotated[int | None, Form(ge=-1, le=1)] = None,
    text: Annotated[str | None, Form(max_length=MAX_REMARK)] = None,
) -> Response:
    """One change of the draft."""
    position = None
    if step is not None and story is not None:
        position = _position(session, visit.viewer, edition_id, story, step)
        if position is None:
            return see(f"{path_to('briefings', edition_id, 'draft')}#story-{story}")
    _refuse_unreadable(session, visit.viewer, edition_id, story)
    made = Edit(
        id=0,
        kind=kind,
        author=visit.viewer.name,
        made_at=now,
        story_id=story,
        section=section,
        position=position,
        text=normalise(text) if text is not None else None,
    )
    editions.add_edit(session, edition_id, made)
    return see(path_to("briefings", edition_id, "draft") + (f"#story-{story}" if story else ""))


def _position(session: Session, viewer: Viewer, edition_id: str, story: str, step: int) -> int | None:
    edition = editions.get(session, viewer, edition_id).edition
    view = edition.view(None)
    sections = visible(edition, None, viewer.clearance).sections
    shown = [[read.entry.story_id for read in section.entries] for section in sections]
    peers = next((stories for stories in shown if story in stories), [])
    return neighbour_position(view, peers, story, step) if view else None


def _refuse_unreadable(session: Session, viewer: Viewer, edition_id: str, story: str | None) -> None:
    """An editor changes only what the clearance lets the editor see."""
    if story is None:
        return
    edition: Edition = editions.get(session, viewer, edition_id).edition
    known = {entry.story_id for entry in edition.entries if entry.mark <= viewer.clearance}
    known |= {entry.story_id for entry in editions.candidates(session, viewer, edition_id)}
    if story not in known:
        raise InvalidInputError("story", story, "name a story of the draft")


@router.post("/briefings/{edition_id}/undo")
def undo(edition_id: EditionId, visit: EditorVisit, session: WritingDep, now: NowDep) -> Response:
    """Take back the last change."""
    editions.get(session, visit.viewer, edition_id)
    taken = editions.undo(session, edition_id, now)
    return see(path_to("briefings", edition_id, "draft") + ("" if taken else "?said=nothing_to_undo"))


@router.post("/briefings/{edition_id}/approve")
def approve_edition(edition_id: EditionId, visit: ApproverVisit, office: OfficeDep, now: NowDep) -> Response:
    """Check every citation and freeze the briefing."""
    approve(office, edition_id, visit.viewer, now)
    return see(path_to("briefings", edition_id) + "?said=approved")
