"""Features of documents, stories, corrections and topics."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import DocumentRow, FeaturesRow, StoryRow, TopicRow, VersionRow
from app.store.documents import Page, current, to_document
from app.store.identity import free_slug
from app.viewer import Viewer, system
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Document, Features, Topic

BATCH = 200  # documents whose features are made and stored in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in a list: its size and when it was last told of, as far as the viewer may know."""

    id: str
    title: str
    documents: int
    sources: int
    first_at: datetime
    last_at: datetime


def lacking_features(session: Session, algorithm: int, *, limit: int = BATCH) -> tuple[Document, ...]:
    """Documents whose newest version has no features of this algorithm yet, by id."""
    query = (
        current(system())
        .outerjoin(
            FeaturesRow,
            and_(
                FeaturesRow.document_id == DocumentRow.id,
                FeaturesRow.version == DocumentRow.version,
                FeaturesRow.algorithm == algorithm,
            ),
        )
        .where(FeaturesRow.document_id.is_(None))
        .order_by(DocumentRow.id)
        .limit(limit)
    )
    return tuple(to_document(row, version) for row, version in session.execute(query))


def keep_features(session: Session, features: Iterable[Features]) -> None:
    """Store features, in place of those an earlier algorithm made."""
    for each in features:
        session.merge(
            FeaturesRow(
                document_id=each.document_id,
                version=each.version,
                algorithm=each.algorithm,
                counts_for=each.when,
                value=_packed(each),
            )
        )
    session.flush()


def _packed(features: Features) -> bytes:
    plain = {
        "source_id": features.source_id,
        "language": features.language,
        "terms": dict(features.terms),
        "title": dict(features.title),
        "signature": features.signature.tobytes().hex(),
    }
    return zlib.compress(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode(), level=1)


def _to_features(row: FeaturesRow) -> Features:
    plain = json.loads(zlib.decompress(row.value))
    return Features(
        document_id=row.document_id,
        version=row.version,
        algorithm=row.algorithm,
        source_id=plain["source_id"],
        language=plain["language"],
        when=row.counts_for,
        terms=plain["terms"],
        title=plain["title"],
        signature=np.frombuffer(bytes.fromhex(plain["signature"]), dtype=np.uint32),
    )


def features(session: Session, algorithm: int, since: datetime) -> Iterator[Features]:
    """Features of the newest versions that count for a time since then, by document id."""
    query = (
        select(FeaturesRow)
        .join(DocumentRow, and_(DocumentRow.id == FeaturesRow.document_id, DocumentRow.version == FeaturesRow.version))
        .where(FeaturesRow.algorithm == algorithm)
        .where(or_(FeaturesRow.counts_for >= since, DocumentRow.changed_at >= since))
        .order_by(FeaturesRow.document_id)
    )
    for row in session.scalars(query):
        yield _to_features(row)


def assignments(session: Session) -> dict[str, str]:
    """Story of each document that has one, by document id."""
    return dict(
        session.execute(select(DocumentRow.id, DocumentRow.story_id).where(DocumentRow.story_id.is_not(None))).all()  # type: ignore[arg-type]  # the query excludes None
    )


def known_ids(session: Session) -> frozenset[str]:
    """Every story id ever given."""
    return frozenset(session.scalars(select(StoryRow.id)))


