"""Documents as they arrive: each goes provisionally to the story it is most like, until the next consolidation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp2

from digest.candidates import DAY_S, StoryParams, idf, vector
from digest.duplicates import DuplicateIndex
from digest.types import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalParams:
    """When an arriving document belongs to a story, by likeness and time alone: the neighbours are still to come."""

    vectors: StoryParams = field(default_factory=StoryParams)
    """How many terms, and which are too common."""
    least: float = 0.06
    """Likeness below which a document of the story counts 0."""
    threshold: float = 0.12
    """Average likeness to the documents of a story from which on a document belongs to it."""
    half_life_days: float = 1.0
    """Days after which half of what time can take of a likeness is gone."""
    floor: float = 0.45
    """Share of a likeness that time cannot take."""

    def closeness(self, days: float) -> float:
        """What so many days leave of a likeness: 1 on the same day, towards ``floor`` in the long run."""
        return self.floor + (1 - self.floor) * exp2(-abs(days) / self.half_life_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an arriving document belongs for now."""

    story_id: str | None
    """None: it begins a story of its own."""
    similarity: float
    """Average likeness to the documents of that story, 0 to 1; of the best story when none was alike enough."""
    duplicate_of: str | None = None
    """Id of the document that it (nearly) repeats: it goes to that one's story whatever the likeness."""


class StoryIndex:
    """The documents of the time window and their stories, ready to place new ones; an estimator with ``partial_fit``.

    A document keeps the vector that the word frequencies of the time gave it, so adding costs nothing for those before.

    Args:
        params: when a document belongs to a story.

    Attributes:
        stories_: document id -> story id of what was added.
        frequencies_: term -> number of documents, reprints not counted, that have it.
        sizes_: story id -> number of its documents, reprints not counted.
    """

    def __init__(self, params: ArrivalParams | None = None) -> None:
        self.params = params or ArrivalParams()
        self.stories_: dict[str, str] = {}
        self.frequencies_: Counter[str] = Counter()
        self.sizes_: Counter[str] = Counter()
        self._days: dict[str, float] = {}
        self._postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        self._repeats = DuplicateIndex()

    def partial_fit(self, features: Sequence[Features], stories: Mapping[str, str]) -> StoryIndex:
        """Add documents with their stories.

        Args:
            features: of documents that are not in the index yet, duplicates included, the earliest first.
            stories: document id -> story id, for each of them.

        Raises:
            ValueError: a document is in the index already; a changed one needs an index made anew.
        """
        known = [f.document_id for f in features if f.document_id in self.stories_]
        if known:
            raise ValueError(f"in the index already: {', '.join(known)}")
        self.stories_.update((f.document_id, stories[f.document_id]) for f in features)
        originals = [f for f in features if self._repeats.add(f) is None]
        for added in originals:
            self.frequencies_.update(added.terms.keys())
            self.sizes_[stories[added.document_id]] += 1
        for added in originals:
            self._days[added.document_id] = added.when.timestamp() / DAY_S
            for term, weight in self._vector(added).items():
                self._postings[term].append((added.document_id, weight))
        return self

    def place(self, new: Features) -> Placed:
        """Where a document belongs; the index stays as it is.

        Args:
            new: a document that is not in the index.
        """
        original = self._repeats.original(new)
        if original is not None:
            return Placed(story_id=self.stories_[original], similarity=1.0, duplicate_of=original)
        totals: dict[str, float] = defaultdict(float)
        for document, similarity in self._alike(new):
            totals[self.stories_[document]] += similarity
        averages = sorted((-total / self.sizes_[story], story) for story, total in totals.items())
        if not averages:
            return Placed(story_id=None, similarity=0.0)
        negative, story = averages[0]
        return Placed(story_id=story if -negative >= self.params.threshold else None, similarity=-negative)

    def _vector(self, features: Features) -> dict[str, float]:
        frequencies = {term: self.frequencies_[term] for term in features.terms}
        vectors = self.params.vectors
        return vector(features.terms, idf(frequencies, self.sizes_.total(), vectors), vectors.strongest)

    def _alike(self, new: Features) -> Iterator[tuple[str, float]]:
        cosines: dict[str, float] = defaultdict(float)
        for term, weight in self._vector(new).items():
            for document, other in self._postings.get(term, ()):
                cosines[document] += weight * other
        day = new.when.timestamp() / DAY_S
        for document, cosine in cosines.items():
            similarity = cosine * self.params.closeness(self._days[document] - day)
            if similarity >= self.params.least:
                yield document, similarity


def assign(new: Features, index: StoryIndex) -> Placed:
    """Place one arriving document provisionally; :func:`digest.stories.consolidate` decides later."""
    return index.place(new)
