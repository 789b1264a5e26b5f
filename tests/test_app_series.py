"""A leader with a rhythm of their own: two series of editions, each complete, and going over from one to the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import settings
from app.jobs.approve import approve, take_back
from app.jobs.compose import ComposedDraft, compose_every
from app.jobs.send import send
from app.jobs.setup import add_leader, make_office
from app.main import create_app
from app.office import Office, open_office
from app.series import Past, readers, start
from app.store import asks, deliveries, editions, leaders, people, sources, stories
from app.store.identity import document_id
from app.timetable import OwnSending, Series, times_of
from app.viewer import Role, system
from digest.edition import Edition, Status
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Mark
from tests.ask_factory import wanted
from tests.store_factory import add_source, item, store, viewer
from tests.test_app_take_back import rows

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
APPROVER = viewer(role=Role.APPROVER)
HOLIDAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """A weekly office that a mayor reads weekly and a chief of staff daily."""
    home = tmp_path / "home"
    values: dict[str, object] = {"holidays": [HOLIDAY.isoformat()], "mail_from": "desk@office.example"}
    if database_url.startswith("postgresql"):
        values["database_url"] = database_url
    make_office(home, values, "Ada", "ada@office.example", MONDAY)
    office = open_office(settings.load(home))
    with office.writing.begin() as session:
        add_source(session)
    add_leader(office, "Mayor", "mayor@office.example", "en", Mark.PUBLIC, [])
    add_leader(office, "Chief", "chief@office.example", "en", Mark.PUBLIC, [], rhythm="daily")
    yield office
    office.close()


def lived(office: Office, day: datetime) -> list[ComposedDraft]:
    """A day: a report comes in the morning and one in the evening; drafts are made on time, approved and sent."""
    found: list[ComposedDraft] = []
    for hour in (8, 10, 16, 20):
        now = day.replace(hour=hour)
        if hour in (8, 20):
            collected(office, f"d{day:%d}-{hour}", now)
        for each in compose_every(office, now, scheduled=True):
            if each.made:
                approve(office, each.edition_id, APPROVER, now + HOUR)
                found.append(each)
        send(office, now + 2 * HOUR, due_only=True)
    return found


def collected(office: Office, key: str, now: datetime) -> None:
    with office.writing.begin() as session:
        source, *_ = sources.every(session, system())
        words = f"Matter {key} was told by officials on {now:%A}.\nThe {key} file has {now.day}{now.hour} pages."
        store(session, source, item(key, words, title=f"Report {key}", published_at=now), now=now)
        stories.regroup(session, {document_id(source.id, key): f"s-{key}"}, {}, {}, now)


def line_of(office: Office) -> dict[str, Edition]:
    with office.reading() as session:
        found = editions.newest(session, system(), limit=50).items
        return {line.id: editions.get(session, system(), line.id).edition for line in reversed(found)}


def told_to(office: Office, leader: str) -> list[str]:
    """The ids of the stories that a leader was given in a view, in order."""
    views = [view for edition in line_of(office).values() if (view := edition.view(leader))]
    return [place.story_id for view in views for place in view.entries]


def set_rhythm(office: Office, leader: str, rhythm: str, now: datetime) -> None:
    with office.writing.begin() as session:
        found = leaders.get(session, system(), leader)
        own = OwnSending(day=None, clock=None, rhythm=rhythm or None)  # type: ignore[arg-type]
        leaders.change(session, system(), leader, replace(found, sending=own), now)


def every_story(first: int, last: int) -> set[str]:
    return {f"s-d{day:02d}-{hour}" for day in range(first, last + 1) for hour in (8, 20)}


def test_two_weeks_with_a_holiday_bring_each_reader_the_own_editions_and_each_series_is_complete(
    office: Office,
) -> None:
    for number in range(12):
        lived(office, MONDAY + number * DAY)
    found = line_of(office)
    own = [name for name in found if "W" not in name]
    assert [name for name in found if "W" in name] == ["2026-W47", "2026-W48"]
    assert own == [f"2026-11-{day}" for day in (16, 17, 18, 19, 20, 23, 24, 26, 27)]  # none on the 25th
    for names, leader in ((own, "chief"), (["2026-W47", "2026-W48"], "mayor")):
        lines = [line.document_id for name in names for line in found[name].ledger]
        assert len(lines) == len(set(lines))
        assert {view.leader_id for name in names for view in found[name].views} == {None, leader}
        cut_offs = [found[name].cut_off for name in names]
        assert [found[name].period_start for name in names] == [None, *cut_offs[:-1]]
    assert set(told_to(office, "chief")) == every_story(16, 27) - {"s-d27-20"}
    assert set(told_to(office, "mayor")) == every_story(16, 27) - {"s-d27-20"}
    with office.reading() as session:
        sent = {(each.leader_id, each.edition_id) for each in deliveries.every(session, system())}
    assert sent == {("chief", name) for name in own} | {("mayor", name) for name in ("2026-W47", "2026-W48")}


def test_what_a_reader_was_told_counts_for_that_reader_alone_and_an_open_ask_is_in_every_edition(
    office: Office,
) -> None:
    lived(office, MONDAY)
    with office.writing.begin() as session:
        asks.add(session, system(), wanted("Decide on the quay", due=date(2026, 12, 1)), MONDAY)
    with office.writing.begin() as session:  # the same story, told again
        (source,) = sources.every(session, system())
        text = "Matter d16-8 was told by officials on Monday.\nThe d16-8 file has 168 pages."
        store(session, source, item("again", text, title="Report d16-8", published_at=MONDAY + DAY), now=MONDAY + DAY)
        stories.regroup(session, {document_id(source.id, "again"): "s-d16-8"}, {}, {}, MONDAY + DAY)
    for number in range(1, 5):
        lived(office, MONDAY + number * DAY)
    found = line_of(office)
    statuses = {
        (name, view.leader_id): place.status
        for name, edition in found.items()
        for view in edition.views
        for place in view.entries
        if place.story_id == "s-d16-8"
    }
    assert statuses["2026-11-16", "chief"] is Status.NEW
    assert statuses["2026-11-17", "chief"] is Status.ONGOING
    assert statuses["2026-W47", "mayor"] is Status.NEW
    assert all(len(edition.asks) == 1 for name, edition in found.items() if name != "2026-11-16")
    with office.writing.begin() as session:
        (kept,) = asks.every_open(session, system())
        asks.close(session, viewer(), kept.id, asks.AskState.DONE, "Repaired.", MONDAY + 5 * DAY)
    for number in range(7, 12):
        lived(office, MONDAY + number * DAY)
    later = {name: edition for name, edition in line_of(office).items() if name not in found}
    assert [name for name, edition in later.items() if edition.asks] == ["2026-11-23", "2026-W48"]


@pytest.mark.parametrize("switch", [(11, 9), (13, 9), (13, 12), (13, 18)])
@pytest.mark.parametrize("leader", ["mayor", "chief"])
def test_going_over_in_the_middle_of_a_week_neither_loses_nor_repeats(
    office: Office, leader: str, switch: tuple[int, int]
) -> None:
    day, hour = switch  # in the second of three weeks
    for number in range(-14, 5):
        today = MONDAY + number * DAY
        if today.day == day:
            halves(office, today, hour, leader)
        else:
            lived(office, today)
    told = told_to(office, leader)
    assert sorted(told) == sorted(set(told))
    assert set(told) == every_story(2, 20) - {"s-d20-20"}


def halves(office: Office, day: datetime, hour: int, leader: str) -> None:
    """A day in which a leader goes over to the other rhythm at an hour."""
    changed = False
    for moment in (8, 10, 16, 20):
        now = day.replace(hour=moment)
        if not changed and moment > hour:
            set_rhythm(office, leader, "daily" if leader == "mayor" else "", now)
            changed = True
        if moment in (8, 20):
            collected(office, f"d{day:%d}-{moment}", now)
        for each in compose_every(office, now, scheduled=True):
            if each.made:
                approve(office, each.edition_id, APPROVER, now + HOUR)
        send(office, now + 2 * HOUR, due_only=True)


def test_a_first_reader_of_a_new_series_begins_where_the_offices_ended(office: Office) -> None:
    set_rhythm(office, "chief", "", MONDAY)
    for number in range(7):
        lived(office, MONDAY + number * DAY)
    set_rhythm(office, "chief", "daily", MONDAY + 7 * DAY)
    lived(office, MONDAY + 7 * DAY)
    found = line_of(office)
    assert found["2026-11-23"].period_start == found["2026-W47"].cut_off
    assert set(told_to(office, "chief")) == every_story(16, 23) - {"s-d23-20"}


def test_an_office_without_such_leaders_has_one_series_as_before(office: Office) -> None:
    set_rhythm(office, "chief", "weekly", MONDAY)  # the office's own rhythm by its name
    for number in range(12):
        lived(office, MONDAY + number * DAY)
    assert list(line_of(office)) == ["2026-W47", "2026-W48"]


def test_in_a_daily_office_a_leader_may_read_weekly(office: Office) -> None:
    set_rhythm(office, "chief", "", MONDAY)
    set_rhythm(office, "mayor", "weekly", MONDAY)
    daily = replace(office, settings=office.settings.model_copy(update={"rhythm": "daily"}))
    for number in range(5):
        lived(daily, MONDAY + number * DAY)
    found = line_of(daily)
    dailies = {"2026-W47", *(f"2026-W47-{number}" for number in range(2, 6))}
    assert set(found) == {*dailies, "2026-W47-weekly"}
    assert {view.leader_id for view in found["2026-W47-weekly"].views} == {None, "mayor"}
    assert len({edition.cut_off for edition in found.values()}) == len(found)


def test_front_page_archive_and_api_give_each_leader_the_own_editions(office: Office) -> None:
    for number in range(5):
        lived(office, MONDAY + number * DAY)
    with office.writing.begin() as session:
        _, key = people.add_key(session, name="wall", role=Role.LEADER, clearance=Mark.PUBLIC, now=MONDAY)
        mayor = viewer(Mark.PUBLIC, Role.LEADER, "mayor")
        chief = viewer(Mark.PUBLIC, Role.LEADER, "chief")
        for who, name, series in ((mayor, "2026-W47", Series.OFFICE), (chief, "2026-11-20", Series.OWN)):
            found = editions.latest_for(session, who, who.leader_id or "", series)
            assert found is not None
            assert found.id == name
        assert [line.id for line in editions.newest(session, mayor, limit=9).items] == ["2026-W47"]
        with pytest.raises(NotFoundError):
            editions.get(session, mayor, "2026-11-20")
        assert len(editions.newest(session, chief, limit=9).items) == 6
    api = TestClient(create_app(office, clock=lambda: MONDAY + 5 * DAY), headers={"Authorization": f"Bearer {key}"})
    for leader, name in (("", "2026-W47"), ("?leader=mayor", "2026-W47"), ("?leader=chief", "2026-11-20")):
        assert api.get(f"/api/v1/briefings/latest{leader}").json()["id"] == name
        assert api.get(f"/api/v1/overview{leader}").json()["briefing"]["id"] == name
    listed = json.loads(api.get("/api/v1/briefings?limit=2").text)["items"]
    assert [(each["id"], each["rhythm"], each["for_some"]) for each in listed] == [
        ("2026-11-20", "daily", True),
        ("2026-W47", "weekly", False),
    ]


def test_a_rhythm_that_there_is_not_and_a_day_of_a_daily_briefing_are_refused(office: Office) -> None:
    for sending, rhythm in (("", "hourly"), ("monday", "daily")):
        with pytest.raises(InvalidInputError):
            add_leader(office, "Owl", "owl@office.example", "en", Mark.PUBLIC, [], sending, rhythm)


def own_draft(office: Office) -> str:
    """The draft of a daily reader's second day, which brings the result of a decision."""
    lived(office, MONDAY)
    with office.writing.begin() as session:
        made = asks.add(session, system(), wanted("Decide on the quay"), MONDAY)
        asks.close(session, viewer(), made.id, asks.AskState.DONE, "Repaired.", MONDAY + DAY)
    collected(office, "tuesday", MONDAY + DAY)
    (made_now,) = [each for each in compose_every(office, MONDAY + DAY + 7 * HOUR, scheduled=True) if each.made]
    return made_now.edition_id


