"""The pairs of documents that may tell one story, and how probable it is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest.growing import Column
from digest.likeness import Evidence, Model
from digest.neighbours import OWN_DAY, Lasting, Numbers, best


class Edges:
    """Pairs by slot, each once, in columns of the same length."""

    def __init__(self) -> None:
        self._first, self._second = Column(np.int32), Column(np.int32)
        self._cosine, self._title = Column(np.float32), Column(np.float32)
        self._probability = Column(np.float64)

    def __len__(self) -> int:
        return len(self._first)

    @property
    def first(self) -> NDArray[np.int32]:
        """One slot of each pair."""
        return self._first.values

    @property
    def second(self) -> NDArray[np.int32]:
        """The other slot of each pair."""
        return self._second.values

    @property
    def cosine(self) -> NDArray[np.float32]:
        """Of the texts of each pair."""
        return self._cosine.values

    @property
    def probability(self) -> Numbers:
        """That both tell one story; -1 until :meth:`weigh` was called."""
        return self._probability.values

    def columns(self) -> dict[str, Column]:
        """Everything it holds, by name."""
        return {
            "first": self._first,
            "second": self._second,
            "cosine": self._cosine,
            "title": self._title,
            "probability": self._probability,
        }

    def add(self, first: NDArray[np.int64], second: NDArray[np.int64], cosine: Numbers, title: Numbers) -> None:
        """Add pairs."""
        added: tuple[NDArray[Any], ...] = (first, second, cosine, title, np.full(len(first), -1.0))
        for column, values in zip(self.columns().values(), added, strict=True):
            column.extend(values)

    def drop(self, slots: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Drop the pairs of some slots, shape (slots,).

        Returns:
            The slots of those pairs.
        """
        dropped = slots[self.first] | slots[self.second]
        ends = np.concatenate([self.first[dropped], self.second[dropped]])
        if dropped.any():
            for column in self.columns().values():
                column.keep(~dropped)
        return ends

    def own_day(self, days: Numbers) -> Numbers:
        """The highest cosine of each slot to another of its own day, 0 where there is none."""
        near = np.flatnonzero(np.abs(days[self.first] - days[self.second]) <= OWN_DAY)
        return best(
            len(days),
            self.first[near].astype(np.int64),
            self.second[near].astype(np.int64),
            self._cosine.values[near].astype(np.float64),
        )

    def evidence(self, chosen: NDArray[np.int64], days: Numbers, own_day: Numbers, lasting: Lasting) -> Evidence:
        """What is known of some pairs."""
        first, second = self.first[chosen], self.second[chosen]
        apart = np.abs(days[first] - days[second])
        return Evidence(
            cosine=self._cosine.values[chosen].astype(np.float64),
            title=self._title.values[chosen].astype(np.float64),
            apart=apart,
            lasting=lasting.share(apart),
            own_day_most=np.maximum(own_day[first], own_day[second]),
            own_day_least=np.minimum(own_day[first], own_day[second]),
        )

    def weigh(
        self, touched: NDArray[np.bool_], days: Numbers, own_day: Numbers, lasting: Lasting, model: Model
    ) -> NDArray[np.int32]:
        """Make the probabilities of the pairs that are new or have a touched slot.

        Returns:
            The slots of pairs whose probability changed.
        """
        chosen = np.flatnonzero((self.probability < 0) | touched[self.first] | touched[self.second])
        made = model.probabilities(self.evidence(chosen, days, own_day, lasting))
        changed = chosen[made != self.probability[chosen]]
        self.probability[chosen] = made
        return np.concatenate([self.first[changed], self.second[changed]])
