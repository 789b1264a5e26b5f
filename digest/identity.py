"""A story's identity: its id is given once and survives growth, merging and splitting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import chain, count

Order = Mapping[str, tuple[datetime, str]]
"""Document id -> (when, id), the sort key that puts the earliest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Which story each document belongs to, and which ids have been merged into others."""

    assignments: Mapping[str, str]
    """Document id -> story id."""
    redirects: Mapping[str, str]
    """Id of a story that was merged into another -> id of that story."""


def match(
    partition: Sequence[frozenset[str]], previous: Mapping[str, str], taken: Collection[str], order: Order
) -> Matched:
    """Give the groups of a new partition the ids of the stories they continue.

    The largest overlap chooses first, ties go to the oldest story; each id goes to one group, so a split leaves it with
    the larger part. What continues nothing gets a new id that is made from its earliest document: the same twice.

    Args:
        partition: groups of document ids, disjoint, none empty.
        previous: document id -> story id it had; a story with documents outside the partition lives on with them.
        taken: every story id ever given, so that none is given again.
        order: sort key of each document of the partition.
    """
    groups = sorted(partition, key=lambda group: min(order[document] for document in group))
    overlaps = [Counter(previous[document] for document in group if document in previous) for group in groups]
    given = _continued(overlaps, _ages(groups, previous, order))
    used = set(taken) | set(previous.values())
    for number, group in enumerate(groups):
        if number not in given:
            given[number] = new_id(min(group, key=lambda document: order[document]), used)
            used.add(given[number])
    assignments = {document: given[number] for number, group in enumerate(groups) for document in group}
    left = {story for document, story in previous.items() if document not in assignments}
    return Matched(assignments=assignments, redirects=_redirects(overlaps, set(given.values()) | left, given))


def new_id(earliest: str, taken: Collection[str]) -> str:
    """A story id made from the id of its earliest document: ``"s"`` and 12 hexadecimal digits, not among ``taken``."""
    names = chain([earliest], (f"{earliest} {number}" for number in count(2)))
    ids = ("s" + sha256(name.encode()).hexdigest()[:12] for name in names)
    return next(story for story in ids if story not in taken)


def _ages(
    groups: Sequence[frozenset[str]], previous: Mapping[str, str], order: Order
) -> dict[str, tuple[datetime, str]]:
    """The sort key of the earliest document of each earlier story."""
    ages: dict[str, tuple[datetime, str]] = {}
    for document in chain.from_iterable(groups):
        if (story := previous.get(document)) is not None:
            ages[story] = min(order[document], ages.get(story, order[document]))
    return ages


def _continued(overlaps: Sequence[Counter[str]], ages: Mapping[str, tuple[datetime, str]]) -> dict[int, str]:
    """Number of a group -> id of the story it continues."""
    claims = sorted(
        (-shared, ages[story], story, number)
        for number, overlap in enumerate(overlaps)
        for story, shared in overlap.items()
    )
    given: dict[int, str] = {}
    for _, _, story, number in claims:
        if number not in given and story not in given.values():
            given[number] = story
    return given


def _redirects(overlaps: Sequence[Counter[str]], living: Collection[str], given: Mapping[int, str]) -> dict[str, str]:
    """For each story that no longer has documents, the id of the group that has most of what it had."""
    best: dict[str, tuple[int, int]] = {}
    for number, overlap in enumerate(overlaps):
        for story, shared in overlap.items():
            if story not in living:
                best[story] = max(best.get(story, (0, -number)), (shared, -number))
    return {story: given[-negative] for story, (_, negative) in sorted(best.items())}
