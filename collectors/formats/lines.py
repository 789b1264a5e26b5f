"""Clean lines: what remains of a text when everything that is no text is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Control characters, lone surrogates and noncharacters are no text; overrides of the writing direction let a title
# show other words than it holds. Joiners and direction marks stay: Persian, Hindi and Hebrew need them.
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[ \t]{2,}|\t")
_CJK = r"[\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]"
_CJK_BREAK = re.compile(rf"(?<={_CJK})\s*\n\s*(?={_CJK})")


def clean_text(text: str) -> str:
    """Lines without control characters and outer white space, none of them empty, parted by one newline."""
    return join_lines(_BREAKS.split(_NO_TEXT.sub("", text)))


def join_lines(lines: Iterable[str]) -> str:
    """Lines parted by one newline, each stripped, inner runs of blanks reduced to one, empty ones left out."""
    stripped = (_BLANKS.sub(" ", line).strip() for line in lines)
    return "\n".join(line for line in stripped if line)


def clean_line(text: str) -> str:
    """The text as a single line."""
    return clean_text(flow(clean_text(text)))


def flow(text: str) -> str:
    """One paragraph of lines that were broken for their width: a break is a blank, between Chinese characters nothing.

    See CSS Text Module Level 3, section 4.1.3 (segment break transformation).
    """
    return " ".join(_CJK_BREAK.sub("", text).split("\n"))


def without_heading(text: str, *titles: str | None) -> str:
    """A text whose first line is none of its titles again; when there is nothing else, the text as it is."""
    first, _, rest = text.partition("\n")
    repeated = {_folded(title) for title in titles if title}
    return without_heading(rest, *titles) if rest and _folded(first) in repeated else text


def _folded(title: str) -> str:
    return " ".join(title.casefold().split())