def regroup(
    session: Session,
    stories: Mapping[str, str],
    duplicates: Mapping[str, str],
    redirects: Mapping[str, str],
    now: datetime,
) -> int:
    """Put documents into stories, opening the new ones and redirecting the merged ones.

    Args:
        session: the open session.
        stories: document id -> story id, for the documents that were grouped.
        duplicates: document id -> id of the document it repeats; grouped documents not in it repeat nothing.
        redirects: story id -> the story it was merged into.
        now: when new stories are opened.

    Returns:
        How many documents changed their story.
    """
    known = known_ids(session)
    session.add_all(StoryRow(id=each, made_at=now) for each in sorted(set(stories.values()) - known))
    session.flush()
    moved = 0
    rows = session.execute(select(DocumentRow.id, DocumentRow.story_id, DocumentRow.duplicate_of))
    for identifier, story_id, duplicate_of in rows.all():
        if identifier not in stories:
            continue
        wanted = (stories[identifier], duplicates.get(identifier))
        if (story_id, duplicate_of) != wanted:
            session.execute(
                update(DocumentRow)
                .where(DocumentRow.id == identifier)
                .values(story_id=wanted[0], duplicate_of=wanted[1])
            )
            moved += story_id != wanted[0]
    for merged, into in redirects.items():
        session.execute(update(StoryRow).where(StoryRow.id == merged).values(merged_into=into))
    return moved


def resolve(session: Session, story_id: str) -> str:
    """The story that an id leads to today, through merges.

    Raises:
        NotFoundError: no story ever had that id.
    """
    row = session.get(StoryRow, story_id)
    seen = {story_id}
    while row is not None and row.merged_into and row.merged_into not in seen:
        seen.add(row.merged_into)
        row = session.get(StoryRow, row.merged_into)
    if row is None:
        raise NotFoundError("story", story_id)
    return row.id


def newest(session: Session, viewer: Viewer, *, limit: int, after: str | None = None) -> Page[StoryLine]:
    """Stories by id (ids are permanent, so pages neither skip nor repeat); ``after`` is a page's ``next``."""
    query = (
        current(viewer)
        .with_only_columns(
            DocumentRow.story_id,
            func.count(),
            func.count(func.distinct(DocumentRow.source_id)),
            func.min(func.coalesce(VersionRow.published_at, DocumentRow.collected_at)),
            func.max(func.coalesce(VersionRow.published_at, DocumentRow.collected_at)),
            func.min(DocumentRow.title),
        )
        .where(DocumentRow.story_id.is_not(None))
        .group_by(DocumentRow.story_id)
        .order_by(DocumentRow.story_id)
        .limit(limit + 1)
    )
    if after:
        query = query.where(DocumentRow.story_id > after)
    rows = session.execute(query).all()
    items = tuple(
        StoryLine(id=story, documents=count, sources=sources, first_at=first, last_at=last, title=title)
        for story, count, sources, first, last, title in rows[:limit]
        if story is not None
    )
    return Page(items=items, next=items[-1].id if len(rows) > limit else None)


def count(session: Session, viewer: Viewer) -> int:
    """How many stories hold a document that the viewer may know of."""
    query = select(func.count(func.distinct(DocumentRow.story_id))).where(DocumentRow.mark <= viewer.clearance)
    return session.scalar(query) or 0


def topics(session: Session) -> tuple[Topic, ...]:
    """Every standing topic that is not retired, by name. Topics carry no mark: each reader knows their names."""
    query = select(TopicRow).where(TopicRow.retired_at.is_(None)).order_by(TopicRow.name)
    return tuple(to_topic(row) for row in session.scalars(query))


def to_topic(row: TopicRow) -> Topic:
    """The value that a row stands for."""
    return Topic(id=row.id, name=row.name, description=row.description, keywords=tuple(json.loads(row.keywords)))


def add_topic(
    session: Session, name: str, description: str = "", keywords: Sequence[str] = (), *, identifier: str = ""
) -> Topic:
    """Add a standing topic; its id is made from the one given, or from its name.

    Raises:
        InvalidInputError: a topic of that name exists.
    """
    if session.scalar(select(TopicRow).filter_by(name=name)):
        raise InvalidInputError("topic", name, "a topic of that name exists already")
    row = TopicRow(
        id=free_slug(identifier or name, lambda slug: session.get(TopicRow, slug) is not None),
        name=name,
        description=description,
        keywords=json.dumps(list(keywords), ensure_ascii=False),
    )
    session.add(row)
    session.flush()
    return to_topic(row)
