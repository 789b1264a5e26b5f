"""What a story is to one reader: new, developing or ongoing."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.edition import Status
from digest.passages import Vector, cosine, passages, unit
from digest.text import tokens
from digest.types import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class NoveltyParams:
    """When a story that was told has developed."""

    lead_sentences: int = 4
    """Sentences of a document that are compared: what is new stands in the lead, below it is background."""
    threshold: float = 0.7
    """A sentence is new when its likeness to each told one is below 1 - threshold."""
    new_sentences: int = 2
    """So many make a development: a single new sentence is often only another wording."""


def status(
    documents: Sequence[Document], told_sentences: Sequence[str], params: NoveltyParams = NoveltyParams()
) -> Status:
    """Compare what a period brought with what a reader was told.

    A sentence's newness is 1 - its greatest TF-IDF cosine to a told sentence (Allan, Wade and Bolivar, "Retrieval and
    novelty detection at the sentence level", SIGIR 2003).

    Args:
        documents: the period's documents of the story without duplicates, in any order.
        told_sentences: every sentence of the story that this reader was told, headlines included.
        params: when it has developed.

    Returns:
        ``NEW`` when nothing was told; ``DEVELOPING`` when the leads hold enough that is new, ``ONGOING`` otherwise.
    """
    if not told_sentences:
        return Status.NEW
    fresh = sum(newness >= params.threshold for newness in newnesses(documents, told_sentences, params))
    return Status.DEVELOPING if fresh >= params.new_sentences else Status.ONGOING


def newnesses(documents: Sequence[Document], told_sentences: Sequence[str], params: NoveltyParams) -> Iterator[float]:
    """How new each sentence of the documents' leads is: 0 for a repetition, 1 when no word of it was told."""
    for language in sorted({document.language for document in documents}):
        told = [Counter(tokens(sentence, language)) for sentence in told_sentences]
        leads = [
            passage.terms
            for document in sorted(documents, key=lambda document: document.id)
            if document.language == language
            for passage in passages(document, params.lead_sentences)
        ]
        yield from _distances(leads, told)


def _distances(texts: Sequence[Mapping[str, int]], told: Sequence[Mapping[str, int]]) -> Iterator[float]:
    spread = Counter(term for terms in (*texts, *told) for term in terms)
    size = len(texts) + len(told)

    def vector(terms: Mapping[str, int]) -> Vector:
        return unit({term: count * math.log((size + 1) / (spread[term] + 0.5)) for term, count in terms.items()})

    known = [vector(terms) for terms in told]
    for terms in texts:
        yield 1 - max(cosine(vector(terms), other) for other in known)
