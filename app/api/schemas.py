"""What the API answers beside the briefing itself, whose shape is in :mod:`app.delivery.context`.

Codes are English and stable; labels are in the asked language. A field is never renamed or removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar

from app.delivery.context import EntryText, Label, LedgerCountsText, LedgerRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """A page of a list; ``next`` is the address of the following one, null at the end."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingItem:
    """A briefing in a list."""

    id: str
    label: str
    rhythm: str | None
    """``weekly`` or ``daily``; null for one made by a version that knew one rhythm."""
    for_some: bool
    """Whether it is of the series for leaders with a rhythm of their own, not of the office's."""
    state: Label
    """``draft``, ``approved`` or ``sent``."""
    period_start: datetime | None
    """Null for the first one of its series, which takes everything up to its cut-off."""
    cut_off: datetime
    send_at: datetime
    made_at: datetime
    approved_at: datetime | None
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskItem:
    """What is asked of whom by when, as it stands now."""

    id: str
    kind: Label
    """``information``, ``decision`` or ``instruction``."""
    text: str
    owner: str
    due: date
    """In the office's time zone."""
    due_time: time | None
    state: Label
    """``open``, ``done`` or ``dropped``."""
    overdue: bool
    mark: Label
    options: str
    recommendation: str
    consulted: str
    next_step: str
    result: str
    """Empty while it is open."""
    story_id: str | None
    briefing_id: str | None
    """The briefing that asked it first."""
    made_by: str
    made_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    path: str
    """Of its page, relative to the office's public address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """What became of the documents of a briefing's period, by document id."""

    briefing_id: str
    counts: LedgerCountsText
    """Of the whole ledger, as far as the key may know."""
    line: str
    items: tuple[LedgerRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentItem:
    """A document at its newest version, without the text."""

    id: str
    source_id: str
    version: int
    title: str
    language: str
    mark: Label
    url: str | None
    author: str | None
    published_at: datetime | None
    published_clamped: bool
    """The source dated it in the future; ``published_at`` is then when it was collected."""
    collected_at: datetime
    changed_at: datetime
    """When this version was collected."""
    complete: bool
    """False when only the teaser of a feed could be had."""
    story_id: str | None
    duplicate_of: str | None
    """The document that this one repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionItem:
    """A version of a document; its text never changes."""

    number: int
    title: str
    collected_at: datetime
    characters: int
    """Length of the text in code points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionList:
    """All versions of a document, newest first."""

    document_id: str
    items: tuple[VersionItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """A version with its text: NFC; a citation's ``start`` and ``end`` count its code points."""

    document_id: str
    number: int
    title: str
    text: str
    language: str
    author: str | None
    published_at: datetime | None
    collected_at: datetime
    complete: bool
    mark: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryItem:
    """A story in a list, as far as the key may know of its documents."""

    id: str
    title: str
    """Of one of its documents."""
    documents: int
    sources: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldItem:
    """Where an approved briefing tells a story."""

    briefing_id: str
    number: int
    label: str
    section: Label
    status: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDetail:
    """A story with its documents by time, and where it was told."""

    id: str
    title: str
    documents: tuple[DocumentItem, ...]
    duplicates: int
    """How many of them repeat another one."""
    sources: int
    first_at: datetime
    last_at: datetime
    told: tuple[ToldItem, ...]
    """Oldest first, in the asked view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFailure:
    """Why a source could not be read: what happened, and what to do."""

    code: str
    params: Mapping[str, str | int]
    """Empty for keys of leaders: they may name addresses and folders of the office."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptItem:
    """The last attempt to read a source."""

    made_at: datetime
    seconds: float
    not_modified: bool
    """The source said that nothing changed."""
    new: int
    changed: int
    same: int
    unreadable: int
    failure: SourceFailure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A source and how it does."""

    id: str
    name: str
    kind: str
    origin: Label
    language: str | None
    reliability: int
    """From 1 (often wrong) to 5 (authoritative)."""
    mark: Label
    state: Label | None
    """``ok`` or ``failed``; null before it is read for the first time."""
    documents: int
    failures: int
    """Failed attempts in a row."""
    last_attempt: AttemptItem | None
    last_success_at: datetime | None
    next_fetch_at: datetime | None
    address: str | None
    """Null for keys of leaders: it may hold the password of a feed."""
    moved_to: str | None
    """Where the source asks to be read in future; null for keys of leaders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """All sources, failing ones first, then by name."""

    items: tuple[SourceItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceItem:
    """A run of a text; ``match`` tells whether it is what was looked for."""

    text: str
    match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """A document, a story or a place in a briefing that was found."""

    kind: str
    """``documents``, ``stories`` or ``briefings``."""
    id: str
    """Of the document, story or briefing."""
    title: tuple[PieceItem, ...]
    """Of a story: the title of the newest of its documents that were found."""
    excerpt: tuple[PieceItem, ...]
    """Joined, a stretch of the text."""
    language: str | None
    """Null for a bottom line."""
    at: datetime
    """The document's date, or its collection when it has none; the briefing's cut-off."""
    path: str
    mark: Label | None
    """Null for briefings."""
    source_id: str | None
    source: str | None
    story_id: str | None
    documents: int | None
    """How many documents of a story were found."""
    leader_id: str | None
    """Whose view of the briefing shows it; null for the base view."""
    number: int | None
    """Of an entry in its briefing; null for the bottom line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCounts:
    """How much was found of each kind."""

    documents: int
    stories: int
    briefings: int
    """Entries and bottom lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of what was found of one kind."""

    counts: SearchCounts
    partial: bool
    """For a phrase only the newest 1,000 texts with its words were read; narrow it by days."""
    items: tuple[FoundItem, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """What a leader said or wrote."""

    id: str
    leader_id: str
    kind: Label
    """``speech``, ``instruction``, ``agenda`` or ``note``."""
    said_on: date
    title: str
    text: str
    mark: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryItem:
    """An entry with the briefing it is of."""

    briefing_id: str
    briefing_label: str
    entry: EntryText


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSourceItem:
    """A source whose last attempt failed: what happened, and what to do."""

    source_id: str
    name: str
    code: str
    label: str
    failures: int
    """Failed attempts in a row."""
    last_success_at: datetime | None
    failing_since: datetime | None
    """The first of those attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What there is to know now. ``briefing`` and what is taken from it are null until the first one is approved."""

    briefing: BriefingItem | None
    age_days: int | None
    """Whole days since its cut-off."""
    age_seconds: int | None
    """Seconds since its cut-off."""
    newest: BriefingItem | None
    """The one with the latest cut-off that the key may read: for keys of staff it may be a draft."""
    newest_age_seconds: int | None
    """Seconds since the cut-off of ``newest``."""
    subject: str | None
    must_know: tuple[EntryItem, ...]
    """For decision and must know, in the asked view."""
    must_know_count: int
    asks_open: int
    asks_due: int
    """Open asks that are due today or on one of the seven days after it, in the office's time zone."""
    asks_overdue: int
    """Open asks whose day has passed."""
    counts: LedgerCountsText | None
    failed_sources: tuple[FailedSourceItem, ...]
