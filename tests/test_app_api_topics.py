"""Topics and their weeks as programs read them: the same numbers as on the page, within the clearance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from app.delivery.volume import WEEKS
from app.jobs.group import gather
from app.main import create_app
from app.office import Office
from app.store import people, topics
from app.viewer import Role
from digest.types import Mark
from tests.app_factory import NOW, made_office, signed_in

SERIES = "/api/v1/topics/river/series"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = made_office(tmp_path_factory.mktemp("topics") / "home")
    gather(made, NOW)
    yield made
    made.close()


def asker(office: Office, mark: Mark = Mark.CONFIDENTIAL, role: Role = Role.EDITOR) -> TestClient:
    with office.writing.begin() as session:
        _, key = people.add_key(session, name="k", role=role, clearance=mark, now=NOW)
    return TestClient(create_app(office, clock=lambda: NOW), headers={"Authorization": f"Bearer {key}"})


def weeks(program: TestClient, query: str = "") -> dict[str, int]:
    answer = program.get(f"{SERIES}{query}")
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    found = {each["week"]: each["documents"] for each in read["items"]}
    assert len(found) == len(read["items"])
    assert read["documents"] == sum(found.values())
    return found


def test_the_series_has_the_numbers_of_the_page(office: Office) -> None:
    page = html.fromstring(signed_in(office, "Arno").get("/topics/river").text)
    rows = page.xpath("//table//tr[th[@scope='row']]")
    shown = {row.xpath("string(th)").strip(): int(row.xpath("string(td)")) for row in rows}
    found = weeks(asker(office))
    assert len(found) == WEEKS
    told = {week.partition("-")[2]: count for week, count in found.items() if count}
    assert told
    assert {week: count for week, count in shown.items() if count} == told


def test_weeks_follow_one_another_and_those_without_documents_are_zero(office: Office) -> None:
    items = asker(office).get(f"{SERIES}?from=2025-12-17&to=2026-11-22").json()["items"]
    days = [date.fromisoformat(each["first_day"]) for each in items]
    assert days == [date(2025, 12, 15) + number * timedelta(weeks=1) for number in range(len(items))]
    assert {date.fromisoformat(each["last_day"]) - day for each, day in zip(items, days, strict=True)} == {
        timedelta(days=6)
    }
    assert [each["week"] for each in items[1:4]] == ["2025-W52", "2026-W01", "2026-W02"]
    assert items[-1]["week"] == "2026-W47"
    assert items[1]["documents"] == 0


def test_a_week_is_whole_whichever_of_its_days_is_named(office: Office) -> None:
    program = asker(office)
    assert weeks(program, "?from=2026-11-09&to=2026-11-09") == weeks(program, "?from=2026-11-15&to=2026-11-15")
    assert list(weeks(program, "?from=2026-11-15&to=2026-11-16")) == ["2026-W46", "2026-W47"]
    assert weeks(program, "?from=2026-11-15")["2026-W47"] > 0


def test_counts_are_of_what_the_clearance_permits(office: Office) -> None:
    def counted(mark: Mark) -> tuple[int, int]:
        (line,) = asker(office, mark).get("/api/v1/topics").json()["items"]
        return line["stories"], sum(weeks(asker(office, mark)).values())

    found = [counted(mark) for mark in Mark]
    assert found == sorted(found)
    assert len(set(found)) == len(Mark)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("from=2026-11-23&to=2026-11-15", "to"),
        ("from=2026-12-01", "to"),
        ("from=1990-01-01", "from"),
        ("from=0001-01-01&to=9999-12-31", "from"),
        ("from=yesterday", "from"),
        ("until=2026-11-15", "until"),
    ],
)
def test_what_cannot_be_a_span_of_weeks_is_refused_by_name(office: Office, query: str, name: str) -> None:
    answer = asker(office).get(f"{SERIES}?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["name"] == name
    assert error["message"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_there_are_have_a_week(office: Office, day: str) -> None:
    assert list(weeks(asker(office), f"?from={day}&to={day}").values()) == [0]
    assert set(weeks(asker(office), f"?to={day}").values()) == {0}


def test_an_unknown_topic_is_told_as_such(office: Office) -> None:
    answer = asker(office).get("/api/v1/topics/moon/series")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_topic")


def test_a_retired_topic_comes_last_and_keeps_its_series(office: Office) -> None:
    before = weeks(asker(office))
    with office.writing.begin() as session:
        topics.retire(session, "river", NOW)
    (line,) = asker(office, role=Role.LEADER).get("/api/v1/topics").json()["items"]
    assert (line["id"], line["path"], line["keywords"]) == ("river", "/topics/river", ["river", "gauge", "dyke"])
    assert line["retired_at"]
    assert weeks(asker(office)) == before
    with office.writing.begin() as session:
        topics.restore(session, "river")
