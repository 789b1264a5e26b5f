"""Tables of what is searched beside the engine's own index, and of what each topic gathered.

The words themselves are in ``document_words`` and ``passage_words``, which are of another kind on each engine and so no
classes: :mod:`app.store.search_index` has them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import DERIVED, Base


class SearchedDocumentRow(Base):
    """A document's newest version as it is searched; ``id`` names its words."""

    __tablename__ = "searched_document"
    __table_args__ = DERIVED

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), unique=True)
    version: Mapped[int]
    algorithm: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    """The time it counts for: its publication, or its collection when it is undated."""
    language: Mapped[str] = mapped_column(String(8))
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))


class SearchedEditionRow(Base):
    """A frozen edition whose passages are searched."""

    __tablename__ = "searched_edition"
    __table_args__ = DERIVED

    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    algorithm: Mapped[int]
    leaders: Mapped[str] = mapped_column(Text)
    """Ids of the leaders it has a view for, each between two spaces."""


class PassageRow(Base):
    """A text of a frozen edition, an entry or the bottom line, as one reader or more may see it."""

    __tablename__ = "passage"
    __table_args__ = DERIVED

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), index=True)
    at: Mapped[datetime]
    """The edition's cut-off."""
    story_id: Mapped[str | None] = mapped_column(String(24))
    """None for the bottom line."""
    language: Mapped[str | None] = mapped_column(String(8))
    headline: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sources: Mapped[str] = mapped_column(Text)
    topics: Mapped[str] = mapped_column(Text)
    """Ids, each between two spaces."""


class ShowingRow(Base):
    """Which reading of an edition shows a passage, and under which number (0 for the bottom line)."""

    __tablename__ = "showing"
    __table_args__ = DERIVED

    passage_id: Mapped[int] = mapped_column(ForeignKey("passage.id"), primary_key=True)
    leader_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Empty for the base view."""
    clearance: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class TopicReadRow(Base):
    """With which topics, as they were written, a version of a document was compared."""

    __tablename__ = "topic_read"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    version: Mapped[int]
    topics_hash: Mapped[str] = mapped_column(String(64))


class DocumentTopicRow(Base):
    """A document that a topic gathered, with the words that spoke for it."""

    __tablename__ = "document_topic"
    __table_args__ = (Index("ix_document_topic_topic_id_at", "topic_id", "at"),)

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    at: Mapped[datetime]
    strength: Mapped[float]
    terms: Mapped[str] = mapped_column(Text)
