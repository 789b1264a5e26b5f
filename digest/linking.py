"""Average-link grouping on a sparse graph: pairs that are not in the graph count as not alike at all."""

from __future__ import annotations

import heapq
from collections.abc import Collection
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Two positions of each pair, and how alike they are, from 0 to 1."""

Near = tuple[NDArray[np.int64], NDArray[np.float64]]


class Linking:
    """Groups of positions that grow by joining the two groups most alike on average.

    A pair missing in the graph counts 0, so the averages are lower bounds of the true ones. The groups depend on
    nothing but the arguments, whatever the order of pairs: ties join the groups with the smallest positions first.

    Joining two groups never makes a third more alike than it was to the better of them, so what a group found to be
    its best partner is an upper bound until it grows itself, and is looked at again only when it comes to the top.

    Args:
        size: number of positions, from 0.
        alike: the graph, each pair once.
        together: pairs that belong to one group whatever their likeness.
        apart: pairs that never come into one group; they give way to ``together``.

    Source:
        Sokal and Michener, "A statistical method for evaluating systematic relationships", 1958 (average link);
        Müllner, "Modern hierarchical, agglomerative clustering algorithms", 2011 (lazy nearest neighbours).
    """

    def __init__(
        self,
        size: int,
        alike: Pairs,
        *,
        together: Collection[tuple[int, int]] = (),
        apart: Collection[tuple[int, int]] = (),
    ) -> None:
        self._members: dict[int, list[int]] = {position: [position] for position in range(size)}
        self._group = np.arange(size)
        self._sizes = np.ones(size)
        self._near = _neighbours(size, *alike)
        """Of each group the groups it was alike to, perhaps under names they had, and the sums of likenesses."""
        self._apart: dict[int, set[int]] = {}
        for first, second in apart:
            self._apart.setdefault(first, set()).add(second)
            self._apart.setdefault(second, set()).add(first)
        for first, second in together:
            self._join(*sorted((int(self._group[first]), int(self._group[second]))))

    def groups(self, threshold: float) -> list[list[int]]:
        """Join until no two groups are alike by ``threshold`` on average; positions ascend in and between groups."""
        found = ((group, self._best(group)) for group in self._members)
        heap = [(*best, group) for group, best in found if best is not None and -best[0] >= threshold]
        heapq.heapify(heap)
        while heap:
            negative, first, second, asked = heapq.heappop(heap)
            if asked not in self._members:
                continue
            best = self._best(asked)
            if best == (negative, first, second):
                self._join(first, second)
                asked = first
                best = self._best(first)
            if best is not None and -best[0] >= threshold:
                heapq.heappush(heap, (*best, asked))
        return sorted(sorted(members) for members in self._members.values())

    def _best(self, group: int) -> tuple[float, int, int] | None:
        """The group most alike on average: minus the average, and both names, the smaller first."""
        self._rename(group)
        others, sums = self._near[group]
        if not len(others):
            return None
        averages = sums / (self._sizes[others] * self._sizes[group])
        forbidden = self._apart.get(group)
        if forbidden:
            averages[np.isin(others, list(forbidden))] = 0.0
        place = int(averages.argmax())  # the first of equals, and others ascend
        if averages[place] <= 0:
            return None
        other = int(others[place])
        return -float(averages[place]), min(group, other), max(group, other)

    def _join(self, first: int, second: int) -> None:
        """Move a group into one with a smaller name."""
        if first == second:
            return
        moved = self._members.pop(second)
        self._members[first] += moved
        self._group[moved] = first
        self._sizes[first] += self._sizes[second]
        parts = (self._near[first], self._near[second])
        others, sums = (np.concatenate(part) for part in zip(*parts, strict=True))
        self._near[first], self._near[second] = (others, sums), (others[:0], sums[:0])
        self._rename(first)
        self._hand_over(first, second)

    def _rename(self, group: int) -> None:
        """Put what is alike to a group under the names of today, each once."""
        others, sums = self._near[group]
        named = self._group[others]
        if len(named) and (not np.array_equal(named, others) or (np.diff(named) <= 0).any()):
            apart = named != group
            found, place = np.unique(named[apart], return_inverse=True)
            self._near[group] = found, np.bincount(place, weights=sums[apart], minlength=len(found)).astype(np.float64)

    def _hand_over(self, first: int, second: int) -> None:
        """Give the prohibitions of one group to the other."""
        forbidden = self._apart.pop(second, set()) - {first}
        for other in forbidden:
            self._apart[other].discard(second)
            self._apart[other].add(first)
        if forbidden:
            self._apart.setdefault(first, set()).update(forbidden)
        self._apart.get(first, set()).discard(second)


def _neighbours(
    size: int, first: NDArray[np.int64], second: NDArray[np.int64], similarity: NDArray[np.float64]
) -> list[Near]:
    """Of each position those it is alike to, ascending, and how much."""
    ends, others = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((others, ends))
    bounds = np.searchsorted(ends[order], np.arange(size + 1)).tolist()
    others, sums = others[order], np.concatenate([similarity, similarity])[order]
    return [(others[begin:end], sums[begin:end]) for begin, end in pairwise(bounds)]
