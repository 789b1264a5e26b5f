"""The sources: how each does, in words with the remedy, and reading one now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth.deps import OfficeDep, SessionDep
from app.delivery.failures import what_happened, what_to_do
from app.delivery.words import MARKS, ORIGINS
from app.jobs.setup import export_opml
from app.store import sources
from app.store.sources import Attempt, SourceHealth
from app.web.lists import matching, part_of
from app.web.paths import PageQuery, SearchQuery, SourceId, web_address
from app.web.verbs import Outcome, run
from app.web.visits import EditorVisit, Visit, see
from app.web.wording import said as words_said

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A source as the page shows it."""

    id: str
    name: str
    address: str
    link: str | None
    origin: str
    mark: str | None
    documents: int
    attempt: Attempt | None
    happened: str | None
    """What went wrong at the last attempt; None when nothing did."""
    remedy: str | None
    failures: int
    last_success_at: datetime | None
    next_fetch_at: datetime | None
    moved_to: str | None


@router.get("/sources")
def source_list(
    visit: EditorVisit,
    session: SessionDep,
    q: SearchQuery = "",
    page: PageQuery = 1,
    said: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every source, failing ones first."""
    health = sources.health(session, visit.viewer)
    found = matching(health, q, lambda each: f"{each.source.name} {each.source.address}")
    part = part_of([_row(each, visit) for each in found], page)
    failing = sum(each.failures > 0 for each in health)
    return visit.page(
        "sources", part=part, total=len(health), failing=failing, search=q, said=words_said(said, visit.t)
    )


def _row(health: SourceHealth, visit: Visit) -> SourceItem:
    source, attempt, t = health.source, health.last_attempt, visit.t
    error = attempt.error if attempt else None
    return SourceItem(
        id=source.id,
        name=source.name,
        address=source.address,
        link=web_address(source.address),
        origin=t.gettext(ORIGINS[source.origin]),
        mark=t.gettext(MARKS[source.mark]) if source.mark else None,
        documents=health.documents,
        attempt=attempt,
        happened=what_happened(error, attempt.error_params, t) if attempt and error else None,
        remedy=what_to_do(error, t) if error else None,
        failures=health.failures,
        last_success_at=health.last_success_at,
        next_fetch_at=health.next_fetch_at,
        moved_to=health.moved_to,
    )


@router.get("/sources.opml")
def opml(visit: EditorVisit, office: OfficeDep) -> Response:
    """The feeds that the visitor may know of, for another feed reader."""
    content, _ = export_opml(office, visit.viewer, visit.now)
    headers = {"Content-Disposition": 'attachment; filename="sources.opml"'}
    return Response(content, media_type="text/x-opml", headers=headers)


@router.post("/sources/{source_id}/check")
def check(source_id: SourceId, visit: EditorVisit, office: OfficeDep) -> Response:
    """Read a source now, whether it is due or not."""
    with office.reading() as session:  # closed before the child process writes
        source = sources.get(session, visit.viewer, source_id)
    outcome = run(office.settings, "collect", "--source", source.id)
    said = "checked" if outcome is Outcome.DONE else outcome.value
    return see(f"/sources?said={said}#source-{source.id}")
