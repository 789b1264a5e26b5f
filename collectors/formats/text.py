"""Plain text, in whatever encoding it comes."""

from __future__ import annotations

from collectors.formats.charset import decode
from collectors.formats.lines import clean_text
from collectors.formats.parsed import Hints, Parsed

MAX_TITLE = 160  # characters; a longer first line is a paragraph


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read plain text; a short first line is its title."""
    text = clean_text(decode(data, hints.charset))
    return Parsed(title=heading(text), text=text)


def heading(text: str) -> str | None:
    """The first line, when it is short enough for a title."""
    first = text.partition("\n")[0]
    return first if 0 < len(first) <= MAX_TITLE else None
