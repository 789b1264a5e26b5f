"""Words for what an edition says in codes: sections, statuses, marks, origins, buckets and reasons.

Each function takes a code with its parameters and a reader's :class:`~app.i18n.Translations`, and returns a label or a
phrase in the reader's language. Phrases for reasons are written to stand after "Chosen because:".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from app.delivery.edition_names import edition_label
from app.delivery.failures import what_happened
from app.delivery.plain import shortened
from app.i18n import N_, Translations
from digest.edition import (
    Bucket,
    Entry,
    EntryDocument,
    Reason,
    ReasonCode,
    Section,
    SourceState,
    Status,
    TextClass,
    Told,
)
from digest.late_notes import NoteKind
from digest.types import Mark, Origin, StatementKind

SECTIONS: Mapping[Section, str] = {
    Section.FOR_DECISION: N_("For your decision"),
    Section.MUST_KNOW: N_("Must know"),
    Section.FROM_UNITS: N_("From above · from our units"),
    Section.WORTH_KNOWING: N_("Worth knowing"),
    Section.WATCH: N_("Watch"),
    Section.ALSO_NOTED: N_("Also noted"),
    Section.LEFT_OUT: N_("Left out"),
}

STATUSES: Mapping[Status, str] = {
    Status.NEW: N_("NEW"),
    Status.DEVELOPING: N_("DEVELOPING"),
    Status.ONGOING: N_("ONGOING"),
    Status.OPEN: N_("OPEN"),
}

TEXT_CLASSES: Mapping[TextClass, str] = {
    TextClass.QUOTED: N_("Quoted"),
    TextClass.MACHINE: N_("Machine-written"),
    TextClass.OFFICE: N_("Office"),
}

MARKS: Mapping[Mark, str] = {
    Mark.PUBLIC: N_("Public"),
    Mark.INTERNAL: N_("Internal"),
    Mark.CONFIDENTIAL: N_("Confidential"),
}

NOTE_KINDS: Mapping[NoteKind, str] = {
    NoteKind.LATE_NOTE: N_("Late note"),
    NoteKind.CORRECTION: N_("Correction"),
}

ORIGINS: Mapping[Origin, str] = {
    Origin.HIGHER: N_("higher authority"),
    Origin.OWN: N_("own unit"),
    Origin.PEER: N_("peer office"),
    Origin.MEDIA: N_("media"),
    Origin.PUBLIC: N_("public"),
}

BUCKETS: Mapping[Bucket, str] = {
    Bucket.DUPLICATE: N_("Duplicate"),
    Bucket.TOLD: N_("Told"),
    Bucket.NOTED: N_("Noted by its title"),
    Bucket.LEFT_OUT: N_("Left out"),
    Bucket.FAILED: N_("Could not be read"),
}

SOURCE_STATES: Mapping[SourceState, str] = {
    SourceState.OK: N_("Read"),
    SourceState.FAILED: N_("Failed"),
}

REASONS: Mapping[ReasonCode, str] = {
    ReasonCode.TOPIC: N_("standing topic %(topic)s"),
    ReasonCode.HIGHER_AUTHORITY: N_("comes from a higher authority, %(source)s"),
    ReasonCode.OWN_UNIT: N_("reported by our own unit, %(source)s"),
    ReasonCode.IMPORTANCE: N_("number %(rank)s of the period by importance"),
    ReasonCode.EDITOR_INCLUDED: N_("included by %(author)s"),
    ReasonCode.EDITOR_EXCLUDED: N_("excluded by %(author)s"),
    ReasonCode.BELOW_LIMIT: N_("number %(rank)s of the period; there was room for %(limit)s"),
    ReasonCode.OUTSIDE_TOPICS: N_("in no standing topic; number %(rank)s of the period"),
    ReasonCode.REPEATS: N_("repeats a document of %(source)s"),
    ReasonCode.TOLD_ELSEWHERE: N_("told only to %(leaders)s"),
}
"""Reasons whose phrase does not depend on a count or on which parameters there are; :func:`reason` has the others."""

STATEMENT_KINDS: Mapping[StatementKind, str] = {
    StatementKind.SPEECH: N_("Speech"),
    StatementKind.INSTRUCTION: N_("Instruction"),
    StatementKind.AGENDA: N_("Agenda"),
    StatementKind.NOTE: N_("Note"),
}

_OWN_STATEMENTS: Mapping[str, str] = {
    StatementKind.SPEECH: N_("your speech of %(day)s, “%(title)s”"),
    StatementKind.INSTRUCTION: N_("your instruction of %(day)s, “%(title)s”"),
    StatementKind.AGENDA: N_("your agenda of %(day)s, “%(title)s”"),
    StatementKind.NOTE: N_("your note of %(day)s, “%(title)s”"),
}
_STATEMENTS_OF: Mapping[str, str] = {
    StatementKind.SPEECH: N_("%(leader)s: speech of %(day)s, “%(title)s”"),
    StatementKind.INSTRUCTION: N_("%(leader)s: instruction of %(day)s, “%(title)s”"),
    StatementKind.AGENDA: N_("%(leader)s: agenda of %(day)s, “%(title)s”"),
    StatementKind.NOTE: N_("%(leader)s: note of %(day)s, “%(title)s”"),
}
"""In the office's own view, where the reader is not the one who said it."""

