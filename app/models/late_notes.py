"""Tables of late notes and corrections, and of the mails that bring a correction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LateNoteRow(Base):
    """What a person added to an entry of an approved edition, whose frozen value stays as it is."""

    __tablename__ = "late_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"), index=True)
    story_id: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(120))
    written_at: Mapped[datetime]
    mark: Mapped[int]


class NoteDeliveryRow(Base):
    """One mail that brings a correction to one reader who has the edition already; keeps the exact bytes."""

    __tablename__ = "note_delivery"

    note_id: Mapped[int] = mapped_column(ForeignKey("late_note.id"), primary_key=True)
    leader_id: Mapped[str] = mapped_column(ForeignKey("leader.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(16), index=True)
    message_id: Mapped[str] = mapped_column(Text)
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(Text)
