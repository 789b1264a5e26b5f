"""What an editor does to the grouping, said of documents: with which ones they go, and with which they do not.

An act (merge, split, move) is kept for ever with the pairs it says something of; undoing it is an act as well, which
can be undone in turn. Which acts stand, and since when, follows from the acts alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.constraints import Constraints
from digest.types import Correction, CorrectionKind

_ANCHORS = 5
"""Documents with which every other one is paired: fewer are forgotten too easily, more are many rows for nothing."""

Pairs = tuple[tuple[CorrectionKind, str, str], ...]
"""What is said of which two documents."""


class ActKind(StrEnum):
    """What an editor did."""

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something an editor did to the grouping."""

    id: int
    """Counts up: of two acts, the later has the greater one."""
    kind: ActKind
    author: str
    made_at: datetime
    documents: tuple[str, ...]
    """Those that it put elsewhere."""
    undoes: int | None = None
    """The act that an undo takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An act that counts today, and when that was last said: by itself, or by undoing the undo."""

    act: Act
    said: Act


def said_of(
    moved: Collection[str], joined: Collection[str], left: Collection[str], repeats: Mapping[str, str]
) -> Pairs:
    """The pairs by which an act survives every later grouping.

    All that is moved belongs together and with all that it joins, and with nothing that it leaves. Not every pair is
    named, but each document with several others, so that moving some of them later does not undo what was said of the
    rest; and each reprint is parted from its original when the cut runs between them.

    Args:
        moved: documents put elsewhere, at least one.
        joined: documents of the story they go to; none for a story of their own.
        left: documents of the story they leave; none when it is merged whole.
        repeats: document -> the document it repeats.
    """
    home, away, parting = sorted({*moved, *joined}), sorted(left), sorted(moved)
    linked = {(first, other) for first in home[:_ANCHORS] for other in home if first < other}
    parted = {_ordered(one, other) for one in parting for other in away[:_ANCHORS]}
    parted |= {_ordered(one, other) for one in parting[:_ANCHORS] for other in away}
    sides = dict.fromkeys(left, 0) | dict.fromkeys(moved, 1)
    parted |= {_ordered(*each) for each in repeats.items() if {sides.get(one) for one in each} == {0, 1}}
    return tuple(
        (kind, first, second)
        for kind, pairs in ((CorrectionKind.MUST_LINK, linked), (CorrectionKind.CANNOT_LINK, parted))
        for first, second in sorted(pairs)
    )


def _ordered(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def standing(acts: Iterable[Act]) -> dict[int, Standing]:
    """The merges, splits and moves that count today, by id."""
    known = {act.id: act for act in acts}
    undone_by: dict[int, list[Act]] = defaultdict(list)
    for act in known.values():
        if act.undoes is not None:
            undone_by[act.undoes].append(act)
    stands: dict[int, bool] = {}
    said: dict[int, Act] = {}
    for act in sorted(known.values(), key=lambda act: act.id, reverse=True):  # what undoes an act is later than it
        stands[act.id] = not any(stands[undo.id] for undo in undone_by[act.id])
        again = [said[redo.id] for undo in undone_by[act.id] for redo in undone_by[undo.id] if stands[redo.id]]
        said[act.id] = max([act, *again], key=lambda each: each.id)
    return {
        act.id: Standing(act=act, said=said[act.id])
        for act in sorted(known.values(), key=lambda act: act.id)
        if act.kind is not ActKind.UNDO and stands[act.id]
    }


def can_be_undone(act: Act, acts: Iterable[Act]) -> bool:
    """Whether nobody has undone an act yet, or the undoing was undone."""
    later = [each for each in acts if each.undoes == act.id]
    return not any(can_be_undone(each, acts) for each in later) if later else True


def meant(act: Act, acts: Mapping[int, Act]) -> tuple[Act, bool]:
    """The merge, split or move that a chain of undos speaks of, and whether ``act`` makes it count."""
    counts = True
    while act.undoes is not None:
        act, counts = acts[act.undoes], not counts
    return act, counts


def changed_since(acts: Sequence[Act], moment: datetime) -> tuple[Act, ...]:
    """The acts that count now and did not then, or the other way round: each by the one that last said so, in order."""
    now, then = standing(acts), standing(act for act in acts if act.made_at <= moment)
    known = {act.id: act for act in acts}
    latest: dict[int, Act] = {}
    for act in sorted(acts, key=lambda act: act.id):
        if act.made_at > moment:
            latest[meant(act, known)[0].id] = act
    return tuple(act for root, act in latest.items() if (root in now) is not (root in then))


def overruling(
    said: Mapping[int, Sequence[Correction]], moved: Mapping[int, Collection[str]], settled: Constraints
) -> dict[int, tuple[frozenset[int], bool]]:
    """For each act that a later one contradicts, the numbers of the later ones, and whether nothing is left of it.

    Only what crosses the edge of what was moved is what the act was for.

    Args:
        said: number under which an act counts -> what it says.
        moved: the same number -> the documents it put elsewhere.
        settled: what came of everything that was said.
    """
    lost: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for each in settled.overruled:
        crossing = (each.correction.first in moved.get(each.correction.number, ())) is not (
            each.correction.second in moved.get(each.correction.number, ())
        )
        if crossing:
            lost[each.correction.number][each.correction.first, each.correction.second] = each.by.number
    return {
        number: (frozenset(pairs.values()), len(pairs) >= _crossing(said[number], moved[number]))
        for number, pairs in lost.items()
    }


def _crossing(said: Sequence[Correction], moved: Collection[str]) -> int:
    return sum((each.first in moved) is not (each.second in moved) for each in said)
