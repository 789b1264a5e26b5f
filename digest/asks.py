"""Asks: what an entry wants of the leader or an owner, when each is due, and when its owner is reminded."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from digest.types import Mark

DAYS_BEFORE = 3
"""Working days before the due date on which the owner is reminded first: time enough to still do it."""


class AskKind(StrEnum):
    """What is wanted."""

    INFORMATION = "information"
    DECISION = "decision"
    INSTRUCTION = "instruction"


class AskState(StrEnum):
    """Whether it is still wanted."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"
    """No longer wanted; its result says why."""


class Reminder(StrEnum):
    """Which reminder is due."""

    BEFORE = "before"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that is wanted of somebody by a day. ``mark``: only viewers cleared for it know of it."""

    id: str
    kind: AskKind
    text: str
    """What is asked, in the office's words."""
    owner: str
    """Who has to see to it."""
    due: date
    """In the office's time zone."""
    due_time: time | None = None
    """On that day, when it matters."""
    mark: Mark
    made_by: str
    made_at: datetime
    state: AskState = AskState.OPEN
    story_id: str | None = None
    edition_id: str | None = None
    """The edition whose draft raised it first."""
    options: str = ""
    recommendation: str = ""
    consulted: str = ""
    """Who was consulted, and what they said."""
    next_step: str = ""
    closed_by: str | None = None
    closed_at: datetime | None = None
    result: str = ""

    @property
    def open(self) -> bool:
        """Whether it still comes back in every edition."""
        return self.state is AskState.OPEN

    def overdue(self, today: date) -> bool:
        """Whether it is open and its day has passed."""
        return self.open and self.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class DueParams:
    """How many asks a mail lists; the page lists them all."""

    lines: int = 7
    """What a reader can hold in mind as open."""
    results: int = 2
    """Lines kept for asks that were closed, so that many open ones never crowd out a result."""


def in_order(asks: Collection[Ask], today: date) -> tuple[Ask, ...]:
    """Overdue ones first, then the others by due date, then those that were closed, the latest result first."""
    open_ones = sorted((ask for ask in asks if ask.open), key=lambda ask: (not ask.overdue(today), *_by_due(ask)))
    return (*open_ones, *_closed(asks))


def _closed(asks: Collection[Ask]) -> list[Ask]:
    by_id = sorted((ask for ask in asks if not ask.open), key=lambda ask: ask.id)
    return sorted(by_id, key=lambda ask: ask.closed_at or ask.made_at, reverse=True)


def _by_due(ask: Ask) -> tuple[date, time, str]:
    return (ask.due, ask.due_time or time.max, ask.id)


def listed(asks: Collection[Ask], today: date, params: DueParams = DueParams()) -> tuple[Ask, ...]:
    """The asks that a mail lists, in order; the reader is told how many more there are.

    Args:
        asks: those the reader may know of.
        today: in the office's time zone.
        params: how many.
    """
    ordered = in_order(asks, today)
    closed = [ask for ask in ordered if not ask.open]
    kept = min(len(closed), params.results)
    first = [ask for ask in ordered if ask.open][: params.lines - kept]
    return (*first, *closed[: params.lines - len(first)])


def permitted(asks: Iterable[Ask], clearance: Mark) -> tuple[Ask, ...]:
    """The asks that a clearance may know of."""
    return tuple(ask for ask in asks if ask.mark <= clearance)


def decisions(asks: Iterable[Ask]) -> dict[str, Ask]:
    """Story id -> the open decision on it that is due first; in the order in which they are due."""
    found: dict[str, Ask] = {}
    for ask in sorted((ask for ask in asks if ask.open and ask.kind is AskKind.DECISION), key=_by_due):
        if ask.story_id is not None:
            found.setdefault(ask.story_id, ask)
    return found


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Whether the office works: Monday to Friday, without holidays."""
    return day.weekday() < 5 and day not in holidays


def working_days_before(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """The working day that lies a number of working days before another day."""
    while count:
        day -= timedelta(days=1)
        count -= is_working_day(day, holidays)
    return day


def reminder(ask: Ask, today: date, holidays: Collection[date] = ()) -> Reminder | None:
    """Which reminder an ask's owner is due, if any. Reminders go out on working days only.

    The first is due from the third working day before the due date, so that a day on which nothing ran is made up for;
    whoever sends it remembers that it did. When the office does not work on the due date, the reminder of the day
    comes on the working day before it.

    Args:
        ask: open or closed.
        today: in the office's time zone.
        holidays: days beside weekends on which the office does not work.
    """
    if not ask.open or not is_working_day(today, holidays):
        return None
    if ask.due < today:
        return Reminder.OVERDUE
    works = is_working_day(ask.due, holidays)
    on_the_day = ask.due if works else working_days_before(ask.due, 1, holidays)
    if today >= on_the_day:
        return Reminder.DUE
    return Reminder.BEFORE if today >= working_days_before(on_the_day, DAYS_BEFORE, holidays) else None
