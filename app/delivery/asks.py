"""Asks in words: one line for each, and the section of an edition that brings them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from app.delivery import words
from app.delivery.context import AskText, Form, Label, SectionText
from app.i18n import N_, Translations
from digest.asks import Ask, AskKind, AskState, DueParams, in_order, listed
from digest.edition import Edition, Section
from digest.reading import Reading

CODE = "due_and_open"
FURTHER_DECISIONS = "further_decisions"
_ABOVE = (Section.FOR_DECISION, Section.MUST_KNOW)
"""The sections before this one; an ask stands whole beside its entry there."""

KINDS: Mapping[AskKind, str] = {
    AskKind.INFORMATION: N_("Information"),
    AskKind.DECISION: N_("Decision"),
    AskKind.INSTRUCTION: N_("Instruction"),
}

STATES: Mapping[AskState, str] = {
    AskState.OPEN: N_("Open"),
    AskState.DONE: N_("Done"),
    AskState.DROPPED: N_("Dropped"),
}


def day_of(edition: Edition) -> date:
    """The day as which an edition counts what is overdue: of its approval, of its cut-off while it is a draft.

    Every rendering of a frozen edition counts from the same day, whenever it is read.
    """
    when = edition.approval.approved_at if edition.approval else edition.cut_off
    return local_day(when, edition.time_zone)


def local_day(when: datetime, time_zone: str) -> date:
    """The day of a moment in a time zone."""
    return when.astimezone(ZoneInfo(time_zone)).date()


def overdue(asks: Collection[Ask], edition: Edition) -> int:
    """How many asks of an edition are overdue."""
    return sum(ask.overdue(day_of(edition)) for ask in asks)


def section(reading: Reading, edition: Edition, t: Translations) -> SectionText:
    """What is due and open, and what was closed since the edition before, as far as a reader may know.

    Its asks and those for which a mail has no room are all of them; without any, it has none.
    """
    told = [read for each in reading.sections if each.section is not Section.LEFT_OUT for read in each.entries]
    numbers = {read.entry.story_id: read.number for read in told}
    beside = {ask.id: read.number for read in told for ask in read.asks}  # also where another story carries on its own
    above = {
        ask.id for each in reading.sections if each.section in _ABOVE for read in each.entries for ask in read.asks
    }
    shown = listed(reading.asks, day_of(edition), _room(edition))
    more = [ask for ask in in_order(reading.asks, day_of(edition)) if ask not in shown]

    def text(ask: Ask) -> AskText:
        number = beside.get(ask.id, numbers.get(ask.story_id or ""))
        return replace(ask_text(ask, edition, t, number=number), told_above=ask.id in above)

    return SectionText(
        code=CODE,
        label=t.gettext("Due and open"),
        form=Form.ASKS,
        told=True,
        entries=(),
        asks=tuple(map(text, shown)),
        more_asks=tuple(map(text, more)),
        more_line=more_on_page(len(more), t) if more else None,
    )


def _room(edition: Edition) -> DueParams:
    """How many asks a mail lists; a result has its line even where there is little room."""
    lines = edition.lengths.due
    return DueParams(lines=lines, results=min(DueParams().results, lines // 2))


def with_further_decisions(section: SectionText, t: Translations, in_full: int) -> tuple[SectionText, ...]:
    """A section as it is; what waits for a decision as two, when there is too much of it to be told in full.

    The first decisions keep their room, and the others stand right behind them in a section of their own, one line
    each, with their numbers: nobody has to weigh five matters at a time, and none is out of sight.

    Args:
        section: any.
        t: the reader's language.
        in_full: how many are told in full.
    """
    first, others = section.entries[:in_full], section.entries[in_full:]
    if section.code != Section.FOR_DECISION or not others:
        return (section,)
    further = SectionText(
        code=FURTHER_DECISIONS,
        label=t.gettext("Further decisions"),
        form=Form.LINE,
        told=section.told,
        entries=others,
        more_line=t.gettext("Options and consultations of these stand on the page."),
    )
    return replace(section, entries=first), further


def nothing_to_decide(asks: Collection[Ask], t: Translations) -> str:
    """What stands for decision when no entry does; a decision that is still open is not passed over."""
    count = sum(ask.open and ask.kind is AskKind.DECISION for ask in asks)
    if not count:
        return t.gettext("No decisions needed this week.")
    return t.ngettext(
        "Nothing new to decide; %(count)s open decision stands under “Due and open”.",
        "Nothing new to decide; %(count)s open decisions stand under “Due and open”.",
        count,
        count=t.number(count),
    )


def more_on_page(count: int, t: Translations) -> str:
    """What a mail leaves to the page."""
    return t.ngettext("%(count)s more on the page", "%(count)s more on the page", count, count=t.number(count))


def ask_text(ask: Ask, edition: Edition, t: Translations, *, number: int | None = None) -> AskText:
    """An ask as an edition shows it.

    Args:
        ask: one that the reader may know of.
        edition: the edition, which gives the day.
        t: the reader's language.
        number: the entry of the edition that it belongs to.
    """
    return worded(ask, day_of(edition), t, number=number)


def worded(ask: Ask, today: date, t: Translations, *, number: int | None = None) -> AskText:
    """An ask in words, as it stands on a day in the office's time zone."""
    late = ask.overdue(today)
    return AskText(
        id=ask.id,
        kind=Label(code=ask.kind, label=t.gettext(KINDS[ask.kind])),
        text=ask.text,
        owner=ask.owner,
        due=ask.due,
        due_time=ask.due_time,
        due_line=_due_line(ask, today, t),
        state=Label(code=ask.state, label=t.gettext(STATES[ask.state])),
        overdue=late,
        state_line=t.gettext("OVERDUE") if late else t.gettext(STATES[ask.state]),
        options=ask.options,
        recommendation=ask.recommendation,
        consulted=ask.consulted,
        next_step=ask.next_step,
        result=ask.result,
        closed_at=ask.closed_at,
        story_id=ask.story_id,
        entry_number=number,
        mark=Label(code=ask.mark.code, label=t.gettext(words.MARKS[ask.mark])),
        path=f"/asks/{quote(ask.id, safe='')}",
    )