def test_an_approval_of_either_series_is_taken_back_whole_and_given_again(office: Office) -> None:
    name = own_draft(office)
    compose_every(office, MONDAY + DAY + 8 * HOUR)  # the office's draft has the same asks
    for identifier in (name, "2026-W47"):
        before = rows(office)
        approve(office, identifier, APPROVER, MONDAY + DAY + 8 * HOUR)
        assert rows(office) != before
        assert take_back(office, identifier, APPROVER, MONDAY + DAY + 9 * HOUR)
        assert rows(office) == before
        approve(office, identifier, APPROVER, MONDAY + DAY + 10 * HOUR)
    edition = line_of(office)[name]
    assert [ask.result for ask in edition.asks] == ["Repaired."]
    assert {view.leader_id for view in edition.views} == {None, "chief"}


def test_the_next_edition_goes_on_behind_one_that_was_taken_back(office: Office) -> None:
    name = own_draft(office)
    approve(office, name, APPROVER, MONDAY + DAY + 8 * HOUR)
    take_back(office, name, APPROVER, MONDAY + DAY + 9 * HOUR)
    lived(office, MONDAY + 2 * DAY)
    approve(office, name, APPROVER, MONDAY + 2 * DAY + 8 * HOUR)
    send(office, MONDAY + 2 * DAY + 9 * HOUR)
    found = line_of(office)
    assert list(found) == ["2026-11-16", "2026-11-17", "2026-11-18"]
    assert found["2026-11-18"].period_start == found[name].cut_off
    lines = [line.document_id for edition in found.values() for line in edition.ledger]
    assert len(lines) == len(set(lines))
    told = told_to(office, "chief")
    assert sorted(told) == sorted({"s-d16-8", "s-d16-20", "s-tuesday", "s-d18-8"})
    with office.reading() as session:
        sent = [each.edition_id for each in deliveries.every(session, system())]
    assert sorted(sent) == list(found)


