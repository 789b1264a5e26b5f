"""Searching documents, stories and editions: the same set on each engine, within the clearance, newest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from app.models import (
    DocumentRow,
    DocumentTopicRow,
    EditionRow,
    PassageRow,
    SearchedDocumentRow,
    SearchedEditionRow,
    ShowingRow,
    SourceRow,
    VersionRow,
)
from app.store.catalogue import cursor, place
from app.store.documents import Page
from app.store.search_index import DOCUMENT_WORDS, PASSAGE_WORDS, matching, spaced, words_table
from app.timetable import Series
from app.viewer import Role, Viewer
from digest.search import Query
from digest.types import Mark

LOOKED_THROUGH = 1_000
"""Most texts read for one search for a phrase, the newest first: what holds its words need not hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search is narrowed to; None does not narrow."""

    since: datetime | None = None
    until: datetime | None = None
    """The first moment that no longer counts."""
    topic: str | None = None
    source: str | None = None
    language: str | None = None

    @property
    def any(self) -> bool:
        """Whether they narrow at all."""
        return any((self.since, self.until, self.topic, self.source, self.language))


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHit:
    """A document that a search found, at its newest version."""

    id: str
    title: str
    text: str
    language: str
    source_id: str
    source: str | None
    """Its source's name; None when the viewer may not know of the source."""
    story_id: str | None
    mark: Mark
    at: datetime
    undated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryHit:
    """A story with documents that a search found."""

    id: str
    documents: int
    """How many of its documents were found."""
    newest: DocumentHit


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """An entry of a frozen edition, or its bottom line, that a search found."""

    id: int
    edition_id: str
    leader_id: str | None
    """Whose view shows it; None for the base view."""
    number: int
    """In that view; 0 for the bottom line."""
    story_id: str | None
    headline: str
    text: str
    language: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a search found in all."""

    documents: int
    stories: int
    passages: int
    partial: bool
    """There were more texts with the words of a phrase than are read for one search."""


class Search:
    """One search by one viewer; a phrase is looked for once, however many of its results are asked for."""

    def __init__(self, session: Session, viewer: Viewer, query: Query, filters: Filters) -> None:
        """Prepare a search.

        Args:
            session: the open session.
            viewer: whoever searches.
            query: what is looked for; it has to be searchable.
            filters: what it is narrowed to.
        """
        self._session = session
        self._viewer = viewer
        self._query = query
        self._filters = filters
        self._partial = False
        self._documents: tuple[ColumnElement[bool], ...] | None = None
        self._passages: tuple[ColumnElement[bool], ...] | None = None

    def counts(self) -> Counts:
        """How many documents, stories and passages there are in all."""
        query = self._of_documents(func.count(), func.count(func.distinct(DocumentRow.story_id)))
        documents, stories = self._session.execute(query).one()
        passages = self._session.scalar(self._of_passages(func.count(func.distinct(PassageRow.id)))) or 0
        return Counts(documents=documents, stories=stories, passages=passages, partial=self._partial)

    def documents(self, *, limit: int, after: str | None = None) -> Page[DocumentHit]:
        """Documents by time, newest first; ``after`` is a page's ``next``.

        Raises:
            InvalidInputError: ``after`` is no page's ``next``.
        """
        at, identifier = SearchedDocumentRow.at, SearchedDocumentRow.document_id
        query = self._of_documents(at, identifier).order_by(at.desc(), identifier.desc()).limit(limit + 1)
        if after:
            query = query.where(tuple_(at, identifier) < tuple_(*_bound(at, after)))
        rows = self._session.execute(query).all()
        hits = self._hits([each for _, each in rows[:limit]])
        return Page(items=tuple(hits.values()), next=cursor(*rows[limit - 1]) if len(rows) > limit else None)

    def stories(self, *, limit: int, after: str | None = None) -> Page[StoryHit]:
        """Stories by the newest of their documents that were found; ``after`` is a page's ``next``.

        Raises:
            InvalidInputError: ``after`` is no page's ``next``.
        """
        latest, story = func.max(SearchedDocumentRow.at), DocumentRow.story_id
        query = (
            self._of_documents(latest, story, func.count())
            .where(story.is_not(None))
            .group_by(story)
            .order_by(latest.desc(), story.desc())
            .limit(limit + 1)
        )
        if after:
            query = query.having(tuple_(latest, story) < tuple_(*_bound(SearchedDocumentRow.at, after)))
        rows = self._session.execute(query).all()
        newest = self._newest([each for _, each, _ in rows[:limit]])
        items = tuple(StoryHit(id=each, documents=count, newest=newest[each]) for _, each, count in rows[:limit])
        return Page(items=items, next=cursor(rows[limit - 1][0], rows[limit - 1][1]) if len(rows) > limit else None)

    def passages(self, *, limit: int, after: str | None = None) -> Page[PassageHit]:
        """Entries and bottom lines of editions, the latest edition first; ``after`` is a page's ``next``.

        Raises:
            InvalidInputError: ``after`` is no page's ``next``.
        """
        at, identifier, leader = PassageRow.at, PassageRow.id, func.min(ShowingRow.leader_id)
        query = (
            self._of_passages(at, identifier, leader)
            .group_by(at, identifier)
            .order_by(at.desc(), identifier)
            .limit(limit + 1)
        )
        if after:
            moment, last = _passage_place(after)
            query = query.where(or_(at < moment, and_(at == moment, identifier > last)))
        rows = self._session.execute(query).all()
        items = self._passage_hits([(each, leader_id) for _, each, leader_id in rows[:limit]])
        following = cursor(rows[limit - 1][0], str(rows[limit - 1][1])) if len(rows) > limit else None
        return Page(items=items, next=following)

    def _of_documents(self, *columns: Any) -> Select[Any]:  # noqa: ANN401 columns of any type
        """The query for what is said of the documents found."""
        if self._documents is None:
            self._documents = (matching(self._session, DOCUMENT_WORDS, self._query), *self._narrowed())
            self._documents = self._verified_documents()
        words = words_table(self._session, DOCUMENT_WORDS)
        return (
            select(*columns)
            .select_from(SearchedDocumentRow)
            .join(words, words.c.rowid == SearchedDocumentRow.id)
            .join(DocumentRow, DocumentRow.id == SearchedDocumentRow.document_id)
            .where(*self._documents)
        )

    def _narrowed(self) -> list[ColumnElement[bool]]:
        filters, searched = self._filters, SearchedDocumentRow
        conditions = [DocumentRow.mark <= self._viewer.clearance]
        if filters.since:
            conditions.append(searched.at >= filters.since)
        if filters.until:
            conditions.append(searched.at < filters.until)
        if filters.source:
            conditions.append(searched.source_id == filters.source)
        if filters.language:
            conditions.append(searched.language == filters.language)
        if filters.topic:
            topic = and_(DocumentTopicRow.document_id == DocumentRow.id, DocumentTopicRow.topic_id == filters.topic)
            conditions.append(select(literal(1)).where(topic).exists())
        return conditions

    def _verified_documents(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions with the documents named whose texts bear out the phrases, when there are any."""
        assert self._documents is not None
        if not self._query.verified:
            return self._documents
        candidates = self._of_documents(SearchedDocumentRow.id).order_by(
            SearchedDocumentRow.at.desc(), SearchedDocumentRow.document_id.desc()
        )
        version = and_(
            VersionRow.document_id == SearchedDocumentRow.document_id,
            VersionRow.number == SearchedDocumentRow.version,
        )
        texts = select(SearchedDocumentRow.id, VersionRow.title, VersionRow.text).join(VersionRow, version)
        return (
            *self._documents,
            SearchedDocumentRow.id.in_(self._bearing_out(candidates, texts, SearchedDocumentRow.id)),
        )

    def _bearing_out(self, candidates: Select[Any], texts: Select[int, str, str], identifier: Any) -> list[int]:  # noqa: ANN401 a column
        """Ids of the newest candidates whose texts (id, title, text) the query accepts; texts are not sorted along."""
        newest = self._session.scalars(candidates.limit(LOOKED_THROUGH + 1)).all()
        self._partial |= len(newest) > LOOKED_THROUGH
        rows = self._session.execute(texts.where(identifier.in_(newest[:LOOKED_THROUGH])))
        return [found for found, *said in rows if self._query.accepts(*said)]

    def _hits(self, identifiers: Sequence[str]) -> dict[str, DocumentHit]:
        version = and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version)
        source = and_(SourceRow.id == DocumentRow.source_id, SourceRow.mark <= self._viewer.clearance)
        query = (
            select(DocumentRow, VersionRow, SourceRow.name)
            .join(VersionRow, version)
            .outerjoin(SourceRow, source)
            .where(DocumentRow.id.in_(identifiers))
        )
        found = {
            row.id: DocumentHit(
                id=row.id,
                title=text.title,
                text=text.text,
                language=text.language,
                source_id=row.source_id,
                source=name,
                story_id=row.story_id,
                mark=Mark(row.mark),
                at=text.published_at or row.collected_at,
                undated=text.published_at is None,
            )
            for row, text, name in self._session.execute(query)
        }
        return {each: found[each] for each in identifiers}

    def _newest(self, stories: Sequence[str]) -> dict[str, DocumentHit]:
        """The newest document found of each story."""
        order = (SearchedDocumentRow.at.desc(), SearchedDocumentRow.document_id.desc())
        rank = func.row_number().over(partition_by=DocumentRow.story_id, order_by=order).label("rank")
        ranked = self._of_documents(SearchedDocumentRow.document_id.label("id"), DocumentRow.story_id, rank)
        found = ranked.where(DocumentRow.story_id.in_(stories)).subquery()
        rows = self._session.execute(select(found.c.id, found.c.story_id).where(found.c.rank == 1)).all()
        hits = self._hits([identifier for identifier, _ in rows])
        return {story: hits[identifier] for identifier, story in rows}

    def _of_passages(self, *columns: Any) -> Select[Any]:  # noqa: ANN401 columns of any type
        """The query for what is said of the passages found and the readings that show them."""
        if self._passages is None:
            self._passages = (matching(self._session, PASSAGE_WORDS, self._query), *self._shown())
            self._passages = self._verified_passages()
        words = words_table(self._session, PASSAGE_WORDS)
        return (
            select(*columns)
            .select_from(PassageRow)
            .join(words, words.c.rowid == PassageRow.id)
            .join(ShowingRow, ShowingRow.passage_id == PassageRow.id)
            .where(*self._passages)
        )

    def _shown(self) -> list[ColumnElement[bool]]:
        """Conditions: a reading that the viewer may open shows it, and it is not narrowed away."""
        filters = self._filters
        conditions = [ShowingRow.clearance == self._viewer.clearance, readable_showing(self._viewer)]
        if filters.since:
            conditions.append(PassageRow.at >= filters.since)
        if filters.until:
            conditions.append(PassageRow.at < filters.until)
        if filters.language:
            conditions.append(PassageRow.language == filters.language)
        if filters.source:
            conditions.append(PassageRow.sources.contains(spaced([filters.source]), autoescape=True))
        if filters.topic:
            conditions.append(PassageRow.topics.contains(spaced([filters.topic]), autoescape=True))
        return conditions

    def _verified_passages(self) -> tuple[ColumnElement[bool], ...]:
        assert self._passages is not None
        if not self._query.verified:
            return self._passages
        candidates = (
            self._of_passages(PassageRow.id).group_by(PassageRow.id).order_by(PassageRow.at.desc(), PassageRow.id)
        )
        texts = select(PassageRow.id, PassageRow.headline, PassageRow.text)
        return (*self._passages, PassageRow.id.in_(self._bearing_out(candidates, texts, PassageRow.id)))

    def _passage_hits(self, shown: Sequence[tuple[int, str]]) -> tuple[PassageHit, ...]:
        query = (
            select(PassageRow, ShowingRow.leader_id, ShowingRow.number)
            .join(ShowingRow, ShowingRow.passage_id == PassageRow.id)
            .where(ShowingRow.clearance == self._viewer.clearance)
            .where(tuple_(PassageRow.id, ShowingRow.leader_id).in_(shown))
            .order_by(PassageRow.at.desc(), PassageRow.id)
        )
        return tuple(
            PassageHit(
                id=row.id,
                edition_id=row.edition_id,
                leader_id=leader_id or None,
                number=number,
                story_id=row.story_id,
                headline=row.headline,
                text=row.text,
                language=row.language,
                at=row.at,
            )
            for row, leader_id, number in self._session.execute(query)
        )


