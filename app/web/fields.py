"""Forms of the settings: their fields as values, what somebody typed, and what two people changed at the same time.

A form carries the fingerprint of what it was loaded with. When something else stands by the time it comes back, nothing
is written: its sender sees both values of each field that differs, and decides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from app.i18n import Translations

LONGEST = 10_000  # characters of any one answer, more than any field takes: a longer one is refused, not cut
BASED_ON = "based_on"
Typed = Mapping[str, tuple[str, ...]]
"""What a form said, by the names of its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    value: str = ""
    """For ``checks`` the codes of what is ticked, with commas between them."""
    kind: str = "text"
    """``text``, ``email``, ``time``, ``number``, ``count``, ``area``, ``select`` or ``checks``."""
    options: tuple[tuple[str, str], ...] = ()
    """Code and label of each choice; of a text, what is offered for it."""
    hint: str = ""
    required: bool = False
    most: int = 254
    """Characters."""
    span: tuple[int, int] = (0, 1440)
    """The least and the most that a ``count`` may be."""
    trouble: str | None = None
    """Why it cannot be taken, with the remedy."""
    locked: str | None = None
    """The environment variable that says what it is."""

    @property
    def ticked(self) -> tuple[str, ...]:
        """The codes that are ticked."""
        return tuple(filter(None, self.value.split(",")))

    def shown(self, value: str) -> str:
        """A value in words."""
        names = dict(self.options)
        codes = value.split(",") if self.kind == "checks" else [value]
        return ", ".join(names.get(code, code) for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a field is, whatever it holds; its words are messages of the catalogues."""

    label: str
    kind: str = "text"
    hint: str = ""
    required: bool = False
    most: int = 254


def shaped(
    shapes: Mapping[str, Shape],
    values: Mapping[str, str],
    options: Mapping[str, Sequence[tuple[str, str]]],
    t: Translations,
) -> tuple[Field, ...]:
    """The fields of a form with what they hold and offer, in a reader's language."""
    return tuple(
        Field(
            name=name,
            label=t.gettext(shape.label),
            kind=shape.kind,
            hint=t.gettext(shape.hint) if shape.hint else "",
            required=shape.required,
            most=shape.most,
            value=values[name],
            options=tuple(options.get(name, ())),
        )
        for name, shape in shapes.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of which two people want different values."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as a page shows it."""

    fields: tuple[Field, ...]
    based_on: str
    """The fingerprint of what stands."""
    differences: tuple[Difference, ...] = ()
    """Not empty: somebody else saved something meanwhile."""

    @property
    def troubled(self) -> tuple[Field, ...]:
        """The fields that cannot be taken."""
        return tuple(each for each in self.fields if each.trouble is not None)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows it."""
        return 409 if self.differences else 422 if self.troubled else 200


async def read_form(request: Request) -> Typed:
    """What the request's form says; files are left out."""
    form = await request.form()
    return {name: tuple(each[:LONGEST] for each in form.getlist(name) if isinstance(each, str)) for name in form}


TypedDep = Annotated[Typed, Depends(read_form)]


def one(typed: Typed, name: str) -> str:
    """The answer to a field, without the spaces and line breaks around it."""
    return (typed.get(name) or ("",))[0].replace("\r\n", "\n").strip()


def fingerprint(fields: Iterable[Field]) -> str:
    """Names what stands in a form."""
    values = [[each.name, each.value] for each in fields]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:32]


def fresh(fields: Sequence[Field]) -> Form:
    """The form of what stands."""
    return Form(fields=tuple(fields), based_on=fingerprint(fields))


def filled(fields: Iterable[Field], typed: Typed) -> tuple[Field, ...]:
    """The fields with what somebody typed; a locked one keeps its value."""
    return tuple(each if each.locked else replace(each, value=_answer(each, typed)) for each in fields)


def _answer(field: Field, typed: Typed) -> str:
    if field.kind != "checks":
        return one(typed, field.name)
    given = typed.get(field.name, ())
    return ",".join(code for code, _ in field.options if code in given)


def conflict(present: Sequence[Field], mine: Sequence[Field], typed: Typed) -> Form | None:
    """The form that shows both values when something else stands than the sender saw; None when nothing does."""
    differences = tuple(
        Difference(label=theirs.label, theirs=theirs.shown(theirs.value), mine=theirs.shown(wanted.value))
        for theirs, wanted in zip(present, mine, strict=True)
        if theirs.value != wanted.value
    )
    stands = fingerprint(present)
    if one(typed, BASED_ON) == stands or not differences:
        return None
    return Form(fields=tuple(mine), based_on=stands, differences=differences)


def refused(fields: Sequence[Field], based_on: str, troubles: Mapping[str, str]) -> Form:
    """The form with what was typed, and what is wrong with it at the fields that it is about."""
    return Form(
        fields=tuple(replace(each, trouble=troubles.get(each.name)) for each in fields),
        based_on=based_on,
    )


def checked(fields: Iterable[Field], words: Mapping[str, str]) -> dict[str, str]:
    """Troubles of the plain kind: what is lacking, too long, or no choice there is.

    Args:
        fields: as they were typed.
        words: ``required``, ``too_long`` and ``choice``, in the reader's language.
    """
    found: dict[str, str] = {}
    for each in fields:
        codes = each.ticked if each.kind == "checks" else (each.value,)
        if each.required and not each.value:
            found[each.name] = words["required"]
        elif len(each.value) > each.most:
            found[each.name] = words["too_long"] % {"most": each.most}
        elif each.kind in ("select", "checks") and not set(codes) <= {code for code, _ in each.options}:
            found[each.name] = words["choice"]
    return found
