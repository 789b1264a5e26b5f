"""How much a topic gathered week by week, as the bars of a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.delivery.volume import WeekCount

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


def bars(weeks: Sequence[WeekCount]) -> tuple[Bar, ...]:
    """A bar for each week, as high as its share of the fullest one; a week without documents has none of height."""
    most = max((week.documents for week in weeks), default=0) or 1
    return tuple(_bar(number, week, most) for number, week in enumerate(weeks))


def _bar(number: int, week: WeekCount, most: int) -> Bar:
    height = round(HEIGHT * week.documents / most, 1)
    return Bar(
        week=week.week,
        monday=week.monday,
        documents=week.documents,
        x=number * STEP,
        y=round(HEIGHT - height, 1),
        height=height,
    )
