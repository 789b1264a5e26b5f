"""Documents without their texts: what lists of them show, and where a story was told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, defer

from app.models import DocumentRow, EditionRow, LedgerLineRow, StoryRow, VersionRow
from app.store.documents import Page, current
from app.store.editions import edition_of
from app.viewer import Viewer
from digest.edition import Edition, Section, Status
from digest.errors import InvalidInputError, NotFoundError
from digest.labels import Lead
from digest.reading import visible
from digest.types import Mark

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(-?[0-9]{1,17})-([A-Za-z0-9-]{1,64})")  # 17 digits of microseconds reach the year 5138


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A document at its newest version, without the text."""

    id: str
    source_id: str
    version: int
    title: str
    language: str
    mark: Mark
    collected_at: datetime
    changed_at: datetime
    url: str | None
    author: str | None
    published_at: datetime | None
    published_clamped: bool
    complete: bool
    story_id: str | None
    duplicate_of: str | None
    """None as well when the viewer may not know of the document that it repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Where an approved edition tells a story."""

    edition_id: str
    number: int
    section: Section
    status: Status


_Original = aliased(DocumentRow)


def _summaries(viewer: Viewer) -> Select[DocumentRow, VersionRow, str | None]:
    """The query for each document's newest version, and the id of what it repeats if the viewer may know of that."""
    original = and_(_Original.id == DocumentRow.duplicate_of, _Original.mark <= viewer.clearance)
    without_text = current(viewer).options(defer(VersionRow.text))
    return without_text.add_columns(_Original.id).outerjoin(_Original, original)


def _to_summary(found: Row[DocumentRow, VersionRow, str | None]) -> Summary:
    row, version, duplicate_of = found
    return Summary(
        id=row.id,
        source_id=row.source_id,
        version=version.number,
        title=version.title,
        language=version.language,
        mark=Mark(row.mark),
        collected_at=row.collected_at,
        changed_at=version.collected_at,
        url=row.url,
        author=version.author,
        published_at=version.published_at,
        published_clamped=version.published_clamped,
        complete=version.complete,
        story_id=row.story_id,
        duplicate_of=duplicate_of,
    )


def changes(session: Session, viewer: Viewer, *, limit: int, after: str | None = None) -> Page[Summary]:
    """Documents by the time of their last change, newest first.

    Args:
        session: the open session.
        viewer: whoever reads.
        limit: most documents of one page.
        after: a page's ``next``. It names a moment and not a row, so that a document which changes between two pages
            moves to the front without making the others appear twice.

    Raises:
        InvalidInputError: ``after`` is no page's ``next``.
    """
    query = _summaries(viewer).order_by(DocumentRow.changed_at.desc(), DocumentRow.id.desc()).limit(limit + 1)
    if after:
        moment, identifier = place(after)
        query = query.where(
            or_(
                DocumentRow.changed_at < moment,
                and_(DocumentRow.changed_at == moment, DocumentRow.id < identifier),
            )
        )
    rows = session.execute(query).all()
    items = tuple(_to_summary(row) for row in rows[:limit])
    return Page(items=items, next=cursor(items[-1].changed_at, items[-1].id) if len(rows) > limit else None)


def cursor(moment: datetime, identifier: str) -> str:
    """A page's ``next`` in a list by time: the moment and id of its last item."""
    return f"{(moment - _EPOCH) // timedelta(microseconds=1)}-{identifier}"


def place(after: str) -> tuple[datetime, str]:
    """The moment and id of a page's ``next``; a moment before the year 1 counts as its beginning.

    Raises:
        InvalidInputError: it is none.
    """
    found = _PLACE.fullmatch(after)
    if found is None:
        raise InvalidInputError("after", after, "follow the `next` link of a page")
    try:
        return _EPOCH + timedelta(microseconds=int(found[1])), found[2]
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC), found[2]


def summary(session: Session, viewer: Viewer, identifier: str) -> Summary:
    """One document at its newest version, without the text.

    Raises:
        NotFoundError: there is none with a text, or the viewer may not know of it.
    """
    found = session.execute(_summaries(viewer).where(DocumentRow.id == identifier)).one_or_none()
    if found is None:
        raise NotFoundError("document", identifier)
    return _to_summary(found)


def of_story(session: Session, viewer: Viewer, story_id: str) -> tuple[Summary, ...]:
    """Documents of a story by time, then id.

    Raises:
        NotFoundError: the story holds no document that the viewer may know of.
    """
    found = session.execute(_summaries(viewer).where(DocumentRow.story_id == story_id)).all()
    if not found:
        raise NotFoundError("story", story_id)
    return tuple(sorted(map(_to_summary, found), key=lambda each: (each.published_at or each.collected_at, each.id)))


def leads(session: Session, viewer: Viewer, story_id: str, *, characters: int, limit: int) -> tuple[Lead, ...]:
    """Titles and beginnings of the newest documents of a story, the earliest first; reprints if there is room."""
    when = func.coalesce(VersionRow.published_at, DocumentRow.collected_at)
    query = (
        current(viewer)
        .with_only_columns(
            VersionRow.title, func.substr(VersionRow.text, 1, characters), VersionRow.language, DocumentRow.url
        )
        .where(DocumentRow.story_id == story_id)
        .order_by(DocumentRow.duplicate_of.is_not(None), when.desc(), DocumentRow.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    return tuple(Lead(title=title, text=text, language=language, url=url) for title, text, language, url in rows[::-1])


def tellings(session: Session, viewer: Viewer, story_id: str, leader_id: str | None) -> tuple[Telling, ...]:
    """Where approved editions tell a story, oldest first, numbered as the viewer reads them.

    Args:
        session: the open session.
        viewer: whoever reads.
        story_id: the living story; editions that tell a story merged into it count.
        leader_id: whose views; None for the office's base views.
    """
    names = _merged_into(session, story_id) | {story_id}
    query = (
        select(EditionRow.frozen)
        .where(EditionRow.frozen.is_not(None))
        .where(
            EditionRow.id.in_(
                select(LedgerLineRow.edition_id)
                .join(DocumentRow, DocumentRow.id == LedgerLineRow.document_id)
                .where(DocumentRow.story_id == story_id, DocumentRow.mark <= viewer.clearance)
            )
        )
        .order_by(EditionRow.cut_off)
    )
    frozen = (edition_of(value) for value in session.scalars(query) if value)
    return tuple(telling for edition in frozen for telling in _tellings(edition, viewer, names, leader_id))


def _tellings(edition: Edition, viewer: Viewer, names: set[str], leader_id: str | None) -> list[Telling]:
    if edition.view(leader_id) is None:  # the leader was no reader then
        return []
    return [
        Telling(edition_id=edition.id, number=read.number, section=section.section, status=read.place.status)
        for section in visible(edition, leader_id, viewer.clearance).sections
        for read in section.entries
        if read.entry.story_id in names
    ]


def _merged_into(session: Session, story_id: str) -> set[str]:
    """Every story that was merged into one, directly or through others."""
    found: set[str] = set()
    wave = {story_id}
    while wave:
        wave = set(session.scalars(select(StoryRow.id).where(StoryRow.merged_into.in_(wave)))) - found
        found |= wave
    return found
