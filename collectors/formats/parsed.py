"""What the formats are given and what they give back: plain values that travel between two processes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class Format(StrEnum):
    """What bytes can be read as."""

    ARTICLE = "article"
    """A page of a web site, of which only the article counts."""
    DOCX = "docx"
    FEED = "feed"
    HTML = "html"
    """A report written as HTML, of which everything counts."""
    MARKDOWN = "markdown"
    PDF = "pdf"
    TEXT = "text"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of the bytes from outside."""

    address: str = ""
    """Where they come from; relative links are resolved against it."""
    charset: str = ""
    """As the server declares it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document as text. Paragraphs, headings and table rows (``a | b``) are lines of their own."""

    text: str
    title: str | None = None
    author: str | None = None
    language: str | None = None
    """ISO 639-1, when the document says so."""
    published: str | None = None
    """ISO 8601 with an offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """An entry of a feed."""

    guid: str
    """Empty when the feed gives none."""
    title: str
    link: str | None
    """Absolute and safe, without tracking parameters."""
    summary: str
    """The teaser as text."""
    content: str
    """The full text when the feed carries it; else empty."""
    author: str | None = None
    language: str | None = None
    published: str | None = None
    """ISO 8601 in UTC."""
    updated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed."""

    title: str
    entries: tuple[ParsedEntry, ...]


_SUFFIXES = {
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
}


def format_of(name: str, head: bytes) -> Format | None:
    """The format of a file, by what its first bytes say and else by its name; None when it is none of ours.

    Args:
        name: the file's name.
        head: its first bytes, at least 8 of them where there are as many.
    """
    if head.startswith(b"%PDF-"):
        return Format.PDF
    return _SUFFIXES.get(PurePath(name).suffix.lower())
