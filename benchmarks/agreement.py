"""How well a grouping agrees with labels: BCubed, pairwise, adjusted Rand index, V-measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from sklearn.metrics import adjusted_rand_score, v_measure_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Each a share from 0 to 1, but the index, which is 0 for a grouping by chance."""

    bcubed_precision: float
    bcubed_recall: float
    pair_precision: float
    pair_recall: float
    adjusted_rand: float
    v_measure: float

    @property
    def bcubed(self) -> float:
        """Harmonic mean of BCubed precision and recall."""
        return _f1(self.bcubed_precision, self.bcubed_recall)

    @property
    def pairwise(self) -> float:
        """Harmonic mean of the precision and recall of pairs."""
        return _f1(self.pair_precision, self.pair_recall)

    def __str__(self) -> str:
        return (
            f"bcubed={100 * self.bcubed:.1f} pairwise={100 * self.pairwise:.1f}"
            f" ari={100 * self.adjusted_rand:.1f} v={100 * self.v_measure:.1f}"
        )


def agreement(gold: Sequence[str], predicted: Sequence[str]) -> Agreement:
    """Compare two groupings of the same documents.

    Args:
        gold: label of each document, at least one.
        predicted: label of each document, in the same order.

    Source:
        Bagga and Baldwin, "Entity-based cross-document coreferencing", 1998 (BCubed); Hubert and Arabie, "Comparing
        partitions", 1985 (adjusted Rand index); Rosenberg and Hirschberg, "V-measure", 2007.
    """
    both, stories, found = Counter(zip(gold, predicted, strict=True)), Counter(gold), Counter(predicted)
    together = _pairs(both)
    return Agreement(
        bcubed_precision=sum(count**2 / found[label] for (_, label), count in both.items()) / len(gold),
        bcubed_recall=sum(count**2 / stories[label] for (label, _), count in both.items()) / len(gold),
        pair_precision=together / (_pairs(found) or 1),
        pair_recall=together / (_pairs(stories) or 1),
        adjusted_rand=float(adjusted_rand_score(gold, predicted)),
        v_measure=float(v_measure_score(gold, predicted)),
    )


def _pairs(counts: Counter[tuple[str, str]] | Counter[str]) -> int:
    return sum(comb(count, 2) for count in counts.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
