"""What a briefing holds: one immutable value for an edition, its entries, its readers' views and its ledger.

The value is stored once, as JSON, when it is approved; mail, page and API render it. A field is never renamed or
removed within a ``SCHEMA_VERSION``; new ones come with a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from digest.asks import Ask
from digest.lengths import Lengths
from digest.types import Mark, Origin

SCHEMA_VERSION = 1


class Section(StrEnum):
    """The sections of a briefing, in the order they are read."""

    FOR_DECISION = "for_decision"
    MUST_KNOW = "must_know"
    FROM_UNITS = "from_units"
    WORTH_KNOWING = "worth_knowing"
    WATCH = "watch"
    ALSO_NOTED = "also_noted"
    LEFT_OUT = "left_out"
    """Only in drafts: stories an editor may still include."""

    @property
    def told(self) -> bool:
        """Whether an entry here is told, rather than only noted by its title or left out."""
        return self not in (Section.ALSO_NOTED, Section.LEFT_OUT)


class Status(StrEnum):
    """What an entry is to one reader, against the editions sent to that reader."""

    NEW = "new"
    DEVELOPING = "developing"
    ONGOING = "ongoing"
    OPEN = "open"
    """Nothing new, but something is asked about it and open: such an entry never shrinks to ongoing."""


class TextClass(StrEnum):
    """The three visible classes of text."""

    QUOTED = "quoted"
    MACHINE = "machine"
    OFFICE = "office"


class ReasonCode(StrEnum):
    """Why a story is where it is. Each code's parameters are named beside it."""

    TOPIC = "topic"  # topic, terms
    STATEMENT = "statement"  # statement, kind, title, said_on, terms, leader_id, mark; in the base view also leader
    INDEPENDENT_SOURCES = "independent_sources"  # count
    HIGHER_AUTHORITY = "higher_authority"  # source
    OWN_UNIT = "own_unit"  # source
    IMPORTANCE = "importance"  # rank
    OPEN_DECISION = "open_decision"  # owner, due (ISO 8601)
    EDITOR_INCLUDED = "editor_included"  # author
    EDITOR_EXCLUDED = "editor_excluded"  # author
    BELOW_LIMIT = "below_limit"  # rank, limit, of: how many competed
    OUTSIDE_TOPICS = "outside_topics"  # rank, of
    REPEATS = "repeats"  # source: a duplicate of a document of that source
    TOLD_ELSEWHERE = "told_elsewhere"  # leaders: only these leaders' views tell it
    UNREADABLE = "unreadable"  # error


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason as a code with typed parameters; worded when it is rendered."""

    code: ReasonCode
    params: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The exact place in a document that a sentence rests on."""

    document_id: str
    version: int
    start: int
    end: int
    """Offsets in code points into the version's text; ``text == version.text[start:end]``."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an entry with its class and what it rests on."""

    kind: TextClass
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeText:
    """A text a person wrote, with author and time. ``mark``: only viewers cleared for it read it."""

    text: str
    author: str
    written_at: datetime
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDocument:
    """A document of an entry, as it was when the edition was made."""

    id: str
    version: int
    title: str
    source_id: str
    source: str
    """The source's name."""
    origin: Origin
    language: str
    mark: Mark
    collected_at: datetime
    url: str | None = None
    published_at: datetime | None = None
    duplicate_of: str | None = None
    """Id of the document it repeats: a reprint is not a second confirmation."""
    late: bool = False
    """Dated before the period, or undated: the briefing says so."""
    changed_at: datetime | None = None
    """When this version was collected, unless it is the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRef:
    """A topic an entry belongs to."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One story in a briefing, made of the documents that one clearance may read.

    ``id`` is the story's id and, when documents had to be held back from lower clearances, the clearance it was made
    for: ``"s1f…"`` or ``"s1f….public"``. An entry that the office wrote by hand (``"h12"``) has no documents.
    """

    id: str
    story_id: str
    headline: str
    gist: Sentence | None
    sentences: tuple[Sentence, ...]
    documents: tuple[EntryDocument, ...]
    independent_sources: int
    reprints: int
    topics: tuple[TopicRef, ...]
    language: str
    mark: Mark
    """The highest mark of its documents."""
    remark: OfficeText | None = None
    office_headline: OfficeText | None = None
    """What stands in the place of ``headline``, which is kept beside it."""
    office_gist: OfficeText | None = None
    """What stands in the place of ``gist``, which is kept beside it."""
    why_here: OfficeText | None = None
    """Why it matters here: the office's assessment."""
    recommendation: OfficeText | None = None
    translations: Mapping[str, OfficeText] = field(default_factory=dict)
    """Language -> the office's translation, for readers of that language."""
    source: OfficeText | None = None
    """Where an entry without documents comes from, in the words of whoever wrote it."""

    @property
    def by_hand(self) -> bool:
        """Whether the office wrote the entry itself."""
        return not self.documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Where a reader was told a story before."""

    edition_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewEntry:
    """Where, and why, one view has an entry."""

    entry_id: str
    story_id: str
    section: Section
    status: Status
    reasons: tuple[Reason, ...]
    told_before: tuple[Told, ...] = ()
    """Oldest first."""
    carries_on: tuple[str, ...] = ()
    """Ids of the stories as which the same matter was told to this reader before; what they ask for is still asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one reader gets of an edition: selection, order, status, reasons.

    ``leader_id`` is None for the office's base view.
    """

    leader_id: str | None
    name: str
    language: str
    clearance: Mark
    entries: tuple[ViewEntry, ...]
    """In reading order, grouped by section."""


class Bucket(StrEnum):
    """What became of a document: exactly one of these."""

    DUPLICATE = "duplicate"
    TOLD = "told"
    NOTED = "noted"
    LEFT_OUT = "left_out"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What became of one document of the period."""

    document_id: str
    version: int
    """0 for a document that could not be read."""
    source_id: str
    title: str
    mark: Mark
    bucket: Bucket
    reason: Reason
    story_id: str | None = None
    duplicate_of: str | None = None


