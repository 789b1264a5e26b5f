"""Average-link grouping on a sparse graph: pairs that are not in the graph count as not alike at all."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two documents by their positions, ``first < second``, and how alike they are, from 0 to 1."""

    first: int
    second: int
    similarity: float


class Linking:
    """Groups of positions that grow by joining the two groups most alike on average.

    A pair missing in the graph counts 0, so the averages are lower bounds of the true ones. The groups depend on
    nothing but the arguments: ties join the groups with the smallest positions first.

    Args:
        size: number of positions, from 0.
        alike: the graph, each pair once, in a fixed order (sums of floats depend on it).
        together: pairs that belong to one group whatever their likeness.
        apart: pairs that never come into one group; they give way to ``together``.

    Source:
        Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958 (average link).
    """

    def __init__(
        self,
        size: int,
        alike: Iterable[Pair],
        *,
        together: Collection[tuple[int, int]] = (),
        apart: Collection[tuple[int, int]] = (),
    ) -> None:
        self._members: dict[int, list[int]] = {position: [position] for position in range(size)}
        self._sums: list[dict[int, float]] = [{} for _ in range(size)]
        self._apart: list[set[int]] = [set() for _ in range(size)]
        self._group = list(range(size))
        for pair in alike:
            self._sums[pair.first][pair.second] = self._sums[pair.second][pair.first] = pair.similarity
        for first, second in apart:
            self._apart[first].add(second)
            self._apart[second].add(first)
        for first, second in together:
            self._join(*sorted((self._group[first], self._group[second])))

    def groups(self, threshold: float) -> list[list[int]]:
        """Join until no two groups are alike by ``threshold`` on average; positions ascend in and between groups."""
        heap = [
            (-average, first, second)
            for first in self._members
            for second in self._sums[first]
            if first < second and (average := self._average(first, second)) >= threshold
        ]
        heapq.heapify(heap)
        while heap:
            negative, first, second = heapq.heappop(heap)
            if not self._current(first, second, -negative):
                continue
            self._join(first, second)
            for other in self._sums[first]:
                if (average := self._average(first, other)) >= threshold:
                    heapq.heappush(heap, (-average, min(first, other), max(first, other)))
        return sorted(sorted(members) for members in self._members.values())

    def _average(self, first: int, second: int) -> float:
        return self._sums[first][second] / (len(self._members[first]) * len(self._members[second]))

    def _current(self, first: int, second: int, average: float) -> bool:
        """Whether both groups still are as they were when the average was taken, and may be joined."""
        if first not in self._members or second not in self._members or second in self._apart[first]:
            return False
        return self._average(first, second) == average

    def _join(self, first: int, second: int) -> None:
        """Move a group into one with a smaller name."""
        if first == second:
            return
        moved = self._members.pop(second)
        self._members[first] += moved
        for position in moved:
            self._group[position] = first
        self._hand_over(first, second)

    def _hand_over(self, first: int, second: int) -> None:
        """Give the likenesses and prohibitions of one group to the other."""
        sums = self._sums[first]
        for other, value in self._sums[second].items():
            del self._sums[other][second]
            if other != first:
                sums[other] = self._sums[other][first] = sums.get(other, 0.0) + value
        self._sums[second] = {}
        for other in self._apart[second] - {first}:
            self._apart[other].discard(second)
            self._apart[other].add(first)
            self._apart[first].add(other)
        self._apart[first].discard(second)
