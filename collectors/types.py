"""What goes into a collector and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collectors.requests import Request
from digest.errors import SourceError
from digest.types import Mark, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTask:
    """A source that is due, with what is remembered of it."""

    source: Source
    etag: str | None = None
    last_modified: str | None = None
    known: Mapping[str, str]
    """Document key -> fingerprint of what the source last said of it; the same one needs no fetching or parsing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document as its source gives it now: new, changed or unreadable. Unchanged ones are only counted."""

    key: str
    """The source's own identifier of it: a feed's guid, else its link, else a hash of title and date; a file's path."""
    fingerprint: str
    title: str
    text: str
    """Plain text, paragraphs parted by one newline; not yet NFC."""
    url: str | None = None
    author: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    """Aware, as the source says; may lie in the future."""
    mark: Mark | None = None
    """Its own handling mark; it counts when it is higher than its source's."""
    complete: bool = True
    """False when the page of the article could not be had and ``text`` is the feed's teaser."""
    error: SourceError | None = None
    """Why the document could not be read (``text`` is empty), or, when there is text, why it is incomplete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one attempt at a source gave."""

    items: tuple[Item, ...]
    same: int
    """How many documents the source still lists unchanged."""
    etag: str | None = None
    last_modified: str | None = None
    final_address: str | None = None
    """Where permanent redirects led, when that is not the source's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The source has nothing new (HTTP 304)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One attempt at one source: its result, or the error that is its result."""

    source: Source
    result: Fetched | NotModified | SourceError
    seconds: float
    """Wall-clock time of the attempt."""
    requests: tuple[Request, ...] = ()
    """What was asked of the network, and how it was answered."""
