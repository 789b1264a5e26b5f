from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.constraints import settle
from digest.parted import without_parted
from digest.story_acts import Act, ActKind, can_be_undone, changed_since, overruling, said_of, standing
from digest.types import Correction, CorrectionKind

START = datetime(2026, 11, 16, 8, tzinfo=UTC)


def act(number: int, kind: ActKind = ActKind.MERGE, undoes: int | None = None) -> Act:
    return Act(
        id=number,
        kind=kind,
        author="Edda",
        made_at=START + timedelta(minutes=number),
        documents=("a",),
        undoes=undoes,
    )


def words(number: int, *pairs) -> list[Correction]:
    return [
        Correction(kind=kind, first=first, second=second, made_at=START + timedelta(minutes=number), number=number)
        for pair in pairs
        for kind, first, second in pair
    ]


def test_undoing_and_undoing_that_take_turns_and_count_from_the_last():
    acts = [act(1), act(2, ActKind.UNDO, 1)]
    assert standing(acts) == {}
    acts.append(act(3, ActKind.UNDO, 2))
    assert standing(acts)[1].said.id == 3
    assert [can_be_undone(each, acts) for each in acts] == [True, False, True]
    assert [each.id for each in changed_since(acts, START + timedelta(minutes=2))] == [3]
    assert changed_since(acts, START + timedelta(minutes=1)) == ()  # undone and said again: as it was


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_what_is_said_never_contradicts_itself_and_settles_where_each_document_belongs(moved, joined, left):
    parts = [[f"{part}{number}" for number in range(size)] for part, size in (("m", moved), ("j", joined), ("l", left))]
    pairs = said_of(*parts, {})
    settled = settle(words(1, pairs))
    assert settled.overruled == ()
    together = [{each} for part in parts for each in part]
    for first, second in settled.together:
        both = next(g for g in together if first in g) | next(g for g in together if second in g)
        together = [g for g in together if not g & both] + [both]
    assert set(parts[0]) | set(parts[1]) in together


def test_moving_one_document_away_leaves_the_rest_of_a_merge_in_force():
    merge = said_of(list("abc"), list("def"), [], {})
    move = said_of(["a"], ["x"], list("bcdef"), {})
    said = words(1, merge) + words(2, move)
    found = overruling({1: words(1, merge), 2: words(2, move)}, {1: "abc", 2: "a"}, settle(said))
    assert found == {1: (frozenset({2}), False)}
    whole = said_of(list("abc"), [], list("def"), {})
    again = words(1, merge) + words(3, whole)
    found = overruling({1: words(1, merge), 3: words(3, whole)}, {1: "abc", 3: "abc"}, settle(again))
    assert found == {1: (frozenset({3}), True)}


def test_reprints_that_lose_their_original_together_repeat_the_earliest_of_them():
    order = {name: (START, name) for name in "abco"}
    repeats = {"a": "o", "b": "o", "c": "o"}
    parted = without_parted(repeats, [("a", "o"), ("b", "o")], lambda name: order[name])
    assert parted == {"b": "a", "c": "o"}
    assert without_parted(repeats, [("a", "b"), ("a", "o"), ("b", "o")], lambda name: order[name]) == {"c": "o"}


def test_a_split_parts_a_reprint_from_its_original():
    pairs = said_of(["copy"], [], ["first", "other"], {"copy": "first"})
    assert (CorrectionKind.CANNOT_LINK, "copy", "first") in pairs
