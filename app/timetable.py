"""When things are due, in the office's time zone: pure functions of the settings and the time.

Days are counted on the wall, so summer time neither moves nor loses an event. A time of day that the clocks skip is
taken an hour later, one that they show twice is the first of the two (PEP 495, fold 0). Moments are compared in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from app.settings import Rhythm, Settings

EVENTS = ("cut_off", "draft", "reminder", "deadline", "sending")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The times of one edition, in UTC and in this order."""

    cut_off: datetime
    draft: datetime
    reminder: datetime
    """When the approvers are reminded."""
    deadline: datetime
    """By when to approve."""
    sending: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSending:
    """When one reader wants the briefing instead of at the office's time of sending."""

    day: str | None
    """A weekday; None: the office's day."""
    clock: str | None
    """A time of day, ``06:30``; None: the office's."""
    time_zone: str | None = None
    """On whose wall the time of day is read (IANA name); None: the office's."""
    rhythm: Rhythm | None = None
    """Whether a briefing each week or each working day; None: the office's."""


class Series(StrEnum):
    """The editions that follow one another, each from where the one before ended, with a ledger of their own."""

    OFFICE = "office"
    OWN = "own"
    """Those in the rhythm that the office does not have, for the leaders who want it."""


def series_of(wish: OwnSending | None, settings: Settings) -> Series:
    """Which editions a leader reads."""
    return Series.OFFICE if wish is None or wish.rhythm in (None, settings.rhythm) else Series.OWN


def times_of(series: Series, settings: Settings) -> Settings:
    """The settings as they count for a series; every function below takes those."""
    if series is Series.OFFICE:
        return settings
    other: Rhythm = "weekly" if settings.rhythm == "daily" else "daily"
    names = [name for name in type(settings).model_fields if name.startswith(f"{other}_")]
    times = {name.removeprefix(f"{other}_"): getattr(settings, name) for name in names}
    no_days = {"reminder_day": None, "approval_day": None}  # in a daily rhythm, those of each draft
    return settings.model_copy(update={"rhythm": other, **no_days, **times})


def edition_name(series: Series, cut_off: datetime, settings: Settings) -> str:
    """The id of the first edition of a series with a cut-off: ``2026-W47``, ``2026-11-24``, ``2026-W47-weekly``.

    The office's editions are named by their week in either rhythm, as they always were.
    """
    if series is Series.OFFICE:
        return week_id(cut_off, settings.time_zone)
    if settings.rhythm == "weekly":
        return cut_off.astimezone(ZoneInfo(settings.time_zone)).date().isoformat()
    return f"{week_id(cut_off, settings.time_zone)}-weekly"


def week_id(cut_off: datetime, time_zone: str) -> str:
    """The ISO 8601 week of a cut-off as the office sees it: ``2026-W47``."""
    year, week, _ = cut_off.astimezone(ZoneInfo(time_zone)).isocalendar()
    return f"{year}-W{week:02d}"


def last_cut_off(now: datetime, settings: Settings) -> datetime:
    """The latest cut-off that is not after now, in UTC."""
    calendar = _Calendar(settings)
    return calendar.last(now, calendar.has_cut_off, settings.cut_off_time)


def next_cut_off(now: datetime, settings: Settings) -> datetime:
    """The first cut-off after now, in UTC."""
    calendar = _Calendar(settings)
    return calendar.first(now, calendar.has_cut_off, settings.cut_off_time)


def cut_off_to_draft(now: datetime, settings: Settings) -> datetime:
    """The latest cut-off whose draft is due by now.

    One draft makes up for all that were missed while the machine slept: the period between is told once, in one
    briefing, instead of in several at the same hour in which the same stories develop.
    """
    return last_cut_off(now - timedelta(minutes=settings.draft_delay_minutes), settings)


def next_draft(now: datetime, settings: Settings) -> datetime:
    """When the next draft is made, after now."""
    delay = timedelta(minutes=settings.draft_delay_minutes)
    return next_cut_off(now - delay, settings) + delay


