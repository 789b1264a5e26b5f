"""What a story says: a headline, a gist and a few sentences, each verbatim and with its place.

Selection is extractive and position-aware: in news, leads of the documents nearest to the story's centre beat graph
methods. Redundancy is controlled by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998), the centre is
that of MEAD (Radev et al., "Centroid-based summarization of multiple documents", 2004).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.boilerplate import without_outlet
from digest.commentary import in_own_voice, is_commentary, is_loaded
from digest.edition import Citation, Sentence, TextClass
from digest.passages import Passage, Vector, Weighing, cosine, passages, size
from digest.text import sentences, tokens
from digest.types import Document

_URGENT = re.compile(r"\W*(?:URGENT\b|Urgent\s*[:–—-]|(?:特急|紧急|緊急|加急|急件)\s*[:：】\]）)])")
"""How reports and agencies mark a title; the bare word in a headline ("Urgent care centre opens") marks nothing."""
_CHARACTERS_A_WORD = 1.75  # Chinese says in so many characters what others say in a word


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
    """Up to here sentences are taken however little they tell; where they overrun the entry, the shortest."""
    entry_words: int = 70
    """Headline, gist and sentences together: an entry is read in half a minute."""
    entry_characters: int = 130
    worth: float = 0.4
    """Share of the best sentence's score that each further one must reach: a short story needs no four."""
    sentence_words: int = 28
    """A longer sentence is chosen less readily, by how much it overruns: it is not read on a phone."""
    sentence_characters: int = 56
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
    commentary: float = 0.5
    """Factor for a sentence of a document that comments, or of its author: a leader wants to know what happened."""
    loaded: float = 0.6
    """Factor for a title that works by effect."""
    urgent: float = 3.0
    """Factor for title and sentences of a document that its title marks urgent: who wrote it wants it read first."""
    stale: float = 0.96
    """Factor for the title of the earliest report, rising to 1 for the latest: what was said first is overtaken."""


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
    weighing, pool = _pool(members, params)
    headline = _headline(members, weighing, {d.id for d in members if is_commentary(d)}, params)
    known = set(tokens(headline, members[0].language))
    scored = [each for each in pool if not each.passage.terms.keys() <= known]
    gist = _gist(scored, params)
    room = 1 - size(headline, params.entry_words, params.entry_characters)
    chosen = _choose(scored, gist, room, params)
    return Summary(headline=headline, gist=_quoted(gist) if gist else None, sentences=tuple(map(_quoted, chosen)))


def extract(
    documents: Sequence[Document],
    *,
    words: int,
    duplicates: Collection[str] = (),
    params: SummaryParams = SummaryParams(),
) -> tuple[Sentence, ...]:
    """Choose whole sentences of a story up to a length: what can be read beyond the entry, about 250 words.

    Args:
        documents: the story's documents, at least one, in any order.
        words: how long the sentences may be together; Chinese and Japanese characters count as in ``params``.
        duplicates: ids of those that repeat another document: used only when nothing else is there.
        params: how.

    Returns:
        Sentences in the order of the documents and their texts, each verbatim; none when even the shortest is too long.

    Raises:
        ValueError: there is no document.
    """
    if not documents:
        raise ValueError("a story has at least one document")
    _, pool = _pool(_members(documents, duplicates), params)
    return tuple(map(_quoted, sorted(_fill(pool, words, params), key=_Scored.reading_order)))


def _pool(members: Sequence[Document], params: SummaryParams) -> tuple[Weighing, list[_Scored]]:
    """The sentences that can be chosen, with what weighs them."""
    pool = [passage for document in members for passage in passages(document, params.lead_sentences)]
    weighing = Weighing(members, pool, decay=params.lead_decay)
    commenting = {document.id for document in members if is_commentary(document)}
    urgent = {document.id for document in members if marked_urgent(document.title)}
    return weighing, [
        _Scored.of(
            passage,
            weighing,
            params,
            commenting=passage.document.id in commenting,
            urgent=passage.document.id in urgent,
        )
        for passage in pool
    ]


def _fill(pool: Sequence[_Scored], words: int, params: SummaryParams) -> list[_Scored]:
    """Take the most telling sentence that still fits again and again, each time less of what is said already.

    Each sentence that a document gave makes its next one count less: the others have their word.
    """
    characters = words * params.gist_characters / params.gist_words
    left, chosen = 1.0, list[_Scored]()
    likeness = dict.fromkeys(pool, 0.0)
    given: Counter[str] = Counter()
    while likeness:
        fitting = [
            scored
            for scored, like in likeness.items()
            if like <= params.redundancy and size(scored.passage.text, words, characters) <= left
        ]
        if not fitting:
            break
        best = max(
            fitting,
            key=lambda scored: (
                scored.score
                * (1 - params.diversity * likeness[scored])
                * params.same_source ** given[scored.passage.document.id]
            ),
        )
        chosen.append(best)
        given[best.passage.document.id] += 1
        left -= size(best.passage.text, words, characters)
        del likeness[best]
        likeness = {scored: max(like, cosine(scored.vector, best.vector)) for scored, like in likeness.items()}
    return chosen


