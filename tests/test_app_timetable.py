"""When things are due: time zones, summer time, weeks at the turn of the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.settings import Settings, build
from app.timetable import last_cut_off, sending_after, week_id


def office(**values: str) -> Settings:
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


@given(
    now=st.datetimes(datetime(2000, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 bounds
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]),
)
def test_cut_off_and_sending_bracket_the_present(now: datetime, zone: str) -> None:
    settings = office(time_zone=zone)
    cut_off = last_cut_off(now, settings)
    hour = timedelta(hours=1)
    assert cut_off <= now < cut_off + timedelta(days=7) + hour
    assert cut_off < sending_after(cut_off, settings) <= cut_off + timedelta(days=7) + hour
    assert cut_off.astimezone(ZoneInfo(zone)).weekday() == 4
