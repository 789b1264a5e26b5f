"""The form of an ask: what may stand in each field, and in words what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from pydantic import BaseModel

from app.delivery.asks import KINDS
from app.delivery.plain import one_line
from app.delivery.words import MARKS
from app.i18n import Translations
from app.jobs.setup import mail_address
from app.store.asks import KeptAsk, Wanted
from digest.asks import AskKind
from digest.errors import InvalidInputError
from digest.text import normalise
from digest.types import Mark

MAX_TEXT = 500  # characters: what is asked fits a line or two
MAX_MATTER = 1000  # an entry for decision has 90 words in all
MAX_OWNER = 120


class AskForm(BaseModel):
    """The fields as they were sent: any text at all."""

    kind: str = AskKind.INFORMATION
    text: str = ""
    owner: str = ""
    address: str = ""
    due: str = ""
    due_time: str = ""
    mark: str = Mark.PUBLIC.code
    options: str = ""
    recommendation: str = ""
    consulted: str = ""
    next_step: str = ""
    reason: str = ""
    story: str = ""
    edition: str = ""

    @classmethod
    def of(cls, kept: KeptAsk) -> AskForm:
        """The fields filled with an ask."""
        ask = kept.ask
        return cls(
            kind=ask.kind,
            text=ask.text,
            owner=ask.owner,
            address=kept.address or "",
            due=ask.due.isoformat(),
            due_time=ask.due_time.strftime("%H:%M") if ask.due_time else "",
            mark=ask.mark.code,
            options=ask.options,
            recommendation=ask.recommendation,
            consulted=ask.consulted,
            next_step=ask.next_step,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the lists of the form offer, each code with its word."""

    kinds: tuple[tuple[str, str], ...]
    marks: tuple[tuple[str, str], ...]


def choices(clearance: Mark, t: Translations) -> Choices:
    """The kinds, and the marks up to a clearance."""
    return Choices(
        kinds=tuple((kind.value, t.gettext(label)) for kind, label in KINDS.items()),
        marks=tuple((mark.code, t.gettext(label)) for mark, label in MARKS.items() if mark <= clearance),
    )


def read(form: AskForm, clearance: Mark, t: Translations) -> tuple[Wanted | None, Mapping[str, str]]:
    """What the form says; None, and by field what is wrong and what would do, when it cannot be used."""
    wrong = {name: problem for name, problem in _problems(form, clearance, t).items() if problem}
    if wrong:
        return None, wrong
    wanted = Wanted(
        kind=AskKind(form.kind),
        text=normalise(form.text),
        owner=one_line(form.owner),
        address=mail_address(form.address) if form.address.strip() else None,
        due=date.fromisoformat(form.due),
        due_time=time.fromisoformat(form.due_time) if form.due_time else None,
        mark=Mark.from_code(form.mark),
        options=normalise(form.options),
        recommendation=normalise(form.recommendation),
        consulted=normalise(form.consulted),
        next_step=normalise(form.next_step),
    )
    return wanted, {}


def _problems(form: AskForm, clearance: Mark, t: Translations) -> dict[str, str | None]:
    matter = {name: getattr(form, name) for name in ("options", "recommendation", "consulted", "next_step")}
    return {
        "kind": None if form.kind in set(AskKind) else t.gettext("Choose one of the list."),
        "text": _text(form.text, MAX_TEXT, t),
        "owner": _text(form.owner, MAX_OWNER, t),
        "address": None if _is_address(form.address) else t.gettext("Not a mail address; such as name@office.example."),
        "due": None if _is_day(form.due) else t.gettext("Write year-month-day, such as 2026-11-26."),
        "due_time": None if _is_time(form.due_time) else t.gettext("Write hours and minutes, such as 12:00."),
        "mark": None if _is_mark(form.mark, clearance) else t.gettext("Choose one of the list."),
        **{name: _text(text, MAX_MATTER, t) if text.strip() else None for name, text in matter.items()},
    }


def _text(text: str, most: int, t: Translations) -> str | None:
    length = len(normalise(text))
    if not length:
        return t.gettext("This cannot be empty.")
    if length > most:
        return t.gettext("Too long: at most %(count)s characters.", count=t.number(most))
    return None


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and 2000 <= date.fromisoformat(text).year < 2200
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return not text or (len(text) == 5 and time.fromisoformat(text).tzinfo is None)
    except ValueError:
        return False


def _is_mark(text: str, clearance: Mark) -> bool:
    return text in {mark.code for mark in Mark if mark <= clearance}


def _is_address(text: str) -> bool:
    if not text.strip():
        return True
    try:
        return len(mail_address(text)) <= 254
    except InvalidInputError:
        return False
