"""The subject of a briefing and the text that lists of mails show beside it: what is urgent, due, new and overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.delivery.asks import FURTHER_DECISIONS
from app.delivery.context import AskText, EntryText, OfficeNote, SectionText
from app.delivery.lines import phrase
from app.delivery.plain import columns, one_line, shortened
from app.i18n import Translations
from digest.asks import AskKind
from digest.edition import Section
from digest.summary import marked_urgent

MAX_SUBJECT = 60
"""Columns of a subject, 30 Chinese characters: what a phone shows of it."""

MAX_PREVIEW = 110
"""Characters of the preview text: what lists of mails show beside the subject."""

_LEAST = 10
"""Columns in which a headline still says something."""
_KNOWN = 15  # characters of a headline by which it is known again in the subject
_CHINESE = 1.5  # columns for each character from which on a subject is Chinese
_WEEK = 6  # days ahead that are named by their weekday alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """What a subject may say, in the order of its weight."""

    urgent: tuple[str, ...] = ()
    """Headlines that their reports mark urgent."""
    decision: str = ""
    """That a decision is due: ``decision due Thu``."""
    about: str = ""
    """The headline of what is to be decided first."""
    headlines: tuple[str, ...] = ()
    """The others, in reading order."""
    overdue: int = 0


def matters(sections: Sequence[SectionText], overdue: int, today: date, t: Translations) -> Matters:
    """What an edition has for its subject.

    Args:
        sections: as its reader is shown them.
        overdue: asks whose day has passed.
        today: the day as which the edition counts.
        t: the reader's language.
    """
    entries = [entry for section in sections for entry in section.entries]
    urgent = [one_line(entry.headline) for entry in entries if _urgent(entry)]
    waiting = [
        entry
        for section in sections
        if section.code in (Section.FOR_DECISION, FURTHER_DECISIONS)
        for entry in section.entries
    ]
    first = waiting[0] if waiting else None
    said = {*urgent, *([one_line(first.headline)] if first else [])}
    return Matters(
        urgent=tuple(urgent),
        decision=_decision(waiting, today, t) if waiting else "",
        about=one_line(first.headline) if first else "",
        headlines=tuple(line for line in (one_line(entry.headline) for entry in entries) if line and line not in said),
        overdue=overdue,
    )


def _urgent(entry: EntryText) -> bool:
    return marked_urgent(entry.headline) or (
        entry.original_headline is not None and marked_urgent(entry.original_headline)
    )


def _decision(waiting: Sequence[EntryText], today: date, t: Translations) -> str:
    """How many decisions wait, and when the first is due."""
    due = [ask for entry in waiting for ask in entry.asks if ask.kind.code == AskKind.DECISION]
    count = t.number(len(waiting))
    if not due:
        return t.ngettext("for decision", "%(count)s for decision", len(waiting), count=count)
    first = min(due, key=lambda ask: ask.due)
    if len(waiting) == 1:
        late = t.gettext("decision overdue since %(day)s") if first.overdue else t.gettext("decision due %(day)s")
        return late % {"day": _day(first, today, t)}
    return t.gettext("%(count)s decisions, first due %(day)s", count=count, day=_day(first, today, t))


def _day(ask: AskText, today: date, t: Translations) -> str:
    """The weekday of a day that is near, else the day of the month."""
    near = abs((ask.due - today).days) <= _WEEK
    return t.weekday_name(ask.due) if near else t.short_day(ask.due)


def subject(label: str, found: Matters, t: Translations, *, example: bool, reviewed: bool = True) -> str:
    """The subject of the mail in one line: ``W47: decision due Thu: Eastgate dam…; Rents up 8 %; 2 overdue``.

    Args:
        label: of the edition, ``W47``.
        found: what it may say.
        t: the reader's language.
        example: whether the edition is one of the bundled example, which the subject says first.
        reviewed: whether a person approved it; if not, the subject says so.
    """
    most = MAX_SUBJECT
    made = _line(label, found, t, most, example=example, reviewed=reviewed)
    while len(made) > MAX_SUBJECT // 2 and columns(made) > _CHINESE * len(made) and most > MAX_SUBJECT // 2:
        most -= 1  # figures and signs are narrow, and yet characters
        made = _line(label, found, t, most, example=example, reviewed=reviewed)
    return made


def _line(label: str, found: Matters, t: Translations, most: int, *, example: bool, reviewed: bool) -> str:
    """The subject in at most so many columns."""
    start = t.gettext("EXAMPLE %(label)s", label=label) if example else label
    start = start if reviewed else t.gettext("%(label)s, automatic, not reviewed", label=start)
    count = t.number(found.overdue)
    late = t.ngettext("%(count)s overdue", "%(count)s overdue", found.overdue, count=count) if found.overdue else ""
    line = t.gettext("%(label)s: %(text)s", label=start, text="")
    gap = t.gettext("; ")
    room = most - columns(line) - (columns(gap + late) if late else 0)
    parts = _parts(found, room, gap, t)
    if not parts and not late:
        return t.gettext("%(label)s: nothing to report", label=start)
    return line + gap.join([*parts, *filter(None, [late])])


def _parts(found: Matters, room: int, gap: str, t: Translations) -> list[str]:
    """As much as there is room for; what comes first is cut if it must be."""
    parts: list[str] = []

    def left() -> int:
        return room - columns(gap.join([*parts, ""]) if parts else "")

    if found.urgent:
        beside = columns(found.decision + gap) if found.decision else 0
        parts.append(fitted(found.urgent[0], room - beside if room - beside >= 2 * _LEAST else room))
    if found.decision and columns(found.decision) <= left():
        parts.append(found.decision)
        if not found.urgent and found.about:
            parts[-1] = _with_matter(found, left_of=room, others=bool(found.headlines), t=t)
    for headline in found.headlines:
        if not parts or columns(headline) <= left() or (len(parts) == 1 and found.decision and left() >= _LEAST):
            parts.append(fitted(headline, left()))
        else:
            break
    return parts


def _with_matter(found: Matters, *, left_of: int, others: bool, t: Translations) -> str:
    """The decision with its matter, cut so that the headline that must be known first still has a place."""
    start = t.gettext("%(label)s: %(text)s", label=found.decision, text="")
    room = left_of - columns(start)
    share = room - _LEAST - 2 if others and room - _LEAST - 2 >= _LEAST else room
    return start + fitted(found.about, share) if share >= _LEAST else found.decision


def fitted(text: str, width: int) -> str:
    """One line of at most so many columns, cut where a phrase or a word ends."""
    if columns(text) <= width:
        return text
    length = len(text)
    while length > 1 and columns(text[:length]) > width:
        length -= 1
    return phrase(text, length)


def rest_of_subject(headline: str, start: str) -> str:
    """As much of a headline as a subject has room for behind its start."""
    return fitted(one_line(headline), max(MAX_SUBJECT - columns(start), 1))


def preview(bottom_line: OfficeNote | None, found: Matters, subject_line: str, ledger_line: str) -> str:
    """What a list of mails shows beside the subject, and the subject does not say.

    That is the bottom line, else the headlines that follow, else the ledger.
    """
    if bottom_line:
        return shortened(one_line(bottom_line.text), MAX_PREVIEW)
    headlines = dict.fromkeys([*found.urgent, *filter(None, [found.about]), *found.headlines])
    rest = [line for line in headlines if line[:_KNOWN] not in subject_line]
    return shortened(" · ".join(rest) or one_line(ledger_line), MAX_PREVIEW)
