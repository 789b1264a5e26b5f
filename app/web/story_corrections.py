"""Correcting the grouping: merge two stories, split one, move documents, undo. It works without any script."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, SessionDep, WritingDep
from app.jobs import regroup
from app.store import catalogue, sources, stories, story_acts
from app.store.catalogue import Summary
from app.store.search import Filters, Search
from app.web.paths import SearchQuery, StoryId, path_to
from app.web.stories import how_called
from app.web.visits import EditorVisit, Visit, see
from app.web.wording import said as words_said
from digest.errors import InvalidInputError, NotFoundError
from digest.search import parse
from digest.text import tokens

router = APIRouter()
OFFERED = 12  # stories to choose from: a phone screen
AROUND = timedelta(days=14)  # stories of other times are found by searching
_Said = Annotated[str, Query(max_length=20)]
COMPARED = 3_000  # titles; a week of the largest office


class Wanted(StrEnum):
    """What a button of the page does."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Another story that an editor may choose."""

    id: str
    title: str
    path: str


@router.get("/stories/{story_id}/correct")
def correct(
    story_id: StoryId, visit: EditorVisit, session: SessionDep, q: SearchQuery = "", said: _Said = ""
) -> Response:
    """The documents of a story to tick, and other stories: the nearest, or those that a search finds."""
    living = stories.resolve(session, story_id)
    found = catalogue.of_story(session, visit.viewer, living)
    names = {source.id: source.name for source in sources.every(session, visit.viewer)}
    called = how_called(session, visit, living)
    return visit.page(
        "story_correct",
        title=called.headline,
        language=called.language,
        documents=[
            (each, names.get(each.source_id, each.source_id), visit.t.day(each.published_at or each.collected_at))
            for each in found
        ],
        others=_searched(session, visit, living, q) if q else _near(session, visit, living, found),
        path=path_to("stories", living),
        q=q,
        said=words_said(said, visit.t),
    )


def _searched(session: Session, visit: Visit, living: str, q: str) -> tuple[Offered, ...]:
    query = parse(q)
    if not query.searchable:
        return ()
    page = Search(session, visit.viewer, query, Filters()).stories(limit=OFFERED + 1)
    return tuple(
        Offered(id=hit.id, title=hit.newest.title, path=path_to("stories", hit.id))
        for hit in page.items
        if hit.id != living
    )[:OFFERED]


def _near(session: Session, visit: Visit, living: str, found: tuple[Summary, ...]) -> tuple[Offered, ...]:
    """The stories of the time whose titles share the rarest words with this one's, then the newest."""
    times = [each.published_at or each.collected_at for each in found]
    others = story_acts.told_of(session, visit.viewer, times[0] - AROUND, times[-1] + AROUND, COMPARED)
    words = [frozenset(tokens(title, language)) for _, title, language in others]
    frequency = Counter(word for each in words for word in each)
    own = {word for each in found for word in tokens(each.title, each.language)}
    scores: dict[str, float] = defaultdict(float)
    titles: dict[str, str] = {}
    for (story, title, _), each in zip(others, words, strict=True):
        if story != living:
            titles.setdefault(story, title)
            scores[story] = max(scores[story], sum(1 / frequency[word] for word in each & own))
    ranked = sorted(scores, key=lambda story: -scores[story])  # of equals, the newest stays first
    return tuple(Offered(id=each, title=titles[each], path=path_to("stories", each)) for each in ranked[:OFFERED])


@router.post("/stories/{story_id}/correct")
def act(
    story_id: StoryId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    do: Annotated[Wanted, Form()],
    document: Annotated[list[str] | None, Form(max_length=10_000)] = None,
    other: Annotated[str, Form(max_length=64, pattern=r"^[A-Za-z0-9.-]*$")] = "",
) -> Response:
    """Do what a button says, at once and for every later grouping."""
    chosen = frozenset(document or ())
    try:
        _do(session, visit, do, story_id, chosen, other, now)
    except InvalidInputError as error:  # the form lacks something, and nothing was done
        return see(f"{path_to('stories', story_id)}/correct?said=story_no_{error.field}")
    shown = stories.resolve(session, other if do is Wanted.MOVE else story_id)
    if do is Wanted.SPLIT:
        shown = catalogue.summary(session, visit.viewer, min(chosen)).story_id or shown
    return see(f"{path_to('stories', shown)}?said=story_{do}")


def _do(
    session: Session, visit: Visit, do: Wanted, story_id: str, chosen: frozenset[str], other: str, now: datetime
) -> None:
    if do is not Wanted.SPLIT and not other:
        raise InvalidInputError("other", other, "choose another story in the list, or search for one")
    match do:
        case Wanted.MERGE:
            regroup.merge(session, visit.viewer, story_id, other, now)
        case Wanted.SPLIT:
            regroup.split(session, visit.viewer, story_id, chosen, now)
        case Wanted.MOVE:
            regroup.move(session, visit.viewer, story_id, chosen, other, now)


@router.post("/stories/{story_id}/corrections/{number}/undo")
def undo(
    story_id: StoryId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Take back a correction, or the taking back of one."""
    regroup.undo(session, visit.viewer, number, now)
    shown = stories.resolve(session, story_id)
    try:
        catalogue.of_story(session, visit.viewer, shown)
    except NotFoundError:  # nothing that the editor may know of is left there
        return see("/search?kind=stories")
    return see(f"{path_to('stories', shown)}?said=story_undo")
