"""What page, mail and JSON show of an edition: one typed value for one reader, made by :mod:`app.delivery.present`.

Codes are English and stable; labels are in the reader's language. Paths are relative to the office's public address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from digest.edition import TextClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A code with its word in the reader's language."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """New, developing or ongoing, with the last place where the reader was told."""

    code: str
    label: str
    since: str | None
    line: str
    """Label and ``since`` together: ``DEVELOPING since W46 #4``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPlace:
    """An earlier edition and the number the story had in it."""

    edition_id: str
    number: int
    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonText:
    """A reason: its code, its parameters and its phrase."""

    code: str
    params: Mapping[str, str | int | float]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitationLink:
    """The exact place in a document that a sentence rests on; offsets in code points."""

    number: int
    """The number of the note that names the document."""
    document_id: str
    version: int
    start: int
    end: int
    text: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceText:
    """A sentence with its class: ``quoted``, ``machine`` or ``office``."""

    text_class: Annotated[TextClass, Field(alias="class")]
    class_label: str
    text: str
    citations: tuple[CitationLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A document of an entry, with what must be known of its date and whether it counts."""

    id: str
    version: int
    title: str
    source: str
    origin: Label
    url: str | None
    published_at: datetime | None
    collected_at: datetime
    language: str
    language_label: str | None
    """Named when it is not the reader's."""
    mark: Label
    late: bool
    duplicate_of: str | None
    day: str
    note: str | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeNote:
    """A text that a person of the office wrote."""

    text: str
    author: str
    written_at: datetime
    byline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskText:
    """What is asked of whom by when, and what came of it."""

    id: str
    kind: Label
    text: str
    owner: str
    due: date
    """In the office's time zone."""
    due_time: time | None
    due_line: str
    """``due Thu 26 Nov, 12:00``, or when it was closed."""
    state: Label
    """``open``, ``done`` or ``dropped``."""
    overdue: bool
    state_line: str
    """The state as a reader sees it: ``OVERDUE`` for an open one whose day has passed."""
    options: str
    recommendation: str
    consulted: str
    next_step: str
    result: str
    closed_at: datetime | None
    story_id: str | None
    entry_number: int | None
    """The entry of this edition that it belongs to."""
    mark: Label
    path: str
    told_above: bool = False
    """In *Due and open*: it stands whole beside an entry further up, and is only pointed to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryText:
    """One story as one reader is told it."""

    number: int
    entry_id: str
    story_id: str
    section: str
    headline: str
    headline_language: str
    language_label: str | None
    """Names the language of the entry when it is not the reader's."""
    gist: SentenceText | None
    status: StatusText
    told_before: tuple[ToldPlace, ...]
    reasons: tuple[ReasonText, ...]
    because: str
    """The reasons in a sentence, without what ``sources_line`` says beside it; empty when that says it all."""
    topics: tuple[Label, ...]
    mark: Label
    independent_sources: int
    """Sources that neither belong to the office nor stand above it: what the ranking counts. See ``sources_told``."""
    reprints: int
    sources_line: str
    """Who tells it, in words: it counts ``sources_told``."""
    documents: tuple[DocumentLine, ...]
    sentences: tuple[SentenceText, ...]
    by_hand: bool
    """Whether the office wrote the entry itself: it has no documents, and ``sources_line`` says where it comes from."""
    office_headline: OfficeNote | None
    """Who wrote ``headline`` in the place of ``original_headline``."""
    original_headline: str | None
    office_gist: OfficeNote | None
    """Who wrote ``gist`` in the place of ``original_gist``."""
    original_gist: SentenceText | None
    translation: OfficeNote | None
    """Into the reader's language."""
    why_here: OfficeNote | None
    recommendation: OfficeNote | None
    remark: OfficeNote | None
    note_numbers: tuple[int, ...]
    """The notes that gist and sentences cite, in order."""
    outlets: str
    """Who tells it, and when last: ``Reuters, Daily Post, 25 May``."""
    path: str
    asks: tuple[AskText, ...] = ()
    """The open ones on its story, by due date."""
    reply: str | None = None
    """A ``mailto:`` address that answers to this entry; None when the office has no address that takes replies."""
    because_brief: str = ""
    """The foremost of the reasons, without the words that speak for them: what a page and a mail show at first."""
    because_line: str = ""
    """The one foremost reason, and how many more there are: what a mail says."""
    told_before_line: str = ""
    """Where the reader was told before, as far as the status does not say it."""
    sources_told: int = 0
    """Sources of every kind that tell it in words of their own, own units and higher authorities among them."""
    mail_notes: tuple[int, ...] = ()
    """The notes that a mail prints for it: those that the sentences it shows rest on."""
    reply_tag: str = ""
    """What the subject of a reply begins with: ``[2026-W47 #3]``."""


class Form(StrEnum):
    """How much of its entries a section shows at first sight."""

    FULL = "full"
    GIST = "gist"
    LINE = "line"
    ASKS = "asks"
    """It has asks instead of entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """A section with its entries. ``empty_line`` stands in the place of entries when there are none."""

    code: str
    label: str
    form: Form
    told: bool
    """Whether more than the titles of its entries is told by mail."""
    entries: tuple[EntryText, ...]
    empty_line: str | None = None
    in_mail: int | None = None
    """How many of its entries a mail lists, the first ones; None: all of them."""
    asks: tuple[AskText, ...] = ()
    """Those that a mail lists, overdue ones first."""
    more_asks: tuple[AskText, ...] = ()
    """Those for which a mail has no room."""
    more_line: str | None = None
    """What a mail leaves to the page: ``3 more on the page``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A cited document. ``passages`` are the cited places whose words the mail shows nowhere else.

    ``told``: an entry that is told cites it, so that the mail prints it; the page shows the others as well.
    """

    number: int
    document_id: str
    version: int
    line: str
    language: str
    told: bool
    passages: tuple[str, ...]
    path: str
    brief: str = ""
    """Source and day, one line of a mail."""
    in_mail: bool = False
    """Whether something that a mail shows rests on it."""
    mail_passages: tuple[str, ...] = ()
    """The cited words of what a mail shows that it prints nowhere else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerCountsText:
    """How many documents came, from how many sources, and what became of them."""

    documents: int
    sources: int
    sources_ok: int
    duplicates: int
    stories: int
    told: int
    noted: int
    left_out: int
    unreadable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What became of one document of the period."""

    document_id: str
    version: int
    source_id: str
    title: str
    bucket: Label
    reason: ReasonText
    story_id: str | None
    duplicate_of: str | None
    path: str | None
    """None for a document that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedSource:
    """A source that could not be read at the cut-off: what happened, and what to do."""

    source_id: str
    name: str
    error: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerText:
    """The account of every document of the period that the reader may know of."""

    counts: LedgerCountsText
    line: str
    lines: tuple[LedgerRow, ...]
    failed_sources: tuple[FailedSource, ...]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalText:
    """Who approved, and when."""

    name: str
    """Empty when nobody reviewed it."""
    approved_at: datetime
    line: str
    reviewed: bool = True
    """False: automatic, not reviewed; ``approved_at`` is then when it was let go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateNoteText:
    """What the office added to an entry after approval; the entry itself stays as it was approved."""

    kind: Label
    """``late_note`` (written before sending) or ``correction``."""
    number: int
    """Of the entry."""
    story_id: str
    headline: str
    headline_language: str
    text: str
    author: str
    written_at: datetime
    byline: str
    mark: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """An edition as one reader gets it, on the page, by mail and as JSON."""

    schema_version: int
    id: str
    label: str
    office: str
    language: str
    time_zone: str
    leader_id: str | None
    reader: str
    example: bool
    state: Label
    period_start: datetime | None
    cut_off: datetime
    period_line: str
    approval: ApprovalText | None
    subject: str
    preview: str
    bottom_line: OfficeNote | None
    sections: tuple[SectionText, ...]
    notes: tuple[Note, ...]
    ledger: LedgerText
    path: str
    public_url: str | None
    """The office's public address without a slash at its end; None: mails carry no links."""
    reply_to: str | None = None
    """The mail address that takes replies to entries."""
    late_notes: tuple[LateNoteText, ...] = ()
    """Late notes and corrections to its entries, oldest first."""
