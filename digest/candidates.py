"""Which pairs of documents may tell one story: sparse TF-IDF vectors, and the pairs that are alike at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digest.types import Features

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryParams:
    """What makes two documents one story; ``python -m benchmarks.stories`` measured each default on several sets.

    One set for news of a day and for events that run for weeks: a faster decay or none would each be better for one.
    """

    strongest: int = 100
    """Terms kept of a document, the weightiest first; with all of them background words join stories."""
    background: int = 1_000
    """Documents taken to exist besides those given: in a small set a story's own words would seem to be common."""
    common: float = 0.2
    """Share of the documents from which on a term tells nothing: what every fifth document says names no event."""
    uncommon: int = 5
    """Documents a term may be in whatever the share: in a handful of documents every word is in many."""
    least: float = 0.06
    """Pairs less alike than this count as not alike at all, which keeps the graph of pairs sparse."""
    threshold: float = 0.12
    """Average likeness down to which groups are joined."""
    half_life_days: float = 1.0
    """Days after which half of what time can take of a likeness is gone."""
    floor: float = 0.45
    """Share of a likeness that time cannot take."""


_ROWS = 512  # rows multiplied at a time: bounds memory at rows x documents, however alike the documents are
DAY_S = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents by their positions, ``first < second``, and how alike they are, from 0 to 1."""

    first: int
    second: int
    similarity: float


def idf(frequencies: Mapping[str, int], documents: int, params: StoryParams) -> dict[str, float]:
    """Inverse document frequency of terms, above 0; without those that are too common to tell anything.

    Args:
        frequencies: term -> number of documents that have it.
        documents: number of all documents.
        params: the background.

    Source:
        Sparck Jones, "A statistical interpretation of term specificity", 1972.
    """
    everything = params.background + documents + 1
    most = max(params.uncommon, params.common * documents)
    return {term: log(everything / (count + 1)) for term, count in frequencies.items() if count <= most}


def vector(terms: Mapping[str, float], weights: Mapping[str, float], strongest: int) -> dict[str, float]:
    """The TF-IDF vector of one document, of length 1.

    Args:
        terms: weighted counts of its terms.
        weights: inverse document frequency of each term; unknown terms are left out.
        strongest: how many of its terms to keep, the weightiest first.
    """
    weighed = ((log1p(count) * weights[term], term) for term, count in terms.items() if term in weights)
    kept = sorted(weighed, key=lambda item: (-item[0], item[1]))[:strongest]
    length = sqrt(sum(weight * weight for weight, _ in kept)) or 1.0
    return {term: weight / length for weight, term in kept}


def closeness(days: NDArray[np.float64] | float, params: StoryParams) -> NDArray[np.float64]:
    """What time leaves of a likeness: 1 on the same day, towards ``params.floor`` in the long run.

    Args:
        days: between two documents, one number or an array of any shape.
        params: the half-life and the floor.
    """
    remaining: NDArray[np.float64] = np.exp2(-np.abs(days) / params.half_life_days)
    return params.floor + (1 - params.floor) * remaining


def matrix(features: Sequence[Features], params: StoryParams) -> csr_array:
    """TF-IDF vectors of documents, one a row, in the order given; shape (documents, terms)."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction import DictVectorizer

    frequencies = Counter(term for f in features for term in f.terms)
    weights = idf(frequencies, len(features), params)
    vectors = [vector(f.terms, weights, params.strongest) for f in features]
    return csr_array(DictVectorizer().fit_transform(vectors)) if any(vectors) else csr_array((len(vectors), 0))


def pairs(features: Sequence[Features], params: StoryParams) -> Iterator[Pair]:
    """Pairs whose cosine, lessened by the days between them, is at least ``params.least``; in order of positions.

    Args:
        features: the documents; positions count from 0.
        params: how many terms, which likeness, how time counts.
    """
    rows = matrix(features, params)
    columns = rows.T.tocsr()
    days = np.array([f.when.timestamp() / DAY_S for f in features])
    for start in range(0, len(features), _ROWS):
        block = (rows[start : start + _ROWS] @ columns).tocoo()
        first, second = block.coords[0] + start, block.coords[1]
        kept = (first < second) & (block.data >= params.least)
        first, second, cosine = first[kept], second[kept], block.data[kept]
        similarity = cosine * closeness(days[first] - days[second], params)
        kept = similarity >= params.least
        yield from _in_order(first[kept], second[kept], similarity[kept])


def _in_order(first: NDArray[np.int64], second: NDArray[np.int64], similarity: NDArray[np.float64]) -> Iterator[Pair]:
    order = np.lexsort((second, first))
    columns = (first[order].tolist(), second[order].tolist(), similarity[order].tolist())
    return (Pair(first=a, second=b, similarity=s) for a, b, s in zip(*columns, strict=True))
