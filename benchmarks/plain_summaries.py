"""Plain ways to summarise, to hold ours against: leads, LexRank and the centroid, up to a number of words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest

import numpy as np

from digest.passages import Passage, cosine, rarity, size, unit
from digest.text import sentences, tokens
from digest.types import Document

Summariser = Callable[[Sequence[Document], int], str]

_REPEATED = 0.5  # cosine from which a sentence is passed over as a repetition
_LINKED = 0.1  # cosine from which two sentences vote for each other
_DAMPING = 0.85
_ROUNDS = 50


def _passages(document: Document) -> list[Passage]:
    return [
        Passage(document, start, end, number)
        for number, (start, end) in enumerate(sentences(document.text, document.language))
    ]


def _within(ordered: Sequence[Passage], words: int) -> str:
    """The sentences in their order as far as they fit, without those that do not."""
    chosen, left = list[str](), 1.0
    for passage in ordered:
        if (length := size(passage.text, words, 1.75 * words)) <= left:
            chosen.append(passage.text)
            left -= length
    return " ".join(chosen)


def lead(documents: Sequence[Document], words: int) -> str:
    """The beginning of the first document, then of the second."""
    return _within([passage for document in documents for passage in _passages(document)], words)


def round_robin(documents: Sequence[Document], words: int) -> str:
    """The first sentence of each document, then the second of each."""
    rounds = zip_longest(*map(_passages, documents))
    return _within([passage for each in rounds for passage in each if passage], words)


def centroid(documents: Sequence[Document], words: int) -> str:
    """The sentences nearest to the mean of all, without repetitions (MEAD, Radev et al. 2004)."""
    pool, vectors = _vectors(documents)
    total: Counter[str] = Counter()
    for vector in vectors:
        total.update(vector)
    centre = unit(total)
    return _spread(pool, vectors, [cosine(vector, centre) for vector in vectors], words)


def lexrank(documents: Sequence[Document], words: int) -> str:
    """The sentences that a walk over alike sentences visits most (Erkan and Radev, JAIR 2004)."""
    pool, vectors = _vectors(documents)
    links = np.array([[float(cosine(first, second) >= _LINKED) for second in vectors] for first in vectors])
    degree = links.sum(axis=1, keepdims=True)
    moves = np.divide(links, degree, out=np.full_like(links, 1 / max(1, len(pool))), where=degree > 0)
    visits = np.full(len(pool), 1 / max(1, len(pool)))
    for _ in range(_ROUNDS):
        visits = (1 - _DAMPING) / max(1, len(pool)) + _DAMPING * visits @ moves
    return _spread(pool, vectors, visits.tolist(), words)


def _vectors(documents: Sequence[Document]) -> tuple[list[Passage], list[Mapping[str, float]]]:
    pool = [passage for document in documents for passage in _passages(document)]
    words = [tokens(passage.text, passage.document.language) for passage in pool]
    weigh = rarity(words)
    return pool, [unit({word: n * weigh(word) for word, n in Counter(each).items()}) for each in words]


def _spread(
    pool: Sequence[Passage], vectors: Sequence[Mapping[str, float]], scores: Sequence[float], words: int
) -> str:
    kept: list[int] = []
    for number in sorted(range(len(pool)), key=lambda number: (-scores[number], number)):
        if all(cosine(vectors[number], vectors[other]) < _REPEATED for other in kept):
            kept.append(number)
    return _within([pool[number] for number in kept], words)


BASELINES: Mapping[str, Summariser] = {
    "lead": lead,
    "round-robin leads": round_robin,
    "LexRank": lexrank,
    "centroid": centroid,
}
