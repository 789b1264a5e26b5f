"""The route that searches."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.dependencies import (
    DEFAULT_PAGE,
    ID_PATTERN,
    AfterMoment,
    KeyViewer,
    LabelLanguage,
    Limit,
    ReadSession,
)
from app.api.etags import TaggedRoute
from app.api.labels import mark_label
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import FoundItem, PieceItem, SearchCounts, SearchPage
from app.delivery.found import Found, Kind, begin_of, end_of, look, read_query
from app.i18n import Translations
from app.store.search import Filters, Search
from digest.search import Piece

router = APIRouter(prefix="/search", tags=["search"], route_class=TaggedRoute)


def narrowing(
    t: LabelLanguage,
    since: Annotated[
        date | None, Query(alias="from", description="First day, in the office's time zone.", examples=["2026-11-01"])
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", description="Last day, in the office's time zone.", examples=["2026-11-20"])
    ] = None,
    topic: Annotated[str | None, Query(pattern=ID_PATTERN, description="A topic, by id.", examples=["river"])] = None,
    source: Annotated[
        str | None, Query(pattern=ID_PATTERN, description="A source, by id.", examples=["courier"])
    ] = None,
    written_in: Annotated[
        str | None, Query(pattern="^[a-z]{2,3}$", description="The language of the texts, e.g. `zh`.", examples=["zh"])
    ] = None,
) -> Filters:
    """What a search is narrowed to."""
    zone = t.time_zone
    return Filters(
        since=begin_of(since, zone) if since else None,
        until=end_of(until, zone) if until else None,
        topic=topic,
        source=source,
        language=written_in,
    )


@router.get("", summary="Documents, stories or briefings that hold words", responses=documented(401, 422, 429, 500))
def search(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    filters: Annotated[Filters, Depends(narrowing)],
    q: Annotated[
        str,
        Query(
            max_length=200, description='Words, all of which are wanted; `"a phrase"`; `-left-out`.', examples=["lock"]
        ),
    ],
    kind: Annotated[
        Kind, Query(description="What is listed; all three are counted.", examples=["stories"])
    ] = Kind.DOCUMENTS,
    limit: Limit = DEFAULT_PAGE,
    after: AfterMoment = None,
) -> SearchPage:
    """What holds the words, newest first, as far as the key may read it.

    Upper and lower case, accents and width make no difference. Briefings are searched as they were approved.
    """
    query = read_query(q)
    one = Search(session, viewer, query, filters)
    counts = one.counts()
    page = look(one, kind, query, t, limit=limit, after=after)
    return SearchPage(
        counts=SearchCounts(documents=counts.documents, stories=counts.stories, briefings=counts.passages),
        partial=counts.partial,
        items=tuple(_item(each, t) for each in page.items),
        next=next_link(request, response, page.next),
    )


def _item(found: Found, t: Translations) -> FoundItem:
    return FoundItem(
        kind=found.kind,
        id=found.id,
        title=_pieces(found.title),
        excerpt=_pieces(found.excerpt.pieces),
        language=found.language,
        at=found.at,
        path=found.path,
        mark=mark_label(found.mark, t) if found.mark is not None else None,
        source_id=found.source_id,
        source=found.source if found.source_id else None,
        story_id=found.story_id,
        documents=found.documents,
        leader_id=found.leader_id,
        number=found.number,
    )


def _pieces(pieces: tuple[Piece, ...]) -> tuple[PieceItem, ...]:
    return tuple(PieceItem(text=piece.text, match=piece.match) for piece in pieces)
