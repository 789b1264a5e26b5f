"""Documents and their versions: storing what a source gave, and reading it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.orm import Session

from app.models import DocumentRow, LedgerLineRow, VersionRow
from app.store import search_index
from app.store.identity import document_id
from app.store.search_index import Searched
from app.store.series import accounted
from app.timetable import Series
from app.viewer import Viewer, system
from collectors.types import Item
from digest.errors import NotFoundError
from digest.text import normalise
from digest.types import Document, Mark, Source

T = TypeVar("T")
Language = Callable[[str, str | None], str]
"""Tells the language of a text; the second argument is a hint or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One state of a document, for the list of its versions."""

    number: int
    title: str
    collected_at: datetime
    characters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document that could not be read, with the failure's code and data."""

    document_id: str
    source_id: str
    title: str
    mark: Mark
    collected_at: datetime
    error: str
    error_params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a long list; ``next`` is where the following part begins, None at the end."""

    items: tuple[T, ...]
    next: str | None


def store(session: Session, source: Source, items: Iterable[Item], now: datetime, language: Language) -> Counter[str]:
    """Store what a source gave now: new documents, new versions of changed ones.

    Returns:
        How many were ``new``, ``changed``, ``same`` and ``unreadable``.
    """
    counts: Counter[str] = Counter()
    for item in items:
        counts[_store_item(session, source, item, now, language)] += 1
    session.flush()
    return counts


def _store_item(session: Session, source: Source, item: Item, now: datetime, language: Language) -> str:
    row = session.get(DocumentRow, document_id(source.id, item.key))
    known = row is not None
    if row is None:
        row = DocumentRow(
            id=document_id(source.id, item.key),
            source_id=source.id,
            key=item.key,
            mark=0,
            version=0,
            collected_at=now,
            changed_at=now,
            title=normalise(item.title),
        )
        session.add(row)
    row.fingerprint = item.fingerprint
    row.mark = max(row.mark, source.mark, item.mark or 0)  # a mark is raised, never lowered, by collecting
    row.url = item.url
    row.error = item.error.code if item.error else None
    row.error_params = json.dumps(dict(item.error.params) if item.error else {})
    text = normalise(item.text)
    if not text:
        return "unreadable"
    version = _version(row, item, source, text, now, language)
    if not _differs(session, row, version):
        return "same"
    row.version = version.number
    row.changed_at = now
    row.title = version.title
    session.add(version)
    session.flush()  # the row is held before its words are, as reindexing holds it
    search_index.keep(session, _searched(row, version))
    return "changed" if known and version.number > 1 else "new"


def _searched(row: DocumentRow, version: VersionRow) -> Searched:
    return Searched(
        document_id=row.id,
        version=version.number,
        title=version.title,
        text=version.text,
        language=version.language,
        at=version.published_at or row.collected_at,
        source_id=row.source_id,
    )


def _version(row: DocumentRow, item: Item, source: Source, text: str, now: datetime, language: Language) -> VersionRow:
    title = normalise(item.title)
    clamped = item.published_at is not None and item.published_at > now
    return VersionRow(
        document_id=row.id,
        number=row.version + 1,
        title=title,
        text=text,
        text_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
        language=language(f"{title}\n{text}", item.language or source.language),
        author=normalise(item.author) if item.author else None,
        published_at=now if clamped else item.published_at,
        published_clamped=clamped,
        complete=item.complete,
        collected_at=now,
    )


def _differs(session: Session, row: DocumentRow, version: VersionRow) -> bool:
    """A teaser never replaces the text that was had before; the same words are not a new version."""
    if row.version == 0:
        return True
    latest = session.get_one(VersionRow, (row.id, row.version))
    if latest.complete and not version.complete:
        return False
    return latest.text_hash != version.text_hash


def to_document(row: DocumentRow, version: VersionRow) -> Document:
    """The value that two rows stand for."""
    return Document(
        id=row.id,
        source_id=row.source_id,
        key=row.key,
        version=version.number,
        title=version.title,
        text=version.text,
        language=version.language,
        collected_at=row.collected_at,
        changed_at=version.collected_at,
        url=row.url,
        author=version.author,
        published_at=version.published_at,
        published_clamped=version.published_clamped,
        complete=version.complete,
        mark=Mark(row.mark),
    )


def current(viewer: Viewer) -> Select[DocumentRow, VersionRow]:
    """The query for each document at its newest version that the viewer may read, for the other nouns to narrow."""
    return (
        select(DocumentRow, VersionRow)
        .join(VersionRow, and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version))
        .where(DocumentRow.mark <= viewer.clearance)
    )


def get(session: Session, viewer: Viewer, identifier: str, version: int | None = None) -> Document:
    """One document at a version, or at its newest.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    row = _readable(session, viewer, identifier)
    found = session.get(VersionRow, (identifier, version or row.version))
    if found is None:
        raise NotFoundError("version", f"{identifier} v{version or row.version}")
    return to_document(row, found)


