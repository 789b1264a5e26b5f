"""In which order stories matter to one reader, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digest.edition import Reason, ReasonCode
from digest.interests import Closeness, Interests, Terms
from digest.types import Document, Origin, Source, Topic, TopicMatch

_REASON_TERMS = 3  # the strongest: a reason is read in passing
_OFFICE_REASONS = ((Origin.HIGHER, ReasonCode.HIGHER_AUTHORITY), (Origin.OWN, ReasonCode.OWN_UNIT))


@dataclass(frozen=True, slots=True, kw_only=True)
class RelevanceParams:
    """What a story's parts count for. Each part lies between 0 and 1."""

    topic: float = 1.0
    """A standing topic is the reader's own word."""
    statement: float = 1.0
    """An instruction given today that the story could not be closer to weighs as much as a standing topic."""
    importance: float = 1.0
    """How many independent sources tell it: what four of them tell weighs as much as a strong topic match of one."""
    recency: float = 0.2
    """Decides between stories that are alike: in a weekly, Monday's news is still news on Friday."""
    half_life_days: float = 3.5
    """Half a period: after it a story's recency is halved."""
    common: float = 3.0
    """As many sources of average reliability make half of the full importance."""
    commentary: float = 0.5
    """Factor for the importance of a story that only comments: an event that is reported goes before."""
    average_reliability: float = 3.0
    """The middle of the scale, which a source counts one at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story of the period as one clearance may know it."""

    story_id: str
    documents: tuple[Document, ...]
    duplicates: frozenset[str]
    """Ids of those that repeat another document."""
    matches: tuple[TopicMatch, ...]
    commentary: bool = False
    """Whether all of it comments: nobody reports the event itself."""
    terms: Terms = field(default_factory=dict)
    """What its documents that repeat no other speak of, for comparing it with statements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A story with its place in the order, which the sequence it stands in gives."""

    story_id: str
    score: float
    parts: Mapping[str, float]
    """``topic``, ``statement``, ``importance``, ``recency``: what each adds to the score."""
    reasons: tuple[Reason, ...]
    on_topic: bool
    """A standing topic of the reader, or something the reader said, is close to it."""
    by_office: bool
    """A document of a higher authority or an own unit tells it: it is selected or named whatever its score."""


def rank(
    candidates: Sequence[Candidate],
    *,
    weights: Mapping[str, float] | None,
    sources: Mapping[str, Source],
    topics: Mapping[str, Topic],
    now: datetime,
    interests: Interests | None = None,
    authors: Mapping[str, str] | None = None,
    params: RelevanceParams = RelevanceParams(),
) -> tuple[Ranked, ...]:
    """Order stories for one reader.

    Args:
        candidates: the stories.
        weights: topic id -> what the topic counts to the reader, only their ratios matter; a topic that is absent
            counts 0. None: every topic counts 1.
        sources: source id -> source, for all documents.
        topics: topic id -> topic; matches of topics that are not here are left aside.
        now: the time recency is counted from.
        interests: what the reader said; of several leaders, the statement that is closest counts.
        authors: leader id -> name, when the statements are of several leaders: the reason then names whose it is.
        params: what the parts count for.

    Returns:
        All of them, best first; equal scores by story id, whatever the order of the input.
    """
    interest = _interest(weights, topics)
    importance = {candidate.story_id: _importance(candidate, sources, params) for candidate in candidates}
    order = sorted(importance, key=lambda story_id: (-importance[story_id], story_id))
    place = {story_id: number for number, story_id in enumerate(order, 1)}
    close = {each.story_id: interests.close(each.terms) for each in candidates} if interests else {}
    ranked = (
        _ranked(
            candidate,
            _parts(candidate, interest, close.get(candidate.story_id, ()), importance[candidate.story_id], now, params),
            topical=tuple(_topical(candidate, interest, topics)),
            said=tuple(_said(close.get(candidate.story_id, ()), authors)),
            office=tuple(_office(candidate, sources)),
            told_by=tuple(_told_by(candidate, sources)),
            place=place[candidate.story_id],
        )
        for candidate in candidates
    )
    return tuple(sorted(ranked, key=lambda item: (-item.score, item.story_id)))


def _ranked(
    candidate: Candidate,
    parts: Mapping[str, float],
    *,
    topical: tuple[Reason, ...],
    said: tuple[Reason, ...],
    office: tuple[Reason, ...],
    told_by: tuple[Reason, ...],
    place: int,
) -> Ranked:
    general = () if topical or office else (_reason(ReasonCode.IMPORTANCE, rank=place),)
    return Ranked(
        story_id=candidate.story_id,
        score=round(sum(parts.values()), 9),  # beyond, the order of adding up would show
        parts=parts,
        reasons=topical + said + office + told_by + general,
        on_topic=bool(topical or said),
        by_office=bool(office),
    )


