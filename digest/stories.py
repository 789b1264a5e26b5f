"""Stories: the documents about one event or development, grouped by their words and their times.

:func:`features` is computed once for each version of a document; :func:`consolidate` is a pure function of the set of
features and corrections; :func:`match` carries the ids of stories over; :func:`assign` places documents as they arrive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest import duplicates
from digest.arrivals import Placed, StoryIndex, assign
from digest.candidates import StoryParams
from digest.constraints import settle
from digest.identity import Matched, match, new_id
from digest.likeness import MODEL, Model, pairs
from digest.linking import Linking
from digest.parted import without_parted
from digest.text import sentences, tokens
from digest.types import Correction, Document, Features

__all__ = [
    "ALGORITHM",
    "Matched",
    "Partition",
    "Placed",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """Documents grouped into stories."""

    stories: tuple[frozenset[str], ...]
    """Groups of document ids, the group with the smallest id first; every document is in exactly one."""
    duplicates: Mapping[str, str]
    """Document id -> id of the earlier document that it (nearly) repeats."""


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
    latest = {f.document_id: f for f in sorted(features, key=lambda f: (f.document_id, f.version))}
    constraints = settle(c for c in corrections if c.first in latest and c.second in latest)
    repeats = without_parted(
        duplicates.find(latest.values()), constraints.apart, lambda document: duplicates.chronology(latest[document])
    )
    originals = [f for document, f in latest.items() if document not in repeats]
    place = {f.document_id: position for position, f in enumerate(originals)}
    place |= {document: place[original] for document, original in repeats.items()}
    linking = Linking(
        len(originals),
        pairs(originals, params, model),
        together=[(place[first], place[second]) for first, second in constraints.together],
        apart=[(place[first], place[second]) for first, second in constraints.apart],
    )
    return Partition(stories=_stories(linking.groups(params.threshold), place), duplicates=repeats)


def _stories(groups: Sequence[Sequence[int]], place: Mapping[str, int]) -> tuple[frozenset[str], ...]:
    group_of = {position: number for number, group in enumerate(groups) for position in group}
    members: dict[int, set[str]] = defaultdict(set)
    for document, position in place.items():
        members[group_of[position]].add(document)
    return tuple(sorted(map(frozenset, members.values()), key=min))
