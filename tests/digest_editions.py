"""Makes editions piece by piece, for tests of what reads and edits them."""

from __future__ import annotations

from collections.abc import Iterable

from digest.edition import (
    Bucket,
    Edition,
    Entry,
    EntryDocument,
    LedgerLine,
    OfficeText,
    Reason,
    ReasonCode,
    Section,
    Status,
    View,
    ViewEntry,
)
from digest.types import Mark, Origin
from tests.digest_factory import CUT_OFF, START

RANKED = Reason(code=ReasonCode.IMPORTANCE, params={"rank": 1})


def entry_document(identifier: str, *, mark: Mark = Mark.PUBLIC, source: str = "Courier") -> EntryDocument:
    return EntryDocument(
        id=identifier,
        version=1,
        title=f"Title of {identifier}",
        source_id=source.lower(),
        source=source,
        origin=Origin.MEDIA,
        language="en",
        mark=mark,
        collected_at=START,
        published_at=START,
    )


def entry(story_id: str, *documents: EntryDocument, variant: Mark | None = None) -> Entry:
    """An entry of a story; ``variant`` names the clearance it was made for when documents were held back."""
    members = documents or (entry_document(f"d-{story_id}"),)
    return Entry(
        id=story_id if variant is None else f"{story_id}.{variant.code}",
        story_id=story_id,
        headline=members[0].title,
        gist=None,
        sentences=(),
        documents=members,
        independent_sources=len(members),
        reprints=0,
        topics=(),
        language="en",
        mark=max(document.mark for document in members),
    )


def place(of: Entry, section: Section, *reasons: Reason, status: Status = Status.NEW) -> ViewEntry:
    return ViewEntry(entry_id=of.id, story_id=of.story_id, section=section, status=status, reasons=reasons or (RANKED,))


def view(*places: ViewEntry, leader_id: str | None = None, clearance: Mark = Mark.CONFIDENTIAL) -> View:
    name = leader_id.title() if leader_id else "Office of the Mayor"
    return View(leader_id=leader_id, name=name, language="en", clearance=clearance, entries=places)


def line(
    document_id: str, bucket: Bucket, *, story_id: str | None, mark: Mark = Mark.PUBLIC, reason: Reason = RANKED
) -> LedgerLine:
    return LedgerLine(
        document_id=document_id,
        version=1,
        source_id="courier",
        title=f"Title of {document_id}",
        mark=mark,
        bucket=bucket,
        reason=reason,
        story_id=story_id,
    )


def remark(text: str, mark: Mark) -> OfficeText:
    return OfficeText(text=text, author="Duty editor", written_at=CUT_OFF, mark=mark)


def edition(*views: View, entries: Iterable[Entry], **changes: object) -> Edition:
    values: dict[str, object] = {
        "id": "2026-W47",
        "office": "Office of the Mayor",
        "time_zone": "Europe/Berlin",
        "period_start": START,
        "cut_off": CUT_OFF,
        "made_at": CUT_OFF,
        "entries": tuple(entries),
        "views": views,
        "ledger": (),
        "sources": (),
        **changes,
    }
    return Edition(**values)  # type: ignore[arg-type]  # the values are those of the fields by name
