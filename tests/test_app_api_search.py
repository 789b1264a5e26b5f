"""What the route that searches answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.viewer import Role
from digest.types import Mark
from tests.api_office import SeededOffice, client, seeded


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("search") / "home", sqlite_template) as office:
        yield office


@pytest.fixture(scope="module")
def staff(desk: SeededOffice) -> TestClient:
    return client(desk.office, desk.keys[Role.ADMINISTRATOR, Mark.CONFIDENTIAL])


def found(browser: TestClient, **asked: object) -> dict[str, Any]:
    response = browser.get("/api/v1/search", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


def walked(browser: TestClient, **asked: object) -> list[dict[str, Any]]:
    answer = found(browser, limit=1, **asked)
    items = answer["items"]
    while answer["next"]:
        answer = browser.get(answer["next"]).json()
        items += answer["items"]
    return items


@pytest.mark.parametrize(("kind", "q"), [("documents", "state"), ("stories", "state"), ("briefings", "the")])
def test_pages_hold_as_many_items_as_are_counted(staff: TestClient, kind: str, q: str) -> None:
    items = walked(staff, q=q, kind=kind)
    assert len(items) == found(staff, q=q)["counts"][kind] > 1
    assert {item["kind"] for item in items} == {kind}
    assert [item["at"] for item in items] == sorted((item["at"] for item in items), reverse=True)


def test_matches_are_marked_in_title_and_excerpt(staff: TestClient, desk: SeededOffice) -> None:
    item = next(each for each in found(staff, q="DAM")["items"] if each["id"] == desk.ids["d-seep"])
    for pieces in (item["title"], item["excerpt"]):
        assert {piece["text"] for piece in pieces if piece["match"]} == {"dam"}
    assert "".join(piece["text"] for piece in item["title"]) == "Eastgate dam: seepage at gauge 4"
    assert (item["source"], item["mark"]["code"]) == ("Water Department", "internal")


def test_an_entry_leads_to_its_place_in_the_briefing(staff: TestClient) -> None:
    item = next(each for each in found(staff, q="dam", kind="briefings")["items"] if each["number"])
    view = f"?leader={item['leader_id']}" if item["leader_id"] else ""
    assert item["path"] == f"/briefings/2026-W47{view}#entry-{item['number']}"


def test_days_are_the_offices_and_both_included(staff: TestClient) -> None:
    (first, *_) = found(staff, q="gauge")["items"]
    day = first["at"][:10]
    assert found(staff, q="gauge", **{"from": day, "to": day})["counts"]["documents"] >= 1
    assert found(staff, q="gauge", to="2020-01-01")["counts"]["documents"] == 0
    assert found(staff, q="gauge", **{"from": "0001-01-01", "to": "9999-12-31"})["counts"]["documents"] >= 1


@pytest.mark.parametrize("q", ["", "-dam", "…", '"'])
def test_a_query_without_a_word_is_refused_with_the_remedy(staff: TestClient, q: str) -> None:
    response = staff.get("/api/v1/search", params={"q": q})
    assert response.status_code == 422
    assert response.json()["errors"][0]["name"] == "q"
    assert "at least one word" in response.json()["errors"][0]["message"]


def test_a_longer_list_takes_no_more_queries(staff: TestClient, desk: SeededOffice) -> None:
    asked: list[str] = []
    event.listen(desk.office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: asked.append(statement))
    for kind in ("documents", "stories", "briefings"):
        counts = []
        for limit in (1, 200):
            asked.clear()
            found(staff, q="the", kind=kind, limit=limit)
            counts.append(len([each for each in asked if each.startswith("SELECT")]))
        assert counts[0] == counts[1] <= 6, asked
