"""Tables of sources, their attempts, and the documents they gave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SourceRow(Base):
    """A place documents come from, with what is remembered for the next attempt."""

    __tablename__ = "source"
    __table_args__ = (UniqueConstraint("kind", "address"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(8))
    reliability: Mapped[int]
    mark: Mapped[int]
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    moved_to: Mapped[str | None] = mapped_column(Text)
    next_fetch_at: Mapped[datetime | None] = mapped_column(index=True)
    last_success_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)


class AttemptRow(Base):
    """One attempt at a source, whatever came of it."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_source_id_made_at", "source_id", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    made_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16))
    new: Mapped[int]
    changed: Mapped[int]
    same: Mapped[int]
    unreadable: Mapped[int]
    seconds: Mapped[float]
    error: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[str] = mapped_column(Text, default="{}")


class TraceRow(Base):
    """What the last attempt at a source asked of the network, and which of its documents gave an error."""

    __tablename__ = "trace"

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    made_at: Mapped[datetime]
    value: Mapped[str] = mapped_column(Text)


class DocumentRow(Base):
    """A document; its texts are its versions. Identity is (source, key); the id is derived from it."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("source_id", "key"), Index("ix_document_changed_at_id", "changed_at", "id"))

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    mark: Mapped[int]
    version: Mapped[int]
    collected_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(String(40))
    error_params: Mapped[str] = mapped_column(Text, default="{}")
    story_id: Mapped[str | None] = mapped_column(ForeignKey("story.id"), index=True)
    duplicate_of: Mapped[str | None] = mapped_column(String(20))


class VersionRow(Base):
    """One immutable state of a document's text."""

    __tablename__ = "version"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    author: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    published_clamped: Mapped[bool]
    complete: Mapped[bool]
    collected_at: Mapped[datetime]


class FeaturesRow(Base):
    """What grouping needs of a version, so that a new process need not read its text again."""

    __tablename__ = "features"
    __table_args__ = (ForeignKeyConstraint(["document_id", "version"], ["version.document_id", "version.number"]),)

    document_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    algorithm: Mapped[int]
    counts_for: Mapped[datetime] = mapped_column(index=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