def schedule(cut_off: datetime, settings: Settings) -> Schedule:
    """The times of the edition with a cut-off.

    Sending is what readers count on, so it is found first; a draft, reminder or deadline that would come after the
    next one in the order is taken at the same moment as that one.
    """
    calendar = _Calendar(settings)
    sending = sending_after(cut_off, settings)
    draft = min(cut_off + timedelta(minutes=settings.draft_delay_minutes), sending)
    deadline = min(calendar.at_work(draft, settings.approval_day, settings.approval_time), sending)
    reminder = min(calendar.at_work(draft, settings.reminder_day, settings.reminder_time), deadline)
    return Schedule(cut_off=cut_off, draft=draft, reminder=reminder, deadline=deadline, sending=sending)


def misplaced(settings: Settings) -> tuple[str, ...]:
    """The events that the settings put behind the one they have to come before, in a week without holidays.

    Such a one is taken earlier (:func:`schedule`), so that readers get their briefing on time; who set it so meant
    something else. Looked at in UTC, where no hour is skipped: a change of the clocks is nobody's mistake.
    """
    plain = settings.model_copy(update={"holidays": (), "time_zone": "UTC"})
    calendar = _Calendar(plain)
    found: set[str] = set()
    moment = datetime(2026, 1, 1, tzinfo=UTC)  # any week is like any other
    for _ in WEEKDAYS:  # a daily office has one cut-off a day, a weekly one the same again and again
        moment = next_cut_off(moment, plain)
        sending = sending_after(moment, plain)
        draft = moment + timedelta(minutes=plain.draft_delay_minutes)
        deadline = calendar.at_work(draft, plain.approval_day, plain.approval_time)
        reminder = calendar.at_work(draft, plain.reminder_day, plain.reminder_time)
        behind = {"draft": draft > sending, "deadline": deadline > sending, "reminder": reminder > deadline}
        found |= {event for event, wrong in behind.items() if wrong}
    return tuple(event for event in EVENTS if event in found)


def upcoming(now: datetime, settings: Settings, *, times: int = 3) -> dict[str, tuple[datetime, ...]]:
    """The next times of each event after now, as the settings have them; by event, in the order of :data:`EVENTS`."""
    found: dict[str, list[datetime]] = {event: [] for event in EVENTS}
    moment = last_cut_off(now, settings)
    while moment > now - timedelta(days=15):  # whose sending may still be to come
        moment = last_cut_off(moment - timedelta(seconds=1), settings)
    while min(map(len, found.values())) < times:
        of = schedule(moment, settings)
        for event in EVENTS:
            if (at := getattr(of, event)) > now and len(found[event]) < times and at not in found[event]:
                found[event].append(at)
        moment = next_cut_off(moment, settings)
    return {event: tuple(moments) for event, moments in found.items()}


def drafted(planned: Schedule, made_at: datetime) -> Schedule:
    """The times of an edition whose draft was made then.

    A draft may come late, when the machine slept. Once its reminder is past, the approvers are reminded at once and
    keep as long to approve as between reminder and deadline. Sending stays: what is approved later goes out at once.
    """
    if made_at <= planned.reminder:
        return planned
    return Schedule(
        cut_off=planned.cut_off,
        draft=made_at,
        reminder=made_at,
        deadline=max(planned.deadline, made_at + (planned.deadline - planned.reminder)),
        sending=planned.sending,
    )


def sending_after(cut_off: datetime, settings: Settings) -> datetime:
    """The first time of sending after a cut-off, in UTC."""
    calendar = _Calendar(settings)
    day = settings.sending_day if settings.rhythm == "weekly" else None
    return calendar.first(cut_off, calendar.moved_on(day), settings.sending_time)


def release_at(deadline: datetime, sending: datetime, settings: Settings) -> datetime:
    """When an edition that nobody approved goes out marked as such: at its sending, or at the next working day's.

    The later one is for a draft that came so late that its deadline is after its sending.
    """
    if deadline <= sending:
        return sending
    calendar = _Calendar(settings)
    return calendar.first(deadline, calendar.moved_on(None), settings.sending_time)


