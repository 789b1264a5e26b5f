"""How much each term of a document tells: TF-IDF from the statistics of a snapshot of all documents.

The snapshot is a function of the set that rarely changes: as documents come in by time, their weights stay what they
were, so what was compared once need not be compared again.
"""

from __future__ import annotations

from math import log

import numpy as np
from numpy.typing import NDArray

from digest.candidates import StoryParams
from digest.growing import Block

_ALL = 2_000  # documents up to which the snapshot is all of them: comparing them anew takes seconds
_STEP = 1.5  # growth from one snapshot to the next: all are compared anew about six times for ten times the documents
_SHARE = 0.9  # of the documents at most: what comes a few days late does not change the snapshot


def snapshot(days: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which documents the statistics are taken from: the earlier ones, but all where there are few or none has a date.

    Args:
        days: time of each document, in any order; shape (documents,).

    Returns:
        Shape (documents,); a function of the set of times.
    """
    if len(days) <= _ALL:
        return np.ones(len(days), dtype=bool)
    step = int(log(_SHARE * len(days)) / log(_STEP))
    last = np.partition(days, int(_STEP**step) - 1)[int(_STEP**step) - 1]
    return np.asarray(days <= last)


class Statistics:
    """In how many documents of the snapshot each term is, in all and by source.

    What a source says in each of its documents counts less: the form of a bulletin names no event.

    Args:
        rows: weighted counts of terms of the snapshot.
        sources: number of the source of each row of the block; None where the source does not matter.
        size: rows in the block.
        width: number of terms known so far; terms to come are in no document of the snapshot.
        params: how many terms are kept, and which are too common.

    Source:
        Sparck Jones, "A statistical interpretation of term specificity", 1972.
    """

    def __init__(
        self, rows: Block, sources: NDArray[np.int64] | None, size: int, width: int, params: StoryParams
    ) -> None:
        self._params = params
        counts = np.bincount(rows.columns, minlength=width)
        everything = params.background + size + 1
        told = counts <= max(params.uncommon, params.common * size)
        self._weights = np.where(told, np.log(everything / (np.maximum(counts, 1) + 1)), 0.0)
        self._unseen = log(everything / 2)
        self._weights = np.append(self._weights, 0.0)  # so that a look-up finds something where no term is known
        self._known = len(counts)
        self._sizes = None if sources is None else np.bincount(sources)
        if sources is not None:
            keys = _said(sources[rows.rows], rows.columns)
            self._habits, self._habit_counts = np.unique(keys, return_counts=True)

    def vectors(self, rows: Block, size: int, order: NDArray[np.uint64], sources: NDArray[np.int64] | None) -> Block:
        """TF-IDF vectors of length 1, the weightiest terms only; entries of a row in ``order``.

        Args:
            rows: weighted counts of terms.
            size: rows in the block.
            order: of each term a number that depends on its letters alone: ties go by it, whatever came first.
            sources: number of the source of each row, when the statistics know sources.
        """
        known = np.minimum(rows.columns, len(self._weights) - 1)
        unseen = rows.columns >= self._known
        weights = np.log1p(rows.weights) * np.where(unseen, self._unseen, self._weights[known])
        if sources is not None:
            weights = weights * self._unusual(sources[rows.rows], rows.columns)
        told = weights > 0
        return _cut(rows.rows[told], rows.columns[told], weights[told], size, order, self._params.strongest)

    def _unusual(self, sources: NDArray[np.int64], columns: NDArray[np.int32]) -> NDArray[np.float64]:
        """One minus the share of its source's documents that have a term."""
        assert self._sizes is not None
        keys = _said(sources, columns)
        if not len(self._habits):
            return np.ones(len(keys))
        places = np.minimum(np.searchsorted(self._habits, keys), len(self._habits) - 1)
        said = np.where(self._habits[places] == keys, self._habit_counts[places], 0)
        known = np.minimum(sources, len(self._sizes) - 1)
        sizes = np.where(sources < len(self._sizes), self._sizes[known], 0)
        return np.asarray(1 - said / (sizes + 1))


def _said(sources: NDArray[np.int64], columns: NDArray[np.int32]) -> NDArray[np.int64]:
    return (sources.astype(np.int64) << 32) | columns


def _cut(
    rows: NDArray[np.int64],
    columns: NDArray[np.int32],
    weights: NDArray[np.float64],
    size: int,
    order: NDArray[np.uint64],
    strongest: int,
) -> Block:
    """The weightiest terms of each row, scaled to length 1."""
    keys = order[columns]
    by_weight = np.lexsort((keys, -weights, rows))
    lengths = np.bincount(rows, minlength=size)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    kept = by_weight[rank < strongest]
    kept = kept[np.lexsort((keys[kept], rows[kept]))]
    length = np.sqrt(np.bincount(rows[kept], weights=weights[kept] ** 2, minlength=size))
    scaled = (weights[kept] / length[rows[kept]]).astype(np.float32)  # as they are stored: half the memory
    return Block(rows=rows[kept], columns=columns[kept], weights=scaled.astype(np.float64))
