"""Tables of what went out: deliveries of editions, and notices to the office."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class DeliveryRow(Base):
    """One sending of one edition to one reader; keeps the exact bytes."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("edition_id", "leader_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    edition_id: Mapped[str] = mapped_column(ForeignKey("edition.id"))
    leader_id: Mapped[str] = mapped_column(ForeignKey("leader.id"))
    address: Mapped[str] = mapped_column(String(254))
    send_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), index=True)
    message_id: Mapped[str] = mapped_column(Text)
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reply: Mapped[str | None] = mapped_column(Text)


class NoticeRow(Base):
    """A mail to the office itself, e.g. that nobody approved in time; its key forbids a second one."""

    __tablename__ = "notice"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    edition_id: Mapped[str | None] = mapped_column(ForeignKey("edition.id"))
    address: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    message: Mapped[bytes | None] = mapped_column(LargeBinary)
