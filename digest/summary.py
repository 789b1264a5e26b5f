"""What a story says: a headline, a gist and a few sentences, each verbatim and with its place.

Selection is extractive and position-aware: in news, leads of the documents nearest to the story's centre beat graph
methods. Redundancy is controlled by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), the centre is
that of MEAD (Radev et al., "Centroid-based summarization of multiple documents", 2004).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from digest.boilerplate import is_feature, without_outlet
from digest.edition import Citation, Sentence, TextClass
from digest.passages import Passage, Vector, Weighing, cosine, passages, size
from digest.text import sentences, tokens
from digest.types import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryParams:
    """How a story is summarised. Words count where words are parted by spaces, characters in Chinese and Japanese."""

    headline_words: int = 12
    """Longer titles are read twice on a phone; preferred, a title is never cut."""
    headline_characters: int = 24
    gist_words: int = 40
    """About two lines of print; a longer sentence is no gist."""
    gist_characters: int = 70
    max_sentences: int = 4
    min_sentences: int = 2
    """Up to here sentences are taken however little they tell."""
    entry_words: int = 80
    """Gist and sentences together, beyond ``min_sentences``: an entry is read in half a minute."""
    entry_characters: int = 150
    worth: float = 0.4
    """Share of the best sentence's score that each further one must reach: a short story needs no four."""
    sentence_words: int = 45
    """A longer sentence is chosen less readily, by how much it overruns: it is not read on a phone."""
    sentence_characters: int = 90
    lead_sentences: int = 12
    """Sentences of a document that can be chosen: later ones of a news text are background."""
    gist_lead: int = 3
    """Sentences of a document that can be the gist: news texts say what happened in the first."""
    lead_decay: float = 0.12
    """How much each sentence before it lowers a sentence's weight: the first counts twice as much as the ninth."""
    redundancy: float = 0.5
    """Cosine above which a sentence repeats one that was chosen."""
    diversity: float = 0.6
    """Weight of being unlike what was chosen, against 1 for being central."""
    same_source: float = 0.75
    """Factor for a sentence of a source that is quoted already: another source would confirm it."""
    dangling: float = 0.35
    """Factor for a sentence that leans on the one before it; chosen only where little else is."""
    question: float = 0.7
    """Factor for a question, and for a title that asks or comments: it tells nothing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A story in short."""

    headline: str
    gist: Sentence | None
    sentences: tuple[Sentence, ...]


def summarise(
    documents: Sequence[Document], *, duplicates: Collection[str] = (), params: SummaryParams = SummaryParams()
) -> Summary:
    """Choose headline, gist and sentences of a story.

    Args:
        documents: the story's documents, at least one, in any order.
        duplicates: ids of those that repeat another document: used only when nothing else is there.
        params: how.

    Returns:
        A headline that is a member's title without its outlet; the best whole sentence from a lead, or None when none
        is short enough; up to ``max_sentences`` others, the most telling first. Every sentence is verbatim.

    Raises:
        ValueError: there is no document.
    """
    if not documents:
        raise ValueError("a story has at least one document")
    members = _members(documents, duplicates)
    pool = [passage for document in members for passage in passages(document, params.lead_sentences)]
    weighing = Weighing(members, pool, decay=params.lead_decay)
    headline = _headline(members, weighing, params)
    known = set(tokens(headline, members[0].language))
    scored = [_Scored.of(passage, weighing, params) for passage in pool if not passage.terms.keys() <= known]
    gist = _gist(scored, params)
    chosen = _choose(scored, gist, params)
    return Summary(headline=headline, gist=_quoted(gist) if gist else None, sentences=tuple(map(_quoted, chosen)))


def _members(documents: Sequence[Document], duplicates: Collection[str]) -> list[Document]:
    """The documents to draw from, by time: no reprints, and only the language most of them are written in."""
    ordered = sorted(documents, key=lambda document: (document.when, document.id))
    originals = [document for document in ordered if document.id not in duplicates] or ordered
    language = Counter(document.language for document in originals).most_common(1)[0][0]  # the earliest of equals
    return [document for document in originals if document.language == language]


