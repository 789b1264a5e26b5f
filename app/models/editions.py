"""Tables of editions: the draft and its edits, the frozen value, the ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EditionRow(Base):
    """One edition; ``frozen`` is written when it is approved, and stays, unless that is taken back before sending."""

    __tablename__ = "edition"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    series: Mapped[str] = mapped_column(String(8), server_default="office")
    rhythm: Mapped[str | None] = mapped_column(String(8))
    """Of its series when it was made; None for one made when an office had but one."""
    began_at: Mapped[datetime | None]
    """Since when its series runs without a gap; None: from the beginning."""
    period_start: Mapped[datetime | None]
    cut_off: Mapped[datetime] = mapped_column(unique=True)
    """No two editions have the same, of whatever series: lists are in its order, and their pages begin at one."""
    remind_at: Mapped[datetime | None]
    approve_by: Mapped[datetime | None]
    send_at: Mapped[datetime]
    made_at: Mapped[datetime]
    draft: Mapped[str] = mapped_column(Text)
    frozen: Mapped[str | None] = mapped_column(Text)
    frozen_hash: Mapped[str | None] = mapped_column(String(64))
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(String(120))
    taken_back: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often its approval was taken back."""


class TakenBackRow(Base):
    """An approval that was taken back before anything was sent."""

    __tablename__ = "taken_back"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), index=True)
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime]
    frozen_hash: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    notes: Mapped[str] = mapped_column(Text)
    """JSON: the late notes that stood on it."""


class CandidateRow(Base):
    """An entry the base view left out, complete, so that an editor may include it."""

    __tablename__ = "candidate"

    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class EditRow(Base):
    """One change of a draft by a person; an undone one stays, marked."""

    __tablename__ = "edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    story_id: Mapped[str | None] = mapped_column(String(24))
    section: Mapped[str | None] = mapped_column(String(20))
    position: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(16))
    headline: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    mark: Mapped[int | None]
    undone_at: Mapped[datetime | None]


class ReaderRow(Base):
    """For whom an edition was made; whatever becomes of it, what it accounts for is not told to them anew."""

    __tablename__ = "reader"

    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    leader_id: Mapped[str] = mapped_column(ForeignKey("leader.id"), primary_key=True, index=True)


class LedgerLineRow(Base):
    """Which edition of a series accounts for a version of a document: none is in two, none is forgotten."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        Index("ix_ledger_line_document_id_version_series", "document_id", "version", "series", unique=True),
    )

    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    version: Mapped[int]
    series: Mapped[str] = mapped_column(String(8), server_default="office")
    """That of its edition."""