_LEFT_OUT: Mapping[ReasonCode, str] = {
    ReasonCode.BELOW_LIMIT: N_("number %(rank)s of %(of)s; the briefing has room for %(limit)s"),
    ReasonCode.OUTSIDE_TOPICS: N_("in no standing topic; number %(rank)s of %(of)s"),
}
"""Among how many a story competed is known since some edition; :data:`REASONS` has the words for those before."""

_AGAINST = (ReasonCode.EDITOR_EXCLUDED, ReasonCode.BELOW_LIMIT, ReasonCode.OUTSIDE_TOPICS)
_BESIDE = (ReasonCode.INDEPENDENT_SOURCES, ReasonCode.IMPORTANCE)
"""Not said of a story that is left out: how many tell it stands beside, and it has one rank only."""

_SPELLED = (N_("Two"), N_("Three"), N_("Four"), N_("Five"), N_("Six"), N_("Seven"), N_("Eight"), N_("Nine"), N_("Ten"))


class _Params(dict[str, object]):
    """Parameters of a message. A frozen edition is always shown, even one whose reason lacks a parameter."""

    def __missing__(self, name: str) -> str:
        return "–"


def _filled(params: Mapping[str, str | int | float], t: Translations) -> _Params:
    words = {name: value if isinstance(value, str) else t.number(value) for name, value in params.items()}
    for name in ("terms", "leaders"):  # kept with English commas
        if name in words:
            words[name] = words[name].replace(", ", t.gettext(", "))
    return _Params(words)


def place(told: Told, t: Translations, *, near: str) -> str:
    """Where a reader was told: ``W46 #4``."""
    return t.gettext(
        "%(edition)s #%(number)s", edition=edition_label(told.edition_id, t, near=near), number=told.number
    )


def status(code: Status, since: str | None, t: Translations) -> str:
    """The status in words: ``NEW``, ``DEVELOPING since W46 #4``, ``ONGOING``."""
    label = t.gettext(STATUSES[code])
    if code is not Status.DEVELOPING or since is None:
        return label
    return t.gettext("%(status)s since %(place)s", status=label, place=since)


def reason(value: Reason, t: Translations, *, near: datetime | None = None) -> str:
    """A reason as a phrase: ``standing topic Housing``. Never a bare score.

    Args:
        value: the reason.
        t: the reader's language.
        near: dates of the same year are written without it.
    """
    params = _filled(value.params, t)
    match value.code:
        case ReasonCode.STATEMENT:
            return _statement(value, params, t, near)
        case ReasonCode.TOPIC if value.params.get("terms"):
            return t.gettext("standing topic %(topic)s (%(terms)s)") % params
        case ReasonCode.INDEPENDENT_SOURCES:
            return _independent(int(value.params.get("count", 0)), t)
        case ReasonCode.OPEN_DECISION:
            day = _calendar_day(value.params.get("due"), t)
            return t.gettext("a decision is due from %(owner)s by %(day)s") % _Params({**params, "day": day})
        case ReasonCode.UNREADABLE:
            return t.gettext(
                "could not be read (%(what)s)", what=what_happened(str(value.params.get("error", "")), {}, t)
            )
        case code:
            phrase = _LEFT_OUT[code] if code in _LEFT_OUT and "of" in params else REASONS[code]
            return t.gettext(phrase) % params


