"""What the pages show of leaders with a rhythm of their own: the form of a leader, the front page, the archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import settings
from app.jobs.approve import approve, take_back
from app.jobs.compose import compose, compose_every
from app.jobs.setup import add_leader, make_office
from app.office import Office, open_office
from app.store import leaders, people
from app.timetable import Series
from app.viewer import Role, Viewer, system
from digest.types import Mark
from tests.app_factory import NOW, post, signed_in
from tests.app_factory import made_office as whole_office
from tests.store_factory import add_source
from tests.test_app_series import HOUR, MONDAY, collected

PATH = "/settings/leaders/public-leader"
TIMETABLE = "/settings/timetable"
OWN = "2026-11-20"
PROFILE = {
    "name": "Public Leader",
    "email": "public@office.example",
    "language": "en",
    "clearance": "public",
    "rhythm": "",
    "sending_day": "",
    "sending_time": "",
    "time_zone": "",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The whole office, whose draft of the week waits."""
    made = whole_office(tmp_path / "home")
    yield made
    made.engine.dispose()


@pytest.fixture
def daily(office: Office) -> Office:
    """The same with a leader who reads daily since this week, and a draft for that leader."""
    changed(signed_in(office, "Admin"), rhythm="daily")
    collected(office, "quay", NOW - timedelta(seconds=30))
    made = compose(office, NOW, series=Series.OWN)
    assert made is not None
    assert (made.edition_id, made.made) == (OWN, True)
    return office


def approver(office: Office) -> Viewer:
    with office.reading() as session:
        return people.holders(session, Role.APPROVER, Role.ADMINISTRATOR)[0].viewer


def based_on(browser: TestClient, page: str, action: str) -> str:
    form = browser.get(page).text.partition(f'action="{action}"')[2]
    found = re.search(r'name="based_on" value="([0-9a-f]{32})"', form)
    assert found is not None
    return found[1]


def changed(browser: TestClient, **fields: str):
    return post(browser, PATH, **{"based_on": based_on(browser, PATH, PATH), **PROFILE, **fields})


def rhythm(office: Office) -> str | None:
    with office.reading() as session:
        return leaders.get(session, system(), "public-leader").sending.rhythm


def test_a_leader_is_given_a_rhythm_and_the_offices_again_and_both_stay_to_be_seen(office: Office) -> None:
    admin = signed_in(office, "Admin")
    answer = changed(admin, rhythm="daily")
    assert answer.headers["location"] == f"{PATH}?said=leader_changed"
    page = admin.get(answer.headers["location"]).text
    assert "changes with the next draft, after the cut-off of Fri 20 Nov 2026, 16:00" in page
    assert "Own rhythm: The office&#39;s → a briefing each working day" in page
    assert rhythm(office) == "daily"
    assert "a briefing each working day" in admin.get("/settings/leaders").text
    assert changed(admin, rhythm="").status_code == 303
    history = admin.get(PATH).text.partition('id="history"')[2]
    assert "Own rhythm: a briefing each working day → The office&#39;s" in history
    assert "Own rhythm: The office&#39;s → a briefing each working day" in history
    assert rhythm(office) is None


def test_a_rhythm_that_cannot_be_is_named_and_one_that_somebody_else_set_is_shown(office: Office) -> None:
    admin = signed_in(office, "Admin")
    assert "Choose one of those" in changed(admin, rhythm="hourly").text
    refused = changed(admin, rhythm="daily", sending_day="friday")
    assert refused.status_code == 422
    assert "A daily briefing comes every working day" in refused.text
    seen = based_on(admin, PATH, PATH)
    changed(admin, rhythm="weekly")
    clash = post(admin, PATH, **{"based_on": seen, **PROFILE, "rhythm": "daily"})
    assert clash.status_code == 409
    assert "<td>a briefing each week</td><td>a briefing each working day</td>" in clash.text
    assert rhythm(office) == "weekly"
    assert post(signed_in(office, "Edda"), PATH, **{**PROFILE, "rhythm": "daily"}).status_code == 403


