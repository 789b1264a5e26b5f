"""How much a topic gathered week by week: bars of a drawing, and the same as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKS = 26  # half a year: bars that are still seen on a phone
HEIGHT = 100
STEP = 12
BAR = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One ISO week. Places and lengths are in the units of the drawing, from its upper left corner."""

    week: str
    """``2026-W47``."""
    monday: date
    documents: int
    x: int
    y: float
    height: float


def first_monday(now: datetime, zone: ZoneInfo) -> datetime:
    """When the first of the weeks drawn begins, in the office's time zone."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    return datetime.combine(monday, time.min, zone)


def bars(moments: Iterable[datetime], now: datetime, zone: ZoneInfo) -> tuple[Bar, ...]:
    """A bar for each of the last weeks, the present one last; a week without documents has none of height.

    Args:
        moments: when the documents date; those before the first week or after the present one are passed over.
        now: the present.
        zone: the office's time zone, in which a week begins on Monday at midnight.
    """
    begin = first_monday(now, zone).date()
    counts = Counter((moment.astimezone(zone).date() - begin).days // 7 for moment in moments)
    most = max((counts[number] for number in range(WEEKS)), default=0) or 1
    return tuple(_bar(number, begin + timedelta(weeks=number), counts[number], most) for number in range(WEEKS))


def _bar(number: int, monday: date, documents: int, most: int) -> Bar:
    year, week, _ = monday.isocalendar()
    height = round(HEIGHT * documents / most, 1)
    return Bar(
        week=f"{year}-W{week:02d}",
        monday=monday,
        documents=documents,
        x=number * STEP,
        y=round(HEIGHT - height, 1),
        height=height,
    )
