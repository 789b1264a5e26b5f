"""Arrays that grow at their end: many documents in little memory, and no copying of all to add one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

_LEAST = 64
_GROWTH = 1.25  # of the memory at each growth: what is reserved and not used stays small


class Column:
    """An array that grows by rows.

    Args:
        dtype: of its values.
        width: values in a row; 0 for a plain array of one dimension.
    """

    def __init__(self, dtype: DTypeLike, width: int = 0) -> None:
        self._buffer = np.empty((0, width) if width else 0, dtype=dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> NDArray[Any]:
        """What it holds; valid until it grows."""
        return self._buffer[: self._size]

    def extend(self, more: NDArray[Any]) -> None:
        """Add rows at the end."""
        needed = self._size + len(more)
        if needed > len(self._buffer):
            grown = np.empty((max(_LEAST, int(needed * _GROWTH)), *self._buffer.shape[1:]), dtype=self._buffer.dtype)
            grown[: self._size] = self.values
            self._buffer = grown
        self._buffer[self._size : needed] = more
        self._size = needed

    def keep(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> None:
        """Drop all rows but these."""
        self._buffer = self._buffer[: self._size][kept]
        self._size = len(self._buffer)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Some sparse rows, one entry after another: three arrays of shape (entries,)."""

    rows: NDArray[np.int64]
    """Number of the row in the block, ascending."""
    columns: NDArray[np.int32]
    weights: NDArray[np.float64]


class Rows:
    """Sparse rows that grow at their end; a row keeps the order of its entries."""

    def __init__(self) -> None:
        self.columns = Column(np.int32)
        self.weights = Column(np.float32)
        self.ends = Column(np.int64)

    def __len__(self) -> int:
        return len(self.ends)

    def append(self, columns: Sequence[int], weights: Sequence[float]) -> None:
        """Add a row."""
        self.columns.extend(np.array(columns, dtype=np.int32))
        self.weights.extend(np.array(weights, dtype=np.float32))
        self.ends.extend(np.array([len(self.columns)]))

    def extend(self, block: Block, size: int) -> None:
        """Add the rows of a block, ``size`` of them."""
        ends = np.cumsum(np.bincount(block.rows, minlength=size)) + len(self.columns)
        self.columns.extend(block.columns)
        self.weights.extend(block.weights)
        self.ends.extend(ends)

    def row(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Columns and weights of one row."""
        ends = self.ends.values
        chosen = slice(int(ends[number - 1]) if number else 0, int(ends[number]))
        return self.columns.values[chosen], self.weights.values[chosen]

    def block(self, numbers: NDArray[np.int64]) -> Block:
        """Some rows, in the order given."""
        ends = self.ends.values
        starts = np.where(numbers > 0, ends[numbers - 1], 0)
        lengths = ends[numbers] - starts
        rows = np.repeat(np.arange(len(numbers)), lengths)
        places = np.arange(len(rows)) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        return Block(
            rows=rows,
            columns=self.columns.values[places],
            weights=self.weights.values[places].astype(np.float64),
        )

    def keep(self, numbers: NDArray[np.int64]) -> None:
        """Drop all rows but these, which come into the order given."""
        block = self.block(numbers)
        for column in (self.columns, self.weights, self.ends):
            column.keep(np.empty(0, dtype=np.int64))
        self.extend(block, len(numbers))