def _calendar_day(value: object, t: Translations) -> str:
    return t.weekday(date.fromisoformat(value)) if isinstance(value, str) else "–"


def _statement(value: Reason, params: _Params, t: Translations, near: datetime | None) -> str:
    """What a leader said, with its date and title, and the words it shares with the story."""
    phrases = _STATEMENTS_OF if "leader" in value.params else _OWN_STATEMENTS
    kind = value.params.get("kind")
    phrase = phrases[str(kind) if kind in phrases else StatementKind.NOTE]
    try:
        params["day"] = t.calendar_day(date.fromisoformat(str(value.params.get("said_on"))), near=near)
    except ValueError:
        params["day"] = "–"
    named = t.gettext(phrase) % params
    terms = params.get("terms")
    return t.gettext("%(statement)s (%(terms)s)", statement=named, terms=terms) if terms else named


def because(reasons: Iterable[Reason], t: Translations, *, near: datetime | None = None) -> str:
    """The reasons in a sentence. How many sources tell it is left to :func:`sources_line`, which stands beside."""
    phrases = [reason(each, t, near=near) for each in reasons if each.code is not ReasonCode.INDEPENDENT_SOURCES]
    return t.gettext("Chosen because: %(reasons)s.", reasons=t.gettext("; ").join(phrases)) if phrases else ""


_FOREMOST = 2  # reasons that a phone shows in two lines
_BRIEF_TITLE = 28  # characters of a statement's title there


def because_brief(reasons: Iterable[Reason], t: Translations, *, near: datetime | None = None) -> str:
    """The foremost reasons in a sentence of about two lines on a phone: the first one, and what the leader said.

    Which words speak for them is left to :func:`because`; how many reasons are left to it is said.
    """
    told = [each for each in reasons if each.code is not ReasonCode.INDEPENDENT_SOURCES]
    if not told:
        return ""
    said = [each for each in told[1:] if each.code is ReasonCode.STATEMENT]
    foremost = [told[0], *said, *(each for each in told[1:] if each not in said)][:_FOREMOST]
    phrases = [reason(_in_brief(each), t, near=near) for each in foremost]
    if left := len(told) - len(foremost):
        phrases.append(t.gettext("and %(count)s more", count=t.number(left)))
    return t.gettext("Chosen because: %(reasons)s.", reasons=t.gettext("; ").join(phrases))


def because_line(reasons: Iterable[Reason], t: Translations, *, near: datetime | None = None) -> str:
    """The one foremost reason in a sentence, and how many more there are: what a mail has room for.

    What the leader said goes before all others; that a decision is due stands beside it anyway.
    """
    told = [each for each in reasons if each.code is not ReasonCode.INDEPENDENT_SOURCES]
    if not told:
        return ""
    said = [each for each in told if each.code is ReasonCode.STATEMENT]
    others = [each for each in told if each.code is not ReasonCode.OPEN_DECISION]
    phrases = [reason(_in_brief([*said, *others, *told][0]), t, near=near)]
    if left := len(told) - 1:
        phrases.append(t.gettext("and %(count)s more", count=t.number(left)))
    return t.gettext("Chosen because: %(reasons)s.", reasons=t.gettext("; ").join(phrases))


def _in_brief(value: Reason) -> Reason:
    """The reason without the words that speak for it, a long title shortened."""
    params = {name: param for name, param in value.params.items() if name != "terms"}
    if isinstance(title := params.get("title"), str):
        params["title"] = shortened(title, _BRIEF_TITLE)
    return replace(value, params=params)


def left_out(reasons: Sequence[Reason], t: Translations, *, near: datetime | None = None) -> tuple[str, str]:
    """Why a story is left out, and what speaks for it; the second is empty when nothing does.

    Args:
        reasons: as its place in a draft has them.
        t: the reader's language.
        near: dates of the same year are written without it.
    """
    against = next((each for each in reasons if each.code in _AGAINST), None)
    why = reason(against, t, near=near) if against else t.gettext("others go before it")
    merits = [reason(each, t, near=near) for each in reasons if each.code not in (*_AGAINST, *_BESIDE)]
    speaks = t.gettext("Speaks for it: %(reasons)s.", reasons=t.gettext("; ").join(merits)) if merits else ""
    return t.gettext("Left out: %(reasons)s.", reasons=why), speaks