def _headline(members: Sequence[Document], weighing: Weighing, params: SummaryParams) -> str:
    """The title nearest to the centre; overrunning the length lowers its chance, and so does asking or commenting."""

    def fitness(item: tuple[str, Document]) -> float:
        title, document = item
        room = max(1.0, size(title, params.headline_words, params.headline_characters))
        nearness = weighing.centrality(weighing.vector(Counter(tokens(title, document.language))))
        return nearness / math.sqrt(room) * (params.question if is_feature(title) else 1.0)

    titles = [(without_outlet(document.title, document.url), document) for document in members]
    title, _ = max(titles, key=lambda item: (bool(item[0]), fitness(item)))
    return title or _untitled(members)


def _untitled(members: Sequence[Document]) -> str:
    """The first sentence of the first document that has one, else where it was found."""
    for document in members:
        for start, end in sentences(document.text, document.language)[:1]:
            return document.text[start:end]
    return members[0].url or members[0].key


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """A passage with its vector and how much it tells."""

    passage: Passage
    vector: Vector
    score: float

    @classmethod
    def of(cls, passage: Passage, weighing: Weighing, params: SummaryParams) -> _Scored:
        vector = weighing.vector(passage.terms)
        room = max(1.0, size(passage.text, params.sentence_words, params.sentence_characters))
        alone = 1.0 if passage.stands_alone else params.dangling
        question = params.question if passage.text.endswith(("?", "？")) else 1.0
        return cls(passage, vector, weighing.centrality(vector) * weighing.place(passage) * alone * question / room)


def _gist(pool: Iterable[_Scored], params: SummaryParams) -> _Scored | None:
    leads = (
        scored
        for scored in pool
        if scored.passage.index < params.gist_lead
        and scored.passage.stands_alone
        and size(scored.passage.text, params.gist_words, params.gist_characters) <= 1
    )
    return max(leads, key=lambda scored: scored.score, default=None)


def _choose(pool: Sequence[_Scored], gist: _Scored | None, params: SummaryParams) -> list[_Scored]:
    """Take the most telling sentence again and again, each time less of what is said already."""
    bar = params.worth * max((scored.score for scored in pool), default=0.0)
    told = [gist] if gist else []
    chosen: list[_Scored] = []
    likeness = {scored: cosine(scored.vector, gist.vector) if gist else 0.0 for scored in pool if scored is not gist}
    while len(chosen) < params.max_sentences:
        rest = [scored for scored, like in likeness.items() if like <= params.redundancy]
        quoted = {scored.passage.document.source_id for scored in told}
        best = max(rest, key=lambda scored: _value(scored, likeness[scored], quoted, params), default=None)
        if best is None or (len(chosen) >= params.min_sentences and (best.score < bar or _full([*told, best], params))):
            break
        chosen.append(best)
        told.append(best)
        del likeness[best]
        likeness = {scored: max(like, cosine(scored.vector, best.vector)) for scored, like in likeness.items()}
    return chosen


def _full(told: Iterable[_Scored], params: SummaryParams) -> bool:
    """Whether sentences take more room than an entry has."""
    return sum(size(scored.passage.text, params.entry_words, params.entry_characters) for scored in told) > 1


def _value(scored: _Scored, likeness: float, quoted: Collection[str], params: SummaryParams) -> float:
    repeated = params.same_source if scored.passage.document.source_id in quoted else 1.0
    return scored.score * (1 - params.diversity * likeness) * repeated


def _quoted(scored: _Scored) -> Sentence:
    document, passage = scored.passage.document, scored.passage
    citation = Citation(
        document_id=document.id, version=document.version, start=passage.start, end=passage.end, text=passage.text
    )
    return Sentence(kind=TextClass.QUOTED, text=passage.text, citations=(citation,))
