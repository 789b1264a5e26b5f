"""When things are due: time zones, summer time, weeks at the turn of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings, build
from app.timetable import (
    EVENTS,
    WEEKDAYS,
    OwnSending,
    Schedule,
    cut_off_to_draft,
    drafted,
    last_cut_off,
    misplaced,
    next_cut_off,
    next_draft,
    own_sending,
    release_at,
    schedule,
    sending_after,
    upcoming,
    week_id,
)

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Shanghai", "Australia/Lord_Howe")
HOUR = timedelta(hours=1)


def office(**values: object) -> Settings:
    return build(Path("/nowhere"), {"time_zone": "Europe/Berlin", **values})


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20 09:00", "2026-11-20 09:00"),  # the very moment, 10:00 in Berlin
        ("2026-11-20 08:59", "2026-11-13 09:00"),
        ("2026-11-24 00:00", "2026-11-20 09:00"),
        ("2026-10-30 12:00", "2026-10-30 09:00"),  # winter time since Sunday
        ("2026-10-23 12:00", "2026-10-23 08:00"),  # still summer time
    ],
)
def test_the_cut_off_is_friday_at_ten_on_the_office_wall(now: str, expected: str) -> None:
    assert last_cut_off(utc(now), office()) == utc(expected)


def test_sending_is_the_first_monday_at_seven_after_the_cut_off_across_the_change_of_clocks() -> None:
    assert sending_after(utc("2026-10-23 08:00"), office()) == utc("2026-10-26 06:00")
    assert sending_after(utc("2026-10-16 08:00"), office()) == utc("2026-10-19 05:00")


@pytest.mark.parametrize(
    ("cut_off", "zone", "expected"),
    [
        ("2026-11-20 09:00", "Europe/Berlin", "2026-W47"),
        ("2027-01-01 12:00", "Europe/Berlin", "2026-W53"),
        ("2018-05-06 23:30", "Asia/Shanghai", "2018-W19"),
        ("2018-05-06 23:30", "America/New_York", "2018-W18"),
    ],
)
def test_an_edition_is_named_by_the_iso_week_the_office_lives_in(cut_off: str, zone: str, expected: str) -> None:
    assert week_id(utc(cut_off), zone) == expected


def wall(moment: datetime, zone: str = "Europe/Berlin") -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


def times(of: Schedule, zone: str = "Europe/Berlin") -> list[str]:
    return [wall(each, zone) for each in (of.cut_off, of.draft, of.reminder, of.deadline, of.sending)]


def test_the_week_of_an_office_that_set_nothing() -> None:
    assert times(schedule(utc("2026-11-20 09:00"), office())) == [
        "Fri 20 Nov 10:00",
        "Fri 20 Nov 10:00",
        "Fri 20 Nov 14:00",
        "Fri 20 Nov 16:00",
        "Mon 23 Nov 07:00",
    ]


def test_each_time_is_set_for_itself() -> None:
    chosen = office(
        cut_off_day="wednesday",
        cut_off_time="23:30",
        draft_delay_minutes=45,
        reminder_time="09:00",
        approval_day="friday",
        approval_time="12:00",
        sending_day="saturday",
        sending_time="08:30",
    )
    assert times(schedule(last_cut_off(utc("2026-11-20 12:00"), chosen), chosen)) == [
        "Wed 18 Nov 23:30",
        "Thu 19 Nov 00:15",
        "Thu 19 Nov 09:00",
        "Fri 20 Nov 12:00",
        "Sat 21 Nov 08:30",
    ]


def test_an_office_whose_sending_comes_before_its_deadline_sends_on_time() -> None:
    chosen = office(sending_day="friday", sending_time="12:00")
    assert times(schedule(utc("2026-11-20 09:00"), chosen))[2:] == ["Fri 20 Nov 12:00"] * 3


def test_a_cut_off_on_a_holiday_moves_to_the_working_day_before_and_the_rest_to_the_one_after() -> None:
    easter = office(holidays=["2026-04-03", "2026-04-06"])  # Good Friday and Easter Monday
    cut_off = last_cut_off(utc("2026-04-05 12:00"), easter)
    assert times(schedule(cut_off, easter)) == [
        "Thu 02 Apr 10:00",
        "Thu 02 Apr 10:00",
        "Thu 02 Apr 14:00",
        "Thu 02 Apr 16:00",
        "Tue 07 Apr 07:00",
    ]
    assert wall(next_cut_off(cut_off, easter)) == "Fri 10 Apr 10:00"


def test_a_week_without_a_working_day_has_no_briefing_of_its_own() -> None:
    shut = office(holidays=[f"2026-12-{day}" for day in range(21, 32)] + ["2027-01-01"])
    cut_off = last_cut_off(utc("2027-01-05 12:00"), shut)
    assert wall(cut_off) == "Fri 18 Dec 10:00"
    assert wall(next_cut_off(cut_off, shut)) == "Fri 08 Jan 10:00"


def test_a_daily_briefing_comes_each_working_day_and_each_is_approved_in_time() -> None:
    daily = office(
        rhythm="daily",
        cut_off_time="05:00",
        reminder_time="05:45",
        approval_time="06:30",
        sending_time="07:00",
        holidays=["2026-11-18"],
    )
    moment, seen = utc("2026-11-16 00:00"), []
    while (moment := next_cut_off(moment, daily)) < utc("2026-11-24 00:00"):
        assert times(schedule(moment, daily))[2:] == [
            f"{wall(moment)[:-5]}{clock}" for clock in ("05:45", "06:30", "07:00")
        ]
        seen.append(wall(moment)[:3])
    assert seen == ["Mon", "Tue", "Thu", "Fri", "Mon"]


@pytest.mark.parametrize(
    ("zone", "cut_off_day", "clock", "before", "expected"),
    [
        ("Europe/Berlin", "sunday", "02:30", "2026-03-28 12:00", "2026-03-29 01:30"),  # skipped: 03:30 summer time
        ("Europe/Berlin", "sunday", "02:30", "2026-10-24 12:00", "2026-10-25 00:30"),  # shown twice: the first
        ("America/New_York", "sunday", "02:30", "2026-03-07 12:00", "2026-03-08 07:30"),
        ("America/New_York", "sunday", "01:30", "2026-10-31 12:00", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", "sunday", "02:15", "2026-10-03 12:00", "2026-10-03 15:45"),  # clocks go by half an hour
    ],
)
def test_a_cut_off_in_the_night_of_the_change_of_clocks_happens_once(
    zone: str, cut_off_day: str, clock: str, before: str, expected: str
) -> None:
    chosen = office(time_zone=zone, cut_off_day=cut_off_day, cut_off_time=clock)
    found = next_cut_off(utc(before), chosen)
    assert found == utc(expected)
    for minutes in range(0, 150, 10):  # while the wall shows the same hour once more, it has been
        assert last_cut_off(found + timedelta(minutes=minutes), chosen) == found
    assert next_cut_off(found, chosen) > found + timedelta(days=6)


def test_a_draft_is_due_only_after_its_delay() -> None:
    chosen = office(draft_delay_minutes=90)
    assert wall(cut_off_to_draft(utc("2026-11-20 10:29"), chosen)) == "Fri 13 Nov 10:00"
    assert wall(cut_off_to_draft(utc("2026-11-20 10:30"), chosen)) == "Fri 20 Nov 10:00"
    assert wall(next_draft(utc("2026-11-20 10:29"), chosen)) == "Fri 20 Nov 11:30"
    assert wall(next_draft(utc("2026-11-20 10:30"), chosen)) == "Fri 27 Nov 11:30"


def test_a_draft_that_comes_late_leaves_the_approvers_their_time() -> None:
    planned = schedule(utc("2026-11-20 09:00"), office())
    assert drafted(planned, utc("2026-11-20 09:20")) == planned
    late = drafted(planned, utc("2026-11-24 02:00"))
    assert times(late)[1:] == ["Tue 24 Nov 03:00", "Tue 24 Nov 03:00", "Tue 24 Nov 05:00", "Mon 23 Nov 07:00"]


def test_what_nobody_approves_goes_out_at_its_sending_or_the_next_morning_after_its_deadline() -> None:
    chosen = office(holidays=["2026-11-25"])
    planned = schedule(utc("2026-11-20 09:00"), chosen)
    assert release_at(planned.deadline, planned.sending, chosen) == planned.sending
    late = drafted(planned, utc("2026-11-24 09:00"))
    assert wall(release_at(late.deadline, late.sending, chosen)) == "Thu 26 Nov 07:00"


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (None, "06:15", "Mon 23 Nov 06:15"),
        ("tuesday", None, "Tue 24 Nov 07:00"),
        ("sunday", "20:00", "Sun 22 Nov 20:00"),
        ("friday", "12:00", "Fri 20 Nov 16:00"),  # not before the deadline
        ("friday", "18:00", "Fri 20 Nov 18:00"),
        ("wednesday", "08:00", "Thu 26 Nov 08:00"),  # a holiday
    ],
)
def test_a_reader_may_have_a_time_of_sending_of_their_own(day: str | None, clock: str | None, expected: str) -> None:
    chosen = office(holidays=["2026-11-25"])
    planned = schedule(utc("2026-11-20 09:00"), chosen)
    assert wall(own_sending(OwnSending(day=day, clock=clock), planned, chosen)) == expected


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (None, "06:15", "Asia/Shanghai", "Sun 22 Nov 23:15"),  # Monday 06:15 there
        (None, None, "America/New_York", "Mon 23 Nov 13:00"),  # 07:00 there
        ("sunday", "20:00", "America/New_York", "Mon 23 Nov 02:00"),
        ("friday", "18:00", "Asia/Shanghai", "Fri 20 Nov 16:00"),  # not before the deadline of the office
        (None, None, "Europe/Berlin", "Mon 23 Nov 07:00"),
    ],
)
def test_a_reader_elsewhere_is_sent_to_by_their_own_wall(
    day: str | None, clock: str | None, zone: str, expected: str
) -> None:
    planned = schedule(utc("2026-11-20 09:00"), office())
    assert wall(own_sending(OwnSending(day=day, clock=clock, time_zone=zone), planned, office())) == expected


@pytest.mark.parametrize(
    ("values", "events"),
    [
        ({}, ()),
        ({"sending_day": "friday", "sending_time": "12:00"}, ("deadline",)),
        ({"approval_time": "09:00"}, ("deadline",)),  # the first such time after the draft is on Monday
        ({"reminder_time": "16:30"}, ("reminder",)),
        ({"draft_delay_minutes": 1440, "sending_day": "saturday", "sending_time": "09:00"}, ("draft", "deadline")),
        ({"holidays": ["2026-01-02"], "time_zone": "Australia/Lord_Howe"}, ()),
        ({"rhythm": "daily", "cut_off_time": "05:00", "reminder_time": "05:30", "approval_time": "06:30"}, ()),
        ({"rhythm": "daily"}, ()),  # cut-off at 10:00, sent the next working day at 07:00
        ({"cut_off_day": "sunday", "sending_day": "tuesday"}, ()),
    ],
)
def test_an_order_that_cannot_be_is_found_before_it_is_set(values: dict[str, object], events: tuple[str, ...]) -> None:
    assert misplaced(office(**values)) == events


CLOCKS = st.times().map(lambda each: each.strftime("%H:%M"))
DAYS = st.sampled_from(WEEKDAYS)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 bounds
OFFICES = st.builds(
    office,
    time_zone=st.sampled_from(ZONES),
    rhythm=st.sampled_from(["weekly", "daily"]),
    working_days=st.lists(DAYS, min_size=1, unique=True),
    cut_off_day=DAYS,
    cut_off_time=CLOCKS,
    draft_delay_minutes=st.integers(0, 1440),
    reminder_day=st.none() | DAYS,
    reminder_time=CLOCKS,
    approval_day=st.none() | DAYS,
    approval_time=CLOCKS,
    sending_day=DAYS,
    sending_time=CLOCKS,
)


def shut(chosen: Settings, near: datetime, offsets: list[int]) -> Settings:
    """The office with holidays around a moment."""
    days = tuple(near.date() + timedelta(days=each) for each in offsets)
    return chosen.model_copy(update={"holidays": days})


OFFSETS = st.lists(st.integers(-20, 20), max_size=25)


@given(chosen=OFFICES, now=MOMENTS, offsets=OFFSETS, wish_day=st.none() | DAYS, wish_clock=st.none() | CLOCKS)
def test_the_times_of_an_edition_are_in_order_whatever_an_office_sets(
    chosen: Settings, now: datetime, offsets: list[int], wish_day: str | None, wish_clock: str | None
) -> None:
    chosen = shut(chosen, now, offsets)
    of = schedule(last_cut_off(now, chosen), chosen)
    assert of.cut_off <= of.draft <= of.reminder <= of.deadline <= of.sending
    assert of.cut_off < of.sending
    late = drafted(of, now)
    assert late.draft <= late.reminder <= late.deadline
    assert late.deadline - late.reminder == of.deadline - of.reminder or late.deadline == of.deadline
    assert release_at(late.deadline, late.sending, chosen) >= max(late.deadline, late.sending)
    assert own_sending(OwnSending(day=wish_day, clock=wish_clock), of, chosen) >= of.deadline


@given(chosen=OFFICES, start=MOMENTS, offsets=OFFSETS, steps=st.lists(st.integers(1, 4 * 24 * 60), max_size=12))
def test_no_cut_off_is_skipped_or_doubled_at_whatever_moments_one_asks(
    chosen: Settings, start: datetime, offsets: list[int], steps: list[int]
) -> None:
    chosen = shut(chosen, start, offsets)
    end = start + timedelta(minutes=sum(steps))
    every, moment = [], start
    while (moment := next_cut_off(moment, chosen)) <= end:
        assert last_cut_off(moment, chosen) == moment
        assert last_cut_off(moment - timedelta(seconds=1), chosen) < moment
        every.append(moment)
    seen, now = [last_cut_off(start, chosen)], start
    for step in steps:
        now += timedelta(minutes=step)
        if (latest := last_cut_off(now, chosen)) != seen[-1]:
            seen.append(latest)
    assert seen == sorted(set(seen))
    assert set(seen[1:]) <= set(every)
    assert every == [] or seen[-1] == every[-1]  # the last one makes up for those that nobody asked for in time


@given(now=MOMENTS, chosen=OFFICES)
def test_without_holidays_the_cut_off_is_on_its_day_at_its_time_unless_the_clocks_skip_it(
    now: datetime, chosen: Settings
) -> None:
    found = last_cut_off(now, chosen).astimezone(ZoneInfo(chosen.time_zone))
    assert found.astimezone(UTC) <= now < found.astimezone(UTC) + timedelta(days=7) + HOUR
    if found.strftime("%H:%M") == chosen.cut_off_time:
        assert chosen.rhythm == "daily" or WEEKDAYS[found.weekday()] == chosen.cut_off_day
    else:
        wanted = time.fromisoformat(chosen.cut_off_time)
        days = (found.date(), found.date() - timedelta(days=1))
        shown = [datetime.combine(day, wanted, found.tzinfo).astimezone(UTC).astimezone(found.tzinfo) for day in days]
        assert found in [each for each in shown if each.time() != wanted]


@given(chosen=OFFICES, now=MOMENTS, offsets=OFFSETS)
def test_the_next_times_of_each_event_are_to_come_in_order_and_none_is_passed_over(
    chosen: Settings, now: datetime, offsets: list[int]
) -> None:
    chosen = shut(chosen, now, offsets)
    found = upcoming(now, chosen)
    for event in EVENTS:
        assert len(found[event]) == len(set(found[event])) == 3
        assert now < found[event][0]
        assert list(found[event]) == sorted(found[event])
    assert found["cut_off"][0] == next_cut_off(now, chosen)
    assert found["sending"][0] <= schedule(next_cut_off(now, chosen), chosen).sending


def test_holidays_are_dates(tmp_path: Path) -> None:
    assert build(tmp_path, {"holidays": ["2026-12-25"]}).holidays == (date(2026, 12, 25),)
