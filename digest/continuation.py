"""Which stories of a period carry on what a reader was told as another story: the next burst of one matter.

Grouping keeps what happens weeks apart in two stories where reports of each day are more like one another. To a reader
the second is no news out of nothing, so it says where the first was told, and what is new since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from digest.candidates import StoryParams, matrix
from digest.novelty import ToldStory
from digest.types import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationParams:
    """When a story carries on another."""

    threshold: float = 0.3
    """Cosine of the two stories' mean vectors; read on four recorded weeks, what lies above is one matter."""
    within: timedelta = timedelta(days=90)
    """Documents older than this are no longer carried on."""
    vectors: StoryParams = field(default_factory=StoryParams)
    """How many terms of a document count, and which are too common."""


class Continuation:
    """What the stories of a period are compared with: the documents of the period and those told before.

    Args:
        features: document id -> features, of both; documents that are not in it are passed over.
        now: the end of the period.
        params: when a story carries on another.
    """

    def __init__(
        self, features: Mapping[str, Features], now: datetime, params: ContinuationParams = ContinuationParams()
    ) -> None:
        recent = {key: each for key, each in sorted(features.items()) if each.when >= now - params.within}
        documents, sources = [each.terms for each in recent.values()], [each.source_id for each in recent.values()]
        self._rows = matrix(documents, params.vectors, sources)
        self._row = {key: row for row, key in enumerate(recent)}
        self._params = params

    def followed(self, stories: Mapping[str, Sequence[str]], told: Mapping[str, ToldStory]) -> dict[str, str]:
        """The told story that each story carries on, unless it is most like what was told of itself.

        Regrouping may have given a story the id of a lesser part of it, while the greater was told under another.

        Args:
            stories: story id -> ids of its documents in the period that repeat no other.
            told: story id -> what the reader was told of it.

        Returns:
            Story id -> id of the told story that is most like it, ties to the smaller id.
        """
        candidates = {story: mean for story in sorted(told) if (mean := self._mean(told[story].documents)) is not None}
        if not candidates:
            return {}
        before = np.stack(list(candidates.values()))
        found: dict[str, str] = {}
        for story in sorted(stories):
            mean = self._mean(stories[story])
            if mean is None:
                continue
            cosines = before @ mean
            nearest = list(candidates)[int(cosines.argmax())]
            if nearest != story and cosines.max() >= self._params.threshold:
                found[story] = nearest
        return found

    def _mean(self, documents: Sequence[str]) -> NDArray[np.float64] | None:
        """The mean vector of documents, of length 1; None when nothing is known of them."""
        rows = [self._row[document] for document in sorted(documents) if document in self._row]
        total = np.asarray(self._rows[rows].sum(axis=0), dtype=np.float64).ravel()
        length = float(np.linalg.norm(total))
        return total / length if length else None


def matter(told: Mapping[str, ToldStory], story_id: str) -> tuple[str, ...]:
    """A told story and those that it carried on, by id: they share the places where they were told."""
    places = set(told[story_id].told)
    return tuple(sorted(each for each, before in told.items() if each == story_id or places.intersection(before.told)))


def with_followed(told: Mapping[str, ToldStory], followed: Mapping[str, str]) -> dict[str, ToldStory]:
    """What a reader was told, with what was told of each matter that a story of the period carries on."""
    return dict(told) | {story: _whole(told, story, earlier) for story, earlier in followed.items()}


def _whole(told: Mapping[str, ToldStory], story: str, earlier: str) -> ToldStory:
    own = [told[story]] if story in told else []
    sentences = (s for each in [*own, *(told[each] for each in matter(told, earlier))] for s in each.sentences)
    places = {place for each in [*own, told[earlier]] for place in each.told}
    return replace(
        told[earlier],
        told=tuple(sorted(places, key=lambda place: (place.edition_id, place.number))),
        sentences=tuple(dict.fromkeys(sentences)),
    )
