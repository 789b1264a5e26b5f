"""Near-duplicates among documents that come and go: only where something changed they are looked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from digest import duplicates
from digest.types import Features

_RECENT = 65_536  # keys held in a dictionary before they are sorted into the others


class Reprints:
    """Documents that share a bucket of their signatures, in groups; what is alone in its buckets repeats nothing."""

    def __init__(self) -> None:
        self._keys, self._holders = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
        self._recent: dict[int, int] = {}
        self._group: dict[int, int] = {}
        self._members: dict[int, set[int]] = {}
        self._touched: set[int] = set()
        self._found: dict[int, Mapping[int, int]] = {}

    def add(self, slot: int, features: Features) -> None:
        """Add a document; ``slot`` is the number that the caller knows it by."""
        keys = duplicates.keys(features)
        others = self._sharing(keys)
        if others:
            self._join({slot, *others})
        for key in keys.tolist():
            self._recent.setdefault(key, slot)
        if len(self._recent) > _RECENT:
            self._sort()

    def drop(self, slot: int) -> None:
        """Forget a document."""
        group = self._group.get(slot)
        if group is not None:
            self._members[group].discard(slot)
            self._touched.add(group)

    def near(self, features: Features) -> set[int]:
        """Documents that a new one may repeat."""
        groups = self._sharing(duplicates.keys(features))
        return {each for slot in groups for each in (*self._members.get(self._group.get(slot, -1), ()), slot)}

    def find(self, read: Callable[[int], Features]) -> dict[int, int]:
        """Slot -> slot of the earliest document it repeats, of all documents.

        Args:
            read: gives the features of a slot; asked only for groups in which something changed.
        """
        for group in self._touched:
            held = {(each := read(slot)).document_id: (slot, each) for slot in self._members.get(group, ())}
            repeats = duplicates.find(each for _, each in held.values())
            self._found[group] = {held[document][0]: held[original][0] for document, original in repeats.items()}
        self._touched = set()
        return {slot: original for found in self._found.values() for slot, original in found.items()}

    def _sharing(self, keys: NDArray[np.uint64]) -> set[int]:
        """The first holder of each bucket."""
        places = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
        older = self._holders[places[self._keys[places] == keys]].tolist() if len(self._keys) else []
        return {*older, *(self._recent[key] for key in keys.tolist() if key in self._recent)}

    def _join(self, slots: Iterable[int]) -> None:
        """Make one group of those of several documents."""
        groups = {self._group.get(slot, slot) for slot in slots}
        into, *others = sorted(groups)
        members = self._members.setdefault(into, set())
        members.update(slots)
        for other in others:
            members |= self._members.pop(other, set())
            self._found.pop(other, None)
            self._touched.discard(other)
        self._group.update(dict.fromkeys(members, into))
        self._touched.add(into)

    def _sort(self) -> None:
        keys = np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent))
        holders = np.fromiter(self._recent.values(), dtype=np.int64, count=len(self._recent))
        every = np.concatenate([self._keys, keys])
        order = np.argsort(every, kind="stable")
        self._keys, self._holders = every[order], np.concatenate([self._holders, holders])[order]
        self._recent = {}
