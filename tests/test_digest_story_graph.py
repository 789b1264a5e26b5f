"""A graph that grows, shrinks and is corrected groups as if everything had come at once."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import weighting
from digest.collection import Collection
from digest.stories import StoryIndex, StoryParams, assign, consolidate, features
from digest.story_graph import StoryGraph
from digest.types import Correction, CorrectionKind, Document, Features

MONDAY = datetime(2026, 8, 3, 8, tzinfo=UTC)
WORDS = (
    *("dam", "seepage", "divers", "gauge", "rent", "student", "room", "tenant"),
    *("tram", "track", "bridge", "weld", "school", "roof", "rot", "class"),
)
NUMBER = 40


def made(number: int, version: int = 1) -> Features:
    """Ten matters with words of their own; some documents repeat another word for word."""
    matter = number % 10
    words = [WORDS[(matter * 3 + place) % len(WORDS)] for place in range(5)] + [f"quay{number % 7}"]
    text = f"The council heard of {' '.join(words)}. Version {version}. Nobody was hurt near pier{number // 9}."
    if number % 11 == 3:
        text = " ".join(f"Gauge {n} at the {word} showed {n * 3} litres." for n, word in enumerate(WORDS))
    when = MONDAY + timedelta(hours=37 * number)
    return features(
        Document(
            id=f"d{number * 7 % NUMBER:02}", source_id=f"s{number % 4}", key=str(number), version=version,
            title=" ".join(words[:4]), text=text, language="en", collected_at=when, changed_at=when,
            published_at=when,
        )
    )  # fmt: skip


FEATURES = [made(number) for number in range(NUMBER)]
names = st.integers(0, NUMBER - 1)
spoken = st.lists(
    st.tuples(st.sampled_from(CorrectionKind), names, names).filter(lambda c: c[1] != c[2]), max_size=4
).map(
    lambda said: [
        Correction(kind=k, first=f"d{a:02}", second=f"d{b:02}", made_at=MONDAY + timedelta(minutes=n))
        for n, (k, a, b) in enumerate(said)
    ]
)


@pytest.fixture(params=[2_000, 12], ids=["all are the snapshot", "the earlier are the snapshot"])
def few(request, monkeypatch):
    monkeypatch.setattr(weighting, "_ALL", request.param)


@pytest.mark.usefixtures("few")
@given(order=st.permutations(range(NUMBER)), size=st.integers(6, 20), said=spoken, data=st.data())
@settings(max_examples=8, deadline=None)
def test_batches_orders_corrections_and_removals_lead_to_one_partition(order, size, said, data):
    graph = StoryGraph()
    for start in range(0, NUMBER, size):
        for number in order[start : start + size]:
            graph.add(FEATURES[number])
        graph.settle(said if data.draw(st.booleans()) else [])
    gone = {f"d{number:02}" for number in data.draw(st.sets(names, max_size=15))}
    graph.remove(gone)
    held = [each for each in FEATURES if each.document_id not in gone]
    found, expected = graph.settle(said), consolidate(held, corrections=said)
    assert found.stories == expected.stories
    assert found.duplicates == expected.duplicates


@pytest.mark.usefixtures("few")
def test_a_changed_document_counts_as_it_is_now():
    graph = StoryGraph()
    for each in FEATURES:
        graph.add(each)
    graph.settle()
    changed = made(17, version=2)
    graph.add(changed)
    graph.add(FEATURES[17])  # an earlier version that comes late
    expected = consolidate([*(each for number, each in enumerate(FEATURES) if number != 17), changed])
    assert graph.settle().stories == expected.stories


def test_what_nothing_touched_is_not_grouped_anew(monkeypatch):
    monkeypatch.setattr(weighting, "_ALL", 12)
    graph = StoryGraph()
    for each in FEATURES[:-1]:
        graph.add(each)
    graph.settle()
    snapshots = graph.snapshots_
    assert graph.settle().regrouped == ()
    assert graph.relinked_ == 0
    graph.add(FEATURES[-1])
    graph.settle()
    assert graph.snapshots_ == snapshots
    assert 1 <= graph.relinked_ < NUMBER


def test_documents_further_apart_than_a_story_may_be_idle_are_two_stories():
    pair = [FEATURES[0], FEATURES[10]]  # 370 hours apart
    assert len(consolidate(pair).stories) == 1
    assert len(consolidate(pair, params=StoryParams(idle_days=15)).stories) == 2


@pytest.mark.usefixtures("few")
@given(order=st.permutations(range(NUMBER)))
@settings(max_examples=4, deadline=None)
def test_arrivals_are_in_hindsight_what_the_set_says_and_ids_stay_with_stories(order):
    index = StoryIndex()
    for place, number in enumerate(order):
        placed = assign(FEATURES[number], index)
        assert index.stories_[FEATURES[number].document_id] == placed.story_id
        if place % 7 == 6:
            index.consolidate()
    index.consolidate()
    stories: dict[str, set[str]] = {}
    for document, story in index.stories_.items():
        stories.setdefault(story, set()).add(document)
    assert set(map(frozenset, stories.values())) == set(consolidate(FEATURES).stories)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_the_snapshot_holds_the_earlier_documents(times):
    days = np.array(times)
    assert weighting.snapshot(days).all()
    seen = weighting.snapshot(np.concatenate([np.zeros(3_000), days]))
    assert seen[:3_000].all()


def test_terms_have_an_order_by_the_alphabet_whatever_came_first():
    terms = ["quay", "2018", "seepage", "seep", "seepages", "坝"]
    held = Collection()
    held.add(dataclasses.replace(FEATURES[0], terms=dict.fromkeys(terms, 1.0), title={}))
    order = dict(zip(terms, held.order.tolist(), strict=True))
    assert sorted(["2018", "quay", "seep", "坝"], key=order.__getitem__) == ["2018", "quay", "seep", "坝"]
    assert order["quay"] < order["seepage"] < order["坝"]
    assert len(set(order.values())) == len(terms)
