"""How probable it is that two documents tell one story: a model learned from pairs that people labelled.

Nothing in it is a matter of one language or of one kind of source: it weighs likeness against the likeness of other
documents, and time against how long the stories at hand last. ``python -m benchmarks.train_stories`` learns it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from digest.coefficients import COEFFICIENTS, INTERCEPT
from digest.neighbours import OWN_DAY, Numbers

_FAINT = 1e-3  # added before a logarithm
_DIGITS = 6  # of a probability: more are noise of rounding
LEAST = 0.02
"""Probability below which a pair counts as not alike at all, which keeps the graph of pairs sparse."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What is known of some pairs of documents: arrays of shape (pairs,)."""

    cosine: Numbers
    title: Numbers
    """Cosine of the titles."""
    apart: Numbers
    """Days between the two."""
    lasting: Numbers
    """Share of stories here that last at least so long."""
    own_day_most: Numbers
    """The highest cosine of either to another document of its own day."""
    own_day_least: Numbers
    """The same for the one where it is lower."""

    def numbers(self) -> dict[str, Numbers]:
        """Likeness, time, and whether either has something more like it on its own day: then they are two matters."""
        later = (self.apart > OWN_DAY).astype(float)
        lasting = np.log(self.lasting + _FAINT)
        return {
            "cosine": self.cosine,
            "cosine_root": np.sqrt(self.cosine),
            "title": self.title,
            "later_above_own_day_most": later * (self.cosine - self.own_day_most),
            "later_above_own_day_least": later * (self.cosine - self.own_day_least),
            "later_own_day_most": later * self.own_day_most,
            "later_own_day_least": later * self.own_day_least,
            "lasting": lasting,
            "lasting_cosine": lasting * self.cosine,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Logistic regression on the evidence of a pair.

    Source:
        Cox, "The regression analysis of binary sequences", 1958.
    """

    intercept: float
    coefficients: Mapping[str, float]
    """For each of :data:`EVIDENCE`."""

    def probabilities(self, evidence: Evidence) -> Numbers:
        """Probability of one story for each pair, shape (pairs,); of a pair the same whatever stands beside it."""
        numbers = evidence.numbers()
        score = np.full(len(evidence.cosine), self.intercept)
        for name in EVIDENCE:
            score += self.coefficients[name] * numbers[name]
        return np.asarray(np.round(np.exp(-np.logaddexp(0.0, -score)), _DIGITS), dtype=np.float64)

    def highest(self, evidence: Evidence) -> Numbers:
        """The highest probability that pairs can have, whatever else comes on their days."""
        nothing, everything = np.zeros(len(evidence.cosine)), np.ones(len(evidence.cosine))
        corners = ((nothing, nothing), (everything, nothing), (everything, everything))  # the score is linear in both
        each = [self.probabilities(replace(evidence, own_day_most=m, own_day_least=n)) for m, n in corners]
        return np.maximum(np.maximum(each[0], each[1]), each[2])


EVIDENCE = tuple(COEFFICIENTS)
"""Names of the numbers of :class:`Evidence`."""

MODEL = Model(intercept=INTERCEPT, coefficients=COEFFICIENTS)
EVERY_PAIR = Model(intercept=50.0, coefficients=dict.fromkeys(EVIDENCE, 0.0))
"""Holds every pair to be one story: with it no candidate is left out."""
