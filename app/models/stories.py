"""Tables of stories, corrections and topics."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class StoryRow(Base):
    """A story; a merged one points at the story it went into, for ever."""

    __tablename__ = "story"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    made_at: Mapped[datetime]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("story.id"))


class CorrectionRow(Base):
    """An editor's word on whether two documents belong to one story."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    first: Mapped[str] = mapped_column(ForeignKey("document.id"))
    second: Mapped[str] = mapped_column(ForeignKey("document.id"))
    made_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(120))


class TopicRow(Base):
    """A standing subject."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(Text, default="[]")
    retired_at: Mapped[datetime | None]
    """Since when it gathers nothing more; what it gathered stays."""
