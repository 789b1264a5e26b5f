"""What surrounds a pair of documents among all the others: what else came on their days, and how long stories last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

OWN_DAY = 1.5
"""Days apart up to which two documents are of one day: dates without an hour put reports of one evening a day apart."""

_EDGES = np.array([0.5, 1.5, 3.5, 7.5, 14.5, 30.5, 90.5])  # days: the bins of how long stories last here
_PRIOR = 2.0  # pairs taken to be seen besides, spread like any two documents


def best(size: int, first: NDArray[np.int64], second: NDArray[np.int64], cosine: Numbers) -> Numbers:
    """The highest cosine of each document in some pairs, 0 where it is in none; shape (size,)."""
    highest = np.zeros(size)
    np.maximum.at(highest, first, cosine)
    np.maximum.at(highest, second, cosine)
    return highest


class Lasting:
    """How long stories last here, seen in pairs that are each other's nearest.

    Where many of those lie weeks apart, stories last for weeks. So the weight of time comes from the documents
    themselves, not from those that the model was learned from.

    Args:
        nearest_apart: days between the two of each such pair.
        days: time of each document, in any order.
    """

    def __init__(self, nearest_apart: Numbers, days: Numbers) -> None:
        seen = np.bincount(_bins(nearest_apart), minlength=len(_EDGES) + 1)
        shares = (seen + _PRIOR * _any_two(days)) / (seen.sum() + _PRIOR)
        self._at_least: Numbers = np.minimum(np.cumsum(shares[::-1])[::-1], 1.0)

    def share(self, apart: Numbers) -> Numbers:
        """Share of stories here that seem to last at least so many days, above 0 up to 1; shape as given."""
        return self._at_least[_bins(apart)]


def _bins(days: Numbers) -> NDArray[np.intp]:
    return np.searchsorted(_EDGES, days, side="left")


def _any_two(days: Numbers) -> Numbers:
    """Share of all pairs of documents, alike or not, in each bin of days."""
    times = np.sort(days)
    every = len(times) * (len(times) - 1) / 2
    if not every:
        return np.array([0.0] * len(_EDGES) + [1.0])  # nothing is known: time takes nothing
    before = np.arange(1, len(times) + 1)
    within = [float((np.searchsorted(times, times + edge, side="right") - before).sum()) for edge in _EDGES]
    return np.diff(np.array([0.0, *within, every])) / every
