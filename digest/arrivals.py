"""Documents as they arrive: each goes provisionally to the story it most probably tells, until hindsight decides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digest.candidates import StoryParams
from digest.identity import Matched, match, new_id
from digest.likeness import MODEL, Model
from digest.story_graph import Partition, StoryGraph
from digest.types import Correction, Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an arriving document belongs for now."""

    story_id: str
    probability: float
    """Average probability of one story with the documents of that story, 0 to 1; of the best, where it opens one."""
    opened: bool = False
    """Whether it begins a story of its own."""
    duplicate_of: str | None = None
    """Id of the document that it (nearly) repeats: it goes to that one's story whatever the probability."""


class StoryIndex:
    """The documents of the time window and their stories: places new ones, and decides with hindsight.

    Args:
        params: when a document belongs to a story.
        model: what weighs the evidence of a pair.
        taken: every story id ever given, so that none is given again.

    Attributes:
        threshold: average probability from which on an arriving document belongs to a story.
        graph: the documents and the pairs that may tell one story.
        stories_: document id -> story id of what it holds.
        sizes_: story id -> number of its documents, reprints not counted.
    """

    threshold = 0.25

    def __init__(self, params: StoryParams | None = None, model: Model = MODEL, taken: Iterable[str] = ()) -> None:
        self.graph = StoryGraph(params, model)
        self.stories_: dict[str, str] = {}
        self.sizes_: Counter[str] = Counter()
        self._taken = set(taken)
        self._reprints: set[str] = set()

    def partial_fit(self, features: Iterable[Features], stories: Mapping[str, str]) -> StoryIndex:
        """Add documents with the stories they have, and make ready to place others.

        Args:
            features: of documents that are not in the index yet.
            stories: document id -> story id, for each of them.
        """
        for each in features:
            self.graph.add(each)
            self.stories_[each.document_id] = stories[each.document_id]
        self._taken.update(stories.values())
        self._count(self.graph.settle())
        return self

    def assign(self, new: Features) -> Placed:
        """Put a new document into a story, or open one; a changed document is placed anew."""
        self.forget([new.document_id] if new.document_id in self.stories_ else [])
        original = self.graph.repeated(new)
        slot = self.graph.add(new)
        assert slot is not None  # what was held was forgotten
        if original is not None:
            self._reprints.add(new.document_id)
            placed = Placed(story_id=self.stories_[original], probability=1.0, duplicate_of=original)
        else:
            placed = self._most_probable(new.document_id, slot)
            self.sizes_[placed.story_id] += 1
        self.stories_[new.document_id] = placed.story_id
        self._taken.add(placed.story_id)
        return placed

    def _most_probable(self, document: str, slot: int) -> Placed:
        others, probabilities = self.graph.likely(slot)
        totals: dict[str, float] = defaultdict(float)
        ids = self.graph.documents.ids
        for other, probability in zip(others.tolist(), probabilities.tolist(), strict=True):
            totals[self.stories_[ids[other]]] += probability
        averages = [(total / max(self.sizes_[story], 1), story) for story, total in totals.items()]
        probability, story = max(averages, key=lambda each: (each[0], each[1]), default=(0.0, ""))
        if probability >= self.threshold:
            return Placed(story_id=story, probability=probability)
        return Placed(story_id=new_id(document, self._taken), probability=probability, opened=True)

    def forget(self, documents: Iterable[str]) -> None:
        """Drop documents, by id; their story keeps its id while it has others."""
        for document in documents:
            story = self.stories_.pop(document)
            if document not in self._reprints:
                self.sizes_[story] -= 1
            self._reprints.discard(document)
            self.graph.remove([document])

    def consolidate(self, corrections: Iterable[Correction] = ()) -> Matched:
        """Decide with hindsight: the stories become those of :func:`digest.stories.consolidate` for what it holds.

        Returns:
            The documents whose part of the graph was grouped anew, with their stories, and the stories merged.
        """
        partition = self.graph.settle(corrections)
        previous = {document: self.stories_[document] for story in partition.regrouped for document in story}
        documents = self.graph.documents
        order = {document: documents.chronology(documents.slots[document]) for document in previous}
        matched = match(partition.regrouped, previous, self._taken, order)
        self.stories_.update(matched.assignments)
        self._taken.update(matched.assignments.values())
        self._count(partition)
        return matched

    def _count(self, partition: Partition) -> None:
        self._reprints = set(partition.duplicates)
        self.sizes_ = Counter(story for document, story in self.stories_.items() if document not in self._reprints)


def assign(new: Features, index: StoryIndex) -> Placed:
    """Put a new document into a story, or open one: provisional, and dependent on the order of arrival."""
    return index.assign(new)