def marked_urgent(title: str) -> bool:
    """Whether a title says that it is urgent."""
    return _URGENT.match(title) is not None


def _members(documents: Sequence[Document], duplicates: Collection[str]) -> list[Document]:
    """The documents to draw from, by time: no reprints, and only the language in which most is told."""
    ordered = sorted(documents, key=lambda document: (document.when, document.id))
    originals = [document for document in ordered if document.id not in duplicates] or ordered
    told: Counter[str] = Counter()
    for document in originals:
        told[document.language] += math.ceil(size(document.text, 1, _CHARACTERS_A_WORD))
    language = told.most_common(1)[0][0]  # the earliest of equals
    return [document for document in originals if document.language == language]


def _headline(
    members: Sequence[Document], weighing: Weighing, commenting: Collection[str], params: SummaryParams
) -> str:
    """The title nearest to the centre; less readily one that is long, comments, works by effect or is overtaken."""

    def fitness(number: int) -> float:
        title, document = titles[number], members[number]
        room = max(1.0, size(title, params.headline_words, params.headline_characters))
        nearness = weighing.centrality(weighing.vector(Counter(tokens(title, document.language))))
        plain = (params.question if document.id in commenting else 1.0) * (params.loaded if is_loaded(title) else 1.0)
        plain *= params.urgent if marked_urgent(title) else 1.0
        fresh = params.stale + (1 - params.stale) * number / max(1, len(members) - 1)
        return nearness / math.sqrt(room) * plain * fresh

    titles = [without_outlet(document.title, document.url) for document in members]
    best = max(range(len(members)), key=lambda number: (bool(titles[number]), fitness(number)))
    return titles[best] or _untitled(members)


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
    def of(
        cls, passage: Passage, weighing: Weighing, params: SummaryParams, *, commenting: bool, urgent: bool
    ) -> _Scored:
        vector = weighing.vector(passage.terms)
        room = max(1.0, size(passage.text, params.sentence_words, params.sentence_characters))
        alone = 1.0 if passage.stands_alone else params.dangling
        asking = params.question if passage.text.endswith(("?", "？")) else 1.0
        comment = params.commentary if commenting or in_own_voice(passage.text) else 1.0
        pressing = params.urgent if urgent else 1.0
        score = weighing.centrality(vector) * weighing.place(passage) * alone * asking * comment * pressing / room
        return cls(passage, vector, score)

    def reading_order(self) -> tuple[datetime, str, int]:
        """Sorts by time of the document, then by place in it."""
        return self.passage.document.when, self.passage.document.id, self.passage.start

    def size(self, params: SummaryParams) -> float:
        """The share of an entry's length that it fills."""
        return size(self.passage.text, params.entry_words, params.entry_characters)


def _gist(pool: Iterable[_Scored], params: SummaryParams) -> _Scored | None:
    leads = (
        scored
        for scored in pool
        if scored.passage.index < params.gist_lead
        and scored.passage.stands_alone
        and size(scored.passage.text, params.gist_words, params.gist_characters) <= 1
    )
    return max(leads, key=lambda scored: scored.score, default=None)


def _choose(pool: Sequence[_Scored], gist: _Scored | None, room: float, params: SummaryParams) -> list[_Scored]:
    """Take the most telling sentence again and again, each time less of what is said already.

    Args:
        pool: the sentences that may be quoted.
        gist: the one that is told already.
        room: the share of an entry's length that gist and sentences may fill.
        params: how.
    """
    bar = params.worth * max((scored.score for scored in pool), default=0.0)
    told = [gist] if gist else []
    chosen: list[_Scored] = []
    likeness = {scored: cosine(scored.vector, gist.vector) if gist else 0.0 for scored in pool if scored is not gist}
    while len(chosen) < params.max_sentences:
        left = room - sum(scored.size(params) for scored in told)
        rest = [scored for scored, like in likeness.items() if like <= params.redundancy]
        if len(told) >= params.min_sentences:
            rest = [scored for scored in rest if scored.score >= bar and scored.size(params) <= left]
        quoted = {scored.passage.document.source_id for scored in told}
        values = {scored: _value(scored, likeness[scored], quoted, params) for scored in rest}
        best = max(
            rest, key=lambda scored: values[scored] * min(1.0, max(left, 0.1) / scored.size(params)), default=None
        )
        if best is None:
            break
        chosen.append(best)
        told.append(best)
        del likeness[best]
        likeness = {scored: max(like, cosine(scored.vector, best.vector)) for scored, like in likeness.items()}
    return chosen


def _value(scored: _Scored, likeness: float, quoted: Collection[str], params: SummaryParams) -> float:
    repeated = params.same_source if scored.passage.document.source_id in quoted else 1.0
    return scored.score * (1 - params.diversity * likeness) * repeated


def _quoted(scored: _Scored) -> Sentence:
    document, passage = scored.passage.document, scored.passage
    citation = Citation(
        document_id=document.id, version=document.version, start=passage.start, end=passage.end, text=passage.text
    )
    return Sentence(kind=TextClass.QUOTED, text=passage.text, citations=(citation,))
