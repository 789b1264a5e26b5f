"""Grouping that follows what changed: a graph of documents in which only touched parts are grouped anew.

What :meth:`StoryGraph.settle` answers is a function of the set of documents it holds and of the corrections. It can be
local because a pair's evidence depends on the two documents, on what else came on their days, and on statistics of a
snapshot of the set (:func:`digest.weighting.snapshot`) that rarely changes; when it does, everything is made anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digest import duplicates, parts
from digest.candidates import StoryParams
from digest.collection import Collection
from digest.constraints import Documents, settle
from digest.edges import Edges
from digest.likeness import LEAST, MODEL, Evidence, Model
from digest.nearness import Nearness, Pairs, Slots
from digest.neighbours import OWN_DAY, Lasting
from digest.parted import without_parted
from digest.parts import Ends
from digest.reprints import Reprints
from digest.types import Correction, Features
from digest.weighting import snapshot

_SAMPLE = 4_096  # documents whose nearest are looked for to see how long stories last
_CHUNK = 8_192  # documents added to the postings together
_UNGROUPED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Documents grouped into stories."""

    stories: tuple[frozenset[str], ...]
    """Groups of document ids, the group with the smallest id first; every document is in exactly one."""
    duplicates: Mapping[str, str]
    """Document id -> id of the earlier document that it (nearly) repeats."""
    regrouped: tuple[frozenset[str], ...] = ()
    """Those of the stories whose part of the graph was grouped anew; all others are as they were."""


