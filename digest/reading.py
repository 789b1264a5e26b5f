"""What a reader may see of an edition: one function for mail, page and JSON, so that all three show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from digest import asks
from digest.asks import Ask
from digest.edition import (
    Bucket,
    Edition,
    Entry,
    LedgerLine,
    OfficeText,
    Reason,
    ReasonCode,
    Section,
    SourceLine,
    SourceState,
    Status,
    View,
    ViewEntry,
)
from digest.errors import NotFoundError
from digest.types import Mark, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """An entry with its number in this reading, and where and why the view has it."""

    number: int
    """From 1, through all sections."""
    place: ViewEntry
    entry: Entry
    asks: tuple[Ask, ...] = ()
    """The open ones on its story, by due date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSection:
    """A section that holds something, with its entries in reading order."""

    section: Section
    entries: tuple[ReadEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCounts:
    """What became of the documents and stories that a reader may know of."""

    documents: int
    sources_ok: int
    sources_failed: tuple[str, ...]
    """Their names."""
    duplicates: int
    stories: int
    told: int
    """Stories of which at least one document is told; ``noted`` and ``left_out`` hold the others."""
    noted: int
    left_out: int
    failed: int
    """Documents that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The part of an edition that one reader may see."""

    view: View
    """With the places of the entries in ``sections`` only."""
    sections: tuple[ReadSection, ...]
    """In the order they are read; none is empty."""
    bottom_line: OfficeText | None
    asks: tuple[Ask, ...]
    ledger: tuple[LedgerLine, ...]
    sources: tuple[SourceLine, ...]
    counts: LedgerCounts


_ABOVE = (ReasonCode.IMPORTANCE, ReasonCode.BELOW_LIMIT, ReasonCode.OUTSIDE_TOPICS, ReasonCode.OPEN_DECISION)
"""Reasons that may rest on what only a higher clearance knows: ranks count its stories, an ask has its own mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privy:
    """Whose statements whoever reads may know of: the own ones, and staff those marked no higher than its clearance.

    What a leader said never shows in what another leader reads, whatever the clearances.
    """

    leader_id: str | None = None
    """The leader who reads."""
    cleared: Mark | None = None
    """Up to which mark; None for those who are not staff."""

    def may_know(self, reason: Reason) -> bool:
        """Whether a reason may be shown: any that names no statement, or one of a statement that may be known."""
        if reason.code is not ReasonCode.STATEMENT:
            return True
        own = self.leader_id is not None and reason.params.get("leader_id") == self.leader_id
        return own or (self.cleared is not None and statement_mark(reason) <= self.cleared)


def statement_mark(reason: Reason) -> int:
    """The mark of the statement that a reason names."""
    return int(reason.params.get("mark", max(Mark)))


STRANGER = Privy()
"""Somebody who may know of no statement."""


def visible(
    edition: Edition,
    leader_id: str | None,
    clearance: Mark,
    *,
    privy: Privy = STRANGER,
    candidates: Iterable[Entry] = (),
) -> Reading:
    """The part of an edition that a reader of a clearance may see.

    An entry marked above the clearance is replaced by the one made for lower clearances if the edition holds it, and
    hidden if not.

    Args:
        edition: the edition, frozen or a draft.
        leader_id: whose view; None for the office's base view.
        clearance: of whoever reads.
        privy: whose statements may be named as reasons.
        candidates: entries beside the edition's own that a draft's left-out section may show.

    Raises:
        NotFoundError: the edition holds no view for that leader.
    """
    view = edition.view(leader_id)
    if view is None:
        raise NotFoundError("view", str(leader_id))
    known = asks.permitted(edition.asks, min(view.clearance, clearance))
    sections = _with_asks(_sections(view, (*edition.entries, *candidates), clearance, privy), known)
    ledger = tuple(line for line in edition.ledger if line.mark <= clearance)
    sources = tuple(line for line in edition.sources if line.mark <= clearance)
    return Reading(
        view=replace(view, entries=tuple(read.place for section in sections for read in section.entries)),
        sections=sections,
        bottom_line=_permitted(edition.bottom_line, clearance),
        asks=known,
        ledger=ledger,
        sources=sources,
        counts=_counts(ledger, sources),
    )


def _sections(view: View, entries: Iterable[Entry], clearance: Mark, privy: Privy) -> tuple[ReadSection, ...]:
    """The sections with what the clearance permits, numbered from the first told entry to the last one noted."""
    by_story: dict[str, list[Entry]] = {}
    for entry in entries:
        by_story.setdefault(entry.story_id, []).append(entry)
    sections: list[ReadSection] = []
    number = 0
    for section in Section:
        shown = []
        for place in view.entries:
            if place.section is section and (read := _read(place, by_story.get(place.story_id, ()), view, clearance)):
                number += 1
                shown.append(ReadEntry(number=number, place=_discreet(*read, privy), entry=read[1]))
        if shown:
            sections.append(ReadSection(section=section, entries=tuple(shown)))
    return tuple(sections)


def _with_asks(sections: Iterable[ReadSection], known: Sequence[Ask]) -> tuple[ReadSection, ...]:
    """The sections with the open asks beside their entries.

    An ask of a story that is not here stands beside the first entry that carries it on.
    """
    sections = tuple(sections)
    reads = [read for section in sections for read in section.entries]
    holder = {earlier: read.entry.story_id for read in reversed(reads) for earlier in read.place.carries_on}
    holder |= {read.entry.story_id: read.entry.story_id for read in reads}
    by_story: dict[str, list[Ask]] = {}
    for ask in sorted((ask for ask in known if ask.open), key=lambda ask: (ask.due, ask.id)):
        if ask.story_id in holder:
            by_story.setdefault(holder[ask.story_id], []).append(ask)
    return tuple(
        replace(
            section,
            entries=tuple(_with_own(read, tuple(by_story.get(read.entry.story_id, ()))) for read in section.entries),
        )
        for section in sections
    )


def _with_own(read: ReadEntry, own: tuple[Ask, ...]) -> ReadEntry:
    """The entry with its open asks, because of which it is never just ongoing."""
    ongoing = bool(own) and read.place.status is Status.ONGOING
    return replace(read, asks=own, place=replace(read.place, status=Status.OPEN) if ongoing else read.place)


def _read(place: ViewEntry, entries: Sequence[Entry], view: View, clearance: Mark) -> tuple[ViewEntry, Entry] | None:
    """The place and its entry as the clearance permits them; in a view made for a higher one, the fullest permitted."""
    permitted = [_texts_permitted(each, clearance) for each in entries if each.mark <= clearance]
    own = next((entry for entry in permitted if entry.id == place.entry_id), None)
    if view.clearance <= clearance:
        return (place, own) if own else None
    entry = own or max(permitted, key=lambda entry: entry.mark, default=None)
    return (_lowered(place, entry), entry) if entry else None


def _discreet(place: ViewEntry, entry: Entry, privy: Privy) -> ViewEntry:
    """A place without reasons that name a statement the reader may not know of."""
    reasons = tuple(reason for reason in place.reasons if privy.may_know(reason))
    return place if len(reasons) == len(place.reasons) else replace(place, reasons=reasons or (_plain_reason(entry),))


def _permitted(text: OfficeText | None, clearance: Mark) -> OfficeText | None:
    return text if text and text.mark <= clearance else None


def _texts_permitted(entry: Entry, clearance: Mark) -> Entry:
    """The entry without the office's texts that are marked above a clearance."""
    return replace(
        entry,
        remark=_permitted(entry.remark, clearance),
        office_headline=_permitted(entry.office_headline, clearance),
        office_gist=_permitted(entry.office_gist, clearance),
        why_here=_permitted(entry.why_here, clearance),
        recommendation=_permitted(entry.recommendation, clearance),
        translations={code: text for code, text in entry.translations.items() if text.mark <= clearance},
        source=_permitted(entry.source, clearance),
    )


def _lowered(place: ViewEntry, entry: Entry) -> ViewEntry:
    """A place of a view made for a higher clearance, without what only that clearance may know.

    Reasons stay when the entry itself bears them out; ranks go, since they count stories the reader may not know of.
    What is new in a story may be what was held back: it is then called ongoing.
    """
    substituted = entry.id != place.entry_id
    if substituted:
        reasons = tuple(borne for reason in place.reasons if (borne := _borne_out(reason, entry)))
    else:
        reasons = tuple(reason for reason in place.reasons if reason.code not in _ABOVE)
    ongoing = substituted and place.status is Status.DEVELOPING
    return replace(
        place,
        entry_id=entry.id,
        status=Status.ONGOING if ongoing else place.status,
        reasons=reasons or (_plain_reason(entry),),
    )


def _borne_out(reason: Reason, entry: Entry) -> Reason | None:
    """The reason with parameters that the entry itself shows, or None."""
    match reason.code:
        case ReasonCode.EDITOR_INCLUDED | ReasonCode.EDITOR_EXCLUDED:
            return reason
        case ReasonCode.TOPIC if reason.params.get("topic") in {topic.name for topic in entry.topics}:
            return Reason(code=reason.code, params={"topic": reason.params["topic"]})
        case ReasonCode.INDEPENDENT_SOURCES if entry.independent_sources:
            return Reason(code=reason.code, params={"count": entry.independent_sources})
        case ReasonCode.OWN_UNIT | ReasonCode.HIGHER_AUTHORITY if reason.params.get("source") in _sources(entry):
            return reason
        case _:
            return None


def _plain_reason(entry: Entry) -> Reason:
    """Who tells the story: a reason that every entry bears out."""
    if entry.by_hand:
        author = entry.office_headline.author if entry.office_headline else ""
        return Reason(code=ReasonCode.EDITOR_INCLUDED, params={"author": author})
    first = entry.documents[0]
    if first.origin is Origin.OWN:
        return Reason(code=ReasonCode.OWN_UNIT, params={"source": first.source})
    if first.origin is Origin.HIGHER:
        return Reason(code=ReasonCode.HIGHER_AUTHORITY, params={"source": first.source})
    return Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": entry.independent_sources})


def _sources(entry: Entry) -> set[str]:
    return {document.source for document in entry.documents}


def _counts(ledger: Sequence[LedgerLine], sources: Sequence[SourceLine]) -> LedgerCounts:
    told, noted, left_out = (_stories(ledger, bucket) for bucket in (Bucket.TOLD, Bucket.NOTED, Bucket.LEFT_OUT))
    return LedgerCounts(
        documents=len(ledger),
        sources_ok=sum(line.state is SourceState.OK for line in sources),
        sources_failed=tuple(line.name for line in sources if line.state is SourceState.FAILED),
        duplicates=sum(line.bucket is Bucket.DUPLICATE for line in ledger),
        stories=len(told | noted | left_out),
        told=len(told),
        noted=len(noted - told),
        left_out=len(left_out - noted - told),
        failed=sum(line.bucket is Bucket.FAILED for line in ledger),
    )


def _stories(ledger: Iterable[LedgerLine], bucket: Bucket) -> set[str]:
    return {line.story_id for line in ledger if line.bucket is bucket and line.story_id}
