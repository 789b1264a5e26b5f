"""The vocabulary: what sources, documents, stories, topics and leaders are, as immutable values.

Everything that travels between the parts of the program is one of these. Times are aware and in UTC; texts are NFC;
offsets count Unicode code points. What a briefing holds is in :mod:`digest.edition`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray


class SourceKind(StrEnum):
    """Where documents come from."""

    FEED = "feed"
    FOLDER = "folder"


class Origin(StrEnum):
    """Who speaks through a source."""

    HIGHER = "higher_authority"
    OWN = "own_unit"
    PEER = "peer"
    MEDIA = "media"
    PUBLIC = "public"

    @property
    def competes(self) -> bool:
        """Whether stories of this origin are weighed by how many independent sources tell them.

        Reports of own units and documents of higher authorities are not: each is selected, or listed by name.
        """
        return self not in (Origin.HIGHER, Origin.OWN)


class Mark(IntEnum):
    """A handling mark of a document, and the clearance of whoever reads: a viewer reads marks up to the clearance."""

    PUBLIC = 0
    INTERNAL = 1
    CONFIDENTIAL = 2

    @property
    def code(self) -> str:
        """The mark as it is written in JSON and on the command line."""
        return self.name.lower()

    @classmethod
    def from_code(cls, code: str) -> Mark:
        """Read a mark written by :attr:`code`.

        Raises:
            ValueError: no mark is written so.
        """
        try:
            return cls[code.upper()]
        except KeyError:
            raise ValueError(f"no handling mark {code!r}; one of {', '.join(m.code for m in cls)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place documents come from."""

    id: str
    kind: SourceKind
    name: str
    address: str
    """The URL of a feed, the path of a folder."""
    origin: Origin = Origin.MEDIA
    language: str | None = None
    """ISO 639-1 code; None when the source mixes languages and each document's is detected."""
    reliability: int = 3
    """From 1 (often wrong) to 5 (authoritative), judged by the office."""
    mark: Mark = Mark.PUBLIC
    """The handling mark each of its documents gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One collected thing at one version of its text. Identity is (source_id, key); ``id`` is derived from it."""

    id: str
    source_id: str
    key: str
    version: int
    """Counts from 1; each version's text is immutable."""
    title: str
    text: str
    """NFC; citations hold offsets into it."""
    language: str
    collected_at: datetime
    """When the document was first collected."""
    changed_at: datetime
    """When this version was collected; equals ``collected_at`` for version 1."""
    url: str | None = None
    author: str | None = None
    published_at: datetime | None = None
    published_clamped: bool = False
    """True when the source dated it in the future; ``published_at`` is then the time of collection."""
    complete: bool = True
    """False when only the teaser of a feed could be had."""
    mark: Mark = Mark.PUBLIC

    @property
    def when(self) -> datetime:
        """The time the document counts for: its publication, or its collection when it is undated."""
        return self.published_at or self.collected_at


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """What grouping needs of one version of a document, computed once and stored beside it."""

    document_id: str
    version: int
    algorithm: int
    """The version of the algorithm that made them; features of another version are made anew."""
    source_id: str
    language: str
    when: datetime
    terms: Mapping[str, float]
    """Weighted counts of terms (title and lead count more), the raw material of TF-IDF."""
    title: Mapping[str, float]
    """Counts of the title's terms alone."""
    signature: NDArray[np.uint32]
    """MinHash of the text's shingles, shape (128,); empty (0,) for a text too short to compare."""


class CorrectionKind(StrEnum):
    """What an editor said of two documents."""

    MUST_LINK = "must_link"
    CANNOT_LINK = "cannot_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """An editor's word that two documents belong, or do not belong, to one story. The later word wins."""

    kind: CorrectionKind
    first: str
    second: str
    made_at: datetime
    number: int = 0
    """Of two that were made at one moment, the one with the greater number is the later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The documents about one event or development."""

    id: str
    documents: tuple[Document, ...]
    """By time, then id."""
    duplicates: Mapping[str, str]
    """Document id -> id of the earlier document that it (nearly) repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A standing subject leaders care about."""

    id: str
    name: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    """Words or phrases in any language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """Why, and how strongly, a story belongs to a topic."""

    topic_id: str
    strength: float
    """0 to 1."""
    terms: tuple[str, ...]
    """The words of the story that matched, as the topic writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leader:
    """A reader with a profile."""

    id: str
    name: str
    email: str
    language: str = "en"
    clearance: Mark = Mark.PUBLIC
    topic_weights: Mapping[str, float] | None = None
    """Topic id -> weight above 0; None means every topic counts 1."""


class StatementKind(StrEnum):
    """What a leader said or wrote, from which interests are learned."""

    SPEECH = "speech"
    INSTRUCTION = "instruction"
    AGENDA = "agenda"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A leader's speech, instruction, agenda or note."""

    id: str
    leader_id: str
    kind: StatementKind
    said_on: date
    title: str
    text: str
    mark: Mark = Mark.CONFIDENTIAL
    """From which clearance on staff may know of it; the leader always does, and no other leader ever."""
