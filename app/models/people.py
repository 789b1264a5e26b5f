"""Tables of people, how they sign in, leaders and their statements."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class LeaderRow(Base):
    """A reader with a profile."""

    __tablename__ = "leader"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    clearance: Mapped[int]
    topic_weights: Mapped[str | None] = mapped_column(Text)
    sending_day: Mapped[str | None] = mapped_column(String(10))
    sending_time: Mapped[str | None] = mapped_column(String(5))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    rhythm: Mapped[str | None] = mapped_column(String(8))
    retired_at: Mapped[datetime | None]


class StatementRow(Base):
    """A leader's speech, instruction, agenda or note."""

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(String(20), primary_key=True)
    leader_id: Mapped[str] = mapped_column(ForeignKey("leader.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    said_on: Mapped[date]
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    mark: Mapped[int] = mapped_column(server_default="2")
    removed_at: Mapped[datetime | None]


class PersonRow(Base):
    """Someone who signs in."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    clearance: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    leader_id: Mapped[str | None] = mapped_column(ForeignKey("leader.id"))
    password_hash: Mapped[str | None] = mapped_column(Text)
    withdrawn_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]


class SignInLinkRow(Base):
    """A one-time sign-in link; only the hash of its token is kept."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    agent: Mapped[str | None] = mapped_column(String(300))


class ApiKeyRow(Base):
    """A key of a program that reads the API; only its hash is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    clearance: Mapped[int]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
