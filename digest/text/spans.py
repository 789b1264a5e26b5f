"""Where the sentences of a text are: whole, verbatim, and never across a line break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.text.abbreviations import ABBREVIATIONS, ALSO_WORDS, CLOSING, NUMBERED_DATES, STARTERS


class Span(NamedTuple):
    """A stretch of a text, in code points: ``text[start:end]``."""

    start: int
    end: int


_CLOSERS = r"[\"'”’»）)\]】」』〉》]"
_STOP = re.compile(  # each begins where a run of stops begins, so that a line of dots costs no more than any other
    rf"(?<![.!?…])[.!?…]++{_CLOSERS}*+(?=\s)"
    rf"|[。！？｡]+[。！？…]*{_CLOSERS}*"
    rf"|(?<![.!?…])[.!?]++[”’」』】]++(?=[\u3400-\u9fff])"
    rf"|(?<!…)…{{2,}}+{_CLOSERS}*"
)
_LINES = re.compile(r"[^\n]+")

_WORD_BEFORE = re.compile(r"[\w.]*\w$")
_SAYING = re.compile(
    r"\s+(?:(?:Mr|Mrs|Ms|Dr|Prof)\. )?(?:[A-Z][\w'’-]* ){1,3}(?:said|says|asked|asks|added|told|replied|wrote)\b"
)
_NEXT_WORD = re.compile(r"\s*[\"'“‘«(\[]*(\w+)")


def sentences(text: str, language: str) -> tuple[Span, ...]:
    """Find the sentences of a text.

    A stop ends a sentence unless it belongs to an abbreviation, an initial or a number; closing quotation marks and
    brackets after it belong to the sentence; Chinese stops need no space after them; a line break always ends one.

    Args:
        text: a text in the form of :func:`digest.text.normalise`.
        language: ISO 639-1 code; the numbered dates of German and its like end no sentence ("am 3. Mai").

    Returns:
        Spans in order, without overlap; each slice is stripped and not empty.
    """
    return tuple(span for line in _LINES.finditer(text) for span in _of_line(text, line.start(), line.end(), language))


def _of_line(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    for stop in _STOP.finditer(text, start, end):
        if _ends(text, start, stop, end, language):
            yield from _stripped(text, start, stop.end())
            start = stop.end()
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if piece.strip():
        yield Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _ends(text: str, start: int, stop: re.Match[str], end: int, language: str) -> bool:
    """Whether a candidate stop ends its sentence, judged by the words before and after it."""
    follows = _NEXT_WORD.match(text, stop.end(), end)
    following = follows[1] if follows else ""
    if stop[0][0] not in ".…!?" or not following:
        return True
    if following[0].islower():  # "Yahoo! said", "... and so on", '"Go!" he said'
        return False
    if stop[0][0] in "!?" and len(stop[0]) > 1 and _SAYING.match(text, stop.end(), end):  # '"Who pays?" Ms. Lind asked'
        return False
    return stop[0] != "." or _full_stop(text[max(start, stop.start() - 40) : stop.start()], following, language)


def _full_stop(before: str, following: str, language: str) -> bool:
    found = _WORD_BEFORE.search(before)
    written = found[0] if found else ""
    word = written.lower()
    if word in CLOSING:
        return following.lower() in STARTERS
    if word in ABBREVIATIONS:
        return word in ALSO_WORDS and not following[0].isdigit()
    if len(word) == 1 and written.isupper() and word != "i":  # the initial in "John F. Kennedy"
        return False
    return not (word.isdigit() and len(word) <= 2 and language in NUMBERED_DATES)
