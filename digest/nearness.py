"""Which documents are alike at all, by the statistics of one snapshot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digest.candidates import StoryParams
from digest.collection import Collection
from digest.growing import Block, Rows
from digest.neighbours import Numbers
from digest.postings import Postings
from digest.weighting import Statistics

Slots = NDArray[np.int64]
Pairs = tuple[Slots, Slots, Numbers, Numbers]
"""First and second slot of each pair, cosine of the texts, cosine of the titles."""

_VECTORS = 512  # made together


class Nearness:
    """Vectors of documents, and who is near whom.

    Args:
        documents: what slots stand for.
        seen: slots of the snapshot.
        params: which pairs are looked at.
    """

    def __init__(self, documents: Collection, seen: Slots, params: StoryParams) -> None:
        self._documents, self._params = documents, params
        sources = documents.sources[seen]
        terms, titles = documents.terms.block(seen), documents.titles.block(seen)
        self._terms = Statistics(terms, sources, len(seen), documents.width, params)
        self._titles = Statistics(titles, None, len(seen), documents.width, params)
        self._postings = Postings()
        self._row = np.empty(0, dtype=np.int64)
        """Of each slot the row of its vectors, in the order they were added; -1 for none."""
        self._vectors, self._title_vectors = Rows(), Rows()
        self._query = np.zeros(0)

    def add(self, slots: Slots) -> None:
        """Make the vectors of documents, and let them be found."""
        start = len(self._vectors)
        for begin in range(0, len(slots), _VECTORS):
            self._add_vectors(slots[begin : begin + _VECTORS])
        self._row = _longer(self._row, len(self._documents))
        self._row[slots] = np.arange(start, len(self._vectors))
        vectors = self._vectors.block(np.arange(start, len(self._vectors)))
        self._postings.add(slots, self._documents.days[slots], vectors, self._documents.width)
        if self._documents.width > len(self._query):
            self._query = np.zeros(2 * self._documents.width)

    def _add_vectors(self, slots: Slots) -> None:
        documents = self._documents
        sources, size = documents.sources[slots], len(slots)
        self._vectors.extend(self._terms.vectors(documents.terms.block(slots), size, documents.order, sources), size)
        self._title_vectors.extend(
            self._titles.vectors(documents.titles.block(slots), size, documents.order, None), size
        )

    def earlier(self, slot: int, found: Slots) -> NDArray[np.bool_]:
        """Which documents were added before one."""
        return np.asarray(self._row[found] < self._row[slot])

    def near(self, slot: int) -> tuple[Slots, Numbers]:
        """Other documents alike at all and not too far in time, with the cosines, in no order."""
        columns, weights = self._vectors.row(int(self._row[slot]))
        day, within = float(self._documents.days[slot]), self._params.idle_days
        found, cosines = self._postings.alike(columns, weights.astype(np.float64), self._params.least, day, within)
        kept = (found != slot) & (np.abs(self._documents.days[found] - day) <= within)
        return found[kept], cosines[kept]

    def titles(self, slot: int, others: Slots) -> Numbers:
        """Cosine of a document's title with those of others."""
        columns, weights = self._title_vectors.row(int(self._row[slot]))
        self._query[columns] = weights
        block: Block = self._title_vectors.block(self._row[others])
        products = self._query[block.columns] * block.weights
        self._query[columns] = 0.0
        cosines = np.bincount(block.rows, weights=products, minlength=len(others)).astype(np.float64)
        return np.asarray(np.round(np.minimum(cosines, 1.0), 6), dtype=np.float64)


def _longer(rows: Slots, size: int) -> Slots:
    if size <= len(rows):
        return rows
    return np.concatenate([rows, np.full(size * 5 // 4 + 64 - len(rows), -1)])
