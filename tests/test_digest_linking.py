from __future__ import annotations

import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from digest.linking import Linking, Pairs


def graph(*edges: tuple[int, int, float]) -> Pairs:
    first, second, similarity = zip(*edges, strict=True) if edges else ((), (), ())
    return np.array(first, dtype=np.int64), np.array(second, dtype=np.int64), np.array(similarity, dtype=np.float64)


@given(st.integers(2, 25), st.integers(0, 2**32), st.floats(0.2, 0.8))
@settings(max_examples=60)
def test_on_a_full_graph_it_agrees_with_the_textbook(size, seed, threshold):
    rng = random.Random(seed)
    edges = [(first, second, rng.random()) for first, second in combinations(range(size), 2)]
    groups = Linking(size, graph(*edges)).groups(threshold)
    labels = fcluster(linkage(np.array([1 - s for _, _, s in edges]), "average"), 1 - threshold, "distance")
    expected = {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)}
    assert set(map(frozenset, groups)) == expected


def test_a_pair_missing_in_the_graph_counts_as_not_alike():
    chain = graph((0, 1, 0.9), (1, 2, 0.8))
    assert Linking(3, chain).groups(0.5) == [[0, 1], [2]]
    assert Linking(3, chain).groups(0.4) == [[0, 1, 2]]


def test_what_is_to_be_together_is_and_takes_its_likenesses_along():
    linking = Linking(4, graph((0, 1, 0.9), (2, 3, 0.9)), together=[(1, 2)])
    assert linking.groups(0.4) == [[0, 1, 2], [3]]


def test_what_is_to_be_apart_never_meets_however_others_join():
    likes = graph((0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.9), (2, 3, 0.9), (1, 3, 0.9), (0, 3, 0.9))
    groups = Linking(4, likes, apart=[(0, 3)]).groups(0.1)
    assert all(not {0, 3} <= set(group) for group in groups)
    assert sorted(map(len, groups)) == [1, 3]


@pytest.mark.parametrize("size", [0, 1, 3])
def test_without_likenesses_everything_stays_alone(size):
    assert Linking(size, graph()).groups(0.1) == [[position] for position in range(size)]