class StoryGraph:
    """Documents and the pairs of them that may tell one story; an estimator that learns and forgets by document.

    Args:
        params: which pairs of documents are looked at, and when they are one story.
        model: what weighs the evidence of a pair.

    Attributes:
        documents: what it holds.
        snapshots_: how often the statistics were taken; each time all pairs are compared anew.
        relinked_: documents that the last :meth:`settle` grouped anew.
    """

    def __init__(self, params: StoryParams | None = None, model: Model = MODEL) -> None:
        self.params, self.model = params or StoryParams(), model
        self.documents = Collection()
        self.snapshots_ = self.relinked_ = 0
        self._reprints = Reprints()
        self._repeats: dict[int, int] = {}
        self._forgotten: set[int] = set()
        self._constraints: set[tuple[str, int, int]] = set()
        self._own_day: NDArray[np.float64] = np.zeros(0)
        self._links: list[Ends] = []
        self._walls: list[Ends] = []
        self._start(np.empty(0, dtype=np.int64))

    def add(self, features: Features) -> int | None:
        """Hold a document, in place of an earlier version of it.

        Returns:
            Its slot; None where this version or a later one is held already.
        """
        held = self.documents.slots.get(features.document_id)
        if held is not None:
            if self.documents.version(held) >= features.version:
                return None
            self.remove([features.document_id])
        slot = self.documents.add(features)
        self._reprints.add(slot, features)
        return slot

    def remove(self, documents: Iterable[str]) -> None:
        """Forget documents, by id."""
        for document in documents:
            slot = self.documents.slots.pop(document)
            self._reprints.drop(slot)
            self._forgotten.add(slot)

    def settle(self, corrections: Iterable[Correction] = ()) -> Partition:
        """Group all documents it holds.

        Args:
            corrections: the editors' word, all of it; of contradicting ones the later wins.
        """
        if len(self._forgotten) > len(self.documents.slots) / 4:
            self._compact()
        held = self.documents.slots
        said = settle(c for c in corrections if c.first in held and c.second in held)
        found = self._reprints.find(self.documents.features)
        self._renew([slot for slot in held.values() if slot not in found])
        repeats = self._without_parted(found, said.apart)
        dirty = self._follow({slot for slot in held.values() if slot not in repeats})
        dirty |= self._weigh()
        dirty |= self._moved(repeats)
        links = [(held[first], held[second]) for first, second in said.together]
        walls = [(held[first], held[second]) for first, second in said.apart]
        dirty |= self._constrain(links, walls)
        return self._partition(self._relink(dirty))

    def likely(self, slot: int) -> tuple[Slots, NDArray[np.float64]]:
        """Add the pairs of a new document as things stand, before the next :meth:`settle`.

        Returns:
            Documents that may tell the same story, and the probability of each.
        """
        before = len(self._edges)
        self._insert(np.array([slot]))
        chosen = np.arange(before, len(self._edges))
        days = self.documents.days
        self._own_day = lengthened(self._own_day, len(days))
        near = chosen[np.abs(days[self._edges.second[chosen]] - days[slot]) <= OWN_DAY]
        self._own_day[slot] = self._edges.cosine[near].max(initial=0.0)
        evidence = self._edges.evidence(chosen, days, self._own_day, self._lasting)
        others, probabilities = self._edges.second[chosen].astype(np.int64), self.model.probabilities(evidence)
        held = ~np.isin(others, list(self._forgotten))
        return others[held], probabilities[held]

    def evidence(self) -> tuple[Slots, Slots, Evidence]:
        """The slots of all pairs, as last settled, and what is known of them."""
        every = np.arange(len(self._edges))
        evidence = self._edges.evidence(every, self.documents.days, self._own_day, self._lasting)
        return self._edges.first.astype(np.int64), self._edges.second.astype(np.int64), evidence

    def repeated(self, features: Features) -> str | None:
        """Id of the earliest document held, of those that repeat none, that a new one repeats."""
        near = [slot for slot in self._reprints.near(features) if slot not in self._forgotten]
        held = [self.documents.features(slot) for slot in near if slot not in self._repeats]
        alike = [each for each in held if duplicates.same(each, features)]
        return min(alike, key=duplicates.chronology).document_id if alike else None

    def _start(self, seen: Slots) -> None:
        """Take new statistics, and forget all pairs and groups."""
        self._seen = seen
        self._near = Nearness(self.documents, seen, self.params)
        self._lasting = Lasting(np.empty(0), self.documents.days[seen])
        self._edges = Edges()
        self._active = np.zeros(len(self.documents), dtype=bool)
        self._group = np.full(len(self.documents), _UNGROUPED)
        self._next_group = 0
        self._own_day = np.zeros(len(self.documents))

    def _compact(self) -> None:
        """Number the documents anew without gaps; everything else follows."""
        self.documents.compact()
        self._forgotten, self._repeats, self._constraints = set(), {}, set()
        self._reprints = Reprints()
        for slot in range(len(self.documents)):
            self._reprints.add(slot, self.documents.features(slot))
        self._start(np.empty(0, dtype=np.int64))

    def _renew(self, originals: list[int]) -> None:
        """Where the snapshot is another, take its statistics and begin anew."""
        slots = np.array(sorted(originals), dtype=np.int64)
        seen = slots[snapshot(self.documents.days[slots])]
        if np.array_equal(seen, self._seen):
            return
        self.snapshots_ += 1
        self._start(seen)
        by_time = seen[np.argsort(self.documents.days[seen], kind="stable")]
        self._place(by_time)
        self._lasting = Lasting(self._nearest_apart(), self.documents.days[seen])
        self._connect(by_time)

    def _nearest_apart(self) -> NDArray[np.float64]:
        """Days between documents of the snapshot that are each other's nearest, each pair once."""
        by_name = sorted(self._seen.tolist(), key=lambda slot: _name(self.documents.ids[slot]))
        days = self.documents.days
        known: dict[int, list[int]] = {}
        apart: dict[tuple[int, int], float] = {}
        for slot in by_name[:_SAMPLE]:
            for other in self._nearest(slot, known):
                if slot in self._nearest(other, known):
                    apart[min(slot, other), max(slot, other)] = abs(float(days[slot] - days[other]))
        return np.array(list(apart.values()), dtype=np.float64)

    def _nearest(self, slot: int, known: dict[int, list[int]]) -> list[int]:
        if slot not in known:
            found, cosines = self._near.near(slot)
            known[slot] = found[cosines == cosines.max(initial=0.0)].tolist()
        return known[slot]

    def _follow(self, originals: set[int]) -> set[int]:
        """Bring the graph to hold just these slots.

        Returns:
            Slots that lost or gained a neighbour.
        """
        self._active = lengthened(self._active, len(self.documents))
        wanted = np.zeros(len(self.documents), dtype=bool)
        wanted[list(originals)] = True
        gone, new = self._active & ~wanted, np.flatnonzero(wanted & ~self._active)
        dirty = set(self._edges.drop(gone).tolist()) | set(new.tolist())
        self._active &= wanted
        self._insert(new[np.argsort(self.documents.days[new], kind="stable")])
        return {slot for slot in dirty if wanted[slot]}

    def _insert(self, slots: Slots) -> None:
        self._place(slots)
        self._connect(slots)

    def _place(self, slots: Slots) -> None:
        for begin in range(0, len(slots), _CHUNK):
            self._near.add(slots[begin : begin + _CHUNK])
        self._active = lengthened(self._active, len(self.documents))
        self._active[slots] = True

    def _connect(self, slots: Slots) -> None:
        """Add the pairs of documents with those that were placed before them."""
        for begin in range(0, len(slots), _CHUNK):
            found = [self._pairs(slot) for slot in slots[begin : begin + _CHUNK].tolist()]
            first, second, cosine, title = (np.concatenate(part) for part in zip(*found, strict=True))
            apart = np.abs(self.documents.days[first] - self.documents.days[second])
            nothing = np.zeros(len(first))
            evidence = Evidence(
                cosine=cosine,
                title=title,
                apart=apart,
                lasting=self._lasting.share(apart),
                own_day_most=nothing,
                own_day_least=nothing,
            )
            kept = self.model.highest(evidence) >= LEAST
            self._edges.add(first[kept], second[kept], cosine[kept], title[kept])

    def _pairs(self, slot: int) -> Pairs:
        found, cosines = self._near.near(slot)
        kept = self._active[found] & self._near.earlier(slot, found)
        others = found[kept]
        return np.full(len(others), slot), others, cosines[kept], self._near.titles(slot, others)

    def _weigh(self) -> set[int]:
        """Make the probabilities that are lacking or out of date."""
        days = self.documents.days
        before = lengthened(self._own_day, len(days))
        self._own_day = self._edges.own_day(days)
        touched = before != self._own_day
        return set(self._edges.weigh(touched, days, self._own_day, self._lasting, self.model).tolist())

    def _moved(self, repeats: dict[int, int]) -> set[int]:
        """Originals of the documents that repeat another one than before."""
        changed = dict(self._repeats.items() ^ repeats.items())
        ends = {*changed, *(table[slot] for slot in changed for table in (self._repeats, repeats) if slot in table)}
        self._repeats = repeats
        return {slot for slot in ends if slot not in self._forgotten}

    def _without_parted(self, found: dict[int, int], apart: Sequence[Documents]) -> dict[int, int]:
        """Repeats, without those that an editor parted from their original or from another that repeats it."""
        ids, held = self.documents.ids, self.documents.slots
        touched = {found.get(held[document], held[document]) for documents in apart for document in documents}
        left = {slot: original for slot, original in found.items() if original not in touched}
        parted = without_parted(
            {ids[slot]: ids[original] for slot, original in found.items() if original in touched},
            apart,
            lambda document: duplicates.chronology(self.documents.features(held[document])),
        )
        return left | {held[document]: held[original] for document, original in parted.items()}

    def _constrain(self, links: Sequence[Ends], walls: Sequence[Ends]) -> set[int]:
        """Keep what editors said of originals, in the order given.

        Returns:
            Slots of which something else was said before.
        """
        self._links, self._walls = self._of_originals(links), self._of_originals(walls)
        said = {("link", min(pair), max(pair)) for pair in self._links}
        said |= {("wall", min(pair), max(pair)) for pair in self._walls}
        changed = said ^ self._constraints
        self._constraints = said
        return {slot for _, first, second in changed for slot in (first, second) if slot not in self._forgotten}

    def _of_originals(self, said: Sequence[Ends]) -> list[Ends]:
        return [(self._repeats.get(first, first), self._repeats.get(second, second)) for first, second in said]

    def _relink(self, dirty: set[int]) -> set[int]:
        """Group the connected parts that hold a dirty slot anew.

        Returns:
            The new groups.
        """
        self._group = lengthened(self._group, len(self.documents), _UNGROUPED)
        self._group[~self._active] = _UNGROUPED
        dirty = dirty | set(np.flatnonzero(self._active & (self._group == _UNGROUPED)).tolist())
        groups = parts.linked(
            self._edges,
            len(self.documents),
            self._active,
            dirty,
            self._links,
            self._walls,
            self._rank,
            self.params.threshold,
        )
        made = set()
        self.relinked_ = 0
        for group in groups:
            self._group[group] = self._next_group
            made.add(self._next_group)
            self._next_group += 1
            self.relinked_ += len(group)
        return made

    def _rank(self, slots: list[int]) -> list[int]:
        return sorted(slots, key=lambda slot: self.documents.ids[slot])

    def _partition(self, made: set[int]) -> Partition:
        ids, groups = self.documents.ids, self._group.tolist()
        members: dict[int, list[str]] = defaultdict(list)
        for document, slot in self.documents.slots.items():
            members[groups[self._repeats.get(slot, slot)]].append(document)
        stories = {group: frozenset(each) for group, each in members.items()}
        return Partition(
            stories=tuple(sorted(stories.values(), key=min)),
            duplicates={ids[slot]: ids[original] for slot, original in self._repeats.items()},
            regrouped=tuple(sorted((stories[group] for group in made), key=min)),
        )


def lengthened(values: NDArray[Any], size: int, filling: float = 0) -> NDArray[Any]:
    """An array with more values at its end."""
    if size <= len(values):
        return values
    return np.concatenate([values, np.full(size - len(values), filling, dtype=values.dtype)])


def _name(document: str) -> bytes:
    """A number for a document that no order or time goes into."""
    return blake2b(document.encode(), digest_size=8).digest()
