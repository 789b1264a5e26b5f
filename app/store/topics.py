"""Topics: changing and retiring them, and what each has gathered, as far as a viewer may know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from app.models import DocumentRow, DocumentTopicRow, TopicReadRow, TopicRow, VersionRow
from app.store.catalogue import cursor, place
from app.store.documents import Page, current, to_document
from app.store.stories import to_topic
from app.viewer import Viewer, system
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Document, Topic, TopicMatch

BATCH = 200  # documents compared with the topics in one transaction: about a second


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A topic in a list: how much it has gathered, as far as the viewer may know."""

    topic: Topic
    retired_at: datetime | None
    stories: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A story that a topic gathered: those of its documents that speak of the topic."""

    story_id: str
    title: str
    """Of the newest."""
    language: str
    documents: int
    first_at: datetime
    last_at: datetime
    terms: tuple[str, ...]
    """The words of the newest that spoke for the topic."""


def every(session: Session, viewer: Viewer) -> tuple[TopicLine, ...]:
    """All topics, those in use by name, then the retired ones."""
    stories = func.count(func.distinct(DocumentRow.story_id))
    columns = (DocumentTopicRow.topic_id, stories, func.max(DocumentTopicRow.at))
    counted = session.execute(_gathered(viewer, *columns).group_by(DocumentTopicRow.topic_id))
    known = {topic: (count, last) for topic, count, last in counted}
    rows = session.scalars(select(TopicRow).order_by(TopicRow.retired_at.is_not(None), TopicRow.name))
    return tuple(_line(row, known.get(row.id, (0, None))) for row in rows)


def get(session: Session, viewer: Viewer, identifier: str) -> TopicLine:
    """One topic, in use or retired.

    Raises:
        NotFoundError: there is none.
    """
    stories = func.count(func.distinct(DocumentRow.story_id))
    query = _gathered(viewer, stories, func.max(DocumentTopicRow.at)).where(DocumentTopicRow.topic_id == identifier)
    count, last = session.execute(query).one()
    return _line(_row(session, identifier), (count, last))


def _line(row: TopicRow, counted: tuple[int, datetime | None]) -> TopicLine:
    return TopicLine(topic=to_topic(row), retired_at=row.retired_at, stories=counted[0], last_at=counted[1])


def _row(session: Session, identifier: str) -> TopicRow:
    row = session.get(TopicRow, identifier)
    if row is None:
        raise NotFoundError("topic", identifier)
    return row


def _gathered(viewer: Viewer, *columns: Any) -> Select[Any]:  # noqa: ANN401 columns of any type
    """The query for what is said of documents that topics gathered and the viewer may know of."""
    return (
        select(*columns)
        .select_from(DocumentTopicRow)
        .join(DocumentRow, DocumentRow.id == DocumentTopicRow.document_id)
        .where(DocumentRow.mark <= viewer.clearance, DocumentRow.story_id.is_not(None))
    )


def gathered(
    session: Session, viewer: Viewer, topic_id: str, *, limit: int, after: str | None = None
) -> Page[Gathered]:
    """Stories that a topic gathered, by their newest document on it; ``after`` is a page's ``next``.

    Raises:
        InvalidInputError: ``after`` is no page's ``next``.
    """
    first, last = func.min(DocumentTopicRow.at), func.max(DocumentTopicRow.at)
    query = (
        _gathered(viewer, DocumentRow.story_id, func.count(), first, last)
        .where(DocumentTopicRow.topic_id == topic_id)
        .group_by(DocumentRow.story_id)
        .order_by(last.desc(), DocumentRow.story_id.desc())
        .limit(limit + 1)
    )
    if after:
        moment, story = place(after)
        query = query.having(or_(last < moment, and_(last == moment, DocumentRow.story_id < story)))
    rows = session.execute(query).all()
    newest = _newest(session, viewer, topic_id, [row[0] for row in rows[:limit]])
    items = tuple(
        Gathered(
            story_id=story,
            title=newest[story][0],
            language=newest[story][1],
            terms=tuple(json.loads(newest[story][2])),
            documents=count,
            first_at=began,
            last_at=ended,
        )
        for story, count, began, ended in rows[:limit]
    )
    return Page(items=items, next=cursor(items[-1].last_at, items[-1].story_id) if len(rows) > limit else None)


def _newest(
    session: Session, viewer: Viewer, topic_id: str, stories: Sequence[str]
) -> Mapping[str, tuple[str, str, str]]:
    """Title, language and terms of the newest document on a topic of each story."""
    order = (DocumentTopicRow.at.desc(), DocumentTopicRow.document_id.desc())
    rank = func.row_number().over(partition_by=DocumentRow.story_id, order_by=order)
    version = and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version)
    ranked = (
        _gathered(
            viewer,
            DocumentRow.story_id,
            VersionRow.title,
            VersionRow.language,
            DocumentTopicRow.terms,
            rank.label("rank"),
        )
        .join(VersionRow, version)
        .where(DocumentTopicRow.topic_id == topic_id, DocumentRow.story_id.in_(stories))
        .subquery()
    )
    found = session.execute(select(ranked).where(ranked.c.rank == 1))
    return {row.story_id: (row.title, row.language, row.terms) for row in found}


def moments(session: Session, viewer: Viewer, topic_id: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """When each document dates that a topic gathered from one moment on and before another, in order."""
    query = _gathered(viewer, DocumentTopicRow.at).where(
        DocumentTopicRow.topic_id == topic_id, DocumentTopicRow.at >= since, DocumentTopicRow.at < until
    )
    return tuple(session.scalars(query.order_by(DocumentTopicRow.at)))


def change(session: Session, identifier: str, name: str, description: str, keywords: Sequence[str]) -> Topic:
    """Change a topic; what it gathers is compared anew at the next grouping.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: another topic has that name.
    """
    row = _row(session, identifier)
    if session.scalar(select(TopicRow.id).where(TopicRow.name == name, TopicRow.id != identifier)):
        raise InvalidInputError("topic", name, "a topic of that name exists already")
    row.name, row.description = name, description
    row.keywords = json.dumps(list(keywords), ensure_ascii=False)
    session.flush()
    return to_topic(row)


def retire(session: Session, identifier: str, now: datetime) -> None:
    """Let a topic gather nothing more; what it gathered stays. Done twice, the first time counts.

    Raises:
        NotFoundError: there is none.
    """
    row = _row(session, identifier)
    row.retired_at = row.retired_at or now
    session.flush()


def restore(session: Session, identifier: str) -> None:
    """Take a retired topic into use again.

    Raises:
        NotFoundError: there is none.
    """
    _row(session, identifier).retired_at = None
    session.flush()


def uncompared(session: Session, topics_hash: str, since: datetime, *, limit: int = BATCH) -> tuple[Document, ...]:
    """Documents since a moment whose newest version was not compared with the topics as they are, by id."""
    done = and_(
        TopicReadRow.document_id == DocumentRow.id,
        TopicReadRow.version == DocumentRow.version,
        TopicReadRow.topics_hash == topics_hash,
    )
    recent = or_(VersionRow.published_at >= since, DocumentRow.changed_at >= since)
    query = current(system()).where(recent, ~select(TopicReadRow.document_id).where(done).exists())
    found = session.execute(query.order_by(DocumentRow.id).limit(limit))
    return tuple(to_document(row, version) for row, version in found)


def keep_matches(
    session: Session, topics_hash: str, topics: Sequence[Topic], found: Mapping[Document, Sequence[TopicMatch]]
) -> None:
    """Store which of the topics gather each document, in place of what they gathered of it before."""
    names = [topic.id for topic in topics]
    identifiers = [document.id for document in found]
    pairs = and_(DocumentTopicRow.document_id.in_(identifiers), DocumentTopicRow.topic_id.in_(names))
    session.execute(delete(DocumentTopicRow).where(pairs))
    for document, matches in found.items():
        session.merge(TopicReadRow(document_id=document.id, version=document.version, topics_hash=topics_hash))
        session.add_all(
            DocumentTopicRow(
                document_id=document.id,
                topic_id=each.topic_id,
                at=document.when,
                strength=each.strength,
                terms=json.dumps(list(each.terms), ensure_ascii=False),
            )
            for each in matches
        )
    session.flush()
