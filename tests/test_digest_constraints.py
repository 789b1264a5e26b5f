from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.constraints import settle
from digest.types import Correction, CorrectionKind

MUST, CANNOT = CorrectionKind.MUST_LINK, CorrectionKind.CANNOT_LINK


def said(kind: CorrectionKind, first: str, second: str, minute: int) -> Correction:
    return Correction(
        kind=kind, first=first, second=second, made_at=datetime(2026, 11, 16, 8, tzinfo=UTC) + timedelta(minutes=minute)
    )


def test_the_later_word_on_a_pair_wins_whichever_way_round_it_names_it():
    settled = settle([said(MUST, "a", "b", 1), said(CANNOT, "b", "a", 2)])
    assert (settled.together, settled.apart) == ((), (("a", "b"),))
    settled = settle([said(CANNOT, "a", "b", 1), said(MUST, "b", "a", 2)])
    assert (settled.together, settled.apart) == ((("a", "b"),), ())


def test_a_later_chain_overrules_an_earlier_parting():
    settled = settle([said(CANNOT, "a", "c", 1), said(MUST, "a", "b", 2), said(MUST, "b", "c", 3)])
    assert settled.apart == ()


def test_a_later_parting_breaks_the_earliest_link_of_a_chain():
    settled = settle([said(MUST, "a", "b", 1), said(MUST, "b", "c", 2), said(CANNOT, "a", "c", 3)])
    assert settled.together == (("b", "c"),)


corrections = st.lists(
    st.builds(
        lambda kind, pair, minute: said(kind, *pair, minute),
        st.sampled_from(CorrectionKind),
        st.lists(st.sampled_from("abcde"), min_size=2, max_size=2, unique=True),
        st.integers(0, 20),
    ),
    max_size=12,
)


@given(corrections, st.randoms(use_true_random=False))
def test_the_order_of_corrections_does_not_matter_and_nothing_kept_contradicts(made, rng):
    settled = settle(made)
    groups = [{name} for name in "abcde"]
    for first, second in settled.together:
        joined = next(g for g in groups if first in g) | next(g for g in groups if second in g)
        groups = [g for g in groups if not g & joined] + [joined]
    assert all(not {first, second} <= group for first, second in settled.apart for group in groups)
    rng.shuffle(made)
    assert settle(made) == settled


def test_what_is_overruled_names_the_latest_word_that_says_the_opposite():
    parted, joined = said(CANNOT, "a", "c", 1), said(MUST, "b", "c", 3)
    assert [(each.correction, each.by) for each in settle([parted, said(MUST, "a", "b", 2), joined]).overruled] == [
        (parted, joined)
    ]
    linked, parting = said(MUST, "a", "b", 1), said(CANNOT, "b", "a", 2)
    assert [(each.correction, each.by) for each in settle([linked, parting]).overruled] == [(linked, parting)]


def test_of_one_moment_the_greater_number_is_the_later():
    parted = Correction(kind=CANNOT, first="a", second="b", made_at=said(MUST, "a", "b", 1).made_at, number=1)
    linked = Correction(kind=MUST, first="a", second="b", made_at=parted.made_at, number=2)
    assert settle([linked, parted]).together == (("a", "b"),)


@given(corrections)
def test_every_word_is_kept_or_overruled_by_a_later_one(made):
    settled = settle(made)
    assert len(settled.together) + len(settled.apart) + len(settled.overruled) == len(made)
    assert all(each.by.made_at >= each.correction.made_at for each in settled.overruled)
