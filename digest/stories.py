"""Stories: the documents about one event or development, grouped by their words and their times.

:func:`features` is computed once for each version of a document; :func:`consolidate` is a pure function of the set of
features and corrections; :func:`match` carries the ids of stories over; :func:`assign` places documents as they arrive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from digest import duplicates
from digest.arrivals import Placed, StoryIndex, assign
from digest.candidates import StoryParams
from digest.identity import Matched, match, new_id
from digest.likeness import MODEL, Model
from digest.story_graph import Partition, StoryGraph
from digest.text import sentences, tokens
from digest.types import Correction, Document, Features

__all__ = [
    "ALGORITHM",
    "Matched",
    "Partition",
    "Placed",
    "StoryGraph",
    "StoryIndex",
    "StoryParams",
    "assign",
    "consolidate",
    "features",
    "match",
    "new_id",
]

ALGORITHM = 2
"""Version of what :func:`features` computes; stored features of another version are made anew."""

_TITLE_WEIGHT = 3.0  # a title names the event; on the story benchmarks 2 to 4 do the same
_LEAD_WEIGHT = 2.0  # the lead says who, what, where; what follows is often background shared by many stories
_LEAD_SENTENCES = 4

_PARAMS = StoryParams()


def features(document: Document) -> Features:
    """Compute what grouping needs of one version of a document: pure, and the same in every process.

    Args:
        document: with its text in the form of :func:`digest.text.normalise`.
    """
    title, body = tokens(document.title, document.language), tokens(document.text, document.language)
    lead = tokens(document.text[: _lead_end(document)], document.language)
    terms: dict[str, float] = defaultdict(float)
    for words, weight in ((title, _TITLE_WEIGHT), (lead, _LEAD_WEIGHT - 1), (body, 1.0)):
        for word in words:
            terms[word] += weight
    return Features(
        document_id=document.id,
        version=document.version,
        algorithm=ALGORITHM,
        source_id=document.source_id,
        language=document.language,
        when=document.when,
        terms=dict(sorted(terms.items())),
        title={term: float(count) for term, count in sorted(Counter(title).items())},
        signature=duplicates.signature([*title, *body]),
    )


def _lead_end(document: Document) -> int:
    spans = sentences(document.text[:4_000], document.language)[:_LEAD_SENTENCES]  # four sentences end long before
    return spans[-1].end if spans else 0


def consolidate(
    features: Iterable[Features],
    *,
    corrections: Sequence[Correction] = (),
    params: StoryParams = _PARAMS,
    model: Model = MODEL,
) -> Partition:
    """Group documents into stories: a function of the set of documents and corrections, whatever their order.

    Near-duplicates go with the document they repeat, unless an editor parted them; the others are joined by average
    link over the probability that two of them tell one story. Of several versions of a document, the latest counts.

    Args:
        features: of all documents of the time window, at least one each.
        corrections: the editors' word; of contradicting ones the later wins. Those about other documents are ignored.
        params: which pairs of documents are looked at, and when they are one story.
        model: what weighs the evidence of a pair.
    """
    graph = StoryGraph(params, model)
    for each in features:
        graph.add(each)
    return graph.settle(corrections)
