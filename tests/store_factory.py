"""Offices, sources and items for tests of the store and the jobs: small, dated, of our own writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app import settings
from app.jobs.group import group
from app.jobs.setup import make_office
from app.office import Office, open_office
from app.store import documents, people, sources
from app.viewer import Role, Viewer
from collectors.types import Item
from digest.types import Mark, Origin, Source, SourceKind
from tests.conftest import MailServer

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


def made_office(home: Path, database_url: str, server: MailServer) -> Office:
    """An office with a public and an internal source, two grouped stories, and two leaders of different clearance."""
    values: dict[str, object] = {"smtp_host": server.hostname, "smtp_port": server.port, "smtp_security": "none"}
    values |= {"mail_from": "desk@office.example"}
    if database_url.startswith("postgresql"):
        values["database_url"] = database_url
    make_office(home, values, "Ada", "ada@office.example", NOW)
    office = open_office(settings.load(home))
    with office.writing.begin() as session:
        press, water = add_source(session), add_source(session, "Water Department", Mark.INTERNAL)
        rents = "Rents rose by 8 % in October.\nThe Statistics Office says so."
        spillway = "The spillway leaks 19 litres a minute.\nA survey is planned."
        store(session, press, item("rents", rents, title="Rents up"))
        store(session, water, item("dam", spillway, title="Eastgate dam"))
        for name, clearance in (("Mayor", Mark.CONFIDENTIAL), ("Deputy", Mark.PUBLIC)):
            address = f"{name.lower()}@office.example"
            people.add_leader(session, name=name, email=address, language="en", clearance=clearance)
    group(office, NOW)
    return office
