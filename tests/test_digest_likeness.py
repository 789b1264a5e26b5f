from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from digest import likeness
from digest.candidates import Candidates, StoryParams
from digest.likeness import EVIDENCE, LEAST, MODEL, Model, evidence, pairs
from digest.neighbours import Neighbourhood
from digest.stories import features
from digest.types import Document

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
DAM = "Seepage at gauge four of the Eastgate dam rose again. Divers look for a crack, the Water Department said."
RENT = "Average rent for a student room reached 540 euros. Tenants protest, the Statistics Office said."


def made(name: str, text: str, days: float = 0):
    when = MONDAY + timedelta(days=days)
    return features(
        Document(
            id=name, source_id=name, key=name, version=1, text=text, language="en",
            title=text.split(".", maxsplit=1)[0],
            collected_at=when, changed_at=when, published_at=when,
        )
    )  # fmt: skip


def graph(days: list[float], edges: list[tuple[int, int, float]]) -> Neighbourhood:
    first, second, cosine = (np.array(column) for column in zip(*edges, strict=True))
    return Neighbourhood(np.array(days, dtype=float), Candidates(first=first, second=second, cosine=cosine))


def test_the_best_of_the_own_day_looks_at_that_day_only():
    around = graph([0, 1, 5], [(0, 1, 0.3), (0, 2, 0.9)])
    assert around.own_day.tolist() == [0.3, 0.3, 0]
    assert around.apart.tolist() == [1, 5]


def test_where_each_others_nearest_lie_weeks_apart_stories_last():
    weeks = graph([0, 20, 100, 120, 200, 220], [(0, 1, 0.5), (2, 3, 0.5), (4, 5, 0.5)])
    days = graph([0, 0, 100, 100, 200, 220], [(0, 1, 0.5), (2, 3, 0.5), (4, 5, 0.2)])
    assert weeks.lasting[2] > days.lasting[2]
    assert days.lasting[0] == pytest.approx(1)


@given(st.lists(st.floats(0, 400), min_size=2, max_size=12), st.data())
def test_shares_of_lasting_stories_fall_with_time(days, data):
    ends = st.tuples(st.integers(0, len(days) - 1), st.integers(0, len(days) - 1)).filter(lambda e: e[0] < e[1])
    edges = [(*each, 0.4) for each in data.draw(st.lists(ends, min_size=1, unique=True))]
    around = graph(days, edges)
    order = np.argsort(around.apart, kind="stable")
    assert (np.diff(around.lasting[order]) <= 1e-12).all()
    assert ((around.lasting > 0) & (around.lasting <= 1)).all()


def test_the_evidence_has_a_column_for_each_coefficient_whatever_the_blocks(monkeypatch):
    documents = [made("a", DAM), made("b", DAM + " It rains."), made("c", DAM, 9), made("d", RENT), made("e", RENT, 1)]
    whole = np.concatenate(list(evidence(documents, StoryParams())[1]))
    monkeypatch.setattr(likeness, "_PAIRS", 1)
    graph_, blocks = evidence(documents, StoryParams())
    parts = list(blocks)
    assert [len(part) for part in parts] == [1] * len(graph_.candidates.first)
    assert whole.shape == (len(parts), len(EVIDENCE))
    assert np.array_equal(np.concatenate(parts), whole)


def test_time_does_not_count_between_documents_of_one_day():
    documents = [made("a", DAM), made("b", DAM + " It rains.")]
    (numbers,) = evidence(documents, StoryParams())[1]
    found = dict(zip(EVIDENCE, numbers[0], strict=True))
    assert [found[name] for name in EVIDENCE if name.startswith("later")] == [0] * 4
    assert found["title"] == pytest.approx(1)


def test_the_model_is_a_logistic_regression():
    model = Model(intercept=-1.0, coefficients=dict.fromkeys(EVIDENCE, 0.5))
    rows = np.arange(2 * len(EVIDENCE), dtype=float).reshape(2, -1)
    assert model.probabilities(rows).tolist() == pytest.approx(expit(rows.sum(axis=1) / 2 - 1).tolist())


def test_what_is_no_story_at_all_is_no_pair():
    never = Model(intercept=-50.0, coefficients=dict.fromkeys(EVIDENCE, 0.0))
    documents = [made("a", DAM), made("b", DAM + " It rains."), made("c", RENT)]
    assert list(pairs(documents, StoryParams(), never)) == []
    found = {(pair.first, pair.second): pair.similarity for pair in pairs(documents, StoryParams(), MODEL)}
    assert max(found, key=lambda pair: found[pair]) == (0, 1)
    assert all(LEAST <= similarity <= 1 for similarity in found.values())
