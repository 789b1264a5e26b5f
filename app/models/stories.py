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


class StoryActRow(Base):
    """What an editor did to the grouping: merge, split, move, or undo one of these. Kept for ever."""

    __tablename__ = "story_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(index=True)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("story_act.id"))
    value: Mapped[str] = mapped_column(Text)
    """Which documents it put elsewhere, and where each concerned one was before and after."""


class CorrectionRow(Base):
    """An editor's word on whether two documents belong to one story: a part of what was done in one act."""

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    first: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    second: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
    made_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(120))
    act_id: Mapped[int | None] = mapped_column(ForeignKey("story_act.id"), index=True)
    """None for one that was stored before acts were kept; it stands for ever."""


class TopicRow(Base):
    """A standing subject."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(Text, default="[]")
    retired_at: Mapped[datetime | None]
    """Since when it gathers nothing more; what it gathered stays."""
