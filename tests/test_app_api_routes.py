"""What the routes answer, to whom, and page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.viewer import Role
from digest.types import Mark
from tests.api_office import DRAFTED, OLDER, SeededOffice, client, seeded


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        yield office


@pytest.fixture(scope="module")
def staff(desk: SeededOffice) -> TestClient:
    return client(desk.office, desk.keys[Role.ADMINISTRATOR, Mark.CONFIDENTIAL])


@pytest.fixture(scope="module")
def leader(desk: SeededOffice) -> TestClient:
    return client(desk.office, desk.keys[Role.LEADER, Mark.CONFIDENTIAL])


def got(asker: TestClient, path: str, **params: str | int) -> Any:
    response = asker.get(f"/api/v1{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def walked(asker: TestClient, path: str, limit: int) -> list[dict[str, Any]]:
    """Every item of a list, by following its links."""
    items: list[dict[str, Any]] = []
    address: str | None = f"/api/v1{path}?limit={limit}"
    while address:
        response = asker.get(address)
        page = response.json()
        assert len(page["items"]) <= limit
        assert response.headers.get("link") == (f'<{page["next"]}>; rel="next"' if page["next"] else None)
        items, address = items + page["items"], page["next"]
    return items


def test_a_briefing_is_served_as_page_and_mail_show_it(staff: TestClient) -> None:
    briefing = got(staff, "/briefings/2026-W47", leader="mayor", language="zh")
    assert (briefing["id"], briefing["leader_id"], briefing["language"]) == ("2026-W47", "mayor", "zh")
    assert briefing["public_url"] == "https://office.example"
    told = [entry for section in briefing["sections"] for entry in section["entries"]]
    assert told[0]["gist"]["class"] == "quoted"
    assert {entry["mark"]["code"]: entry["mark"]["label"] for entry in told}["public"] == "公开"


def test_the_latest_briefing_is_the_latest_approved_one(staff: TestClient) -> None:
    assert got(staff, "/briefings")["items"][0]["id"] == "2026-W48"
    assert got(staff, "/briefings/latest", leader="council")["id"] == "2026-W47"


def test_briefings_are_listed_with_their_state_the_latest_first(staff: TestClient) -> None:
    states = [(item["id"], item["state"]["code"]) for item in got(staff, "/briefings")["items"]]
    assert states == [("2026-W48", "draft"), ("2026-W47", "approved"), *((each, "approved") for each in OLDER[::-1])]


def test_a_draft_is_for_keys_of_staff_only(staff: TestClient, leader: TestClient) -> None:
    assert got(staff, "/briefings/2026-W48")["bottom_line"]["text"] == DRAFTED
    assert [item["id"] for item in got(leader, "/briefings")["items"]] == ["2026-W47", *OLDER[::-1]]
    for path in ("/briefings/2026-W48", "/briefings/2026-W48/ledger"):
        assert leader.get(f"/api/v1{path}").status_code == 404


def test_a_ledger_has_each_document_once_and_counts_the_whole(staff: TestClient, desk: SeededOffice) -> None:
    page = got(staff, "/briefings/2026-W47/ledger", limit=1)
    assert (page["counts"]["documents"], page["counts"]["unreadable"]) == (17, 1)
    found = [item["document_id"] for item in walked(staff, "/briefings/2026-W47/ledger", 5)]
    assert found == sorted(desk.ids[name] for name in desk.ids if name.startswith("d-") and name != "d-closed")


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_pages_neither_skip_nor_repeat(staff: TestClient, desk: SeededOffice, limit: int) -> None:
    briefings = [item["id"] for item in walked(staff, "/briefings", limit)]
    stories = [item["id"] for item in walked(staff, "/stories", limit)]
    documents = [item["id"] for item in walked(staff, "/documents", limit)]
    assert len(briefings) == len(set(briefings)) == 5
    assert stories == sorted({"s-dam", "s-rents", "s-cold", "s-grant", "s-boilers", "s-tram"} | set(stories))
    assert sorted(documents) == sorted(
        desk.ids[name] for name in desk.ids if name.startswith("d-") and name != "d-scan"
    )


def test_a_next_link_keeps_the_other_parameters(staff: TestClient) -> None:
    following = got(staff, "/documents", limit=1, language="zh")["next"]
    assert "limit=1" in following
    assert "language=zh" in following


def test_a_story_has_its_documents_its_duplicates_and_where_it_was_told(staff: TestClient, desk: SeededOffice) -> None:
    story = got(staff, "/stories/s-rents", leader="mayor")
    repeats = {item["id"]: item["duplicate_of"] for item in story["documents"] if item["duplicate_of"]}
    assert repeats == {desk.ids["d-coast-rents"]: desk.ids["d-courier-rents"]}
    assert (len(story["documents"]), story["duplicates"], story["sources"]) == (5, 1, 5)
    assert [(told["briefing_id"], told["label"], told["section"]["code"]) for told in story["told"]] == [
        ("2026-W47", "W47", "must_know")
    ]


def test_a_story_that_was_merged_leads_to_the_living_one_for_ever(staff: TestClient) -> None:
    response = staff.get("/api/v1/stories/s-old?leader=mayor")
    assert (response.status_code, response.headers["location"]) == (308, "/api/v1/stories/s-rents?leader=mayor")


def test_a_version_keeps_its_text(staff: TestClient, desk: SeededOffice) -> None:
    seep = desk.ids["d-seep"]
    assert [each["number"] for each in got(staff, f"/documents/{seep}/versions")["items"]] == [2, 1]
    texts = [got(staff, f"/documents/{seep}/versions/{number}")["text"] for number in (1, 2)]
    assert texts == [f"Eastgate dam: seepage at gauge 4. State {number}." for number in (1, 2)]
    assert got(staff, f"/documents/{seep}")["version"] == 2


def test_an_address_that_no_browser_should_follow_is_not_given_on(staff: TestClient, desk: SeededOffice) -> None:
    assert got(staff, f"/documents/{desk.ids['d-rain']}")["url"] is None


def test_failing_sources_come_first_and_say_why(staff: TestClient) -> None:
    items = got(staff, "/sources", language="zh")["items"]
    assert [item["state"]["code"] for item in items[:3]] == ["failed", "failed", "ok"]
    failure = items[0]["last_attempt"]["failure"]
    assert (failure["code"], failure["params"]) == ("timeout", {"limit": 20})
    assert items[0]["failures"] == 1


def test_keys_of_leaders_do_not_read_the_addresses_of_sources(staff: TestClient, leader: TestClient) -> None:
    assert "token=hush" in staff.get("/api/v1/sources").text
    assert "token=hush" not in leader.get("/api/v1/sources").text


@pytest.mark.parametrize("path", ["/stories", "/documents", "/briefings/2026-W47/ledger"])
def test_a_long_list_takes_as_many_queries_as_a_short_one(staff: TestClient, desk: SeededOffice, path: str) -> None:
    statements: list[str] = []
    event.listen(
        desk.office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement)
    )
    counts = []
    for query in ("?limit=1", "?limit=200"):
        statements.clear()
        assert staff.get(f"/api/v1{path}{query}").status_code == 200
        counts.append(len([each for each in statements if each.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 4