def _readable(session: Session, viewer: Viewer, identifier: str) -> DocumentRow:
    row = session.get(DocumentRow, identifier)
    if row is None or row.mark > viewer.clearance:
        raise NotFoundError("document", identifier)
    return row


def versions(session: Session, viewer: Viewer, identifier: str) -> tuple[Version, ...]:
    """The versions of a document, newest first.

    Raises:
        NotFoundError: there is none, or the viewer may not know of it.
    """
    _readable(session, viewer, identifier)
    found = session.execute(
        select(VersionRow.number, VersionRow.title, VersionRow.collected_at, func.length(VersionRow.text))
        .where(VersionRow.document_id == identifier)
        .order_by(VersionRow.number.desc())
    )
    return tuple(
        Version(number=number, title=title, collected_at=collected_at, characters=characters)
        for number, title, collected_at, characters in found
    )


def texts(session: Session, viewer: Viewer, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Texts of versions, by (document id, version); those the viewer may not read are absent."""
    wanted = sorted(set(places))
    found: dict[tuple[str, int], str] = {}
    for start in range(0, len(wanted), 400):
        query = (
            select(VersionRow.document_id, VersionRow.number, VersionRow.text)
            .join(DocumentRow)
            .where(DocumentRow.mark <= viewer.clearance)
            .where(tuple_(VersionRow.document_id, VersionRow.number).in_(wanted[start : start + 400]))
        )
        found.update({(document, number): text for document, number, text in session.execute(query)})
    return found


def every_version(session: Session, viewer: Viewer) -> Iterator[Document]:
    """Every version of every document the viewer may read, by id and number, a few in memory at a time."""
    query = (
        select(DocumentRow, VersionRow)
        .join(VersionRow, VersionRow.document_id == DocumentRow.id)
        .where(DocumentRow.mark <= viewer.clearance)
        .order_by(DocumentRow.id, VersionRow.number)
        .execution_options(yield_per=200)
    )
    with session.execute(query) as found:
        for row, version in found:
            yield to_document(row, version)


def unaccounted(
    session: Session, cut_off: datetime, series: Series = Series.OFFICE, began_at: datetime | None = None
) -> tuple[tuple[Document, str | None, str | None], ...]:
    """Documents (with story and what they repeat) whose newest text a series does not account for, up to a cut-off.

    What the other series accounted for before this one began is accounted for.
    """
    open_ones = (DocumentRow.changed_at <= cut_off, ~accounted(series, began_at))
    query = current(system()).where(*open_ones).order_by(DocumentRow.id)
    return tuple((to_document(row, version), row.story_id, row.duplicate_of) for row, version in session.execute(query))


def arrived(
    session: Session, viewer: Viewer, story_ids: Sequence[str], edition_id: str, since: datetime
) -> tuple[tuple[Document, str], ...]:
    """Originals of stories that came or changed since then and that an edition does not account for, with the story."""
    there = select(LedgerLineRow.document_id).where(
        LedgerLineRow.edition_id == edition_id,
        LedgerLineRow.document_id == DocumentRow.id,
        LedgerLineRow.version == DocumentRow.version,
    )
    query = (
        current(viewer)
        .where(DocumentRow.story_id.in_(story_ids), DocumentRow.duplicate_of.is_(None))
        .where(DocumentRow.changed_at > since, ~there.exists())
        .order_by(DocumentRow.changed_at, DocumentRow.id)
    )
    return tuple((to_document(row, version), row.story_id or "") for row, version in session.execute(query))


def unreadable(
    session: Session, cut_off: datetime, series: Series = Series.OFFICE, began_at: datetime | None = None
) -> tuple[Unreadable, ...]:
    """Documents without any text yet that a series does not account for, up to a cut-off."""
    rows = session.scalars(
        select(DocumentRow)
        .where(DocumentRow.version == 0, DocumentRow.collected_at <= cut_off, ~accounted(series, began_at))
        .order_by(DocumentRow.id)
    )
    return tuple(
        Unreadable(
            document_id=row.id,
            source_id=row.source_id,
            title=row.title,
            mark=Mark(row.mark),
            collected_at=row.collected_at,
            error=row.error or "no_text",
            error_params=json.loads(row.error_params),
        )
        for row in rows
    )


def without_story(session: Session, viewer: Viewer, identifiers: Sequence[str]) -> tuple[str, ...]:
    """Which of the documents belong to no story yet."""
    rows = session.scalars(
        select(DocumentRow.id)
        .where(DocumentRow.id.in_(identifiers), DocumentRow.story_id.is_(None), DocumentRow.mark <= viewer.clearance)
        .order_by(DocumentRow.id)
    )
    return tuple(rows)
