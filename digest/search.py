"""Searching: what a query asks for, the words by which texts are found, and where in a text they stand.

A full-text index splits, folds and drops words by rules of its own, and no two alike. So it only gets words that every
one of them keeps whole: the tokens of :mod:`digest.text`, those that are more than ASCII letters and digits written in
hexadecimal. The set of texts that a query finds is then the same on each engine.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from digest.text import holds_phrase, phrase_runs, search_tokens, word_places
from digest.text.spans import Span

ALGORITHM = 1
"""To be raised when :func:`index_words` gives other words for a text: what was indexed by an older one is made anew."""

_PLAIN = re.compile(r"(?!zz)[a-z0-9]{1,60}")
_ENCODED = "zz"  # no plain word begins so; a hash begins with zzh, and hexadecimal digits hold no h
_MAX_ENCODED = 240  # characters; a longer one is a serial of nonsense, and indexes limit their keys
_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」『』＂", '"'))
_PARTS = re.compile(r'(?P<minus>(?<!\S)[-－])?(?:"(?P<phrase>[^"]*)(?:"|\Z)|(?P<word>[^\s"]+))')
_SEARCHED = 100_000  # characters looked through for places to show; a book's first hundred pages
_SHOWN = 200  # places; a text full of the word shows no more of them

EXCERPT_WIDTH = 240
"""Characters of an excerpt: three lines on a phone. One in Chinese takes half of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a person looks for."""

    words: tuple[str, ...]
    """Tokens that a text must hold, all of them."""
    phrases: tuple[tuple[str, ...], ...]
    """Runs of words that must stand side by side; their tokens are among ``words``."""
    excluded: tuple[tuple[str, ...], ...]
    """A text that holds all tokens of one of these is left out."""
    excluded_phrases: tuple[tuple[str, ...], ...]

    @property
    def searchable(self) -> bool:
        """Whether there is anything to look for: a query that only excludes finds nothing."""
        return bool(self.words)

    @property
    def verified(self) -> bool:
        """Whether texts with the words have to be read to know if they match."""
        return bool(self.phrases or self.excluded_phrases)

    def accepts(self, *texts: str) -> bool:
        """Whether texts of one thing, such as title and body, hold every phrase and none that is excluded."""
        return all(any(holds_phrase(text, phrase) for text in texts) for phrase in self.phrases) and not any(
            holds_phrase(text, phrase) for phrase in self.excluded_phrases for text in texts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a text that matches, or one that does not."""

    text: str
    match: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The part of a text that says most about a query."""

    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


def parse(written: str) -> Query:
    """Read a query: words, all of which are wanted; ``"a phrase"`` in any quotation marks; ``-word`` or ``-"phrase"``.

    Any text is a query; what holds no letter and no digit asks for nothing.
    """
    words: dict[str, None] = {}
    phrases, excluded, excluded_phrases = [], [], []
    for part in _PARTS.finditer(written.translate(_QUOTES)):
        quoted = part["phrase"] is not None
        text = part["phrase"] if quoted else part["word"]
        tokens, runs = tuple(search_tokens(text)), phrase_runs(text)
        if not tokens or not runs:
            continue
        if part["minus"]:
            excluded_phrases.append(runs) if quoted else excluded.append(tokens)
            continue
        words.update(dict.fromkeys(tokens))
        if quoted:
            phrases.append(runs)
    return Query(
        words=tuple(words),
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        excluded_phrases=tuple(excluded_phrases),
    )


def index_words(texts: Iterable[str]) -> list[str]:
    """The words by which texts are found, each once, as an index gets them: ASCII letters and digits, in order."""
    return encoded(search_tokens("\n".join(texts)))


def encoded(tokens: Iterable[str]) -> list[str]:
    """Tokens as :func:`index_words` writes them, each once, in order."""
    return sorted({_encoded(token) for token in tokens})


def _encoded(token: str) -> str:
    if _PLAIN.fullmatch(token):
        return token
    written = token.encode("utf-8", "surrogatepass")
    if len(written) > _MAX_ENCODED // 2:
        return f"{_ENCODED}h{hashlib.sha256(written).hexdigest()}"
    return _ENCODED + written.hex()


def marked(text: str, query: Query) -> tuple[Piece, ...]:
    """A whole short text, such as a title, with what matches marked."""
    return _pieces(text, _places(text, query), Span(0, len(text)))


def excerpt(text: str, query: Query) -> Excerpt:
    """The stretch of a text with most of a query's words; its beginning when none stands there."""
    places = _places(text, query)
    window = _window(text, places)
    return Excerpt(pieces=_pieces(text, places, window), cut_before=window.start > 0, cut_after=window.end < len(text))


def _places(text: str, query: Query) -> list[Span]:
    """Places of the query's words, those that touch joined to one."""
    joined: list[Span] = []
    for place in islice(word_places(text[:_SEARCHED], query.words), _SHOWN):
        if joined and place.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(place.end, joined[-1].end))
        else:
            joined.append(place)
    return joined


def _window(text: str, places: Sequence[Span]) -> Span:
    width = EXCERPT_WIDTH // 2 if _dense(text) else EXCERPT_WIDTH
    if len(text) <= width:
        return Span(0, len(text))
    best = max(places, key=lambda first: _worth(text, places, first.start, width), default=Span(0, 0))
    start = max(0, min(best.start - width // 5, len(text) - width))
    end = min(len(text), start + width)
    return Span(_word_start(text, start), _word_end(text, end))


def _dense(text: str) -> bool:
    """Whether a character says as much as a word: mostly characters above U+2E80."""
    sample = text[:EXCERPT_WIDTH]
    return 2 * sum(char >= "\u2e80" for char in sample) > len(sample)


def _worth(text: str, places: Sequence[Span], start: int, width: int) -> tuple[int, int]:
    """How many different words, then how many places, a window shows that begins at a place."""
    shown = [
        text[place.start : place.end].casefold() for place in places if start <= place.start < start + width * 4 // 5
    ]
    return len(set(shown)), len(shown)


def _word_start(text: str, start: int) -> int:
    """The place moved on to the next space near it, so that no word is cut."""
    if start == 0:
        return 0
    space = max(text.find(" ", start, start + 20), text.find("\n", start, start + 20))
    return space + 1 if space >= 0 else start


def _word_end(text: str, end: int) -> int:
    if end == len(text):
        return end
    space = max(text.rfind(" ", end - 20, end), text.rfind("\n", end - 20, end))
    return space if space > 0 else end


def _pieces(text: str, places: Sequence[Span], window: Span) -> tuple[Piece, ...]:
    inside = [Span(max(p.start, window.start), min(p.end, window.end)) for p in places]
    shown = [place for place in inside if place.start < place.end]
    cuts = [window.start, *(cut for place in shown for cut in place), window.end]
    pieces = (Piece(text=text[a:b], match=number % 2 == 1) for number, (a, b) in enumerate(pairwise(cuts)))
    return tuple(piece for piece in pieces if piece.text)
