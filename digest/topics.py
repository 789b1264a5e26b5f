"""Which standing topics a story belongs to, and by which words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.phrases import Agreement, Phrase, Searched
from digest.text import search_tokens, sentences
from digest.types import Document, Topic, TopicMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicParams:
    """How strongly words of a topic speak for it. Evidence adds up as independent chances do (noisy or)."""

    threshold: float = 0.3
    """Least strength of a match: one of the topic's words in the title, or in the lead and once more, or many times.

    A single word of the lead is no match: ministries and cities carry such words in their names."""
    title: float = 0.55
    """Chance that a document with the word in its title is about the topic."""
    lead: float = 0.25
    """The same for the first sentences, times the binary logarithm of 1 + count."""
    body: float = 0.12
    """The same for the rest, where words also stand in passing."""
    limit: float = 0.5
    """However often a word is said in lead or rest, it speaks less clearly there than in a title."""
    lead_sentences: int = 3
    """Sentences that count as the lead."""
    inflected: float = 0.4
    """Factor when only the stem agrees: "house" has that of "housing", "flooded" that of "flood"."""
    scattered: float = 0.6
    """Factor when the words of a phrase stand apart within a title or lead: "enrolment … university"."""
    described: float = 0.2
    """Factor for a word of the topic's description: it supports, and hardly ever decides."""


def match(
    topics: Sequence[Topic], documents: Sequence[Document], params: TopicParams = TopicParams()
) -> tuple[TopicMatch, ...]:
    """Find the topics of a story.

    A document's strength for a topic comes from the words of the topic's name and keywords, matched as whole words or
    phrases, and from those of its description; a story's is the mean of the better half of its documents, since a topic
    need not be named in every language that the story is told in.

    Args:
        topics: the standing topics.
        documents: the story's documents, in any order.
        params: how strongly words speak.

    Returns:
        The matches of at least ``params.threshold``, strongest first, then by topic id.
    """
    read = [_read(document, params) for document in documents]
    found = (_of_story(topic, read, params) for topic in topics)
    kept = [item for item in found if item.strength >= params.threshold]
    return tuple(sorted(kept, key=lambda item: (-item.strength, item.topic_id)))


_PARTS = re.compile(r"\s*(?:[,;/&、，；／]|\band\b)\s*")
_LEAD_CHARACTERS = 2_000  # more than the first sentences take: the end of a long text need not be divided
_DESCRIBING = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2,}")  # shorter words are mostly grammar
_COMMON = """
about above after also among because been before being between both does each every from have into like more most much
only other others over some such than that their them then there these they this those through under until upon very
what when where which while will with within without would your 以及 有关 关于 相关 包括 其他 我们 他们 等等
"""
_GRAMMAR = frozenset(_COMMON.split())


@dataclass(frozen=True, slots=True)
class _Read:
    """A document made ready for searching."""

    language: str
    title: Searched
    lead: Searched
    body: Searched


def _read(document: Document, params: TopicParams) -> _Read:
    text, language = document.text, document.language
    spans = sentences(text[:_LEAD_CHARACTERS], language)[: params.lead_sentences]
    end = spans[-1].end if spans else 0
    return _Read(
        language,
        title=Searched(document.title, language),
        lead=Searched(text[:end], language),
        body=Searched(text[end:], language, scattered=False),
    )


@lru_cache(maxsize=4096)  # a topic meets thousands of stories
def _stated(topic: Topic, language: str) -> tuple[Phrase, ...]:
    """What names the topic: its keywords, and each part of a name such as "Rents and housing"."""
    written = dict.fromkeys(part.strip() for part in (*_PARTS.split(topic.name), *topic.keywords))
    return _distinct(Phrase(text, language) for text in written)


@lru_cache(maxsize=4096)
def _described(topic: Topic, language: str) -> tuple[Phrase, ...]:
    """The words of its description that do not name it."""
    words = dict.fromkeys(search_tokens(topic.description))
    naming = {stem for phrase in _stated(topic, language) for stem in phrase.stems}
    phrases = (Phrase(word, language) for word in words if _DESCRIBING.fullmatch(word) and word not in _GRAMMAR)
    return tuple(phrase for phrase in _distinct(phrases) if not naming.issuperset(phrase.stems))


def _distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """One of those that compare equal: "rent" and "Rents" are no two pieces of evidence."""
    by_stems = {phrase.stems: phrase for phrase in reversed(list(phrases)) if phrase.stems}
    return tuple(reversed(by_stems.values()))


def _of_story(topic: Topic, read: Sequence[_Read], params: TopicParams) -> TopicMatch:
    evidence = [_evidence(topic, document, params) for document in read]
    strengths = sorted((_any(chances.values()) for chances in evidence), reverse=True)
    better = strengths[: math.ceil(len(strengths) / 2)]
    return TopicMatch(
        topic_id=topic.id, strength=sum(better) / len(better) if better else 0.0, terms=_reasons(topic, evidence)
    )


def _evidence(topic: Topic, document: _Read, params: TopicParams) -> dict[str, float]:
    """The words of a topic, as it writes them -> the chance that a document with them is about it."""
    stated = {phrase.written: _chance(phrase, document, params) for phrase in _stated(topic, document.language)}
    described = {
        phrase.written: params.described * _chance(phrase, document, params)
        for phrase in _described(topic, document.language)
    }
    return described | stated


def _chance(phrase: Phrase, document: _Read, params: TopicParams) -> float:
    in_title = params.title * _factor(document.title.find(phrase)[1], params)
    in_lead = _said(document.lead.find(phrase), params.lead, params)
    in_body = _said(document.body.find(phrase), params.body, params)
    return _any((in_title, in_lead, in_body))


def _said(found: tuple[int, Agreement], once: float, params: TopicParams) -> float:
    count, agreement = found
    return _factor(agreement, params) * min(params.limit, once * math.log2(1 + count))


def _factor(agreement: Agreement, params: TopicParams) -> float:
    match agreement:
        case Agreement.NONE:
            return 0.0
        case Agreement.WORDS:
            return 1.0
        case Agreement.STEM:
            return params.inflected
        case Agreement.SCATTERED:
            return params.scattered


def _any(chances: Iterable[float]) -> float:
    """The chance that at least one of several independent things holds."""
    return 1 - math.prod(1 - chance for chance in chances)


def _reasons(topic: Topic, evidence: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """The words that spoke, clearest first; words of the description only where no other did."""
    spoken: dict[str, float] = {}
    for chances in evidence:
        for word, chance in chances.items():
            spoken[word] = max(spoken.get(word, 0.0), chance)
    described = set(search_tokens(topic.description))
    found = sorted((word for word, chance in spoken.items() if chance > 0), key=lambda word: (-spoken[word], word))
    return tuple([word for word in found if word not in described or word in topic.keywords] or found)
