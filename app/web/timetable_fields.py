"""The form of the office's week: its fields, what they say, and what of it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.i18n import N_, Translations
from app.jobs.setup import mail_address
from app.settings import Settings, set_by_environment
from app.timetable import WEEKDAYS, misplaced
from app.web import fields as forms
from app.web.field_words import field_word, field_words
from app.web.fields import Field, Shape
from app.web.leader_fields import is_clock, is_zone, zones
from app.web.wording import WEEKDAY_NAMES
from digest.errors import InvalidInputError

EVENT_NAMES: Mapping[str, str] = {
    "cut_off": N_("Cut-off"),
    "draft": N_("Draft"),
    "reminder": N_("Reminder to the approvers"),
    "deadline": N_("Approval by"),
    "sending": N_("Sending"),
}
CLOCKS = ("cut_off_time", "reminder_time", "approval_time", "sending_time")
MOST_DELAY = 1440  # minutes, as the settings have it
MISPLACED: Mapping[str, tuple[str, str]] = {
    "draft": (
        "draft_delay_minutes",
        N_("The draft would be made after sending. Shorten the delay, or choose a later sending."),
    ),
    "deadline": (
        "approval_time",
        N_(
            "The first such time after the draft comes after sending. Choose an earlier approval after the cut-off, or "
            "a later sending."
        ),
    ),
    "reminder": (
        "reminder_time",
        N_(
            "The first such time after the draft comes after the deadline for approval. Choose an earlier reminder "
            "after the cut-off, or a later approval."
        ),
    ),
}


SHAPES = {
    "rhythm": Shape(
        label=N_("Rhythm"),
        kind="select",
        hint=N_("In a daily rhythm the days of cut-off and sending do not count."),
    ),
    "cut_off_day": Shape(label=N_("Day of the cut-off"), kind="select"),
    "cut_off_time": Shape(label=N_("Time of the cut-off"), kind="time"),
    "draft_delay_minutes": Shape(
        label=N_("Minutes from the cut-off to the draft"),
        kind="count",
        hint=N_("From 0 to 1440; 0: the draft is made at once."),
    ),
    "reminder_day": Shape(label=N_("Day of the reminder to the approvers"), kind="select"),
    "reminder_time": Shape(label=N_("Time of the reminder"), kind="time"),
    "approval_day": Shape(label=N_("Day by which to approve"), kind="select"),
    "approval_time": Shape(label=N_("Time by which to approve"), kind="time"),
    "sending_day": Shape(label=N_("Day of sending"), kind="select"),
    "sending_time": Shape(label=N_("Time of sending"), kind="time"),
    "working_days": Shape(label=N_("Working days"), kind="checks"),
    "holidays": Shape(
        label=N_("Holidays, one day on each line"),
        kind="area",
        most=4000,
        hint=N_("Written as 2026-12-25. A cut-off moves to the working day before, everything else to the one after."),
    ),
    "unapproved": Shape(
        label=N_("When nobody approves"),
        kind="select",
        hint=N_(
            "Held: the deputy, the approvers and the administrators are told, and it waits. Sent: it is marked as "
            "automatic, not reviewed."
        ),
    ),
    "deputy": Shape(
        label=N_("Deputy: mail address"),
        kind="email",
        hint=N_("Is told, with the administrators, that nobody approved in time. Empty: nobody more."),
    ),
    "time_zone": Shape(
        label=N_("Time zone of the office"),
        hint=N_("All times above are read on its wall, in summer and in winter."),
        most=64,
    ),
}
_RHYTHMS = (("weekly", N_("A briefing each week")), ("daily", N_("A briefing each working day")))
_UNAPPROVED = (
    ("hold", N_("Hold it, and alert")),
    ("send_marked", N_("Send it, marked")),
)


def timetable_fields(settings: Settings, t: Translations) -> tuple[Field, ...]:
    """The form as the settings fill it; what an environment variable says is locked."""
    days = [(day, t.gettext(WEEKDAY_NAMES[day])) for day in WEEKDAYS]
    first = [("", t.gettext("The first such time after the draft")), *days]
    options = {
        "rhythm": [(code, t.gettext(label)) for code, label in _RHYTHMS],
        "cut_off_day": days,
        "reminder_day": first,
        "approval_day": first,
        "sending_day": days,
        "working_days": days,
        "unapproved": [(code, t.gettext(label)) for code, label in _UNAPPROVED],
        "time_zone": zones(),
    }
    values = {name: _written(getattr(settings, name)) for name in SHAPES}
    return tuple(replace(each, locked=variable(each.name)) for each in forms.shaped(SHAPES, values, options, t))


def is_delay(value: str) -> bool:
    """Whether a text is a number of minutes from the cut-off to the draft."""
    return value.isascii() and value.isdigit() and len(value) <= 4 and int(value) <= MOST_DELAY


def variable(name: str) -> str | None:
    """The environment variable that says what a setting is; None when the file does."""
    return f"STAFFWORK_{name.upper()}" if set_by_environment(name) else None


def _written(value: object) -> str:
    if isinstance(value, tuple):
        between = "\n" if any(isinstance(each, date) for each in value) else ","
        return between.join(str(each) for each in value)
    return "" if value is None else str(value)


def plain_troubles(mine: Sequence[Field], t: Translations) -> dict[str, str]:
    """What of the answers cannot be read at all."""
    found = forms.checked(mine, field_words(t))
    values = {each.name: each.value for each in mine}
    found |= {name: field_word("clock", t) for name in CLOCKS if not is_clock(values[name])}
    if not is_delay(values["draft_delay_minutes"]):
        found["draft_delay_minutes"] = t.gettext("Write a whole number of minutes from 0 to 1440.")
    if not is_zone(values["time_zone"]):
        found["time_zone"] = field_word("zone", t)
    if not values["working_days"]:
        found["working_days"] = t.gettext("Tick at least one day.")
    if wrong := [each for each in _days(values["holidays"]) if not _is_day(each)]:
        found["holidays"] = t.gettext("Not a day: %(value)s. Write each as 2026-12-25.", value=wrong[0][:40])
    if values["deputy"]:
        try:
            mail_address(values["deputy"])
        except InvalidInputError:
            found["deputy"] = field_word("address", t)
    return found


def _days(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, re.split(r"[\s,;，；、]+", text))))


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None and date.fromisoformat(text).year > 0
    except ValueError:
        return False


def read_timetable(mine: Sequence[Field]) -> dict[str, Any]:
    """The settings that a form without plain troubles says, as they stand in the file; locked ones are left out."""
    values: dict[str, Any] = {each.name: each.value for each in mine}
    values["draft_delay_minutes"] = int(values["draft_delay_minutes"])
    values["working_days"] = values["working_days"].split(",")
    values["holidays"] = sorted(_days(values["holidays"]))
    for name in ("reminder_day", "approval_day"):
        values[name] = values[name] or None
    values["deputy"] = mail_address(values["deputy"]) if values["deputy"] else None
    return {each.name: values[each.name] for each in mine if each.locked is None}


def order_troubles(wanted: Settings, t: Translations) -> dict[str, str]:
    """What stands in an order that cannot be, at the field that is to be changed."""
    return {field: t.gettext(words) for field, words in (MISPLACED[event] for event in misplaced(wanted))}
