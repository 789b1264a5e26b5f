"""What editors said of pairs of documents, made free of contradictions: the later word wins."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from digest.types import Correction, CorrectionKind

Documents = tuple[str, str]
"""Two ids of documents, the smaller first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruled:
    """A correction that does not count, and the latest of the later ones that say the opposite."""

    correction: Correction
    by: Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Pairs that belong to one story, and pairs that do not; no chain of the first contradicts the second."""

    together: tuple[Documents, ...]
    apart: tuple[Documents, ...]
    overruled: tuple[Overruled, ...] = ()
    """What a later word contradicts, the latest first."""


def settle(corrections: Iterable[Correction]) -> Constraints:
    """Decide between contradicting corrections.

    From the latest to the earliest, each is kept unless those kept so far already say the opposite, be it by a chain:
    "a with b", "b with c" forbid an earlier "a not with c".

    Args:
        corrections: in any order; of the same moment and number, the parting one counts as the later.
    """
    kept = _Kept()
    together: list[Documents] = []
    apart: list[Documents] = []
    overruled: list[Overruled] = []
    for correction in sorted(corrections, key=_lateness, reverse=True):
        by = kept.opposite(correction)
        if by is not None:
            overruled.append(Overruled(correction=correction, by=by))
            continue
        kept.add(correction)
        (together if correction.kind is CorrectionKind.MUST_LINK else apart).append(pair(correction))
    return Constraints(together=tuple(together), apart=tuple(apart), overruled=tuple(overruled))


def pair(correction: Correction) -> Documents:
    """The documents that a correction speaks of."""
    first, second = sorted((correction.first, correction.second))
    return first, second


def chained(together: Iterable[Documents]) -> tuple[frozenset[str], ...]:
    """The documents that pairs hold together, be it by a chain."""
    groups: dict[str, set[str]] = {}
    for first, second in together:
        joined = groups.get(first, {first}) | groups.get(second, {second})
        groups.update(dict.fromkeys(joined, joined))
    return tuple({id(group): frozenset(group) for group in groups.values()}.values())


def _lateness(correction: Correction) -> tuple[object, ...]:
    return (
        correction.made_at,
        correction.number,
        correction.kind is CorrectionKind.CANNOT_LINK,
        pair(correction),
        correction.first,
    )


class _Kept:
    """Corrections that do not contradict each other: groups of documents, and which groups are kept apart."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._links: dict[str, list[Correction]] = defaultdict(list)
        self._apart: dict[str, dict[str, Correction]] = defaultdict(dict)
        """Root -> root of a group apart from it -> the latest correction that says so."""

    def opposite(self, correction: Correction) -> Correction | None:
        """The latest of the corrections that together say the opposite; None when none do."""
        first, second = self._root(correction.first), self._root(correction.second)
        if correction.kind is CorrectionKind.MUST_LINK:
            return self._apart[first].get(second)
        return self._on_the_way(correction.first, correction.second) if first == second else None

    def add(self, correction: Correction) -> None:
        """Keep a correction that contradicts none."""
        first, second = self._root(correction.first), self._root(correction.second)
        if correction.kind is CorrectionKind.CANNOT_LINK:
            self._apart[first].setdefault(second, correction)  # those before it are later
            self._apart[second].setdefault(first, correction)
            return
        self._links[correction.first].append(correction)
        self._links[correction.second].append(correction)
        if first != second:
            self._join(first, second)

    def _join(self, first: str, second: str) -> None:
        self._above[second] = first
        for other, said in self._apart.pop(second, {}).items():
            known = self._apart[first].get(other)
            latest = said if known is None or _lateness(said) > _lateness(known) else known
            del self._apart[other][second]
            self._apart[first][other] = self._apart[other][first] = latest

    def _root(self, document: str) -> str:
        path = []
        while (above := self._above.get(document, document)) != document:
            path.append(document)
            document = above
        for each in path:
            self._above[each] = document
        return document

    def _on_the_way(self, start: str, end: str) -> Correction:
        """The latest link of the shortest chain between two documents of one group."""
        came: dict[str, Correction] = {}
        waiting = deque([start])
        while end not in came:
            here = waiting.popleft()
            for link in self._links[here]:
                other = link.second if link.first == here else link.first
                if other != start and other not in came:
                    came[other] = link
                    waiting.append(other)
        chain = []
        while end != start:
            chain.append(came[end])
            end = came[end].second if came[end].first == end else came[end].first
        return max(chain, key=_lateness)
