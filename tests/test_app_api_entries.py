"""Entries through all briefings, the overview, and statements as programs read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.store import statements
from app.viewer import Role
from digest.types import Mark, StatementKind
from tests.api_office import SeededOffice, client, seeded


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        with office.office.writing.begin() as session:
            for mark in Mark:
                statements.add(
                    session,
                    leader_id="mayor",
                    kind=StatementKind.SPEECH,
                    said_on=date(2026, 5, 1 + mark),
                    title=f"Said {mark.code}",
                    text="=1+1",
                    mark=mark,
                )
        yield office


def asker(desk: SeededOffice, mark: Mark = Mark.CONFIDENTIAL, role: Role = Role.ADMINISTRATOR) -> TestClient:
    return client(desk.office, desk.keys[role, mark])


def items(program: TestClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = f"/api/v1{address}"
    while following:
        answer = program.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found, following = found + page["items"], page["next"]
    return found


def told(desk: SeededOffice, leader: str) -> list[int]:
    briefing = asker(desk).get(f"/api/v1/briefings/2026-W47?leader={leader}").json()
    return [entry["number"] for section in briefing["sections"] for entry in section["entries"]]


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_of_entries_neither_skip_nor_repeat(desk: SeededOffice, limit: int) -> None:
    found = items(asker(desk), f"/entries?leader=mayor&limit={limit}")
    assert [each["entry"]["number"] for each in found] == told(desk, "mayor")
    assert {each["briefing_id"] for each in found} == {"2026-W47"}


def test_entries_are_narrowed_by_topic_status_section_and_briefing(desk: SeededOffice) -> None:
    every = items(asker(desk), "/entries?leader=mayor")
    for name, of in (
        ("section", lambda entry: [entry["section"]]),
        ("status", lambda entry: [entry["status"]["code"]]),
        ("topic", lambda entry: [each["code"] for each in entry["topics"]]),
    ):
        for value in {value for each in every for value in of(each["entry"])}:
            found = items(asker(desk), f"/entries?leader=mayor&limit=2&{name}={value}")
            assert found == [each for each in every if value in of(each["entry"])]
    assert items(asker(desk), "/entries?briefing=2026-W46&leader=mayor") == []
    assert items(asker(desk), "/entries?briefing=2026-W47&leader=mayor&limit=2") == every


@pytest.mark.parametrize(
    ("query", "status"),
    [("after=x", 422), ("after=nothing-3", 404), ("status=old", 422), ("briefing=2020-W01", 404), ("topics=a", 422)],
)
def test_what_cannot_be_asked_is_refused(desk: SeededOffice, query: str, status: int) -> None:
    assert asker(desk).get(f"/api/v1/entries?{query}").status_code == status


def test_a_draft_is_listed_only_when_it_is_named_and_to_staff(desk: SeededOffice) -> None:
    assert "2026-W48" not in {each["briefing_id"] for each in items(asker(desk), "/entries")}
    assert items(asker(desk), "/entries?briefing=2026-W48")
    assert asker(desk, role=Role.LEADER).get("/api/v1/entries?briefing=2026-W48").status_code == 404


def test_the_overview_says_how_old_the_briefing_is_what_must_be_known_and_what_fails(desk: SeededOffice) -> None:
    read = asker(desk).get("/api/v1/overview?leader=mayor").json()
    assert (read["briefing"]["id"], read["age_days"]) == ("2026-W47", 3)
    assert {each["entry"]["section"] for each in read["must_know"]} == {"for_decision", "must_know"}
    assert len(read["failed_sources"]) == 2
    assert read["failed_sources"][0]["label"]
    assert len(asker(desk, Mark.PUBLIC).get("/api/v1/overview").json()["failed_sources"]) < 2


def test_statements_are_for_keys_of_staff_as_far_as_they_are_cleared(desk: SeededOffice) -> None:
    for mark in Mark:
        titles = [each["title"] for each in items(asker(desk, mark), "/statements?leader=mayor&limit=1")]
        assert titles == [f"Said {each.code}" for each in reversed(Mark) if each <= mark]
        assert items(asker(desk, mark, Role.LEADER), "/statements?leader=mayor") == []
    assert items(asker(desk), "/statements?leader=council") == []