def _independent(count: int, t: Translations) -> str:
    return t.ngettext(
        "told by %(count)s independent source", "told by %(count)s independent sources", count, count=t.number(count)
    )


def sources_line(entry: Entry, t: Translations) -> str:
    """How many sources stand behind an entry: ``Three independent sources; 14 reprints not counted.``.

    An entry that the office wrote says where it comes from instead.
    """
    if entry.by_hand:
        return t.gettext("Source: %(source)s.", source=entry.source.text.rstrip(".。") if entry.source else "–")
    return told_by(sources_of(entry), entry.reprints, t)


def sources_of(entry: Entry) -> Mapping[str, Origin]:
    """Source id -> origin, of the sources that tell an entry in words of their own."""
    first_hand = [document for document in entry.documents if document.duplicate_of is None] or entry.documents
    return {document.source_id: document.origin for document in first_hand}


def told_by(sources: Mapping[str, Origin], reprints: int, t: Translations) -> str:
    """How many sources tell a story in words of their own, the office's own named as such.

    Only those that neither belong to the office nor stand above it are called independent: ``Three sources (one own
    unit); 14 reprints not counted.``

    Args:
        sources: source id -> origin, of every document that repeats no other.
        reprints: how many documents repeat another.
        t: the reader's language.
    """
    told = _told_by_sources(Counter(sources.values()), t)
    if not reprints:
        return t.gettext("%(sources)s.", sources=told)
    return t.ngettext(
        "%(sources)s; %(count)s reprint not counted.",
        "%(sources)s; %(count)s reprints not counted.",
        reprints,
        sources=told,
        count=t.number(reprints),
    )


def _told_by_sources(origins: Counter[Origin], t: Translations) -> str:
    count = origins.total()
    named = [(origin, origins[origin]) for origin in (Origin.HIGHER, Origin.OWN) if origins[origin]]
    if count == 1:
        where = t.gettext(ORIGINS[named[0][0]]) if named else ""
        return t.gettext("One source (%(origin)s)", origin=where) if named else t.gettext("One source")
    if not named:
        return t.gettext("%(count)s independent sources", count=spelled(count, t))
    counted = (_counted(origin, number, t) for origin, number in named)
    return t.gettext("%(count)s sources (%(origins)s)", count=spelled(count, t), origins=t.gettext(", ").join(counted))


def _counted(origin: Origin, number: int, t: Translations) -> str:
    if origin is Origin.HIGHER:
        return t.ngettext(
            "one higher authority", "%(count)s higher authorities", number, count=spelled(number, t).lower()
        )
    return t.ngettext("one own unit", "%(count)s own units", number, count=spelled(number, t).lower())


def spelled(count: int, t: Translations) -> str:
    """A count from two to ten as a word that begins a sentence, others in figures."""
    return t.gettext(_SPELLED[count - 2]) if 2 <= count < len(_SPELLED) + 2 else t.number(count)


def document_note(document: EntryDocument, t: Translations, *, near: datetime) -> str | None:
    """What a reader must know of a document's date, and whether it counts: ``dated 3 May, received 20 May``.

    Of a later version that came on another day, the day of the change is said: ``dated 9 Nov, changed 16 Nov``.
    """
    notes = []
    first = t.day(document.published_at or document.collected_at, near=near)
    changed = t.day(document.changed_at, near=near) if document.changed_at else first
    if changed != first and document.published_at is None:
        notes.append(t.gettext("undated, changed %(day)s", day=changed))
    elif changed != first:
        notes.append(t.gettext("dated %(dated)s, changed %(changed)s", dated=first, changed=changed))
    elif document.published_at is None:
        notes.append(t.gettext("undated, received %(day)s", day=t.day(document.collected_at, near=near)))
    elif document.late:
        dated, received = t.day(document.published_at, near=near), t.day(document.collected_at, near=near)
        notes.append(t.gettext("dated %(dated)s, received %(received)s", dated=dated, received=received))
    if document.duplicate_of is not None:
        notes.append(t.gettext("reprint, not counted"))
    return t.gettext("; ").join(notes) or None
