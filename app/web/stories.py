"""A story: its documents by day, who repeats whom, and where it was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep
from app.delivery.edition_names import edition_label
from app.delivery.words import MARKS, told_by
from app.store import catalogue, sources, stories
from app.store.catalogue import Summary, Telling
from app.viewer import Role
from app.web.paths import StoryId, path_to, web_address
from app.web.story_history import history
from app.web.visits import ReaderVisit, Visit, see
from app.web.wording import said as words_said
from digest.labels import Label, label
from digest.types import Source

router = APIRouter()
LEAD = 400  # characters of a text: its first sentences
LEADS = 40  # documents that say how a story is called; more say the same
_Said = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDocument:
    """A document of a story, with the reprints of it."""

    title: str
    source: str
    language: str
    path: str
    url: str | None
    undated: bool
    complete: bool
    mark: str | None
    """Named when it is not public."""
    reprints: tuple[tuple[str, str], ...]
    """Source and address of each document that repeats it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The documents of one day, in the office's time zone."""

    label: str
    documents: tuple[StoryDocument, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldIn:
    """An edition that tells the story, and its number there."""

    label: str
    path: str


@router.get("/stories/{story_id}")
def story(story_id: StoryId, visit: ReaderVisit, session: SessionDep, said: _Said = "") -> Response:
    """One story; an id that was merged into another leads on to it."""
    living = stories.resolve(session, story_id)
    found = catalogue.of_story(session, visit.viewer, living)
    if living != story_id:
        return see(path_to("stories", living))
    known = {source.id: source for source in sources.every(session, visit.viewer)}
    names = {identifier: source.name for identifier, source in known.items()}
    called = how_called(session, visit, living)
    return visit.page(
        "story",
        title=called.headline,
        language=called.language,
        called=called,
        first=visit.t.day(found[0].published_at or found[0].collected_at),
        last=visit.t.day(found[-1].published_at or found[-1].collected_at),
        days=_days(found, names, visit),
        count=len(found),
        told_by=_told_by(found, known, visit),
        told=_told(session, visit, living),
        correct=f"{path_to('stories', living)}/correct" if visit.viewer.may(Role.EDITOR) else None,
        history=history(session, visit, living) if visit.viewer.may(Role.EDITOR) else (),
        path=path_to("stories", living),
        said=words_said(said, visit.t),
    )


def how_called(session: Session, visit: Visit, story_id: str) -> Label:
    """How a story is called, by the documents that the visitor may read."""
    return label(catalogue.leads(session, visit.viewer, story_id, characters=LEAD, limit=LEADS))


def _days(found: Sequence[Summary], names: Mapping[str, str], visit: Visit) -> tuple[Day, ...]:
    """Days, the latest first: what is new is what a reader comes for."""
    here = {each.id: each for each in found}
    repeats: dict[str, list[Summary]] = defaultdict(list)
    for each in found:
        repeats[_original(each, here)].append(each)
    first_hand = sorted(repeats[""], key=lambda each: each.published_at or each.collected_at, reverse=True)
    by_day = groupby(first_hand, key=lambda each: visit.t.day(each.published_at or each.collected_at))
    return tuple(
        Day(label=day, documents=tuple(_document(each, repeats[each.id], names, visit) for each in documents))
        for day, documents in by_day
    )


def _told_by(found: Sequence[Summary], known: Mapping[str, Source], visit: Visit) -> str:
    """How many sources tell the story, in the words under which the briefing does."""
    here = {each.id: each for each in found}
    first_hand = [each for each in found if not _original(each, here)] or found
    origins = {each.source_id: known[each.source_id].origin for each in first_hand if each.source_id in known}
    return told_by(origins, sum(bool(_original(each, here)) for each in found), visit.t)


def _original(each: Summary, here: Mapping[str, Summary]) -> str:
    """Id of the document that a reprint goes back to, through other reprints; empty for one that repeats none here."""
    first, repeated = "", each.duplicate_of
    seen = {each.id}
    while repeated is not None and repeated in here and repeated not in seen:
        first = repeated
        seen.add(first)
        repeated = here[first].duplicate_of
    return first


def _document(each: Summary, reprints: Sequence[Summary], names: Mapping[str, str], visit: Visit) -> StoryDocument:
    return StoryDocument(
        title=each.title,
        source=names.get(each.source_id, each.source_id),
        language=each.language,
        path=path_to("documents", each.id),
        url=web_address(each.url),
        undated=each.published_at is None,
        complete=each.complete,
        mark=visit.t.gettext(MARKS[each.mark]) if each.mark else None,
        reprints=tuple(
            (names.get(other.source_id, other.source_id), path_to("documents", other.id)) for other in reprints
        ),
    )


def _told(session: Session, visit: Visit, story_id: str) -> tuple[ToldIn, ...]:
    leader_id = None if visit.viewer.may(Role.EDITOR) else visit.viewer.leader_id
    tellings = catalogue.tellings(session, visit.viewer, story_id, leader_id)
    return tuple(_place(each, visit) for each in reversed(tellings))


def _place(telling: Telling, visit: Visit) -> ToldIn:
    label = visit.t.gettext(
        "%(edition)s #%(number)s", edition=edition_label(telling.edition_id, visit.t), number=telling.number
    )
    return ToldIn(label=label, path=f"{path_to('briefings', telling.edition_id)}#entry-{telling.number}")
