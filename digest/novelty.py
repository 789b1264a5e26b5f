"""What a story is to one reader: new, developing or ongoing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digest.changes import figures_of
from digest.edition import Status, Told
from digest.passages import Vector, cosine, passages, rarity, unit
from digest.text import tokens
from digest.types import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class NoveltyParams:
    """When a story that was told has developed."""

    threshold: float = 0.7
    """Share of what a report leads with that was not told, from which it is a development.

    With some five told sentences, four of five reports from four days later reach it, and half of the versions that
    other outlets have of the same day: telling too often that a story moved is the lesser fault.
    """
    figure_threshold: float = 0.25
    """The same for a report that leads with a figure that was not told: a crack that has grown is a development, though
    all its other words were told; with less of it new, the figure is a detail of the same news."""
    lead_sentences: int = 2
    """With the title, what a report leads with: what is new stands there, below it follows background."""
    background_sentences: int = 12
    """Sentences of a report from which it is learned which words are common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """What makes a sentence a repetition of told ones; the shares add up to 1. Half or twice of each does as well."""

    sentence: float = 0.65
    """That it is like one of them as a whole."""
    words: float = 0.2
    """That its words stand in any of them: what several sentences said together is known as well."""
    pairs: float = 0.1
    """That its neighbouring words stood side by side."""
    figures: float = 0.05
    """That it has no figure which none of them has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStory:
    """What one reader was told of a story in editions sent before."""

    told: tuple[Told, ...]
    """Oldest first."""
    sentences: tuple[str, ...]
    """Every headline, gist and sentence of it that the reader was sent."""
    documents: tuple[str, ...] = ()
    """Ids of the documents it was told from, those that repeat others left out."""


def status(
    documents: Sequence[Document], told_sentences: Sequence[str], params: NoveltyParams = NoveltyParams()
) -> Status:
    """Compare what a period brought with what a reader was told.

    Args:
        documents: the period's documents of the story without duplicates, in any order.
        told_sentences: every sentence of the story that this reader was told, in any language.
        params: when it has developed.

    Returns:
        ``NEW`` when nothing was told; ``DEVELOPING`` when a document leads with enough that was not, or with a figure
        that was not; else ``ONGOING``.
    """
    if not told_sentences:
        return Status.NEW
    developed = any(_developed(document, told_sentences, params) for document in documents)
    return Status.DEVELOPING if developed else Status.ONGOING


def _developed(document: Document, told_sentences: Sequence[str], params: NoveltyParams) -> bool:
    share = newness(document, told_sentences, params)
    if share >= params.threshold:
        return True
    return share >= params.figure_threshold and bool(_new_figures(document, told_sentences, params))


def _new_figures(document: Document, told_sentences: Sequence[str], params: NoveltyParams) -> set[str]:
    """Figures in what a report leads with that no told sentence has."""
    leading = [passage.text for passage in passages(document, params.lead_sentences)]
    told = (figures_of(sentence, document.language).keys() for sentence in told_sentences)
    return figures_of("\n".join([document.title, *leading]), document.language).keys() - set().union(*told)


def newness(document: Document, told_sentences: Sequence[str], params: NoveltyParams = NoveltyParams()) -> float:
    """Share of the words in a document's title and first sentences that no told sentence has.

    Words weigh by how few sentences have them, so that grammar does not count, in any language. A document in another
    language than everything told shares hardly a word with it and counts as new: better so than unsaid.

    Returns:
        0 for a repetition, 1 when nothing of it was told.
    """
    title = tokens(document.title, document.language)
    report = [passage.terms for passage in passages(document, params.background_sentences)]
    told = [tokens(sentence, document.language) for sentence in told_sentences]
    weigh = rarity([title, *report, *told])
    leading = {word: weigh(word) for word in set(title).union(*report[: params.lead_sentences])}
    known = {word for words in told for word in words}
    weight = math.fsum(leading.values())  # exact, so that a part never outweighs the whole by a rounding
    return math.fsum(leading[word] for word in leading.keys() - known) / weight if weight else 0.0


class Earlier:
    """Sentences that a reader was told, to hold further ones against: how new is each?

    Args:
        sentences: what was told, in any order.
        language: ISO 639-1 code of all of them.
        weights: how much each kind of repetition counts.
    """

    def __init__(self, sentences: Iterable[str], language: str, weights: Repetition = Repetition()) -> None:
        self._language, self._weights = language, weights
        told = [tokens(sentence, language) for sentence in sentences]
        self._rarity = rarity(told)
        self._words = {word for words in told for word in words}
        self._pairs = {pair for words in told for pair in pairwise(words)}
        self._vectors = [self._vector(words) for words in told]

    def novelty(self, sentence: str) -> float:
        """How new a sentence is, from 0 for one that was told to 1 for one that shares nothing with what was.

        Words weigh by how few told sentences have them.
        """
        words, weights = tokens(sentence, self._language), self._weights
        vector, rare = self._vector(words), {word: self._rarity(word) for word in set(words)}
        pairs, figures = set(pairwise(words)), {word for word in rare if any(map(str.isdigit, word))}
        whole = math.fsum(rare.values())
        repeated = weights.sentence * max((cosine(vector, told) for told in self._vectors), default=0.0)
        repeated += weights.words * (math.fsum(rare[word] for word in rare.keys() & self._words) / (whole or 1))
        repeated += weights.pairs * (len(pairs & self._pairs) / (len(pairs) or 1))
        repeated += weights.figures * (1 - len(figures - self._words) / (len(figures) or 1))
        return max(0.0, 1 - repeated)

    def _vector(self, words: Sequence[str]) -> Vector:
        return unit({word: count * self._rarity(word) for word, count in Counter(words).items()})
