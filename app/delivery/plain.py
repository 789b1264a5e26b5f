"""Plain text for mails: one line, or lines of a given width, in scripts with and without spaces."""

from __future__ import annotations

import re
import unicodedata

WIDTH = 72
"""Columns of a line, so that a quoted reply still fits into 80."""

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "“‘（《「『", "、，。；：！？）》」』”’"
_PIECES = re.compile(rf"\s+|[{_OPENING}]*(?:[^\s{_WIDE}{_OPENING}]+|.)[{_CLOSING}]*", re.DOTALL)
"""Where a line may break: at spaces and around each East Asian character, not after opening or before closing marks."""


def one_line(text: str) -> str:
    """The text on one line without control and direction characters: a subject with a line break is an attack."""
    spaced = " ".join(text.split())
    return "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf"))


def columns(text: str) -> int:
    """How many columns a text takes: two for each wide character of East Asian scripts."""
    return sum(_char_columns(char) for char in text)


def wrapped(text: str, *, indent: str = "", first: str | None = None, width: int = WIDTH) -> str:
    """The text in lines of at most ``width`` columns; only what has no place to break is longer.

    Args:
        text: one paragraph; its own line breaks count as spaces, control and direction characters are dropped.
        indent: what begins each line.
        first: what begins the first line instead.
        width: columns, the indent included.
    """
    lines: list[str] = []
    line = indent if first is None else first
    blank = line
    for piece in _PIECES.findall(one_line(text)):
        if line != blank and columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = blank = indent
        if not (piece.isspace() and line == blank):
            line += piece
    return "\n".join([*lines, line.rstrip()])


def _char_columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def shortened(text: str, width: int) -> str:
    """The text, cut before the word that does not fit and marked by an ellipsis.

    Args:
        text: one line.
        width: the most characters the result may have, at least 1.
    """
    if len(text) <= width:
        return text
    cut = text[: width - 1]
    space = cut.rfind(" ")
    kept = cut[:space] if space > width // 2 and not text[width - 1].isspace() else cut
    return kept.rstrip(" ,;:，；：、") + "…"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 source``, ``2 sources``.

    Args:
        number: how many.
        one: the noun for one.
        many: the noun for any other number; with an s at its end unless said.
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