def _parts(
    candidate: Candidate,
    interest: Mapping[str, float],
    close: Sequence[Closeness],
    importance: float,
    now: datetime,
    params: RelevanceParams,
) -> dict[str, float]:
    return {
        "topic": params.topic * _relevance(candidate, interest),
        "statement": params.statement * (close[0].strength if close else 0.0),
        "importance": params.importance * importance,
        "recency": params.recency * _recency(candidate, now, params),
    }


def independent_sources(candidate: Candidate, sources: Mapping[str, Source]) -> int:
    """How many sources that compete tell a story in words of their own: a reprint is no second confirmation."""
    return len(_competing(candidate, sources))


def reprints(candidate: Candidate) -> int:
    """How many of a story's documents repeat another."""
    return sum(document.id in candidate.duplicates for document in candidate.documents)


def _originals(candidate: Candidate) -> list[Document]:
    return [document for document in candidate.documents if document.id not in candidate.duplicates]


def _competing(candidate: Candidate, sources: Mapping[str, Source]) -> dict[str, Source]:
    told = {document.source_id: sources[document.source_id] for document in _originals(candidate)}
    return {key: source for key, source in sorted(told.items()) if source.origin.competes}


def _interest(weights: Mapping[str, float] | None, topics: Mapping[str, Topic]) -> dict[str, float]:
    """What each topic counts to the reader, 1 for the one that counts most."""
    given = {topic: 1.0 if weights is None else weights.get(topic, 0.0) for topic in topics}
    most = max(given.values(), default=0.0)
    return {topic: weight / most for topic, weight in given.items() if weight > 0}


def _relevance(candidate: Candidate, interest: Mapping[str, float]) -> float:
    """The chance that at least one of its topics is what the reader cares about."""
    return 1 - math.prod(1 - interest.get(match.topic_id, 0.0) * match.strength for match in candidate.matches)


def _importance(candidate: Candidate, sources: Mapping[str, Source], params: RelevanceParams) -> float:
    """Each independent source adds, the first most, by its reliability."""
    told = sum(source.reliability for source in _competing(candidate, sources).values()) / params.average_reliability
    return told / (told + params.common) * (params.commentary if candidate.commentary else 1.0)


def _recency(candidate: Candidate, now: datetime, params: RelevanceParams) -> float:
    newest = max(document.when for document in _originals(candidate) or candidate.documents)
    days = max(0.0, (now - newest).total_seconds() / 86_400)
    return float(0.5 ** (days / params.half_life_days))


def _topical(candidate: Candidate, interest: Mapping[str, float], topics: Mapping[str, Topic]) -> Iterator[Reason]:
    for match in candidate.matches:
        if match.topic_id in interest:
            terms = ", ".join(match.terms[:_REASON_TERMS])
            yield _reason(ReasonCode.TOPIC, topic=topics[match.topic_id].name, terms=terms)


def _said(close: Sequence[Closeness], authors: Mapping[str, str] | None) -> Iterator[Reason]:
    """The closest statement; others on the same matter would say the same."""
    for each in close[:1]:
        statement = each.statement
        whose = {} if authors is None else {"leader": authors.get(statement.leader_id, statement.leader_id)}
        yield _reason(
            ReasonCode.STATEMENT,
            statement=statement.id,
            kind=str(statement.kind),
            title=statement.title,
            said_on=statement.said_on.isoformat(),
            terms=", ".join(each.terms[:_REASON_TERMS]),
            leader_id=statement.leader_id,
            mark=int(statement.mark),
            **whose,
        )


def _office(candidate: Candidate, sources: Mapping[str, Source]) -> Iterator[Reason]:
    """The higher authorities and own units that tell it, each once and by name."""
    ordered = sorted(candidate.documents, key=lambda document: (document.when, document.id))
    told = dict.fromkeys(document.source_id for document in ordered)
    for origin, code in _OFFICE_REASONS:
        yield from (_reason(code, source=sources[key].name) for key in told if sources[key].origin is origin)


def _told_by(candidate: Candidate, sources: Mapping[str, Source]) -> Iterator[Reason]:
    count = independent_sources(candidate, sources)
    if count > 1:  # one source is no reason
        yield _reason(ReasonCode.INDEPENDENT_SOURCES, count=count)


def _reason(code: ReasonCode, **params: str | int | float) -> Reason:
    return Reason(code=code, params=params)
