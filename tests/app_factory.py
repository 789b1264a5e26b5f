"""A small office for tests of the pages: three marks, four roles, one edition sent and one in draft.

Titles and names of what is internal hold the word COBALT, of what is confidential the word OBSIDIAN.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from app import settings
from app.auth import passwords
from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.send import send
from app.jobs.setup import make_office
from app.main import create_app
from app.office import Office, open_office
from app.store import documents, people, sources, stories
from app.store.identity import document_id
from app.viewer import Role, system
from collectors.types import Fetched, Item, Outcome
from digest.errors import FetchError
from digest.types import Mark, Origin, Source, SourceKind

CUT_OFF = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)
NOW = CUT_OFF + timedelta(days=7)
PASSWORD = "correct horse battery"
ORIGIN = {"Origin": "http://testserver"}
SOURCES = (
    ("courier", "The Courier", Origin.MEDIA, Mark.PUBLIC),
    ("post", "Quay Post", Origin.MEDIA, Mark.PUBLIC),
    ("water", "COBALT Water Department", Origin.OWN, Mark.INTERNAL),
    ("finance", "OBSIDIAN Finance", Origin.OWN, Mark.CONFIDENTIAL),
)
RISE = "The river rose by 40 centimetres in two days, the harbour master said on Monday."
FUND = "The OBSIDIAN reserve of EUR 2.1 million is to be released for the eastern dyke."


def item(key: str, title: str, text: str, when: datetime) -> Item:
    return Item(
        key=key,
        fingerprint=key,
        title=title,
        text=text,
        url=f"https://{key}.example/",
        language="en",
        published_at=when,
    )


def week_one(when: datetime) -> dict[str, tuple[Item, ...]]:
    rest = "The gauge stood at 3.10 metres in the evening, and barges above 30 metres had to wait at the quay."
    return {
        "courier": (
            item("flood-courier", "River rises by 40 centimetres in two days", f"{RISE}\n{rest}", when),
            item("fair-courier", "Book fair draws 4,000 visitors", "The book fair drew 4,000 visitors.", when),
        ),
        "post": (item("flood-post", "Reprint: river rises", f"{RISE}\n{rest}", when),),
        "water": (item("gauge", "COBALT gauge report of the week", "COBALT gauge 4 rose from 12 to 19 litres.", when),),
        "finance": (item("fund", "OBSIDIAN reserve for the dyke", f"{FUND}\n{RISE}", when),),
    }


def week_two(when: datetime) -> dict[str, tuple[Item, ...]]:
    return {
        "courier": (
            item("fall", "River falls again after a week", "The river fell by 25 centimetres on Tuesday.", when),
            item("tram", "Tram line 3 closed at weekends", "Line 3 stays closed at weekends until Easter.", when),
            item("bakers", "Bakers ask for later hours", "The bakers' guild asked for later closing hours.", when),
        ),
        "finance": (item("audit", "OBSIDIAN audit of the quay", "The OBSIDIAN audit found EUR 90,000 missing.", when),),
    }


STORIES = {
    "flood-courier": "s-flood",
    "flood-post": "s-flood",
    "fund": "s-flood",
    "fair-courier": "s-fair",
    "gauge": "s-gauge",
    "fall": "s-flood",
    "tram": "s-tram",
    "bakers": "s-bakers",
    "audit": "s-audit",
}


def made_office(home: Path) -> Office:
    """The whole office: the first week is approved and written to the outbox, the second is a draft."""
    values = {"office_name": "Harbour Office", "time_zone": "Europe/Berlin", "languages": ["en", "zh"]}
    make_office(home, values, "Ada Admin", "admin@office.example", CUT_OFF - timedelta(days=7))
    office = open_office(settings.load(home))
    _people(office)
    _collected(office, week_one(CUT_OFF - timedelta(days=3)), CUT_OFF - timedelta(days=2))
    assert compose(office, CUT_OFF)
    approver = _approver(office)
    approve(office, "2026-W46", approver, CUT_OFF + timedelta(hours=5))
    send(office, CUT_OFF + timedelta(days=3))
    _collected(office, week_two(NOW - timedelta(days=2)), NOW - timedelta(days=1))
    assert compose(office, NOW - timedelta(minutes=1))
    return office


def _people(office: Office) -> None:
    with office.writing.begin() as session:
        stories.add_topic(session, "River", "The river and its floods", ["river", "gauge", "dyke"])
        for name, role, mark, language in (
            ("Public Leader", Role.LEADER, Mark.PUBLIC, "en"),
            ("Cleared Leader", Role.LEADER, Mark.CONFIDENTIAL, "zh"),
            ("Edda Editor", Role.EDITOR, Mark.CONFIDENTIAL, "en"),
            ("Ines Intern", Role.EDITOR, Mark.PUBLIC, "en"),
            ("Arno Approver", Role.APPROVER, Mark.CONFIDENTIAL, "en"),
        ):
            email = f"{name.split()[0].lower()}@office.example"
            leader = (
                people.add_leader(session, name=name, email=email, language=language, clearance=mark)
                if role is Role.LEADER
                else None
            )
            people.add_person(
                session,
                name=name,
                email=email,
                role=role,
                clearance=mark,
                language=language,
                leader_id=leader.id if leader else None,
            )
        for identifier, name, origin, mark in SOURCES:
            made = Source(
                id=identifier,
                kind=SourceKind.FEED,
                name=name,
                address=f"http://127.0.0.1:9/{identifier}",
                origin=origin,
                mark=mark,
            )
            sources.add(session, made)


def _approver(office: Office):
    with office.reading() as session:
        return people.holders(session, Role.APPROVER)[0].viewer


def _collected(office: Office, given: dict[str, tuple[Item, ...]], now: datetime) -> None:
    with office.writing.begin() as session:
        known = {source.name: source for source in sources.every(session, system())}
        assigned, repeats = {}, {}
        for identifier, name, _, _ in SOURCES:
            source, items = known[name], given.get(identifier, ())
            counts = documents.store(session, source, items, now, lambda _text, hint: hint or "en")
            result = Fetched(items=items, same=0)
            sources.record(session, Outcome(source=source, result=result, seconds=0.1), counts, now, timedelta(hours=1))
            assigned |= {document_id(source.id, each.key): STORIES[each.key] for each in items}
        if "post" in given:
            reprint = document_id(known["Quay Post"].id, "flood-post")
            repeats[reprint] = document_id(known["The Courier"].id, "flood-courier")
        stories.regroup(session, assigned, repeats, {}, now)


def failed_source(office: Office, source_name: str, now: datetime) -> str:
    """Let the last attempt at a source fail; its id is returned."""
    with office.writing.begin() as session:
        source = next(each for each in sources.every(session, system()) if each.name == source_name)
        outcome = Outcome(source=source, result=FetchError("http_status", status=503), seconds=0.2)
        sources.record(session, outcome, {}, now, timedelta(hours=1))
        return source.id


def document_of(office: Office, key: str) -> str:
    """Id of the document with a key."""
    with office.reading() as session:
        return next(each.id for each in documents.every_version(session, system()) if each.key == key)


def visitor(office: Office, now: datetime = NOW) -> TestClient:
    """A browser that nobody has signed in with; it sends forms from our own pages."""
    return TestClient(create_app(office, clock=lambda: now), headers=ORIGIN, raise_server_exceptions=False)


def signed_in(office: Office, first_name: str, now: datetime = NOW) -> TestClient:
    """The browser of a person, by first name, signed in through a one-time link."""
    browser = visitor(office, now)
    answer = browser.post(f"/sign-in/{link_of(office, first_name, now)}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return browser


def link_of(office: Office, first_name: str, now: datetime = NOW) -> str:
    """Token of a new one-time link of a person."""
    with office.writing.begin() as session:
        person = people.by_email(session, f"{first_name.lower()}@office.example")
        assert person is not None
        return people.make_link(session, person.id, now)


def give_password(office: Office, first_name: str) -> None:
    """Give a person :data:`PASSWORD`."""
    with office.writing.begin() as session:
        person = people.by_email(session, f"{first_name.lower()}@office.example")
        assert person is not None
        people.set_password(session, person.id, passwords.hashed(PASSWORD))


def form_token(browser: TestClient) -> str:
    """The token that the forms of a signed-in browser carry."""
    found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', browser.get("/account").text)
    assert found is not None
    return found[1]


def post(browser: TestClient, path: str, **fields: str):
    """Send a form as a page of ours does; the answer before any redirection."""
    return browser.post(path, data={"csrf_token": form_token(browser), **fields}, follow_redirects=False)
