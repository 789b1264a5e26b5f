"""How probable it is that two documents tell one story: a model learned from pairs that people labelled.

Nothing in it is a matter of one language or of one kind of source: it weighs likeness against the likeness of other
documents, and time against how long the stories at hand last. ``python -m benchmarks.train_stories`` learns it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from digest.candidates import DAY_S, StoryParams, candidates, cosines, matrix
from digest.coefficients import COEFFICIENTS, INTERCEPT
from digest.linking import Pair
from digest.neighbours import OWN_DAY, Neighbourhood, Numbers
from digest.types import Features

_PAIRS = 50_000  # looked at together: bounds memory
_FAINT = 1e-3  # added before a logarithm
LEAST = 0.02
"""Probability below which a pair counts as not alike at all, which keeps the graph of pairs sparse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Logistic regression on the evidence of a pair.

    Source:
        Cox, "The regression analysis of binary sequences", 1958.
    """

    intercept: float
    coefficients: Mapping[str, float]
    """For each of :data:`EVIDENCE`."""

    def probabilities(self, numbers: Numbers) -> Numbers:
        """Probability of one story for each row of :func:`evidence`, shape (rows,)."""
        score: Numbers = numbers @ np.array([self.coefficients[name] for name in EVIDENCE]) + self.intercept
        return np.exp(-np.logaddexp(0.0, -score))


EVIDENCE = tuple(COEFFICIENTS)
"""Names of the columns of :func:`evidence`."""

MODEL = Model(intercept=INTERCEPT, coefficients=COEFFICIENTS)


def evidence(features: Sequence[Features], params: StoryParams) -> tuple[Neighbourhood, Iterator[Numbers]]:
    """What the model weighs of each candidate pair.

    Args:
        features: the documents; positions count from 0.
        params: which pairs are candidates.

    Returns:
        The graph of candidates, and their numbers: arrays of shape (some pairs, ``len(EVIDENCE)``), in order.
    """
    days = np.array([f.when.timestamp() / DAY_S for f in features])
    graph = Neighbourhood(days, candidates(features, params))
    return graph, _blocks(graph, features, params)


def _blocks(graph: Neighbourhood, features: Sequence[Features], params: StoryParams) -> Iterator[Numbers]:
    titles = matrix([f.title for f in features], params)
    for start in range(0, len(graph.candidates.first), _PAIRS):
        chosen = slice(start, start + _PAIRS)
        first, second = graph.candidates.first[chosen], graph.candidates.second[chosen]
        found = {"title": cosines(titles, first, second)} | _numbers(graph, chosen)
        yield np.stack([found[name] for name in EVIDENCE], axis=1)


def _numbers(graph: Neighbourhood, chosen: slice) -> dict[str, Numbers]:
    """Likeness, time, and whether either has something more like it on its own day: if so they are two developments."""
    cosine = graph.candidates.cosine[chosen]
    one, other = graph.own_day[graph.candidates.first[chosen]], graph.own_day[graph.candidates.second[chosen]]
    most, least = np.maximum(one, other), np.minimum(one, other)
    later = (graph.apart[chosen] > OWN_DAY).astype(float)
    lasting = np.log(graph.lasting[chosen] + _FAINT)
    return {
        "cosine": cosine,
        "cosine_root": np.sqrt(cosine),
        "later_above_own_day_most": later * (cosine - most),
        "later_above_own_day_least": later * (cosine - least),
        "later_own_day_most": later * most,
        "later_own_day_least": later * least,
        "lasting": lasting,
        "lasting_cosine": lasting * cosine,
    }


def pairs(features: Sequence[Features], params: StoryParams, model: Model = MODEL) -> Iterator[Pair]:
    """Pairs that may tell one story, with the probability that they do, in order of positions.

    Args:
        features: the documents; positions count from 0.
        params: which pairs are candidates.
        model: what weighs the evidence.
    """
    graph, blocks = evidence(features, params)
    start = 0
    for numbers in blocks:
        probability = model.probabilities(numbers)
        for place in np.flatnonzero(probability >= LEAST).tolist():
            first, second = graph.candidates.first[start + place], graph.candidates.second[start + place]
            yield Pair(first=int(first), second=int(second), similarity=float(probability[place]))
        start += len(numbers)
