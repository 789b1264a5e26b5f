"""Learn from labelled stories what makes two documents one story, and test it on stories it has not seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.labelled import documents, gold
from digest.likeness import EVERY_PAIR, EVIDENCE, Model
from digest.neighbours import Numbers
from digest.stories import StoryGraph, StoryParams, consolidate, features
from digest.types import Features

WEIGHTS: Mapping[str, float] = {"allsides_dev": 1.0, "giveme5w1h": 0.4}
"""Labelled sets that are learned from, and how much all pairs of one story of each count.

Besides each alone, they are learned from as one collection, in which news of a day and events of months lie together.
"""

_POSITIVE = 800.0  # what the pairs of one story of a set of weight 1 count together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labelled:
    """Documents of one set with their stories and folds."""

    name: str
    features: tuple[Features, ...]
    stories: Mapping[str, str]
    """Document id -> label."""
    folds: Mapping[str, int]
    """Document id -> fold: a story is in one fold, the earliest stories in the first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Candidate pairs of a collection, as the model sees them."""

    numbers: Numbers
    """Shape (pairs, evidence)."""
    same: NDArray[np.bool_]
    """Whether both tell one story."""
    folds: NDArray[np.int64]
    """Shape (2, pairs): the fold of each end."""
    weights: Numbers


def labelled(path: Path, folds: int) -> Labelled:
    """Read a labelled set; documents without a label are left out."""
    stories = gold(path)
    made = tuple(features(document) for document in documents(path) if document.id in stories)
    began: dict[str, tuple[float, str]] = {}
    for each in made:
        label = stories[each.document_id]
        began[label] = min(began.get(label, (each.when.timestamp(), label)), (each.when.timestamp(), label))
    order = sorted(began, key=lambda label: began[label])
    fold_of = {label: place * folds // len(order) for place, label in enumerate(order)}
    return Labelled(
        name=path.name.split(".")[0],
        features=made,
        stories={f.document_id: stories[f.document_id] for f in made},
        folds={f.document_id: fold_of[stories[f.document_id]] for f in made},
    )


def collections(sets: Sequence[Labelled]) -> list[Pairs]:
    """The pairs of each set alone, and of all together."""
    made = [_pairs([each]) for each in sets]
    return [*made, _pairs(sets)] if len(sets) > 1 else made


def _pairs(sets: Sequence[Labelled]) -> Pairs:
    stories = {f"{s.name} {document}": f"{s.name} {label}" for s in sets for document, label in s.stories.items()}
    folds = {f"{s.name} {document}": fold for s in sets for document, fold in s.folds.items()}
    every = sorted((_named(s, f) for s in sets for f in s.features), key=lambda f: f.document_id)
    graph = StoryGraph(StoryParams(), EVERY_PAIR)
    for each in every:
        graph.add(each)
    graph.settle()
    first, second, found = graph.evidence()
    numbers = np.stack([found.numbers()[name] for name in EVIDENCE], axis=1)
    label = np.array([stories[f.document_id] for f in every])
    same = label[first] == label[second]
    own = np.array([f.document_id.split(" ")[0] for f in every])
    fold = np.array([folds[f.document_id] for f in every])
    return Pairs(
        numbers=numbers, same=same, folds=np.stack([fold[first], fold[second]]), weights=_weights(own[first], same)
    )


def _named(labelled: Labelled, features: Features) -> Features:
    return replace(features, document_id=f"{labelled.name} {features.document_id}")


def _weights(sets: NDArray[np.str_], same: NDArray[np.bool_]) -> Numbers:
    """Weight of each pair: those of one story count the same in total whatever the size of the set."""
    weights = np.zeros(len(sets))
    for name in np.unique(sets):
        own = sets == name
        weights[own] = WEIGHTS[str(name)] * _POSITIVE / max(1, int((own & same).sum()))
    return weights


def learn(collections: Collection[Pairs], without: int | None = None) -> Model:
    """Learn a model.

    Args:
        collections: what to learn from.
        without: fold of which no document is looked at.
    """
    seen = [slice(None) if without is None else (pairs.folds != without).all(axis=0) for pairs in collections]
    numbers = np.concatenate([pairs.numbers[kept] for pairs, kept in zip(collections, seen, strict=True)])
    same = np.concatenate([pairs.same[kept] for pairs, kept in zip(collections, seen, strict=True)])
    weights = np.concatenate([pairs.weights[kept] for pairs, kept in zip(collections, seen, strict=True)])
    scaler = StandardScaler().fit(numbers)
    fitted = LogisticRegression(C=1.0, max_iter=5_000).fit(scaler.transform(numbers), same, sample_weight=weights)
    coefficients = fitted.coef_[0] / scaler.scale_
    intercept = fitted.intercept_[0] - float(coefficients @ scaler.mean_)
    return Model(intercept=float(intercept), coefficients=dict(zip(EVIDENCE, coefficients.tolist(), strict=True)))


def cross_validated(tested: Labelled, collections: Collection[Pairs], params: StoryParams) -> dict[str, str]:
    """Group a set fold by fold with models that saw nothing of the fold.

    Returns:
        Document id -> story; stories of two folds are never one.
    """
    found: dict[str, str] = {}
    for fold in sorted(set(tested.folds.values())):
        partition = consolidate(tested.features, params=params, model=learn(collections, fold))
        for number, story in enumerate(partition.stories):
            found |= {document: f"{fold} {number}" for document in story if tested.folds[document] == fold}
    return found
