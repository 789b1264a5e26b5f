"""Sentences as candidates for quotation, and how central each is to its story."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from digest.boilerplate import after_dateline, dangles, is_furniture, is_whole
from digest.text import in_title_case, sentences, tokens
from digest.types import Document

Vector = Mapping[str, float]
"""Term -> weight, of length 1, or empty."""

_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]")
_UNSTOPPED = frozenset({"lo", "th"})  # Lao and Thai part sentences by spaces: what stands there is taken as whole
_TITLE_WEIGHT = 2.0  # a title is its author's own summary; a sentence of the lead counts 1
_MIN_TERMS = 6  # "That was all." and "No collusion, no obstruction." tell a leader nothing


@dataclass(frozen=True, eq=False)  # no slots: the cached properties need a __dict__
class Passage:
    """A whole sentence of a document that might be quoted."""

    document: Document
    start: int
    end: int
    """Offsets in code points into the document's text."""
    index: int
    """How many such sentences come before it."""

    @cached_property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.document.text[self.start : self.end]

    @cached_property
    def terms(self) -> Counter[str]:
        """Its words, counted."""
        return Counter(tokens(self.text, self.document.language))

    @cached_property
    def stands_alone(self) -> bool:
        """Whether it can be read without the sentence before it."""
        return not dangles(self.text)


def passages(document: Document, limit: int) -> Iterator[Passage]:
    """The first ``limit`` whole sentences of a document that are news and not furniture."""
    index = 0
    for start, end in sentences(document.text, document.language):
        passage = Passage(document, start + after_dateline(document.text[start:end]), end, index)
        if not _quotable(passage):
            continue
        yield passage
        index += 1
        if index == limit:
            return


def _quotable(passage: Passage) -> bool:
    whole = is_whole(passage.text) or passage.document.language in _UNSTOPPED
    told = whole and not is_furniture(passage.text) and not in_title_case(passage.text)
    return told and len(passage.terms) >= _MIN_TERMS


def size(text: str, words: float, characters: float) -> float:
    """How much of a limit a text fills: 1.0 is exactly full.

    Args:
        text: any text.
        words: the limit where words are parted by spaces.
        characters: the limit in texts that are mostly Chinese or Japanese; spaces do not count.
    """
    ideographs = len(_IDEOGRAPHS.findall(text))
    if 2 * ideographs > sum(map(str.isalpha, text)):
        return sum(not character.isspace() for character in text) / characters
    return len(text.split()) / words


class Weighing:
    """How central a text is to a story.

    Words weigh by how few of the story's sentences have them, which needs no list of stop words in any language; the
    centre is the mean of the documents, in each of which title and lead count most.
    """

    def __init__(self, documents: Sequence[Document], pool: Sequence[Passage], *, decay: float) -> None:
        """Learn the story's words.

        Args:
            documents: the documents to weigh by.
            pool: their sentences.
            decay: how much each sentence before it lowers a sentence's weight.
        """
        self._decay = decay
        titles = {document.id: Counter(tokens(document.title, document.language)) for document in documents}
        self._rarity = rarity([*titles.values(), *(passage.terms for passage in pool)])
        self._centre = self._mean(titles, pool)

    def vector(self, terms: Mapping[str, float]) -> Vector:
        """Weigh counted words."""
        return unit({term: count * self._rarity(term) for term, count in terms.items()})

    def centrality(self, vector: Vector) -> float:
        """Cosine to the story's centre, 0 to 1."""
        return cosine(vector, self._centre)

    def place(self, passage: Passage) -> float:
        """Weight of where a sentence stands in its document: 1 for the first."""
        return 1 / (1 + self._decay * passage.index)

    def _mean(self, titles: Mapping[str, Mapping[str, int]], pool: Iterable[Passage]) -> Vector:
        sums = {key: {term: _TITLE_WEIGHT * count for term, count in terms.items()} for key, terms in titles.items()}
        for passage in pool:
            _add(sums[passage.document.id], passage.terms, self.place(passage))
        centre: dict[str, float] = {}
        for counts in sums.values():
            _add(centre, self.vector(counts), 1.0)
        return unit(centre)


def rarity(texts: Sequence[Iterable[str]]) -> Callable[[str], float]:
    """How much a word tells: the logarithm of how few of the texts have it, near 0 when all do."""
    spread = Counter(term for terms in texts for term in set(terms))
    return lambda term: math.log((len(texts) + 1) / (spread[term] + 0.5))


def cosine(first: Vector, second: Vector) -> float:
    """Likeness of two unit vectors, 0 to 1."""
    if len(first) > len(second):
        first, second = second, first
    return sum(weight * second[term] for term, weight in first.items() if term in second)


def _add(total: dict[str, float], terms: Mapping[str, float], factor: float) -> None:
    for term, count in terms.items():
        total[term] = total.get(term, 0.0) + factor * count


def unit(weights: Mapping[str, float]) -> Vector:
    """The same direction at length 1; empty when there is no length."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}
