"""Which standing topics a story belongs to, and by which words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.text import search_tokens, sentences, tokens
from digest.types import Document, Topic, TopicMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicParams:
    """How strongly words of a topic speak for it. Evidence adds up as independent chances do (noisy or)."""

    threshold: float = 0.3
    """Least strength of a match: one of the topic's words in the title or the lead, or said again and again."""
    title: float = 0.55
    """Chance that a document with the word in its title is about the topic."""
    lead: float = 0.35
    """The same for the first sentences."""
    body: float = 0.12
    """The same for the rest, where words also stand in passing; times the binary logarithm of 1 + count."""
    body_limit: float = 0.45
    """However often a word is said in the rest, it speaks less clearly than one in the title."""
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
    read = [_Read.of(document, params) for document in documents]
    found = (_of_story(topic, read, params) for topic in topics)
    kept = [item for item in found if item.strength >= params.threshold]
    return tuple(sorted(kept, key=lambda item: (-item.strength, item.topic_id)))


_PARTS = re.compile(r"\s*(?:[,;/&、，；／]|\band\b)\s*")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")
_DESCRIBING = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2,}")  # shorter words are mostly grammar
_GRAMMAR = frozenset(
    "about above after also among because been before being between both does each every from have into like more most"
    " much only other others over some such than that their them then there these they this those through under until"
    " upon very what when where which while will with within without would your 以及 有关 关于 相关 包括 其他 我们 他们 等等".split()
)
_PLURAL = re.compile(r"(?<=\w\w)(?:(?P<y>ies)|(?<=ss|sh|ch)es|(?<=x)es|(?<!s)s)$")


@dataclass(frozen=True, slots=True)
class _Term:
    """A word or phrase of a topic, as documents of one language would have it."""

    written: str
    """As the topic writes it."""
    words: str
    """Joined, singular in English."""
    stems: tuple[str, ...]
    weight: float

    @property
    def acronym(self) -> bool:
        """Whether capitals carry its meaning: "IT" and "WHO" are not "it" and "who"."""
        return bool(_ACRONYM.fullmatch(self.written))


@lru_cache(maxsize=4096)  # a topic meets thousands of stories
def _terms(topic: Topic, language: str, described: float) -> tuple[_Term, ...]:
    """The words and phrases of a topic: its keywords, each part of a name such as "Rents and housing", its description."""
    stated = {text: 1.0 for text in (*_PARTS.split(topic.name), *topic.keywords)}
    words = (word for word in search_tokens(topic.description) if _DESCRIBING.fullmatch(word) and word not in _GRAMMAR)
    found: dict[tuple[str, ...], _Term] = {}
    for text, weight in (stated | {word: described for word in words if word not in stated}).items():
        stems = tuple(tokens(text, language))
        if stems:
            found.setdefault(stems, _Term(text.strip(), _joined(_singular(text, language)), stems, weight))
    return tuple(found.values())


def _singular(text: str, language: str) -> list[str]:
    words = search_tokens(text)
    return (
        [_PLURAL.sub(lambda ending: "y" if ending["y"] else "", word) for word in words] if language == "en" else words
    )


def _joined(words: Iterable[str]) -> str:
    """Words in a form in which a phrase can be counted as a part of a text, whole words only."""
    return "".join(f" {word} " for word in words)


class _Place:
    """A title, a lead or the rest of a document, ready to be searched."""

    def __init__(self, text: str, language: str, chance: float) -> None:
        self.text = text
        self.words = _joined(_singular(text, language))
        stems = tokens(text, language)
        self.stems = _joined(stems)
        self.vocabulary = frozenset(stems)
        self.chance = chance
        self.graded = language == "en"
        """Elsewhere inflection is grammar, and a common stem is as good as the word."""


def _places(document: Document, params: TopicParams) -> tuple[_Place, _Place, _Place]:
    text, language = document.text, document.language
    spans = sentences(text, language)[: params.lead_sentences]
    end = spans[-1].end if spans else 0
    return (
        _Place(document.title, language, params.title),
        _Place(text[:end], language, params.lead),
        _Place(text[end:], language, params.body),
    )


def _of_story(topic: Topic, read: Sequence[_Read], params: TopicParams) -> TopicMatch:
    strengths: list[float] = []
    spoken: dict[str, float] = {}
    for language, places in read:
        evidence = {term: _chance(term, places, params) for term in _terms(topic, language, params.described)}
        strengths.append(_any(evidence.values()))
        for term, chance in evidence.items():
            spoken[term.written] = max(spoken.get(term.written, 0.0), chance)
    half = sorted(strengths, reverse=True)[: math.ceil(len(strengths) / 2)]
    words = sorted((word for word, chance in spoken.items() if chance), key=lambda word: (-spoken[word], word))
    return TopicMatch(topic_id=topic.id, strength=sum(half) / len(half) if half else 0.0, terms=tuple(words))


def _chance(term: _Term, places: Iterable[_Place], params: TopicParams) -> float:
    """How likely a document with the term in these places is about the topic."""
    return term.weight * _any(_in_place(term, place, params) for place in places)


def _in_place(term: _Term, place: _Place, params: TopicParams) -> float:
    count, factor = _found(term, place, params)
    if place.chance == params.body:
        return factor * min(params.body_limit, params.body * math.log2(1 + count))
    return factor * place.chance if count else 0.0
