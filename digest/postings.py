"""Finding the documents that are alike at all: postings, in segments that are merged as they grow in number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digest.growing import Block, Column, Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_RECENT = 256  # rows kept as they came, before they are turned into postings
_MERGED = 4  # segments of one size that are merged into one
_LARGEST = 32_768  # rows in a segment: those that lie too long ago are passed over whole
_DIGITS = 6  # of a cosine: more are noise of the order in which sums were taken


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Segment:
    """Postings of rows."""

    slots: NDArray[np.int64]
    columns: csr_array
    """Shape (terms known then, rows)."""
    first_day: float
    last_day: float


class Postings:
    """Vectors of documents by the terms they hold; slots are numbers that the caller gives to documents."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._query = np.zeros(0)  # by term; all zero between two questions
        self._forget_recent()

    def _forget_recent(self) -> None:
        self._recent, self._recent_rows = Rows(), Column(np.int64)
        self._slots, self._days = Column(np.int64), Column(np.float64)

    def add(self, slots: NDArray[np.int64], days: NDArray[np.float64], vectors: Block, width: int) -> None:
        """Add rows.

        Args:
            slots: of each row of the block.
            days: time of each.
            vectors: of length 1.
            width: number of terms known.
        """
        if len(slots) >= _RECENT:
            self._flush(width)
            self._append(_segment(slots, days, vectors, width), width)
            return
        self._recent_rows.extend(vectors.rows + len(self._recent))
        self._recent.extend(vectors, len(slots))
        self._slots.extend(slots)
        self._days.extend(days)
        if len(self._recent) >= _RECENT:
            self._flush(width)

    def alike(
        self, columns: NDArray[np.int32], weights: NDArray[np.float64], least: float, day: float, within: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Slots of at least some cosine to a vector, with the cosines, in no order.

        Args:
            columns: terms of the vector.
            weights: their weights.
            least: smallest cosine.
            day: time of the vector.
            within: segments all of whose rows are more days apart are passed over.
        """
        found = [
            _products(segment, columns, weights, least)
            for segment in self._segments
            if segment.first_day - within <= day <= segment.last_day + within
        ]
        found.append(self._among_recent(columns, weights, least))
        slots, cosines = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return slots, cosines

    def _among_recent(
        self, columns: NDArray[np.int32], weights: NDArray[np.float64], least: float
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        terms = self._recent.columns.values
        width = int(max(terms.max(initial=0), columns.max(initial=0))) + 1
        if width > len(self._query):
            self._query = np.zeros(2 * width)
        self._query[columns] = weights
        products = self._query[terms] * self._recent.weights.values
        self._query[columns] = 0.0
        cosines = _rounded(
            np.bincount(self._recent_rows.values, weights=products, minlength=len(self._slots)).astype(np.float64)
        )
        kept = np.flatnonzero(cosines >= least)
        return self._slots.values[kept], cosines[kept]

    def _flush(self, width: int) -> None:
        """Turn the recent rows into a segment."""
        if len(self._slots):
            block = self._recent.block(np.arange(len(self._recent)))
            segment = _segment(self._slots.values.copy(), self._days.values, block, width)
            self._forget_recent()
            self._append(segment, width)

    def _append(self, segment: _Segment, width: int) -> None:
        """Add a segment, and merge the last ones while there are several of about its size."""
        self._segments.append(segment)
        while len(self._segments) >= _MERGED:
            last = self._segments[-_MERGED:]
            size = sum(len(each.slots) for each in last)
            if size > _LARGEST or len(last[0].slots) >= _MERGED * len(last[-1].slots):
                return
            self._segments[-_MERGED:] = [_merged(last, width)]


def _segment(slots: NDArray[np.int64], days: NDArray[np.float64], vectors: Block, width: int) -> _Segment:
    from scipy.sparse import csr_array

    entries = (vectors.weights.astype(np.float32), (vectors.columns, vectors.rows))
    columns = csr_array(entries, shape=(width, len(slots)))
    return _Segment(slots=slots, columns=columns, first_day=float(days.min()), last_day=float(days.max()))


def _merged(segments: list[_Segment], width: int) -> _Segment:
    from scipy.sparse import hstack

    for each in segments:
        each.columns.resize((width, each.columns.shape[1]))
    return _Segment(
        slots=np.concatenate([each.slots for each in segments]),
        columns=hstack([each.columns for each in segments], format="csr"),
        first_day=min(each.first_day for each in segments),
        last_day=max(each.last_day for each in segments),
    )


def _products(
    segment: _Segment, columns: NDArray[np.int32], weights: NDArray[np.float64], least: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    known = columns < segment.columns.shape[0]
    cosines = _rounded(segment.columns[columns[known]].T @ weights[known])
    kept = np.flatnonzero(cosines >= least)
    return segment.slots[kept], cosines[kept]


def _rounded(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.minimum(np.round(cosines, _DIGITS), 1.0)
