"""The page of the timetable: what follows from it before and after saving, and what cannot be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from app import server, settings
from app.office import Office
from app.store import leaders
from app.timetable import EVENTS, misplaced, upcoming
from app.viewer import system
from tests.app_factory import NOW, form_token, made_office, post, signed_in

PATH = "/settings/timetable"
WEEK: dict[str, str | list[str]] = {
    "rhythm": "weekly",
    "cut_off_day": "friday",
    "cut_off_time": "10:00",
    "draft_delay_minutes": "0",
    "reminder_day": "",
    "reminder_time": "14:00",
    "approval_day": "",
    "approval_time": "16:00",
    "sending_day": "monday",
    "sending_time": "07:00",
    "working_days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "holidays": "",
    "unapproved": "hold",
    "deputy": "",
    "time_zone": "Europe/Berlin",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def based_on(browser: TestClient) -> str:
    found = re.search(r'name="based_on" value="([0-9a-f]{32})"', browser.get(PATH).text)
    assert found is not None
    return found[1]


def sent(browser: TestClient, action: str = "save", seen: str = "", **fields: str | list[str]):
    known = {"csrf_token": form_token(browser), "based_on": seen or based_on(browser), "action": action}
    return browser.post(PATH, data={**known, **WEEK, **fields}, follow_redirects=False)


def test_the_next_three_times_of_each_event_stand_there_in_words(office: Office) -> None:
    page = signed_in(office, "Edda").get(PATH).text
    for moment in ("Fri 27 Nov 2026, 10:00", "Fri 4 Dec 2026, 16:00", "Mon 23 Nov 2026, 07:00"):
        assert f"<li>{moment}</li>" in page
    assert "An administrator changes the timetable." in page
    assert "<form" not in page.partition("<main")[2]


def test_looking_first_shows_what_would_follow_and_saves_nothing(office: Office) -> None:
    admin = signed_in(office, "Admin")
    page = sent(admin, "preview", cut_off_day="thursday", cut_off_time="18:00")
    assert page.status_code == 200
    assert "As it would be, not saved" in page.text
    assert "<li>Thu 26 Nov 2026, 18:00</li>" in page.text
    assert "<li>Fri 27 Nov 2026, 10:00</li>" in page.text
    assert 'value="18:00"' in page.text
    assert settings.load(office.settings.home) == office.settings


def test_what_is_saved_counts_at_once_and_for_every_verb_and_is_kept(office: Office) -> None:
    admin = signed_in(office, "Admin")
    answer = sent(
        admin,
        cut_off_day="thursday",
        cut_off_time="18:00",
        approval_day="friday",
        holidays="2027-01-01\n2026-12-25 2026-12-25",
        deputy="deputy@office.example",
        unapproved="send_marked",
        time_zone="Europe/London",
    )
    assert answer.headers["location"] == f"{PATH}?said=timetable_changed"
    page = admin.get(answer.headers["location"]).text
    assert "<li>Thu 26 Nov 2026, 18:00</li>" in page
    assert "Changed by Ada Admin" in page
    assert "Day of the cut-off: Friday → Thursday" in page
    assert "Cut-off Thursday 18:00, sent Monday 07:00, Europe/London" in admin.get("/settings").text
    kept = settings.load(office.settings.home)
    assert (kept.cut_off_day, kept.unapproved, kept.deputy) == ("thursday", "send_marked", "deputy@office.example")
    assert [each.isoformat() for each in kept.holidays] == ["2026-12-25", "2027-01-01"]
    assert kept.office_name == office.settings.office_name
    raw = json.loads((office.settings.home / "settings.json").read_text())
    assert "sending_day" not in raw
    assert sent(admin, cut_off_day="thursday").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sending_day": "friday", "sending_time": "12:00"}, "comes after sending. Choose an earlier approval"),
        ({"approval_day": "tuesday"}, "Time by which to approve</a>: The first such time"),
        ({"reminder_time": "17:00"}, "comes after the deadline for approval"),
        ({"draft_delay_minutes": "1440", "sending_day": "friday", "sending_time": "23:00"}, "made after sending"),
        ({"cut_off_time": "9am"}, "Write a time of day"),
        ({"draft_delay_minutes": "-5"}, "from 0 to 1440"),
        ({"time_zone": "London"}, "Write a time zone such as"),
        ({"holidays": "2026-12-25\n25.12.2026"}, "Not a day: 25.12.2026"),
        ({"holidays": "2026-02-30"}, "Not a day: 2026-02-30"),
        ({"working_days": []}, "Tick at least one day."),
        ({"deputy": "nobody"}, "Write one mail address"),
        ({"unapproved": "maybe"}, "Choose one of those"),
    ],
)
def test_what_cannot_be_is_named_at_its_field_with_the_remedy(
    office: Office, fields: dict[str, str | list[str]], words: str
) -> None:
    admin = signed_in(office, "Admin")
    answer = sent(admin, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert settings.load(office.settings.home) == office.settings


def test_a_second_saver_sees_both_values(office: Office) -> None:
    admin = signed_in(office, "Admin")
    seen = based_on(admin)
    assert sent(admin, cut_off_time="09:00", reminder_time="13:00").status_code == 303
    clash = sent(admin, seen=seen, cut_off_time="08:00")
    assert clash.status_code == 409
    assert re.search(r"Time of the cut-off</th><td>09:00</td><td>08:00</td>", clash.text)
    assert re.search(r"Time of the reminder</th><td>13:00</td><td>14:00</td>", clash.text)
    assert settings.load(office.settings.home).cut_off_time == "09:00"


def test_what_the_environment_says_is_locked_and_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFWORK_CUT_OFF_TIME", "10:00")
    admin = signed_in(office, "Admin")
    assert "The environment variable STAFFWORK_CUT_OFF_TIME says what it is" in admin.get(PATH).text
    assert sent(admin, cut_off_time="08:00", sending_time="08:00").status_code == 303
    assert "cut_off_time" not in json.loads((office.settings.home / "settings.json").read_text())
    assert settings.load(office.settings.home).sending_time == "08:00"


def test_only_an_administrator_changes_it(office: Office) -> None:
    for name in ("Arno", "Edda", "Public"):
        browser = signed_in(office, name)
        assert post(browser, PATH, cut_off_time="08:00").status_code == 403
    assert settings.load(office.settings.home) == office.settings


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York"])
def test_a_change_of_the_clocks_neither_moves_a_time_nor_counts_as_a_mistake(tmp_path: Path, zone: str) -> None:
    chosen = settings.build(tmp_path, {"time_zone": zone, "cut_off_day": "saturday", "sending_day": "sunday"})
    for month in (3, 10, 11):
        found = upcoming(NOW.replace(month=month, day=20), chosen, times=4)
        walls = {
            event: {each.astimezone(ZoneInfo(zone)).strftime("%H:%M") for each in found[event]} for event in EVENTS
        }
        assert walls["cut_off"] == {"10:00"}
        assert walls["sending"] == {"07:00"}
        assert all(list(each) == sorted(set(each)) for each in found.values())
    assert misplaced(settings.build(tmp_path, {"time_zone": zone})) == ()


def test_the_scheduler_follows_what_is_changed_on_the_page(tmp_path: Path) -> None:
    chosen = [settings.build(tmp_path, {})]
    planned: dict[str, object] = {}

    class Scheduler:
        def add_job(self, _run: object, trigger: object, **options: object) -> None:
            planned[str(options["id"])] = trigger

    plan = server._Plan(Scheduler(), lambda: chosen[0], server.Event())  # type: ignore[arg-type]
    plan.make()
    first = planned["group"]
    plan.follow()
    assert planned["group"] is first
    chosen[0] = settings.build(tmp_path, {"cut_off_day": "thursday", "cut_off_time": "17:30"})
    plan.follow()
    fires = [NOW]
    while len(fires) < 9:  # of the daily rhythm as well
        fires.append(planned["group"].get_next_fire_time(fires[-1], fires[-1]))  # type: ignore[attr-defined]
    weekly = [f"{each:%A %H:%M}" for each in fires[1:] if f"{each:%H:%M}" != "16:00"]
    assert set(weekly) == {"Thursday 17:30"}


# --- the other rhythm, for single leaders ---

OWN = {
    "daily_cut_off_time": "15:00",
    "daily_draft_delay_minutes": "10",
    "daily_reminder_time": "16:00",
    "daily_approval_time": "17:00",
    "daily_sending_time": "06:30",
}


def own_based_on(browser: TestClient) -> str:
    return re.findall(r'name="based_on" value="([0-9a-f]{32})"', browser.get(PATH).text)[1]


def sent_own(browser: TestClient, **fields: str):
    known = {"csrf_token": form_token(browser), "based_on": own_based_on(browser)}
    return browser.post(f"{PATH}/own", data={**known, **OWN, **fields}, follow_redirects=False)


def test_the_times_of_a_daily_briefing_for_single_leaders_are_set_and_shown(office: Office) -> None:
    admin = signed_in(office, "Admin")
    assert "Nobody reads it yet" in admin.get(PATH).text
    answer = sent_own(admin)
    assert answer.headers["location"] == f"{PATH}?said=timetable_changed"
    kept = settings.load(office.settings.home)
    assert (kept.daily_cut_off_time, kept.daily_draft_delay_minutes, kept.daily_sending_time) == ("15:00", 10, "06:30")
    with office.writing.begin() as session:
        found = leaders.get(session, system(), "public-leader")
        wish = replace(found, sending=replace(found.sending, rhythm="daily"))
        leaders.change(session, system(), "public-leader", wish, NOW)
    page = admin.get(PATH).text
    assert "For: Public Leader." in page
    assert "Fri 20 Nov 2026, 15:00" in page


def test_times_of_the_other_rhythm_that_cannot_be_are_named(office: Office) -> None:
    admin = signed_in(office, "Admin")
    for wrong in ({"daily_cut_off_time": "25:00"}, {"daily_draft_delay_minutes": "x"}, {"daily_sending_time": "15:05"}):
        answer = sent_own(admin, **wrong)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert settings.load(office.settings.home) == office.settings
