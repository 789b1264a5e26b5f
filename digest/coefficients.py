"""What the model of :mod:`digest.likeness` learned; written by ``python -m benchmarks.train_stories``."""

from __future__ import annotations

from collections.abc import Mapping

INTERCEPT = -6.0726

COEFFICIENTS: Mapping[str, float] = {
    "cosine": -7.6162,
    "cosine_root": 17.5856,
    "title": 6.3163,
    "later_above_own_day_most": 3.2517,
    "later_above_own_day_least": 7.8516,
    "later_own_day_most": 1.5312,
    "later_own_day_least": -2.2169,
    "lasting": 1.0461,
    "lasting_cosine": 2.7029,
}
"""For each number of a pair, what a difference of 1 adds to the logarithm of the odds that both tell one story."""
