"""Where words and phrases stand in a text, whatever their case, accents or width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from digest.text.spans import Span
from digest.text.words import _HAN, _LETTER, _UNSPACED, _WORD, fold

_RUNS = re.compile(rf"{_WORD}|[{_HAN}{_UNSPACED}]+")
_SPACED = re.compile(_LETTER)
_GAP = r"[\W_]"


def word_places(text: str, words: Iterable[str]) -> Iterator[Span]:
    """Where words stand in a text, in order and without overlap; of two that begin at one place the longer.

    Args:
        text: any text.
        words: as :func:`digest.text.search_tokens` gives them.

    Returns:
        Spans in code points of the text as it is.
    """
    wanted = sorted(set(words), key=lambda word: (-len(word), word))
    if not wanted:
        return
    plain, origins = _plain_with_origins(text)
    ended = 0
    for found in re.finditer("|".join(_bounded(word, re.escape(word)) for word in wanted), plain):
        start, end = max(ended, origins[found.start()]), origins[found.end() - 1] + 1
        if start < end:  # one character may hold two words: "½" is 1 and 2
            yield Span(start, end)
            ended = end


def phrase_runs(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase, Chinese ones undivided; empty for one that has none."""
    return tuple(_RUNS.findall(fold(phrase)))


def holds_phrase(text: str, runs: Sequence[str]) -> bool:
    """Whether the words of a phrase stand side by side in a text, with nothing but signs and spaces between them.

    Args:
        text: any text.
        runs: as :func:`phrase_runs` gives them.
    """
    return _phrase(tuple(runs)).search(fold(text)) is not None


@lru_cache(maxsize=64)
def _phrase(runs: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for folded texts. Two spaced words need a gap: "to day" is not "today"."""
    pattern = re.escape(runs[0])
    for before, run in pairwise(runs):
        needs_gap = _SPACED.match(before[-1]) and _SPACED.match(run[0])
        pattern += f"{_GAP}{'+' if needs_gap else '*'}{re.escape(run)}"
    return re.compile(_bounded(runs[0][:1] + runs[-1][-1:], pattern))


def _bounded(ends: str, pattern: str) -> str:
    """A pattern that does not begin or end within a spaced word; ``ends`` holds its first and last character."""
    before = f"(?<!{_LETTER})" if _SPACED.match(ends[0]) else ""
    after = f"(?!{_LETTER})" if _SPACED.match(ends[-1]) else ""
    return f"{before}{pattern}{after}"


def _plain_with_origins(text: str) -> tuple[str, Sequence[int]]:
    """A text folded character by character, and where in it each character of that comes from."""
    if text.isascii():
        return text.lower(), range(len(text))
    parts = [_plain(char) for char in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


@lru_cache(maxsize=20_000)
def _plain(char: str) -> str:
    return fold(char)