def test_staff_are_led_to_the_drafts_of_both_series(daily: Office) -> None:
    staff = signed_in(daily, "Edda")
    front = staff.get("/").text
    assert f'<a href="/briefings/{OWN}/draft">Draft 20 Nov waits for approval</a>' in front
    assert '<a href="/briefings/2026-W47/draft">Draft W47 waits for approval</a>' in front
    assert "waits for approval" not in signed_in(daily, "Public").get("/").text
    assert "Draft 20 Nov waits" not in staff.get(f"/briefings/{OWN}").text


def test_a_front_page_without_any_approved_briefing_leads_to_a_draft_of_either_series(tmp_path: Path) -> None:
    make_office(tmp_path / "home", {}, "Ada", "ada@office.example", MONDAY)
    office = open_office(settings.load(tmp_path / "home"))
    with office.writing.begin() as session:
        add_source(session)
    add_leader(office, "Chief", "chief@office.example", "en", Mark.PUBLIC, [], rhythm="daily")
    collected(office, "quay", MONDAY)
    (own,) = [each for each in compose_every(office, MONDAY + 8 * HOUR, scheduled=True) if each.made]
    staff = signed_in(office, "Ada", MONDAY)
    front = staff.get("/").text
    assert "A draft is ready." in front
    assert f'href="/briefings/{own.edition_id}/draft">Open draft 16 Nov</a>' in front
    compose_every(office, MONDAY + 9 * HOUR)
    both = staff.get("/").text
    assert "2 drafts are ready." in both
    assert "Open draft W47" in both
    approve(office, own.edition_id, approver(office), MONDAY + 9 * HOUR)
    assert "Briefing 16 Nov" in staff.get("/").text
    take_back(office, own.edition_id, approver(office), MONDAY + 9 * HOUR)
    assert staff.get("/").text == both
    office.close()


def test_the_archive_says_which_are_whose(daily: Office) -> None:
    approve(daily, OWN, approver(daily), NOW)
    reader, other = signed_in(daily, "Public"), signed_in(daily, "Cleared")
    mine = reader.get("/briefings").text
    assert '<span class="state">Daily, for you</span>' in mine
    assert '<span class="state">Weekly</span>' in mine
    assert "Those marked as for you are your own" in mine
    assert reader.get("/briefings/2026-W46").status_code == 200
    assert "Daily for single leaders" in signed_in(daily, "Edda").get("/briefings").text
    assert OWN not in other.get("/briefings").text
    assert other.get(f"/briefings/{OWN}").status_code == 404
    assert other.get(f"/briefings/{OWN}/word").status_code == 404
    assert "Those marked as for you" not in other.get("/briefings").text


def test_the_times_of_the_other_rhythm_are_looked_at_without_saving(office: Office) -> None:
    admin = signed_in(office, "Admin")
    known = {"based_on": based_on(admin, TIMETABLE, f"{TIMETABLE}/own"), "action": "preview"}
    times = {
        "daily_cut_off_time": "15:00",
        "daily_draft_delay_minutes": "0",
        "daily_reminder_time": "16:00",
        "daily_approval_time": "17:00",
        "daily_sending_time": "06:30",
    }
    looked = post(admin, f"{TIMETABLE}/own", **known, **times)
    assert looked.status_code == 200
    own = looked.text.partition('id="own"')[2]
    assert "As it would be, not saved" in own
    assert "As it would be" not in looked.text.partition('id="own"')[0]
    assert "Fri 20 Nov 2026, 16:00" in own
    assert "Fri 20 Nov 2026, 15:00" in own
    assert 'value="15:00"' in own
    assert admin.get(TIMETABLE).text.count("15:00") == 0
    wrong = post(admin, f"{TIMETABLE}/own", **known, **{**times, "daily_sending_time": "15:05"})
    assert wrong.status_code == 422
