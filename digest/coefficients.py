"""What the model of :mod:`digest.likeness` learned; written by ``python -m benchmarks.train_stories``."""

from __future__ import annotations

from collections.abc import Mapping

INTERCEPT = -6.6799

COEFFICIENTS: Mapping[str, float] = {
    "cosine": -9.7747,
    "cosine_root": 19.8126,
    "title": 6.1806,
    "later_above_own_day_most": 2.4045,
    "later_above_own_day_least": 7.1067,
    "later_own_day_most": 1.5533,
    "later_own_day_least": -2.7552,
    "lasting": 1.2993,
    "lasting_cosine": 2.0473,
}
"""For each number of a pair, what a difference of 1 adds to the logarithm of the odds that both tell one story."""
