"""Tables of asks: what is wanted of whom by when, and everything that was changed about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class AskRow(Base):
    """One ask; ``told_in`` is the approved edition of the office that brought its result back."""

    __tablename__ = "ask"
    __table_args__ = (Index("ix_ask_state_due_id", "state", "due", "id"),)

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    options: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text, default="")
    consulted: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(120))
    address: Mapped[str | None] = mapped_column(String(254))
    due: Mapped[date]
    due_time: Mapped[str | None] = mapped_column(String(5))
    mark: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    story_id: Mapped[str | None] = mapped_column(String(24), index=True)
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("edition.id"))
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="")
    told_in: Mapped[str | None] = mapped_column(ForeignKey("edition.id"))
    told_own: Mapped[str | None] = mapped_column(String(24))
    """The same of the series of leaders with a rhythm of their own."""


class AskChangeRow(Base):
    """One change of an ask by a person, with the reason."""

    __tablename__ = "ask_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[str] = mapped_column(ForeignKey("ask.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    author: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(Text, default="{}")
    """JSON: field -> what it held before."""