def readable_showing(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a viewer is shown a passage by the reading of a showing: staff by any, a leader by the own.

    Staff get what a leader's view tells of a story only where the base view has not got the story. The showing's
    passage has to be part of the query.
    """
    if viewer.may(Role.EDITOR):
        return or_(ShowingRow.leader_id == "", ~_in_base_view(viewer))
    return own_showing(viewer)


def own_showing(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a showing is of the reading a viewer opens first: a leader the own view, others the base view.

    A leader whom an edition of the office has no view for reads its base view. The showing's passage has to be part
    of the query.
    """
    if viewer.leader_id is None:
        return ShowingRow.leader_id == ""
    edition = aliased(SearchedEditionRow)
    own = and_(
        edition.edition_id == PassageRow.edition_id,
        edition.leaders.contains(spaced([viewer.leader_id]), autoescape=True),
    )
    has_own_view = select(literal(1)).select_from(edition).where(own).exists()
    offices = PassageRow.edition_id.in_(select(EditionRow.id).where(EditionRow.series == Series.OFFICE))
    return or_(ShowingRow.leader_id == viewer.leader_id, and_(ShowingRow.leader_id == "", offices, ~has_own_view))


def _in_base_view(viewer: Viewer) -> ColumnElement[bool]:
    other, showing = aliased(PassageRow), aliased(ShowingRow)
    same = and_(other.edition_id == PassageRow.edition_id, other.story_id == PassageRow.story_id)
    base = and_(showing.passage_id == other.id, showing.leader_id == "", showing.clearance == viewer.clearance)
    return select(literal(1)).select_from(other).join(showing, base).where(same).exists()


def _passage_place(after: str) -> tuple[datetime, int]:
    moment, last = place(after)
    return moment, int(last) if re.fullmatch("[0-9]{1,9}", last) else 0


def _bound(column: Any, after: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:  # noqa: ANN401 a column
    """Moment and id of a page's ``next``, as the column's type stores the moment."""
    moment, identifier = place(after)
    return literal(moment, column.type), literal(identifier)
