"""What each leader of the example is told: floors that no change may go below."""

from __future__ import annotations

from app.example.gold import load_gold
from benchmarks.relevance import measure, score


def test_with_statements_each_leader_of_the_example_is_told_what_is_wanted() -> None:
    before, after = score(measure(statements=False)), score(measure())
    assert after.recall >= 0.94 > before.recall
    assert after.precision >= max(0.75, before.precision - 0.01)
    assert after.average >= 0.918 > before.average


def test_no_statement_is_a_reason_for_noise() -> None:
    found = measure()
    noise = set(load_gold().noise)
    assert sum(len(each.by_statement) for each in found) >= 10
    assert [each.by_statement & noise for each in found if each.by_statement & noise] == []
