"""Stand-in for digest.reading until it exists."""

from __future__ import annotations
from dataclasses import dataclass
from digest.edition import *
from digest.errors import NotFoundError
from digest.types import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    number: int
    place: ViewEntry
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSection:
    section: Section
    entries: tuple[ReadEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCounts:
    documents: int
    sources_ok: int
    sources_failed: tuple[str, ...]
    duplicates: int
    stories: int
    told: int
    noted: int
    left_out: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    view: View
    sections: tuple[ReadSection, ...]
    bottom_line: OfficeText | None
    ledger: tuple[LedgerLine, ...]
    sources: tuple[SourceLine, ...]
    counts: LedgerCounts


def visible(edition: Edition, leader_id: str | None, clearance: Mark) -> Reading:
    from dataclasses import replace

    view = edition.view(leader_id)
    if view is None:
        raise NotFoundError("view", str(leader_id))
    by_id = {e.id: e for e in edition.entries}

    def pick(v):
        e = by_id[v.entry_id]
        if e.mark > clearance:
            e = next((x for x in edition.entries if x.story_id == v.story_id and x.mark <= clearance), None)
        if e and e.remark and e.remark.mark > clearance:
            e = replace(e, remark=None)
        return e

    number = 0
    sections = []
    for s in Section:
        got = []
        for v in view.entries:
            e = pick(v) if v.section is s else None
            if e:
                number += 1
                got.append(ReadEntry(number=number, place=v, entry=e))
        if got:
            sections.append(ReadSection(section=s, entries=tuple(got)))
    ledger = tuple(l for l in edition.ledger if l.mark <= clearance)
    sources = tuple(s for s in edition.sources if s.mark <= clearance)

    def stories(b):
        return len({l.story_id for l in ledger if l.bucket is b and l.story_id})

    def docs(b):
        return sum(l.bucket is b for l in ledger)

    counts = LedgerCounts(
        documents=len(ledger),
        sources_ok=sum(s.state is SourceState.OK for s in sources),
        sources_failed=tuple(s.name for s in sources if s.state is SourceState.FAILED),
        duplicates=docs(Bucket.DUPLICATE),
        stories=stories(Bucket.TOLD) + stories(Bucket.NOTED) + stories(Bucket.LEFT_OUT),
        told=stories(Bucket.TOLD),
        noted=stories(Bucket.NOTED),
        left_out=stories(Bucket.LEFT_OUT),
        failed=docs(Bucket.FAILED),
    )
    bl = edition.bottom_line
    return Reading(
        view=view,
        sections=tuple(sections),
        bottom_line=bl if bl and bl.mark <= clearance else None,
        ledger=ledger,
        sources=sources,
        counts=counts,
    )
