"""Asks in the JSON API: the lists, page by page, and what a key may know of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.store import asks
from app.viewer import Role
from digest.asks import AskState
from digest.types import Mark
from tests.api_office import NOW, SeededOffice, client, seeded
from tests.ask_factory import wanted
from tests.store_factory import viewer
from tests.test_app_api_routes import got, walked

EDITOR = viewer(role=Role.EDITOR)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        with office.office.writing.begin() as session:
            for days in (3, -2, 8):
                text = f"Due in {days}"
                due = (NOW + timedelta(days=days)).date()
                asks.add(session, EDITOR, wanted(text, due=due), NOW)
            asks.add(session, EDITOR, wanted("Secret", mark=Mark.CONFIDENTIAL), NOW)
            asks.add(session, EDITOR, wanted("In a draft"), NOW, story_id="s-tram", edition_id="2026-W48")
            closed = asks.add(session, EDITOR, wanted("Over"), NOW)
            asks.close(session, EDITOR, closed.id, AskState.DROPPED, "Not needed.", NOW)
        yield office


@pytest.fixture(scope="module")
def staff(desk: SeededOffice) -> TestClient:
    return client(desk.office, desk.keys[Role.ADMINISTRATOR, Mark.CONFIDENTIAL])


@pytest.fixture(scope="module")
def leader(desk: SeededOffice) -> TestClient:
    return client(desk.office, desk.keys[Role.LEADER, Mark.PUBLIC])


def test_open_ones_are_listed_by_due_date(staff: TestClient) -> None:
    items = got(staff, "/asks")["items"]
    assert [item["due"] for item in items] == sorted(item["due"] for item in items)
    assert [item["overdue"] for item in items] == [True, *[False] * (len(items) - 1)]
    assert items[0]["kind"] == {"code": "decision", "label": "Decision"}
    assert "address" not in items[0]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_pages_neither_skip_nor_repeat(staff: TestClient, limit: int) -> None:
    found = [item["text"] for item in walked(staff, "/asks", limit)]
    assert sorted(found) == [
        "Count the rooms",
        "Due in -2",
        "Due in 3",
        "Due in 8",
        "EUR 3.4 million",
        "In a draft",
        "Repair Eastgate dam",
        "Secret",
    ]


def test_overdue_and_closed_ones_have_lists_of_their_own(staff: TestClient) -> None:
    assert [item["text"] for item in got(staff, "/asks", show="overdue")["items"]] == ["Due in -2"]
    (closed,) = got(staff, "/asks", show="closed", language="zh")["items"]
    assert (closed["state"], closed["result"]) == ({"code": "dropped", "label": "已撤销"}, "Not needed.")


def test_a_key_reads_what_it_is_cleared_for_and_keys_of_leaders_nothing_of_drafts(leader: TestClient) -> None:
    texts = [item["text"] for item in got(leader, "/asks")["items"]]
    assert "Secret" not in texts
    assert "In a draft" not in texts
    assert "Due in 8" in texts


def test_one_ask_is_read_by_its_id(staff: TestClient, leader: TestClient) -> None:
    secret = next(item for item in got(staff, "/asks")["items"] if item["text"] == "Secret")
    assert got(staff, f"/asks/{secret['id']}") == secret
    response = leader.get(f"/api/v1/asks/{secret['id']}")
    assert (response.status_code, response.json()["code"]) == (404, "no_such_ask")


@pytest.mark.parametrize("query", ["show=all", "after=x", "after=0-a1", "limit=0", "state=open"])
def test_parameters_that_cannot_be_used_are_named(staff: TestClient, query: str) -> None:
    response = staff.get(f"/api/v1/asks?{query}")
    assert response.status_code == 422
    assert response.json()["errors"][0]["name"] == query.partition("=")[0]
