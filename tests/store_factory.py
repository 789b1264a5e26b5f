"""Offices, sources and items for tests of the store and the jobs: small, dated, of our own writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.store import documents, sources
from app.viewer import Role, Viewer
from collectors.types import Item
from digest.types import Mark, Origin, Source, SourceKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def viewer(
    clearance: Mark = Mark.CONFIDENTIAL, role: Role = Role.ADMINISTRATOR, leader_id: str | None = None
) -> Viewer:
    return Viewer(id="v", name="V", role=role, clearance=clearance, leader_id=leader_id)


def add_source(session: Session, name: str = "Harbour Times", mark: Mark = Mark.PUBLIC) -> Source:
    return sources.add(
        session,
        Source(
            id="",
            kind=SourceKind.FEED,
            name=name,
            address=f"http://news.example/{name}",
            origin=Origin.MEDIA,
            mark=mark,
        ),
    )


def item(key: str = "a1", text: str = "The dam holds.\nRain is forecast.", **changes: object) -> Item:
    values: dict[str, object] = {
        "key": key,
        "fingerprint": f"{key}/{text}",
        "title": f"Report {key}",
        "text": text,
        "published_at": NOW - HOUR,
    }
    return Item(**{**values, **changes})  # type: ignore[arg-type]  # keywords of a dataclass


def store(session: Session, source: Source, *items: Item, now: datetime = NOW) -> dict[str, int]:
    return dict(documents.store(session, source, items, now, lambda text, hint: hint or "en"))
