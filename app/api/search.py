"""The route that searches."""

from __future__ import annotations

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
from app.delivery.found import Found, Kind, begin_of, look, read_query
from app.i18n import Translations
from app.store.search import Filters, Search
from digest.search import Piece

router = APIRouter(prefix="/search", tags=["search"], route_class=TaggedRoute)
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def narrowing(
    t: LabelLanguage,
    since: Annotated[
        str | None, Query(alias="from", pattern=_DAY, description="First day, in the office's time zone.")
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", pattern=_DAY, description="Last day, in the office's time zone.")
    ] = None,
    topic: Annotated[str | None, Query(pattern=ID_PATTERN, description="A topic, by id.")] = None,
    source: Annotated[str | None, Query(pattern=ID_PATTERN, description="A source, by id.")] = None,
    written_in: Annotated[
        str | None, Query(pattern="^[a-z]{2,3}$", description="The language of the texts, e.g. `zh`.")
    ] = None,
) -> Filters:
    """What a search is narrowed to."""
    zone = t.time_zone
    return Filters(
        since=begin_of(since or "", "from", zone),
        until=begin_of(until or "", "to", zone, after=True),
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
            max_length=200, description='Words, all of which are wanted; `"a phrase"`; `-left-out`.', examples=["dam"]
        ),
    ],
    kind: Annotated[Kind, Query(description="What is listed; all three are counted.")] = Kind.DOCUMENTS,
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