class SourceState(StrEnum):
    """How a source did in the period."""

    OK = "ok"
    FAILED = "failed"
    """Its last attempt before the cut-off failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """How one source did in the period."""

    source_id: str
    name: str
    mark: Mark
    state: SourceState
    documents: int
    error: str | None = None
    """The code of the error when it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who approved, and when."""

    name: str
    """Of the approver; empty when nobody reviewed it."""
    approved_at: datetime
    reviewed: bool = True
    """False: nobody approved in time, and the office has such an edition sent marked as automatic, not reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One briefing for a period: the base edition with a view for each leader."""

    id: str
    """Named by the ISO week of the cut-off in the office's time zone, ``2026-W47``; a second one ``2026-W47-2``; one
    for leaders with a rhythm of their own by its day, ``2026-11-24``, or ``2026-W47-weekly``."""
    office: str
    time_zone: str
    period_start: datetime | None
    """The cut-off of the edition before in its series; None for the first one, which takes everything up to its own."""
    cut_off: datetime
    made_at: datetime
    entries: tuple[Entry, ...]
    views: tuple[View, ...]
    """The base view first, then one for each leader, by name."""
    ledger: tuple[LedgerLine, ...]
    sources: tuple[SourceLine, ...]
    bottom_line: OfficeText | None = None
    approval: Approval | None = None
    example: bool = False
    """Made from the bundled example: every rendering says so."""
    asks: tuple[Ask, ...] = ()
    """Those open when it was approved, and those closed since the edition before, with their results."""
    schema_version: int = SCHEMA_VERSION
    lengths: Lengths = field(default_factory=Lengths)
    """How much each section was made to hold, which is what renderings go by."""

    def view(self, leader_id: str | None) -> View | None:
        """The view of a leader, or the base view for None."""
        return next((view for view in self.views if view.leader_id == leader_id), None)


class EditKind(StrEnum):
    """What an editor may do to a draft."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    MOVE = "move"
    ENTRY = "entry"
    """Write an entry by hand."""
    BOTTOM_LINE = "bottom_line"
    HEADLINE = "headline"
    GIST = "gist"
    WHY_HERE = "why_here"
    RECOMMENDATION = "recommendation"
    REMARK = "remark"
    TRANSLATION = "translation"
    SOURCE = "source"
    """Where a hand-written entry comes from."""

    @property
    def writes(self) -> bool:
        """Whether it writes one text of the draft, in the place of the one before."""
        return self not in (EditKind.INCLUDE, EditKind.EXCLUDE, EditKind.MOVE, EditKind.ENTRY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One change of a draft by a person, applied in order to the composed draft; undoing removes it."""

    id: int
    kind: EditKind
    author: str
    made_at: datetime
    story_id: str | None = None
    section: Section | None = None
    """Where an included, moved or hand-written story goes."""
    position: int | None = None
    """Index within the section, from 0; None puts it last."""
    text: str | None = None
    """The text, or the gist of a hand-written entry; an empty one takes the office's text away."""
    language: str | None = None
    """Of a translation."""
    headline: str | None = None
    """Of a hand-written entry, as are ``source`` and ``mark``."""
    source: str | None = None
    mark: Mark | None = None
