"""What surrounds a pair of documents among all the others: what else came on their days, and how long stories last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.candidates import Candidates

Numbers = NDArray[np.float64]

OWN_DAY = 1.5
"""Days apart up to which two documents are of one day: dates without an hour put reports of one evening a day apart."""

_EDGES = np.array([0.5, 1.5, 3.5, 7.5, 14.5, 30.5, 90.5])  # days: the bins of how long stories last here
_PRIOR = 2.0  # pairs taken to be seen besides, spread like any two documents


class Neighbourhood:
    """The candidates as a graph, with the time of each document.

    Args:
        days: time of each document in days, shape (documents,).
        candidates: the pairs.
    """

    def __init__(self, days: Numbers, candidates: Candidates) -> None:
        self.candidates = candidates
        self.apart: Numbers = np.abs(days[candidates.first] - days[candidates.second])
        """Days between the two of each pair, shape (pairs,)."""
        self.own_day = _best(len(days), candidates, self.apart <= OWN_DAY)
        """The highest cosine of each document to another of its own day, 0 where there is none; shape (documents,)."""
        self.lasting = _lasting(days, candidates, self.apart)
        """Of each pair, the share of stories here that seem to last at least as long as its two are apart.

        Shape (pairs,), above 0 up to 1.
        """


def _best(size: int, candidates: Candidates, chosen: NDArray[np.bool_]) -> Numbers:
    """The highest cosine of each document in the chosen pairs."""
    best = np.zeros(size)
    np.maximum.at(best, candidates.first[chosen], candidates.cosine[chosen])
    np.maximum.at(best, candidates.second[chosen], candidates.cosine[chosen])
    return best


def _lasting(days: Numbers, candidates: Candidates, apart: Numbers) -> Numbers:
    """Seen in pairs that are each other's nearest: where many of those lie weeks apart, stories last for weeks.

    So the weight of time comes from the documents themselves, not from those that the model was learned from.
    """
    best = _best(len(days), candidates, np.ones(len(apart), dtype=bool))
    mutual = candidates.cosine >= np.maximum(best[candidates.first], best[candidates.second])
    seen = np.bincount(_bins(apart[mutual]), minlength=len(_EDGES) + 1)
    shares = (seen + _PRIOR * _any_two(days)) / (seen.sum() + _PRIOR)
    at_least: Numbers = np.cumsum(shares[::-1])[::-1]
    return np.minimum(at_least[_bins(apart)], 1.0)


def _bins(days: Numbers) -> NDArray[np.intp]:
    return np.searchsorted(_EDGES, days, side="left")


def _any_two(days: Numbers) -> Numbers:
    """Share of all pairs of documents, candidates or not, in each bin of days."""
    times = np.sort(days)
    every = len(times) * (len(times) - 1) / 2
    before = np.arange(1, len(times) + 1)
    within = [float((np.searchsorted(times, times + edge, side="right") - before).sum()) for edge in _EDGES]
    return np.diff(np.array([0.0, *within, every])) / max(every, 1.0)
