"""The sources: how each does, in words with the remedy, and reading one now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.auth.deps import OfficeDep, SessionDep
from app.delivery.failures import source_error, what_happened, what_to_do
from app.delivery.words import MARKS, ORIGINS
from app.jobs.setup import export_opml
from app.store import sources, traces
from app.store.sources import Attempt, SourceHealth
from app.web.lists import matching, part_of
from app.web.paths import PageQuery, SearchQuery, SourceId, web_address
from app.web.verbs import Outcome, run
from app.web.visits import EditorVisit, Visit, see
from app.web.wording import said as words_said
from collectors.requests import Request

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """The last attempt in full, with its errors in words."""

    found: int
    requests: tuple[tuple[Request, str | None], ...]
    troubles: tuple[tuple[str, str | None, str], ...]
    """Title, address and error of documents that could not be read, or not whole."""


@router.get("/sources/{source_id}")
def source_page(
    source_id: SourceId, visit: EditorVisit, session: SessionDep, said: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One source, and its last attempt in full."""
    source = sources.get(session, visit.viewer, source_id)
    health = next(each for each in sources.health(session, visit.viewer) if each.source.id == source.id)
    trace = _trace(traces.of_source(session, visit.viewer, source_id), visit)
    return visit.page("source", row=_row(health, visit), trace=trace, said=words_said(said, visit.t))


def _trace(kept: traces.Trace | None, visit: Visit) -> TraceView | None:
    if kept is None:
        return None
    t = visit.t
    return TraceView(
        found=kept.found,
        requests=tuple((each, source_error(each.error, {}, t) if each.error else None) for each in kept.requests),
        troubles=tuple(
            (each.title, web_address(each.url), source_error(each.error, each.params, t)) for each in kept.troubles
        ),
    )


@router.get("/sources.opml")
def opml(visit: EditorVisit, office: OfficeDep) -> Response:
    """The feeds that the visitor may know of, for another feed reader."""
    content, _ = export_opml(office, visit.viewer, visit.now)
    headers = {"Content-Disposition": 'attachment; filename="sources.opml"'}
    return Response(content, media_type="text/x-opml", headers=headers)


@router.post("/sources/{source_id}/check")
def check(source_id: SourceId, visit: EditorVisit, office: OfficeDep) -> Response:
    """Read a source now, whether it is due or not, and group what it gave."""
    with office.reading() as session:  # closed before the child process writes
        source = sources.get(session, visit.viewer, source_id)
    read = run(office.settings, "collect", "--source", source.id)
    if read is not Outcome.DONE:
        return see(f"/sources/{source.id}?said={read.value}")
    grouped = run(office.settings, "group")
    said = "grouped" if grouped is Outcome.DONE else "checked"
    return see(f"/sources/{source.id}?said={said}")
