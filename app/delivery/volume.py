"""How much a topic gathered week by week: one count for the page's drawing and for the API's series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.delivery.found import begin_of

WEEKS = 26  # half a year: bars that are still seen on a phone
MAX_WEEKS = 1_044  # twenty years: an answer of 100 kB
ONE_WEEK = timedelta(weeks=1)
_LAST_MONDAY = date(9999, 12, 20)  # so that the Monday after it is a day


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """An ISO week and how many documents date in it."""

    week: str
    """``2026-W47``."""
    monday: date
    documents: int


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return min(day - timedelta(days=day.weekday()), _LAST_MONDAY)


def weeks_before(monday: date, count: int) -> date:
    """The Monday so many weeks before another, or the first there is."""
    return date.min + max(monday - date.min - count * ONE_WEEK, timedelta(0))


def last_weeks(now: datetime, zone: ZoneInfo, count: int = WEEKS) -> tuple[date, date]:
    """The Mondays of the first and the last of so many weeks, the present one last."""
    last = monday_of(now.astimezone(zone).date())
    return weeks_before(last, count - 1), last


def span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the weeks of two Mondays begin and end, the end excluded: at midnight in the office's time zone."""
    return begin_of(first, zone), begin_of(last + ONE_WEEK, zone)


def by_week(moments: Iterable[datetime], first: date, last: date, zone: ZoneInfo) -> tuple[WeekCount, ...]:
    """Each week from one Monday's to another's, those without documents as well.

    Args:
        moments: when the documents date; those outside of the weeks are passed over.
        first: the Monday of the first week.
        last: the Monday of the last week.
        zone: the office's time zone, in which a week begins on Monday at midnight.
    """
    counts = Counter(monday_of(moment.astimezone(zone).date()) for moment in moments)
    mondays = (first + number * ONE_WEEK for number in range((last - first) // ONE_WEEK + 1))
    return tuple(WeekCount(week=_name(monday), monday=monday, documents=counts[monday]) for monday in mondays)


def _name(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year:04d}-W{week:02d}"
