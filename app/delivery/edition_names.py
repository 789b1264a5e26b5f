"""What an edition is called, by its id: ``W47``, ``24 Nov``, ``W47 weekly``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from app.i18n import Translations


def edition_label(identifier: str, t: Translations, *, near: str | None = None) -> str:
    """The short name of an edition: ``W47`` for ``2026-W47``, ``W47-2`` for the second one of a week.

    One of leaders with a rhythm of their own is called by its day, ``24 Nov``, or as the weekly one, ``W47 weekly``. No
    name has its year: a subject has little room.

    Args:
        identifier: the edition's id; one of another form stands for itself.
        t: the reader's language.
        near: another edition's id; when it is of another year, the year is named.
    """
    year, _, rest = identifier.partition("-W")
    week, _, part = rest.partition("-")
    if day := _DAY.fullmatch(identifier):
        return _day_label(day, t, near)
    if not week.isdecimal():
        return identifier
    label = _week_label(week, part, t)
    if near is None or near.startswith(f"{year}-"):
        return label
    return t.gettext("%(label)s of %(year)s", label=label, year=year)


_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?", re.ASCII)


def _day_label(found: re.Match[str], t: Translations, near: str | None) -> str:
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return found[0]
    same_year = near is None or near.startswith(found[1][:5])
    label = t.calendar_day(day, near=datetime(day.year, 7, 1, tzinfo=UTC) if same_year else None)
    return t.gettext("%(label)s (%(part)s)", label=label, part=found[2]) if found[2] else label


def _week_label(week: str, part: str, t: Translations) -> str:
    if not part:
        return t.gettext("W%(week)s", week=week)
    kind, _, number = part.partition("-")
    if kind != "weekly":
        return t.gettext("W%(week)s-%(part)s", week=week, part=part)
    label = t.gettext("W%(week)s weekly", week=week)
    return t.gettext("%(label)s (%(part)s)", label=label, part=number) if number else label
