"""The page of leaders: profile by administrators, topics by editors, and what a change alters from when on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import settings
from app.jobs.approve import approve
from app.jobs.setup import make_office
from app.office import Office, open_office
from app.store import deliveries, editions, people
from app.viewer import Role, system
from tests.app_factory import NOW, made_office, post, signed_in

PATH = "/settings/leaders/public-leader"
PROFILE = {
    "name": "Public Leader",
    "email": "public@office.example",
    "language": "en",
    "clearance": "public",
    "sending_day": "",
    "sending_time": "",
    "time_zone": "",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def based_on(browser: TestClient, action: str) -> str:
    form = browser.get(PATH).text.partition(f'action="{action}"')[2]
    found = re.search(r'name="based_on" value="([0-9a-f]{32})"', form)
    assert found is not None
    return found[1]


def changed(browser: TestClient, **fields: str):
    return post(browser, PATH, **{"based_on": based_on(browser, PATH), **PROFILE, **fields})


def frozen(office: Office) -> bytes:
    with office.reading() as session:
        return repr(editions.get(session, system(), "2026-W46")).encode()


def test_a_profile_is_changed_and_says_what_it_alters_from_when_on(office: Office) -> None:
    admin, before = signed_in(office, "Admin"), frozen(office)
    wanted = {"email": "new@office.example", "sending_time": "18:30", "time_zone": "Asia/Shanghai", "language": "zh"}
    answer = changed(admin, **wanted)
    assert answer.headers["location"] == f"{PATH}?said=leader_changed"
    page = admin.get(answer.headers["location"]).text
    assert "changes with the next draft, after the cut-off of Fri 27 Nov 2026, 10:00" in page
    assert "Draft W47 was made before" in page
    assert "count for each briefing that is approved from now on" in page
    assert "Approved briefings never change." in page
    assert "Own time of sending: (empty) → 18:30" in page
    assert "sent 18:30 Asia/Shanghai" in page
    assert frozen(office) == before
    with office.reading() as session:
        approver = people.holders(session, Role.APPROVER)[0].viewer
    approve(office, "2026-W47", approver, NOW)
    with office.reading() as session:
        (own,) = [each for each in deliveries.planned(session, "2026-W47") if each.leader_id == "public-leader"]
        assert own.address == "new@office.example"
        monday_at_ten = deliveries.planned(session, "2026-W47", NOW + timedelta(days=3))
        assert [each.leader_id for each in monday_at_ten] == ["cleared-leader"]


def test_an_editor_weighs_topics_and_a_second_one_sees_both_values(office: Office) -> None:
    edda, action = signed_in(office, "Edda"), f"{PATH}/topics"
    seen = based_on(edda, action)
    assert post(edda, action, based_on=seen, **{"topic-river": "2,5"}).status_code == 303
    assert "River: (empty) → 2.5" in edda.get(PATH).text
    clash = post(edda, action, based_on=seen, **{"topic-river": "7"})
    assert clash.status_code == 409
    assert "<td>2.5</td><td>7</td>" in clash.text
    refused = post(edda, action, based_on=based_on(edda, action), **{"topic-river": "0"})
    assert refused.status_code == 422
    assert "Write a number above 0 and at most 10" in refused.text
    assert post(edda, action, based_on=based_on(edda, action), **{"topic-river": ""}).status_code == 303
    with office.reading() as session:
        assert {each.topic_weights for each in people.leaders(session)} == {None}


def test_a_leader_is_added_withdrawn_and_taken_back(office: Office) -> None:
    admin = signed_in(office, "Admin")
    made = post(admin, "/settings/leaders", **{**PROFILE, "name": "Deputy Mayor", "email": "dm@office.example"})
    path = made.headers["location"].partition("?")[0]
    assert path == "/settings/leaders/deputy-mayor"
    assert post(admin, f"{path}/retire").status_code == 303
    assert "the leader is in no draft made since" in admin.get(path).text
    assert "Withdrawn" in admin.get("/settings/leaders").text
    with office.reading() as session:
        assert "deputy-mayor" not in {each.id for each in people.leaders(session)}
    assert post(admin, f"{path}/restore").status_code == 303
    with office.reading() as session:
        assert "deputy-mayor" in {each.id for each in people.leaders(session)}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "Cleared Leader"}, "A leader of that name exists"),
        ({"email": "x"}, "Write one mail address"),
        ({"sending_time": "25:00"}, "Write a time of day"),
        ({"time_zone": "Mars/Olympus"}, "Write a time zone such as"),
        ({"sending_day": "someday"}, "Choose one of those"),
    ],
)
def test_what_cannot_be_taken_is_named_and_stays_typed(office: Office, fields: dict[str, str], words: str) -> None:
    admin = signed_in(office, "Admin")
    answer = changed(admin, **{"email": "typed@office.example", **fields})
    assert answer.status_code == 422
    assert words in answer.text
    (name, value), *_ = fields.items()
    assert name == "sending_day" or f'name="{name}" type="' in answer.text
    assert name == "sending_day" or f'value="{value}"' in answer.text


def test_editors_see_the_profile_and_leaders_nothing(office: Office) -> None:
    edda = signed_in(office, "Edda")
    assert "An administrator changes name, address" in edda.get(PATH).text
    for path in ("/settings/leaders", PATH, f"{PATH}/retire", f"{PATH}/restore"):
        assert post(edda, path, **PROFILE).status_code == 403
    public = signed_in(office, "Public")
    assert public.get("/settings/leaders").status_code == 403
    assert post(public, f"{PATH}/topics").status_code == 403


def test_an_office_without_leaders_says_where_the_first_one_is_added(tmp_path: Path) -> None:
    values = {"office_name": "Town Hall", "time_zone": "Europe/Berlin", "languages": ["en", "zh"]}
    make_office(tmp_path / "home", values, "Ada", "ada@office.example", NOW)
    fresh = open_office(settings.load(tmp_path / "home"))
    try:
        admin = signed_in(fresh, "Ada")
        assert "Add the first leader below." in admin.get("/settings/leaders").text
        assert "请在下面添加第一位领导。" in admin.get("/settings/leaders?language=zh").text
        statements = admin.get("/statements?language=en").text
        assert 'href="/settings/leaders"' in statements
        assert "command line" not in statements
    finally:
        fresh.close()
