"""The form of the lengths: its fields, and the least and most that each may be, which the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotated_types import Ge, Le

from app.i18n import N_, Translations
from app.settings import Settings, set_by_environment
from app.web import fields as forms
from app.web.fields import Field, Shape

_SHAPES = {
    "length_for_decision": Shape(
        label=N_("For your decision: told in full"), kind="count", hint=N_("Each further one gets a line.")
    ),
    "length_must_know": Shape(
        label=N_("For your decision and Must know together"),
        kind="count",
        hint=N_("What waits for a decision takes the room of what must be known."),
    ),
    "length_due": Shape(label=N_("Due and open: lines in a mail"), kind="count", hint=N_("The page has all of them.")),
    "length_from_units": Shape(
        label=N_("From above and from our units"), kind="count", hint=N_("Further ones are noted by their titles.")
    ),
    "length_worth_knowing": Shape(label=N_("Worth knowing: headlines"), kind="count"),
    "length_watch": Shape(label=N_("Watch"), kind="count", hint=N_("Editors put entries there, the program none.")),
    "length_also_noted": Shape(
        label=N_("Also noted: titles"), kind="count", hint=N_("A mail has no more of them; the page has all.")
    ),
    "length_near_misses": Shape(
        label=N_("Left out: stories that a draft shows at once"),
        kind="count",
        hint=N_("The others stand one click away."),
    ),
}


def length_fields(settings: Settings, t: Translations) -> tuple[Field, ...]:
    """The form as the settings fill it; what an environment variable says is locked."""
    values = {name: str(getattr(settings, name)) for name in _SHAPES}
    return tuple(_ranged(each, t) for each in forms.shaped(_SHAPES, values, {}, t))


def _ranged(field: Field, t: Translations) -> Field:
    least, most = span = span_of(field.name)
    words = t.gettext("From %(least)s to %(most)s.", least=least, most=most)
    locked = f"STAFFWORK_{field.name.upper()}" if set_by_environment(field.name) else None
    return replace(field, span=span, hint=t.sentences([words, field.hint]), locked=locked)


def span_of(name: str) -> tuple[int, int]:
    """The least and the most that a setting may be."""
    bounds = Settings.model_fields[name].metadata
    least = next(each.ge for each in bounds if isinstance(each, Ge))
    most = next(each.le for each in bounds if isinstance(each, Le))
    return int(str(least)), int(str(most))


def length_troubles(mine: Sequence[Field], t: Translations) -> dict[str, str]:
    """What of the answers is no number of its range."""
    return {
        each.name: t.gettext("Write a whole number from %(least)s to %(most)s.", least=each.span[0], most=each.span[1])
        for each in mine
        if not _fits(each)
    }


def _fits(field: Field) -> bool:
    written = field.value
    return (
        written.isascii()
        and written.isdigit()
        and len(written) <= 4
        and (field.span[0] <= int(written) <= field.span[1])
    )


def read_lengths(mine: Sequence[Field]) -> dict[str, int]:
    """The settings that a form without troubles says; locked ones are left out."""
    return {each.name: int(each.value) for each in mine if each.locked is None}