def test_a_command_without_a_name_says_which_names_there_are(office: Office) -> None:
    own_draft(office)
    compose_every(office, MONDAY + DAY + 8 * HOUR)
    assert "2026-W47 and 2026-11-17 wait for approval: name the one" in refusal(office, "approve")
    assert "name the one to take back" in refusal(office, "approve", "--take-back")


def refusal(office: Office, *words: str) -> str:
    command, home = [sys.executable, "-m", "app.cli", *words], str(office.settings.home)
    environment = {**os.environ, "STAFFWORK_HOME": home, "COLUMNS": "200"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    return done.stderr


def test_both_series_may_have_the_same_cut_off_and_a_verb_run_again_makes_nothing(office: Office) -> None:
    same = {"cut_off_day": "friday", "cut_off_time": "16:00"}
    office = replace(office, settings=office.settings.model_copy(update=same))
    friday = (MONDAY + 4 * DAY).replace(hour=16)
    collected(office, "friday", friday)
    made = compose_every(office, friday, scheduled=True)
    assert [(each.edition_id, each.made, each.documents) for each in made] == [
        ("2026-W47", True, 1),
        ("2026-11-20", True, 1),
    ]
    found = line_of(office)
    assert found["2026-11-20"].cut_off == friday
    assert found["2026-W47"].cut_off == friday + timedelta(microseconds=1)
    for again in (friday, friday + HOUR):
        assert not any(each.made for each in compose_every(office, again, scheduled=True))
    collected(office, "next", friday + HOUR)
    later = compose_every(office, friday + 7 * DAY, scheduled=True)
    assert [(each.edition_id, each.documents) for each in later] == [("2026-W48", 1), ("2026-11-27", 1)]


# --- the rules alone ---


def past(series: Series, day: int, *leaders: str, began_at: datetime | None = None) -> Past:
    return Past(
        id=f"{series}{day}",
        series=series,
        cut_off=datetime(2026, 11, 1, tzinfo=UTC) + day * DAY,
        began_at=began_at,
        readers=frozenset(leaders),
    )


def test_a_series_that_was_left_for_months_begins_again_where_its_reader_was_told_last() -> None:
    before = [past(Series.OWN, 2, "a"), *(past(Series.OFFICE, day, "a", "b") for day in (7, 14, 21, 90))]
    assert start(Series.OWN, before, {"a"}).at == before[-1].cut_off
    assert start(Series.OFFICE, before, {"b"}).at == before[-1].cut_off


def test_who_was_away_for_long_is_no_reader_that_missed_something() -> None:
    before = [past(Series.OWN, 2, "a"), *(past(Series.OFFICE, day, "b") for day in (7, 14, 21, 28))]
    wishes = {"a": Series.OFFICE, "b": Series.OFFICE}
    assert readers(Series.OWN, before, wishes, before[-1].cut_off + DAY) == frozenset()
    assert readers(Series.OFFICE, before, wishes, before[-1].cut_off + DAY) == {"a", "b"}


def test_the_times_of_the_other_rhythm_are_settings_of_their_own(office: Office) -> None:
    own = times_of(Series.OWN, office.settings)
    assert (own.rhythm, own.cut_off_time, own.approval_time, own.sending_time) == ("daily", "16:00", "18:00", "07:00")
    again = times_of(Series.OWN, own.model_copy(update={"weekly_cut_off_day": "thursday"}))
    assert (again.rhythm, again.cut_off_day) == ("weekly", "thursday")
    assert times_of(Series.OFFICE, office.settings) is office.settings
