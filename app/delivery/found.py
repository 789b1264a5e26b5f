"""What a search found, as page and API show it: title and excerpt with the matches marked, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from app.delivery.edition_names import edition_label
from app.i18n import Translations
from app.store.documents import Page
from app.store.search import DocumentHit, PassageHit, Search, StoryHit
from digest.errors import InvalidInputError
from digest.search import Excerpt, Piece, Query, excerpt, marked, parse
from digest.types import Mark


class Kind(StrEnum):
    """What a search is for."""

    DOCUMENTS = "documents"
    STORIES = "stories"
    BRIEFINGS = "briefings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document, a story or a place in a briefing."""

    kind: Kind
    id: str
    """Of the document, story or briefing."""
    title: tuple[Piece, ...]
    excerpt: Excerpt
    language: str | None
    """None for a bottom line."""
    at: datetime
    path: str
    mark: Mark | None = None
    source_id: str | None = None
    source: str | None = None
    undated: bool = False
    story_id: str | None = None
    documents: int | None = None
    """How many documents of a story were found."""
    leader_id: str | None = None
    number: int | None = None
    """Of an entry in its briefing; None for the bottom line."""


def read_query(written: str) -> Query:
    """A query that can be searched for.

    Raises:
        InvalidInputError: it asks for nothing.
    """
    query = parse(written)
    if not query.searchable:
        raise InvalidInputError("q", written, "name at least one word to look for, not only words to leave out")
    return query


def read_day(written: str, field: str) -> date | None:
    """A day as a form gives it; None for an empty text.

    Raises:
        InvalidInputError: it is no day; the error names the field.
    """
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InvalidInputError(field, written, "write a day as 2026-11-20") from None


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins in a time zone, UTC."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    except OverflowError:  # it begins before the year 1
        return datetime.min.replace(tzinfo=UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after a day in a time zone, UTC."""
    try:
        return begin_of(day + timedelta(days=1), zone)
    except OverflowError:  # after the year 9999
        return datetime.max.replace(tzinfo=UTC)


def look(search: Search, kind: Kind, query: Query, t: Translations, *, limit: int, after: str | None) -> Page[Found]:
    """A page of what a search finds of one kind.

    Raises:
        InvalidInputError: ``after`` is no page's ``next``.
    """
    match kind:
        case Kind.DOCUMENTS:
            documents = search.documents(limit=limit, after=after)
            return Page(items=tuple(_document(hit, query) for hit in documents.items), next=documents.next)
        case Kind.STORIES:
            stories = search.stories(limit=limit, after=after)
            return Page(items=tuple(_story(hit, query) for hit in stories.items), next=stories.next)
        case Kind.BRIEFINGS:
            passages = search.passages(limit=limit, after=after)
            return Page(items=tuple(_passage(hit, query, t) for hit in passages.items), next=passages.next)


def _document(hit: DocumentHit, query: Query) -> Found:
    return Found(
        kind=Kind.DOCUMENTS,
        id=hit.id,
        title=marked(hit.title, query),
        excerpt=excerpt(hit.text, query),
        language=hit.language,
        at=hit.at,
        path=f"/documents/{quote(hit.id, safe='')}",
        mark=hit.mark,
        source_id=hit.source_id,
        source=hit.source,
        undated=hit.undated,
        story_id=hit.story_id,
    )


def _story(hit: StoryHit, query: Query) -> Found:
    newest = hit.newest
    return Found(
        kind=Kind.STORIES,
        id=hit.id,
        title=marked(newest.title, query),
        excerpt=excerpt(newest.text, query),
        language=newest.language,
        at=newest.at,
        path=f"/stories/{quote(hit.id, safe='')}",
        mark=newest.mark,
        source_id=newest.source_id,
        source=newest.source,
        undated=newest.undated,
        story_id=hit.id,
        documents=hit.documents,
    )


def _passage(hit: PassageHit, query: Query, t: Translations) -> Found:
    view = f"?{urlencode({'leader': hit.leader_id})}" if hit.leader_id else ""
    place = f"#entry-{hit.number}" if hit.number else "#bottom-line"
    headline = hit.headline if hit.story_id else t.gettext("Bottom line")
    return Found(
        kind=Kind.BRIEFINGS,
        id=hit.edition_id,
        title=marked(headline, query) if hit.story_id else (Piece(text=headline, match=False),),
        excerpt=excerpt(hit.text, query),
        language=hit.language,
        at=hit.at,
        path=f"/briefings/{quote(hit.edition_id, safe='')}{view}{place}",
        source=edition_label(hit.edition_id, t),
        story_id=hit.story_id,
        leader_id=hit.leader_id,
        number=hit.number or None,
    )