def own_sending(wish: OwnSending, times: Schedule, settings: Settings) -> datetime:
    """When one reader's mail is due, never before the deadline: until then the edition may be approved in time.

    A time of day alone is meant on the day of the office's sending, a weekday alone at the office's time. In a time
    zone of their own, the day and the time are those that the reader's wall shows.
    """
    calendar = _Calendar(settings, wish.time_zone)
    clock = wish.clock or settings.sending_time
    if wish.day is None:
        found = calendar.moment(_Calendar(settings).day_of(times.sending), clock)
    else:
        found = calendar.first(times.cut_off, calendar.moved_on(wish.day), clock)
    return max(found, min(times.deadline, times.sending))


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The office's days: which of them have an event, and at what moment a time of day is on them."""

    settings: Settings
    elsewhere: str | None = None
    """A time zone instead of the office's."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.elsewhere or self.settings.time_zone)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def moment(self, day: date, clock: str) -> datetime:
        hour, minute = (int(part) for part in clock.split(":"))
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def last(self, moment: datetime, has_event: Callable[[date], bool], clock: str) -> datetime:
        """The latest event not after a moment; the search begins a day later, where clocks go back past midnight."""
        start = self.day_of(moment) + DAY
        days = (start - number * DAY for number in count())
        return next(found for day in days if has_event(day) and (found := self.moment(day, clock)) <= moment)

    def first(self, moment: datetime, has_event: Callable[[date], bool], clock: str) -> datetime:
        """The first event after a moment; the search begins a day earlier, where clocks skip midnight."""
        start = self.day_of(moment) - DAY
        days = (start + number * DAY for number in count())
        return next(found for day in days if has_event(day) and (found := self.moment(day, clock)) > moment)

    def at_work(self, draft: datetime, weekday: str | None, clock: str) -> datetime:
        """The first such time not before a draft, when somebody works: on the draft's own day, or a working day."""
        moved_on = self.moved_on(weekday)
        today = self.day_of(draft)
        just_before = draft - timedelta(microseconds=1)
        return self.first(just_before, lambda day: moved_on(day) or (weekday is None and day == today), clock)

    def has_cut_off(self, day: date) -> bool:
        """Whether a day has a cut-off: its own, or that of a holiday after it.

        It moves to the working day before, so that readers get their briefing when they are used to; what comes in
        later is told the next time. Where a whole week is off, two cut-offs meet on one day and are one.
        """
        if self._is_cut_off_day(day) and not self._is_holiday(day):
            return True
        if not self._is_working(day):
            return False
        following = day + DAY
        while not self._is_working(following):
            if self._is_cut_off_day(following) and self._is_holiday(following):
                return True
            following += DAY
        return False

    def moved_on(self, weekday: str | None) -> Callable[[date], bool]:
        """Whether a day has an event of that weekday (None: of each working day), or of a holiday before it.

        A reminder, a deadline and a sending move to the working day after: on a holiday nobody is there to approve,
        or to read, and an earlier time would shorten the time for approving.
        """

        def has_event(day: date) -> bool:
            if weekday is None:
                return self._is_working(day)
            if WEEKDAYS[day.weekday()] == weekday and not self._is_holiday(day):
                return True
            if not self._is_working(day):
                return False
            before = day - DAY
            while not self._is_working(before):
                if WEEKDAYS[before.weekday()] == weekday and self._is_holiday(before):
                    return True
                before -= DAY
            return False

        return has_event

    def _is_cut_off_day(self, day: date) -> bool:
        weekly = self.settings.rhythm == "weekly"
        return WEEKDAYS[day.weekday()] == self.settings.cut_off_day if weekly else self._is_working(day)

    def _is_holiday(self, day: date) -> bool:
        return day in self.settings.holidays

    def _is_working(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.settings.working_days and not self._is_holiday(day)
