"""Who reads what: keys, clearance, ETags, and one shape for everything that goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.store import people
from app.viewer import Role
from digest.types import Mark
from tests.api_office import CLOSED, NOW, SeededOffice, application, client, seeded

SECRETS = {
    Mark.INTERNAL: [CLOSED, "EUR 3.4 million", "Reserve for urgent works", "Finance Department", "s-sealed"],
    Mark.PUBLIC: [CLOSED, "EUR 3.4 million", "Seepage", "Eastgate dam", "evacuation", "Harbour Watch", "scan_0417"],
}
LISTS = ["/briefings", "/entries", "/asks", "/topics", "/stories", "/documents", "/statements", "/sources", "/overview"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        yield office


def asker(desk: SeededOffice, mark: Mark = Mark.CONFIDENTIAL, role: Role = Role.ADMINISTRATOR) -> TestClient:
    return client(desk.office, desk.keys[role, mark])


def addresses(desk: SeededOffice) -> list[str]:
    """One address of every route, with something to show at each clearance."""
    rain = f"/documents/{desk.ids['d-rain']}"
    documents = [rain, f"{rain}/versions", f"{rain}/versions/1"]
    briefings = ["/briefings/latest", "/briefings/latest?leader=mayor", "/briefings/2026-W47/ledger?limit=200"]
    search = [f"/search?q=the&limit=200&kind={kind}" for kind in ("documents", "stories", "briefings")]
    found = [
        *LISTS,
        *search,
        *briefings,
        "/briefings/2026-W47?leader=council",
        "/stories/s-dam?leader=mayor",
        *documents,
    ]
    found += [f"/asks/{desk.ids['a-quay']}", "/topics/flood-safety/series"]
    found += [f"{each}?format=csv" for each in LISTS if each != "/overview"]
    return [f"/api/v1{path}" for path in found]


def routes(desk: SeededOffice) -> set[str]:
    return set(application(desk.office).openapi()["paths"])


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem that a response is, after its shape was checked."""
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert set(found) - {"errors", "reference"} == {"type", "title", "status", "code", "detail"}
    assert (response.status_code, found["status"], found["code"], found["type"]) == (
        status,
        status,
        code,
        "about:blank",
    )
    return found


@pytest.mark.parametrize("mark", [Mark.PUBLIC, Mark.INTERNAL])
@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LEADER])
def test_no_route_tells_what_the_clearance_forbids(desk: SeededOffice, mark: Mark, role: Role) -> None:
    everything = asker(desk)
    whole = "".join(everything.get(address).text for address in addresses(desk))
    assert [secret for secret in SECRETS[mark] if secret not in whole] == []
    for address in addresses(desk):
        response = asker(desk, mark, role).get(address)
        assert response.status_code == 200, address
        assert [secret for secret in SECRETS[mark] if secret in response.text] == [], address


def test_counts_are_of_what_the_clearance_permits(desk: SeededOffice) -> None:
    def counts(mark: Mark) -> tuple[int, int, int]:
        ledger = asker(desk, mark).get("/api/v1/briefings/2026-W47/ledger").json()["counts"]
        story = asker(desk, mark).get("/api/v1/stories/s-dam").json()
        return ledger["documents"], ledger["sources"], len(story["documents"])

    assert [counts(mark) for mark in Mark] == [(14, 11, 1), (16, 13, 2), (17, 14, 3)]


@pytest.mark.parametrize(
    "path", ["/documents/{d-fund}", "/documents/{d-fund}/versions", "/documents/{d-fund}/versions/1"]
)
def test_a_document_above_the_clearance_looks_like_none(desk: SeededOffice, path: str) -> None:
    address = "/api/v1" + path.replace("{d-fund}", desk.ids["d-fund"])
    problem(asker(desk, Mark.INTERNAL).get(address), 404, "no_such_document")
    assert asker(desk).get(address).status_code == 200


