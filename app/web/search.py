"""Searching: one box, three kinds of results, and what they can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep
from app.delivery.found import Found, Kind, begin_of, look
from app.delivery.words import MARKS
from app.i18n import N_
from app.store import sources, stories
from app.store.documents import Page
from app.store.search import LOOKED_THROUGH, Counts, Filters, Search
from app.web.paths import SearchQuery
from app.web.visits import ReaderVisit, Visit
from digest.search import parse
from digest.text import EXPECTED

router = APIRouter()
PER_PAGE = 20  # three phone screens

KINDS: Mapping[Kind, str] = {
    Kind.DOCUMENTS: N_("Documents"),
    Kind.STORIES: N_("Stories"),
    Kind.BRIEFINGS: N_("Briefings"),
}

_Choice = Annotated[str, Query(pattern=r"^([A-Za-z0-9][A-Za-z0-9.-]{0,63})?$")]
_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_After = Annotated[str | None, Query(pattern=r"^-?[0-9]{1,17}-[A-Za-z0-9-]{1,64}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the form was filled in with."""

    q: str
    kind: Kind
    since: str
    until: str
    topic: str
    source: str
    language: str

    @property
    def narrowed(self) -> bool:
        """Whether any filter is set."""
        return any((self.since, self.until, self.topic, self.source, self.language))

    def address(self, **changes: str) -> str:
        """The address of this search, with some of it changed."""
        values = {
            "q": self.q,
            "kind": self.kind.value,
            "from": self.since,
            "to": self.until,
            "topic": self.topic,
            "source": self.source,
            "written_in": self.language,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of what was found, and how much there is of each kind."""

    page: Page[Found]
    counts: Mapping[Kind, int]
    partial: bool


@router.get("/search")
def search(
    visit: ReaderVisit,
    session: SessionDep,
    q: SearchQuery = "",
    kind: Kind = Kind.DOCUMENTS,
    since: Annotated[str, Query(alias="from", pattern=_DAY)] = "",
    until: Annotated[str, Query(alias="to", pattern=_DAY)] = "",
    topic: _Choice = "",
    source: _Choice = "",
    written_in: _Choice = "",
    after: _After = None,
) -> Response:
    """What the visitor may read of what holds the words."""
    wanted = Wanted(q=q, kind=kind, since=since, until=until, topic=topic, source=source, language=written_in)
    return visit.page(
        "search",
        wanted=wanted,
        results=_results(visit, session, wanted, after),
        kinds=[(each, visit.t.gettext(label)) for each, label in KINDS.items()],
        marks={mark: visit.t.gettext(label) for mark, label in MARKS.items()},
        topics=[(each.id, each.name) for each in stories.topics(session)],
        sources=sorted((each.name, each.id) for each in sources.every(session, visit.viewer)),
        languages_of_texts=sorted((visit.t.language_name(code), code) for code in EXPECTED),
        looked_through=LOOKED_THROUGH,
    )


def _results(visit: Visit, session: Session, wanted: Wanted, after: str | None) -> Results | None:
    """What was found; None when there is nothing to look for."""
    query = parse(wanted.q)
    zone = visit.t.time_zone
    filters = Filters(
        since=begin_of(wanted.since, "from", zone),
        until=begin_of(wanted.until, "to", zone, after=True),
        topic=wanted.topic or None,
        source=wanted.source or None,
        language=wanted.language or None,
    )
    if not query.searchable:
        return None
    one = Search(session, visit.viewer, query, filters)
    counts = one.counts()
    page = look(one, wanted.kind, query, visit.t, limit=PER_PAGE, after=after)
    return Results(page=page, counts=_by_kind(counts), partial=counts.partial)


def _by_kind(counts: Counts) -> Mapping[Kind, int]:
    return {Kind.DOCUMENTS: counts.documents, Kind.STORIES: counts.stories, Kind.BRIEFINGS: counts.passages}
