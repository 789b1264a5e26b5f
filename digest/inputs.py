"""What a briefing is composed from: plain values that whoever keeps the documents hands over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.asks import Ask
from digest.continuation import ContinuationParams
from digest.edition import SourceLine
from digest.interests import InterestParams
from digest.lengths import Lengths
from digest.novelty import NoveltyParams, ToldStory
from digest.relevance import RelevanceParams
from digest.summary import SummaryParams
from digest.topics import TopicParams
from digest.types import Document, Features, Leader, Mark, Source, Statement, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingParams:
    """How much a briefing holds, with the tunables of the stages it is composed of."""

    lengths: Lengths = field(default_factory=Lengths)
    important_sources: int = 3
    """Independent sources that make a story a must outside all topics: two may follow one another, three seldom do."""
    notable_sources: int = 2
    """Independent sources that make a story outside all topics worth a line."""
    late_after: timedelta = timedelta(days=1)
    """A document dated longer than this before the period is late: a night's delay of a feed is not worth a word."""
    summary: SummaryParams = field(default_factory=SummaryParams)
    topics: TopicParams = field(default_factory=TopicParams)
    relevance: RelevanceParams = field(default_factory=RelevanceParams)
    novelty: NoveltyParams = field(default_factory=NoveltyParams)
    interests: InterestParams = field(default_factory=InterestParams)
    continuation: ContinuationParams = field(default_factory=ContinuationParams)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodStory:
    """What the period brought of one story."""

    story_id: str
    documents: tuple[Document, ...]
    """Those whose current version was first collected or changed in the period; not empty."""
    duplicates: Mapping[str, str]
    """Document id -> id of the earliest document that it repeats, which may lie before the period."""
    earlier: tuple[Document, ...] = ()
    """Documents from before the period that ``duplicates`` names: their sources and marks are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDocument:
    """A document that the period brought and that could not be read."""

    document_id: str
    source_id: str
    title: str
    mark: Mark
    error: str
    """The code of the error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeInputs:
    """Everything one edition is made from. Its period begins after ``period_start`` and ends with ``cut_off``."""

    edition_id: str
    office: str
    time_zone: str
    period_start: datetime | None
    cut_off: datetime
    made_at: datetime
    stories: tuple[PeriodStory, ...]
    """Each document in one story."""
    sources: Mapping[str, Source]
    """Source id -> source, of every document in ``stories``."""
    source_lines: tuple[SourceLine, ...] = ()
    failed: tuple[FailedDocument, ...] = ()
    topics: tuple[Topic, ...] = ()
    leaders: tuple[Leader, ...] = ()
    asks: tuple[Ask, ...] = ()
    """Open ones; a story that waits for a decision stands in that section."""
    statements: tuple[Statement, ...] = ()
    """Of these leaders, in any order."""
    told: Mapping[str, Mapping[str, ToldStory]] = field(default_factory=dict)
    """Leader id -> story id -> what that leader was told."""
    had: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Leader id -> ids of documents of the period that another series of editions told that leader of: a story with
    no others is left out of the leader's view."""
    features: Mapping[str, Features] = field(default_factory=dict)
    """Document id -> features of all recent documents, told or not: they say which words are common."""
    base_told: Mapping[str, ToldStory] = field(default_factory=dict)
    """Story id -> what any reader was told: the base view's status."""
    reader_clearance_of_base: Mark = Mark.CONFIDENTIAL
    language: str = "en"
    """Of the base view."""
    example: bool = False
    params: BriefingParams = field(default_factory=BriefingParams)
