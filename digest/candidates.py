"""Which pairs of documents are looked at, and sparse TF-IDF vectors of a handful of documents."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryParams:
    """What makes two documents one story; one set of defaults for news of a day and for events that run for weeks."""

    strongest: int = 100
    """Terms kept of a document, the weightiest first; with all of them background words join stories."""
    background: int = 1_000
    """Documents taken to exist besides those given: in a small set a story's own words would seem to be common."""
    common: float = 0.2
    """Share of the documents from which on a term tells nothing: what every fifth document says names no event."""
    uncommon: int = 5
    """Documents a term may be in whatever the share: in a handful of documents every word is in many."""
    least: float = 0.05
    """Cosine from which on a pair is looked at; of the pairs of one story on the benchmarks 99 % have it."""
    idle_days: float = 1_461.0
    """Days without a report after which a story is closed: documents further apart are not looked at as a pair.
    An event of the benchmarks is told again after 958 days; with 90 giveme5w1h loses 4.5 points."""
    threshold: float = 0.25
    """Average probability of being one story down to which groups are joined."""


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


def matrix(
    documents: Sequence[Mapping[str, float]], params: StoryParams, sources: Sequence[str] | None = None
) -> csr_array:
    """TF-IDF vectors of documents, one a row, in the order given; shape (documents, terms).

    Args:
        documents: term -> weighted count, for each.
        params: how many terms, and which are too common.
        sources: id of the source of each. What a source says in each of its documents then counts less: the form of a
            bulletin names no event.
    """
    from scipy.sparse import csr_array
    from sklearn.feature_extraction import DictVectorizer

    frequencies = Counter(term for terms in documents for term in terms)
    weights = idf(frequencies, len(documents), params)
    own = [weights] * len(documents) if sources is None else _unusual(documents, weights, sources)
    vectors = [vector(terms, each, params.strongest) for terms, each in zip(documents, own, strict=True)]
    return csr_array(DictVectorizer().fit_transform(vectors)) if any(vectors) else csr_array((len(vectors), 0))


def _habits(documents: Sequence[Mapping[str, float]], sources: Sequence[str]) -> Mapping[str, Counter[str]]:
    """Source -> term -> number of its documents that have it."""
    habits: dict[str, Counter[str]] = defaultdict(Counter)
    for terms, source in zip(documents, sources, strict=True):
        habits[source].update(terms.keys())
    return habits


def _unusual(
    documents: Sequence[Mapping[str, float]], weights: Mapping[str, float], sources: Sequence[str]
) -> Iterator[dict[str, float]]:
    """The weights of each document's terms, lessened by the share of its source's documents that have them."""
    sizes, habits = Counter(sources), _habits(documents, sources)
    for terms, source in zip(documents, sources, strict=True):
        known, size = habits[source], sizes[source] + 1
        yield {term: weights[term] * (1 - known[term] / size) for term in terms if term in weights}


def cosines(rows: csr_array, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    """Cosine of each pair of rows, shape (pairs,).

    Args:
        rows: vectors of length 1.
        first: positions of rows.
        second: positions of rows, as many.
    """
    products = rows[first].multiply(rows[second])
    return np.asarray(products.sum(axis=1), dtype=np.float64).ravel()