def parts(ask: AskText, t: Translations, *, whole: bool) -> tuple[tuple[str, str], ...]:
    """What stands below the words of an ask, each part with its label; ``whole``: with all that is to be weighed."""
    weighed = (
        (t.gettext("Options"), ask.options),
        (t.gettext("Recommended"), ask.recommendation),
        (t.gettext("Consulted"), ask.consulted),
    )
    came = (t.gettext("Result"), ask.result) if ask.result else (t.gettext("Next step"), ask.next_step)
    return tuple((label, text) for label, text in (*(weighed if whole else ()), came) if text)


def place(ask: AskText, t: Translations) -> str:
    """Where the briefing tells what an ask is about: `` (see 3)``, or nothing."""
    return "" if ask.entry_number is None else f" {t.aside(t.gettext('see %(number)s', number=ask.entry_number))}"


def due_day(ask: Ask, today: date, t: Translations) -> str:
    """When it is due: ``Thu 26 Nov, 12:00``."""
    day = t.weekday(ask.due, near=today)
    if ask.due_time is None:
        return day
    return t.gettext("%(day)s, %(time)s", day=day, time=ask.due_time.strftime("%H:%M"))


def _due_line(ask: Ask, today: date, t: Translations) -> str:
    if ask.closed_at is not None:
        closed = t.weekday(local_day(ask.closed_at, t.time_zone.key), near=today)
        return t.gettext("closed %(day)s, was due %(due)s", day=closed, due=due_day(ask, today, t))
    if ask.overdue(today):
        return t.gettext("was due %(day)s", day=due_day(ask, today, t))
    return t.gettext("due %(day)s", day=due_day(ask, today, t))
