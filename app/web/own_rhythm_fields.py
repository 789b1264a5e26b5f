"""The form of the rhythm that the office does not have, for single leaders: its fields and what of it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.i18n import Translations
from app.settings import Settings
from app.timetable import WEEKDAYS, Series, misplaced, times_of
from app.web import fields as forms
from app.web.field_words import field_word, field_words
from app.web.fields import Field
from app.web.leader_fields import is_clock
from app.web.timetable_fields import MISPLACED, SHAPES, is_delay, variable
from app.web.wording import WEEKDAY_NAMES

_TIMES = ("cut_off_time", "draft_delay_minutes", "reminder_time", "approval_time", "sending_time")
_DAYS = ("cut_off_day", "reminder_day", "approval_day", "sending_day")


def _prefix(settings: Settings) -> str:
    return f"{times_of(Series.OWN, settings).rhythm}_"


def own_rhythm_fields(settings: Settings, t: Translations) -> tuple[Field, ...]:
    """The form as the settings fill it; a daily rhythm has no weekdays."""
    prefix = _prefix(settings)
    wanted = [name for name in SHAPES if name in _TIMES or (prefix == "weekly_" and name in _DAYS)]
    days = [(day, t.gettext(WEEKDAY_NAMES[day])) for day in WEEKDAYS]
    first = [("", t.gettext("The first such time after the draft")), *days]
    options = {
        prefix + name: first if name in ("reminder_day", "approval_day") else days for name in wanted if name in _DAYS
    }
    shapes = {prefix + name: SHAPES[name] for name in wanted}
    values = {name: str(getattr(settings, name) if getattr(settings, name) is not None else "") for name in shapes}
    return tuple(replace(each, locked=variable(each.name)) for each in forms.shaped(shapes, values, options, t))


def own_rhythm_troubles(mine: Sequence[Field], t: Translations) -> dict[str, str]:
    """What of the answers cannot be read at all."""
    found = forms.checked(mine, field_words(t))
    for each in mine:
        if each.kind == "time" and not is_clock(each.value):
            found[each.name] = field_word("clock", t)
        if each.kind == "count" and not is_delay(each.value):
            found[each.name] = t.gettext("Write a whole number of minutes from 0 to 1440.")
    return found


def read_own_rhythm(mine: Sequence[Field]) -> dict[str, Any]:
    """The settings that a form without plain troubles says; locked ones are left out."""
    return {
        each.name: int(each.value) if each.kind == "count" else each.value or None
        for each in mine
        if each.locked is None
    }


def own_order_troubles(wanted: Settings, t: Translations) -> dict[str, str]:
    """What stands in an order that cannot be, at the field that is to be changed."""
    found = (MISPLACED[event] for event in misplaced(times_of(Series.OWN, wanted)))
    return {_prefix(wanted) + field: t.gettext(words) for field, words in found}