@pytest.mark.parametrize("story", ["s-sealed", "s-closed"])
def test_a_story_above_the_clearance_looks_like_none_even_when_it_was_merged(desk: SeededOffice, story: str) -> None:
    response = asker(desk, Mark.INTERNAL).get(f"/api/v1/stories/{story}")
    problem(response, 404, "no_such_story")
    assert "location" not in response.headers
    assert asker(desk).get(f"/api/v1/stories/{story}").status_code in (200, 308)


@pytest.mark.parametrize("key", [None, "sw_unknown", "", "sw_\x80"])
def test_every_route_wants_a_key(desk: SeededOffice, key: str | None) -> None:
    for address in addresses(desk):
        headers = {} if key is None else {"Authorization": f"Bearer {key}".encode("latin-1")}
        response = client(desk.office, None).get(address, headers=headers)
        problem(response, 401, "no_valid_key")
        assert response.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_reads_nothing(desk: SeededOffice) -> None:
    with desk.office.writing() as session, session.begin():
        identifier, key = people.add_key(session, name="old", role=Role.LEADER, clearance=Mark.PUBLIC, now=NOW)
    assert client(desk.office, key).get("/api/v1/stories").status_code == 200
    with desk.office.writing() as session, session.begin():
        people.revoke_key(session, identifier, NOW)
    problem(client(desk.office, key).get("/api/v1/stories"), 401, "no_valid_key")


def test_the_session_of_a_browser_is_no_key(desk: SeededOffice) -> None:
    with desk.office.writing() as session, session.begin():
        person = people.add_person(
            session, name="Ann", email="ann@example.org", role=Role.ADMINISTRATOR, clearance=Mark.PUBLIC, language="en"
        )
        token = people.open_session(session, person.id, NOW)
    browser = client(desk.office, None)
    problem(browser.get("/api/v1/stories", headers={"Cookie": f"session={token}"}), 401, "no_valid_key")
    problem(browser.get("/api/v1/stories", headers={"Authorization": f"Bearer {token}"}), 401, "no_valid_key")


def test_every_answer_has_an_etag_and_is_not_sent_twice(desk: SeededOffice) -> None:
    program = asker(desk)
    for address in addresses(desk):
        first = program.get(address)
        etag = first.headers["etag"]
        assert etag == program.get(address).headers["etag"]
        assert (first.headers["cache-control"], first.headers["vary"]) == ("private, no-cache", "Authorization")
        for condition in (etag, f'"other", W/{etag}', "*"):
            again = program.get(address, headers={"If-None-Match": condition})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert program.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_304_tells_nothing_to_a_key_that_may_not_read(desk: SeededOffice) -> None:
    address = f"/api/v1/documents/{desk.ids['d-fund']}"
    etag = asker(desk).get(address).headers["etag"]
    problem(asker(desk, Mark.PUBLIC).get(address, headers={"If-None-Match": etag}), 404, "no_such_document")


def test_the_program_serves_the_api_as_it_is_tested_here(desk: SeededOffice) -> None:
    key = desk.keys[Role.LEADER, Mark.INTERNAL]
    now = NOW + timedelta(days=3)
    program = TestClient(create_app(desk.office, clock=lambda: now), headers={"Authorization": f"Bearer {key}"})
    for address in addresses(desk):
        served, tested = program.get(address), asker(desk, Mark.INTERNAL, Role.LEADER).get(address)
        assert (served.content, served.headers["etag"]) == (tested.content, tested.headers["etag"])
        assert served.headers["cache-control"] == "private, no-cache"
    problem(program.get("/api/v1/nothing"), 404, "no_such_address")
    problem(program.post("/api/v1/stories"), 405, "only_get")
    assert set(program.get("/api/openapi.json").json()["paths"]) == routes(desk)


def test_every_route_is_among_the_addresses_asked_here(desk: SeededOffice) -> None:
    patterns = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in routes(desk)}
    asked = [address.partition("?")[0] for address in addresses(desk)]
    assert [path for path, pattern in patterns.items() if not any(map(pattern.fullmatch, asked))] == []
