"""An office with what the API can show: the golden edition, its documents, older editions, and a draft."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from app.api import complete, problems, router
from app.office import Office, open_office
from app.settings import Settings
from app.store import asks, documents, editions, people, sources, stories
from app.viewer import Role, system
from collectors.types import Fetched, Item, Outcome
from digest.edition import Edition, OfficeText
from digest.errors import FetchError, ParseError, StaffworkError
from digest.types import Mark, Origin, Source, SourceKind
from tests.ask_factory import wanted

GOLDEN = Path(__file__).parent / "data" / "editions" / "v1.json"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
INTERVAL = timedelta(hours=1)
CLOSED = "Closed session on the harbour sale"
DRAFTED = "Only the draft says this."
OLDER = ("2026-W44", "2026-W45", "2026-W46")


@dataclass(frozen=True)
class SeededOffice:
    """The office and how its rows are named: golden id -> id."""

    office: Office
    ids: dict[str, str]
    keys: dict[tuple[Role, Mark], str]


def english(_text: str, hint: str | None) -> str:
    return hint or "en"


def seed(session: Session) -> tuple[dict[str, str], dict[tuple[Role, Mark], str]]:
    """Fill an empty database; returns the ids of documents and sources by their golden names, and keys."""
    golden = json.loads(GOLDEN.read_bytes())
    ids = _sources(session, golden["sources"])
    by_id = {source.id: source for source in sources.every(session, system())}
    for line in golden["ledger"]:
        ids[line["document_id"]] = _document(session, by_id[ids[line["source_id"]]], line)
    closed = Item(key="closed", fingerprint="1", title=CLOSED, text=f"{CLOSED}.")
    documents.store(session, by_id[ids["finance"]], [closed], NOW, english)
    ids["d-closed"] = documents.document_id(ids["finance"], "closed")
    _group(session, golden["ledger"], ids)
    stories.add_topic(session, "Flood safety", "Dams, dykes and the river", ["dam"])
    _leaders_and_editions(session, _renamed(golden, ids))
    ids["a-quay"] = _asks(session)
    keys = {
        (role, mark): people.add_key(session, name=f"{role} {mark.code}", role=role, clearance=mark, now=NOW)[1]
        for role in (Role.ADMINISTRATOR, Role.LEADER)
        for mark in Mark
    }
    return ids, keys


def _sources(session: Session, lines: list[dict[str, Any]]) -> dict[str, str]:
    ids = {}
    for line in lines:
        wanted = Source(
            id="", kind=SourceKind.FEED, name=line["name"], address=f"http://127.0.0.1/{line['source_id']}?token=hush",
            mark=Mark(line["mark"]), origin=Origin.MEDIA,
        )  # fmt: skip
        source = sources.add(session, wanted)
        result = FetchError("timeout", limit=20) if line["state"] == "failed" else Fetched(items=(), same=0)
        outcome = Outcome(source=source, result=result, seconds=0.5)
        sources.record(session, outcome, {}, NOW, INTERVAL)
        ids[line["source_id"]] = source.id
    return ids


def _document(session: Session, source: Source, line: dict[str, Any]) -> str:
    """Store a document of the golden ledger in as many versions as it has there; a failed one stays unreadable."""
    key, title = line["document_id"], line["title"]
    for number in range(1, line["version"] + 1):
        item = Item(
            key=key, fingerprint=str(number), title=title, text=f"{title}. State {number}.", url="javascript:x()"
        )
        documents.store(session, source, [item], NOW + timedelta(minutes=number), english)
    if not line["version"]:
        scan = Item(key=key, fingerprint="1", title=title, text="", error=ParseError("no_text"))
        documents.store(session, source, [scan], NOW, english)
    return documents.document_id(source.id, key)


def _asks(session: Session) -> str:
    """An ask of each mark; the id of the public one."""
    texts = {Mark.PUBLIC: "Count the rooms", Mark.INTERNAL: "Repair Eastgate dam", Mark.CONFIDENTIAL: "EUR 3.4 million"}
    made = {
        mark: asks.add(session, system(), wanted(text, mark=mark, due=NOW.date() + timedelta(weeks=9)), NOW)
        for mark, text in texts.items()
    }
    return made[Mark.PUBLIC].id


def _group(session: Session, ledger: list[dict[str, Any]], ids: dict[str, str]) -> None:
    """Stories as in the golden edition; ``s-old`` was merged into ``s-rents``, ``s-closed`` into ``s-sealed``."""
    given = {ids[line["document_id"]]: line["story_id"] for line in ledger if line["story_id"]}
    repeats = {ids[line["document_id"]]: ids[line["duplicate_of"]] for line in ledger if line["duplicate_of"]}
    stories.regroup(session, {ids["d-rents"]: "s-old", ids["d-closed"]: "s-closed"}, {}, {}, NOW)
    merged = {"s-old": "s-rents", "s-closed": "s-sealed"}
    stories.regroup(session, {**given, ids["d-closed"]: "s-sealed"}, repeats, merged, NOW)


def _renamed(golden: dict[str, Any], ids: dict[str, str]) -> Edition:
    """The golden edition with the ids that the rows got."""
    text = json.dumps(golden, ensure_ascii=False)
    for name, identifier in ids.items():
        text = text.replace(f'"{name}"', f'"{identifier}"')
    return editions.EDITION.validate_json(text)


def _leaders_and_editions(session: Session, latest: Edition) -> None:
    for name, mark in (("Mayor", Mark.CONFIDENTIAL), ("Council", Mark.PUBLIC)):
        people.add_leader(session, name=name, email="a@example.org", language="en", clearance=mark)
    for weeks, identifier in enumerate(reversed(OLDER), start=1):
        cut_off = latest.cut_off - timedelta(weeks=weeks)
        older = replace(latest, id=identifier, cut_off=cut_off, ledger=(), entries=(), views=_empty(latest))
        editions.keep_draft(session, older, (), cut_off)
        editions.freeze(session, older)
    editions.keep_draft(session, replace(latest, approval=None), (), latest.cut_off)
    editions.freeze(session, latest)
    note = OfficeText(text=DRAFTED, author="Editor", written_at=NOW, mark=Mark.PUBLIC)
    draft = replace(latest, id="2026-W48", cut_off=latest.cut_off + timedelta(weeks=1), approval=None, ledger=())
    editions.keep_draft(session, replace(draft, bottom_line=note), (), draft.cut_off)


def _empty(edition: Edition) -> tuple[Any, ...]:
    return tuple(replace(view, entries=()) for view in edition.views)


@contextmanager
def opened(home: Path, template: Path) -> Iterator[Office]:
    """An office on SQLite with the present schema and no rows."""
    home.mkdir()
    shutil.copy(template, home / "staffwork.db")
    office = open_office(Settings(home=home, office_name="Ostermouth", public_url="https://office.example"))
    yield office
    office.engine.dispose()


@contextmanager
def seeded(home: Path, template: Path) -> Iterator[SeededOffice]:
    """The office with everything that :func:`seed` puts into it."""
    with opened(home, template) as office:
        with office.writing() as session, session.begin():
            ids, keys = seed(session)
        yield SeededOffice(office, ids, keys)


def application(office: Office | None = None) -> FastAPI:
    """The smallest application that serves the API as the program's own does; the office may be set later."""
    app = FastAPI()
    app.state.office, app.state.clock = office, lambda: NOW + timedelta(days=3)
    app.include_router(router)
    complete(app)
    for error in (StaffworkError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, problems.answer)
    return app


def client(office: Office, key: str | None) -> TestClient:
    """A program that asks with a key, or with none."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return TestClient(application(office), headers=headers, raise_server_exceptions=False, follow_redirects=False)
