"""When things are due, in the office's time zone: pure functions of the settings and the time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.settings import Settings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def week_id(cut_off: datetime, time_zone: str) -> str:
    """The ISO 8601 week of a cut-off as the office sees it: ``2026-W47``."""
    year, week, _ = cut_off.astimezone(ZoneInfo(time_zone)).isocalendar()
    return f"{year}-W{week:02d}"


def last_cut_off(now: datetime, settings: Settings) -> datetime:
    """The latest cut-off that is not after now, in UTC."""
    return _at_or_before(now, settings.cut_off_day, settings.cut_off_time, settings.time_zone)


def sending_after(cut_off: datetime, settings: Settings) -> datetime:
    """The first time of sending after a cut-off, in UTC."""
    week_later = cut_off + timedelta(days=7)
    sending = _at_or_before(week_later, settings.sending_day, settings.sending_time, settings.time_zone)
    return sending if sending > cut_off else sending + timedelta(days=7)


def _at_or_before(moment: datetime, weekday: str, clock: str, zone_name: str) -> datetime:
    """The latest such weekday and wall-clock time not after a moment.

    Days are counted on the wall, so summer time neither moves it nor loses it; a time that the clocks skip is taken an
    hour later (PEP 495, fold 0).
    """
    zone = ZoneInfo(zone_name)
    local = moment.astimezone(zone)
    hour, minute = (int(part) for part in clock.split(":"))
    back = (local.weekday() - WEEKDAYS.index(weekday)) % 7
    for days in (back, back + 7):
        found = datetime.combine(local.date() - timedelta(days=days), time(hour, minute), zone)
        if found <= local:
            return found.astimezone(moment.tzinfo)
    raise AssertionError("one of two such days is not after the moment")
