"""Routes of stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.api.dependencies import (
    DEFAULT_PAGE,
    After,
    KeyViewer,
    LabelLanguage,
    LeaderParameter,
    Limit,
    ReadSession,
    StoryId,
)
from app.api.documents import document_item
from app.api.etags import TaggedRoute
from app.api.labels import section_label, status_label
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import Listing, StoryDetail, StoryItem, ToldItem
from app.delivery.edition_names import edition_label
from app.i18n import Translations
from app.store import catalogue, stories
from app.store.catalogue import Summary, Telling
from app.store.stories import StoryLine

router = APIRouter(prefix="/stories", tags=["stories"], route_class=TaggedRoute)
MOVED: dict[int | str, dict[str, Any]] = {
    308: {"description": "The story was merged into another one; `Location` leads there, for ever."}
}


@router.get("", summary="Stories", responses=documented(401, 422, 429, 500))
def list_stories(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: KeyViewer,
    limit: Limit = DEFAULT_PAGE,
    after: After = None,
) -> Listing[StoryItem]:
    """Stories by id. Sizes and times are of the documents that the key may know of."""
    page = stories.newest(session, viewer, limit=limit, after=after)
    return Listing(items=tuple(map(_item, page.items)), next=next_link(request, response, page.next))


@router.get(
    "/{story_id}",
    summary="One story",
    response_model=StoryDetail,
    responses={**documented(401, 404, 422, 429, 500), **MOVED},
)
def get_story(
    request: Request,
    story_id: StoryId,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    leader: LeaderParameter = None,
) -> StoryDetail | RedirectResponse:
    """A story's documents by time, which of them repeat others, and where approved briefings told it.

    The id of a story that was merged into another answers 308 with the other's address.
    """
    living = stories.resolve(session, story_id)
    documents = catalogue.of_story(session, viewer, living)
    if living != story_id:
        return RedirectResponse(_address(request, story_id, living), 308)
    return _detail(living, documents, catalogue.tellings(session, viewer, living, leader), t)


def _address(request: Request, merged: str, living: str) -> str:
    """The address of the living story, relative to the server, with the same parameters."""
    path = request.url.path.removesuffix(merged) + living
    return f"{path}?{urlencode(dict(request.query_params))}" if request.query_params else path


def _item(line: StoryLine) -> StoryItem:
    return StoryItem(
        id=line.id,
        title=line.title,
        documents=line.documents,
        sources=line.sources,
        first_at=line.first_at,
        last_at=line.last_at,
    )


def _detail(identifier: str, documents: Sequence[Summary], tellings: Sequence[Telling], t: Translations) -> StoryDetail:
    times = [each.published_at or each.collected_at for each in documents]
    return StoryDetail(
        id=identifier,
        title=min(each.title for each in documents),
        documents=tuple(document_item(each, t) for each in documents),
        duplicates=sum(each.duplicate_of is not None for each in documents),
        sources=len({each.source_id for each in documents}),
        first_at=times[0],
        last_at=times[-1],
        told=tuple(_told(each, t) for each in tellings),
    )


def _told(telling: Telling, t: Translations) -> ToldItem:
    return ToldItem(
        briefing_id=telling.edition_id,
        number=telling.number,
        label=edition_label(telling.edition_id, t),
        section=section_label(telling.section, t),
        status=status_label(telling.status, t),
    )
