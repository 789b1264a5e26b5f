from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.identity import match, new_id

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
ORDER = {name: (MONDAY + timedelta(hours=hours), name) for hours, name in enumerate("abcdefghij")}


def groups(*names: str) -> list[frozenset[str]]:
    return [frozenset(name) for name in names]


def named(**stories: str) -> dict[str, str]:
    return {document: story for story, documents in stories.items() for document in documents}


def test_a_growing_story_keeps_its_id():
    matched = match(groups("abc"), named(s1="ab"), ["s1"], ORDER)
    assert matched.assignments == {"a": "s1", "b": "s1", "c": "s1"}
    assert matched.redirects == {}


def test_a_merger_keeps_the_larger_parts_id_and_redirects_the_other():
    matched = match(groups("abcde"), named(s1="ab", s2="cde"), ["s1", "s2"], ORDER)
    assert set(matched.assignments.values()) == {"s2"}
    assert matched.redirects == {"s1": "s2"}


def test_equal_parts_merge_into_the_oldest_story():
    assert match(groups("abcd"), named(s9="ab", s1="cd"), ["s1", "s9"], ORDER).redirects == {"s1": "s9"}


def test_a_split_leaves_the_id_with_the_larger_part():
    matched = match(groups("ab", "cde"), named(s1="abcde"), ["s1"], ORDER)
    assert matched.assignments["c"] == "s1"
    assert matched.assignments["a"] == matched.assignments["b"] == new_id("a", {"s1"})
    assert matched.redirects == {}


def test_of_equal_parts_the_one_with_the_earliest_document_keeps_the_id():
    matched = match(groups("cd", "ab"), named(s1="abcd"), ["s1"], ORDER)
    assert matched.assignments["a"] == "s1"


def test_a_story_whose_documents_are_scattered_is_redirected_to_most_of_them():
    matched = match(groups("abcg", "defhi"), named(s1="abc", s2="defh", s3="gi"), ["s1", "s2", "s3"], ORDER)
    assert matched.redirects == {"s3": "s1"}  # one document in each: the earlier group


def test_stories_outside_the_partition_are_left_alone():
    assert match(groups("a"), named(s1="a", s2="zy"), ["s1", "s2"], ORDER).redirects == {}


def test_a_story_that_keeps_older_documents_outside_the_partition_is_not_redirected():
    matched = match(groups("abc"), named(s1="ab", s2="cz"), ["s1", "s2"], ORDER)
    assert matched.assignments["c"] == "s1"
    assert matched.redirects == {}


def test_new_ids_are_made_from_the_earliest_document_and_never_given_twice():
    first = match(groups("ab"), {}, [], ORDER).assignments["a"]
    again = match(groups("ab"), {}, [first], ORDER).assignments["a"]
    assert first == match(groups("ba"), {}, [], ORDER).assignments["b"]
    assert len({first, again}) == 2
    assert len(first) == 13
    assert first[0] == "s"


partitions = st.lists(st.integers(0, 4), min_size=10, max_size=10).map(
    lambda labels: [
        frozenset(name for name, label in zip("abcdefghij", labels, strict=True) if label == wanted)
        for wanted in set(labels)
    ]
)


@given(partitions, partitions, st.randoms(use_true_random=False))
def test_matching_is_one_to_one_repeatable_and_independent_of_order(before, after, rng):
    first = match(before, {}, [], ORDER)
    second = match(after, first.assignments, set(first.assignments.values()), ORDER)
    assert all(len({second.assignments[document] for document in group}) == 1 for group in after)
    assert len(set(second.assignments.values())) == len(after)
    gone = set(first.assignments.values()) - set(second.assignments.values())
    assert set(second.redirects) == gone
    assert set(second.redirects.values()) <= set(second.assignments.values())
    rng.shuffle(after)
    assert match(after, first.assignments, set(first.assignments.values()), ORDER) == second
    third = match(after, second.assignments, set(first.assignments.values()), ORDER)
    assert (third.assignments, third.redirects) == (second.assignments, {})
