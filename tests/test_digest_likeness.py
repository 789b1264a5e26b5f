from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from digest.edges import Edges
from digest.likeness import EVIDENCE, MODEL, Evidence, Model
from digest.neighbours import Lasting


def evidence(**changes: float) -> Evidence:
    values = {"cosine": 0.4, "title": 0.2, "apart": 0.0, "lasting": 1.0, "own_day_most": 0.0, "own_day_least": 0.0}
    return Evidence(**{name: np.array([value]) for name, value in (values | changes).items()})


def test_the_best_of_the_own_day_looks_at_that_day_only():
    edges = Edges()
    edges.add(np.array([0, 0]), np.array([1, 2]), np.array([0.25, 0.875]), np.zeros(2))
    assert edges.own_day(np.array([0.0, 1.0, 5.0])).tolist() == [0.25, 0.25, 0]


def test_where_each_others_nearest_lie_weeks_apart_stories_last():
    days = np.array([0.0, 20, 100, 120, 200, 220])
    weeks, hours = Lasting(np.full(3, 20.0), days), Lasting(np.zeros(3), days)
    assert weeks.share(np.array([20.0])) > hours.share(np.array([20.0]))
    assert hours.share(np.zeros(1)) == pytest.approx(1)


@given(st.lists(st.floats(0, 400), min_size=2, max_size=12), st.lists(st.floats(0, 400), max_size=9))
def test_shares_of_lasting_stories_fall_with_time(days, apart):
    shares = Lasting(np.array(apart, dtype=float), np.array(days)).share(np.linspace(0, 400, 50))
    assert (np.diff(shares) <= 1e-12).all()
    assert (shares <= 1).all()


def test_time_does_not_count_between_documents_of_one_day():
    found = evidence(own_day_most=0.9).numbers()
    assert [found[name][0] for name in EVIDENCE if name.startswith("later")] == [0] * 4


def test_something_more_alike_on_the_own_day_makes_a_later_report_another_matter():
    lone, burst = evidence(apart=9.0), evidence(apart=9.0, own_day_most=0.8, own_day_least=0.8)
    assert MODEL.probabilities(lone) > MODEL.probabilities(burst)
    assert MODEL.highest(burst) >= MODEL.probabilities(lone)


def test_the_model_is_a_logistic_regression():
    model = Model(intercept=-1.0, coefficients=dict.fromkeys(EVIDENCE, 0.5))
    score = sum(number[0] for number in evidence(apart=3.0).numbers().values()) / 2 - 1
    assert model.probabilities(evidence(apart=3.0)).tolist() == pytest.approx([expit(score)], abs=1e-6)
