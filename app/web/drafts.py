"""The draft of a briefing: the page on which it is looked through and approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from app.auth.deps import NowDep, OfficeDep, SessionDep
from app.delivery.edition_names import edition_label
from app.delivery.words import MARKS
from app.jobs.approve import approve, broken_citations, refuse_taking_back, take_back
from app.store import approvals, editions, edits, late_notes
from app.store.editions import EditionState
from app.viewer import Role
from app.web.briefings import presented
from app.web.desk import Untranslated, differences, draft_sections, left_out, readings, without_translation
from app.web.lists import matching, part_of
from app.web.overfull import overfull
from app.web.paths import EditionId, PageQuery, SearchQuery, path_to
from app.web.story_history import corrected_since
from app.web.texts import TextForm, bottom_line_form, entry_forms
from app.web.visits import ApproverVisit, EditorVisit, see
from app.web.wording import said as words_said
from digest.editing import mark_to_write
from digest.edition import Edit, Edition, Entry
from digest.types import Mark

router = APIRouter()
USUAL_MARK = Mark.INTERNAL
"""Of a hand-written entry: nothing of the office is public unless somebody says so, and what is marked higher than it
needs to be is read by hardly anybody, which nobody notices."""


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
    t, told = visit.t, readings(stored.edition, visit.viewer.clearance)
    candidates = editions.candidates(session, visit.viewer, edition_id)
    made, briefing = edits.standing(session, edition_id), presented(visit, stored.edition)
    missed = left_out(stored.edition, candidates, visit.viewer, t)
    found = matching(missed, q, lambda each: f"{each.headline} {each.why} {each.speaks}")
    whole = every or bool(q) or page > 1
    return visit.page(
        "draft",
        briefing=briefing,
        line=stored.line,
        late=stored.line.approve_by <= visit.now,
        overtaken=stored.line.send_at <= visit.now,
        missed=part_of(found, page) if whole else part_of(found[: visit.office.settings.length_near_misses], 1),
        missed_total=len(missed),
        whole=whole,
        search=q,
        differences=differences(stored.edition, told, t),
        overfull=overfull(stored.edition, told, t),
        broken=broken_citations(session, stored.edition),
        edits=made,
        sections=draft_sections(briefing, stored.edition.lengths.for_decision, t),
        writing=_writing(visit, stored.edition, candidates, made),
        sent_marked=visit.office.settings.unapproved == "send_marked" and not stored.line.taken_back,
        taken_back=approvals.history(session, visit.viewer, edition_id),
        may_approve=visit.viewer.may(Role.APPROVER),
        corrected=corrected_since(session, visit, stored.edition, None),
        said=words_said(said, visit.t),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What an editor may write: the forms, and what is still to be translated."""

    bottom_line: TextForm | None
    without_bottom_line: tuple[str, ...]
    """The readers who are not cleared for all that it sums up, and so do not get it."""
    forms: Mapping[str, tuple[TextForm, ...]]
    """Story id -> the forms of its entry."""
    untranslated: tuple[Untranslated, ...]
    marks: tuple[tuple[str, str], ...]
    """Code and name of the marks that a hand-written entry may carry, the highest first."""
    usual_mark: str
    """The one it carries unless another is chosen."""


def _writing(visit: EditorVisit, edition: Edition, candidates: Sequence[Entry], made: Sequence[Edit]) -> Writing:
    t, clearance = visit.t, visit.viewer.clearance
    mark = mark_to_write(edition, {}, None)
    return Writing(
        bottom_line=bottom_line_form(edition, mark, clearance, made, t),
        without_bottom_line=tuple(view.name for view in edition.views if view.leader_id and view.clearance < mark),
        forms=entry_forms(edition, candidates, clearance, made, t),
        untranslated=without_translation(edition, clearance, t),
        usual_mark=min(USUAL_MARK, clearance).code,
        marks=tuple((mark.code, t.gettext(MARKS[mark])) for mark in reversed(Mark) if mark <= clearance),
    )


@router.post("/briefings/{edition_id}/approve")
def approve_edition(
    edition_id: EditionId,
    visit: ApproverVisit,
    office: OfficeDep,
    now: NowDep,
    last: Annotated[int | None, Form(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """Check every citation and freeze the briefing, if it is still the one that the page showed."""
    approve(office, edition_id, visit.viewer, now, last=last)
    return see(path_to("briefings", edition_id) + "?said=approved")


@router.get("/briefings/{edition_id}/take-back")
def look_before_taking_back(edition_id: EditionId, visit: ApproverVisit, session: SessionDep) -> Response:
    """What taking back the approval does, before it is done."""
    stored = editions.get(session, visit.viewer, edition_id)
    if stored.line.state is EditionState.DRAFT:
        return see(path_to("briefings", edition_id, "draft"))
    refuse_taking_back(session, visit.viewer, stored)
    return visit.page(
        "take_back",
        path=path_to("briefings", edition_id),
        label=edition_label(edition_id, visit.t),
        line=stored.line,
        seen=editions.frozen_hash(session, visit.viewer, edition_id),
        notes=late_notes.of_edition(session, visit.viewer, edition_id),
    )


@router.post("/briefings/{edition_id}/take-back")
def take_back_approval(
    edition_id: EditionId,
    visit: ApproverVisit,
    office: OfficeDep,
    now: NowDep,
    seen: Annotated[str | None, Form(pattern=r"^[0-9a-f]{64}$")] = None,
) -> Response:
    """Make an approved briefing that is not sent yet a draft again, if it is still the one that the page showed."""
    take_back(office, edition_id, visit.viewer, now, seen=seen)
    return see(path_to("briefings", edition_id, "draft") + "?said=taken_back")
