from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.edition import Reason, ReasonCode
from digest.relevance import Candidate, Ranked, independent_sources, rank, reprints
from digest.types import Document, Origin, TopicMatch
from tests.digest_factory import CUT_OFF, FLOODS, HOUSING, document, source

SOURCES = {
    made.id: made
    for made in (
        *(source(name) for name in ("courier", "post", "meridian")),
        source("neighbours", origin=Origin.PEER),
        source("ministry", origin=Origin.HIGHER, name="Ministry of Housing"),
        source("water", origin=Origin.OWN, name="Water Department"),
    )
}
TOPICS = {topic.id: topic for topic in (HOUSING, FLOODS)}


def told_by(
    story_id: str, *source_ids: str, topic: str | None = None, strength: float = 0.6, **more: float
) -> Candidate:
    documents = [document(f"{story_id}-{i}", "T", "x", source_id=name, **more) for i, name in enumerate(source_ids)]
    matches = () if topic is None else (TopicMatch(topic_id=topic, strength=strength, terms=("rent", "tenants")),)
    return Candidate(story_id=story_id, documents=tuple(documents), duplicates=frozenset(), matches=matches)


def ranked(*candidates: Candidate, weights: Mapping[str, float] | None = None) -> tuple[Ranked, ...]:
    return rank(candidates, weights=weights, sources=SOURCES, topics=TOPICS, now=CUT_OFF)


def order(ranking: Sequence[Ranked]) -> list[str]:
    return [item.story_id for item in ranking]


def codes(item: Ranked) -> list[ReasonCode]:
    return [reason.code for reason in item.reasons]


def test_a_reprint_is_no_second_confirmation() -> None:
    story = replace(told_by("s1", "courier", "post", "meridian"), duplicates=frozenset({"s1-1"}))
    assert independent_sources(story, SOURCES) == 2
    assert reprints(story) == 1


def test_two_documents_of_one_source_count_once() -> None:
    assert independent_sources(told_by("s1", "courier", "courier", "neighbours"), SOURCES) == 2


def test_own_units_and_higher_authorities_do_not_compete_by_counting() -> None:
    assert independent_sources(told_by("s1", "water", "ministry", "courier"), SOURCES) == 1


def test_a_standing_topic_outweighs_many_sources() -> None:
    crowd = told_by("s1", "courier", "post", "meridian", "neighbours")
    assert order(ranked(crowd, told_by("s2", "courier", topic="housing"))) == ["s2", "s1"]


def test_more_independent_sources_come_first() -> None:
    assert order(ranked(told_by("s1", "courier"), told_by("s2", "courier", "post"))) == ["s2", "s1"]


def test_the_more_reliable_source_comes_first() -> None:
    sources = SOURCES | {"post": replace(SOURCES["post"], reliability=5)}
    found = rank(
        [told_by("s1", "courier"), told_by("s2", "post")], weights=None, sources=sources, topics=TOPICS, now=CUT_OFF
    )
    assert order(found) == ["s2", "s1"]


def test_the_newer_of_two_like_stories_comes_first() -> None:
    assert order(ranked(told_by("s1", "courier", hours=1), told_by("s2", "courier", hours=150))) == ["s2", "s1"]


def test_the_weights_of_the_reader_decide_between_topics() -> None:
    rents, rain = told_by("s1", "courier", topic="housing"), told_by("s2", "courier", topic="floods")
    assert order(ranked(rents, rain, weights={"housing": 1, "floods": 3})) == ["s2", "s1"]
    assert order(ranked(rents, rain, weights={"housing": 3, "floods": 1})) == ["s1", "s2"]


def test_without_weights_every_topic_counts_the_same() -> None:
    rents, rain = told_by("s1", "courier", topic="housing"), told_by("s2", "courier", topic="floods")
    first, second = ranked(rents, rain)
    assert first.score == second.score
    assert order(ranked(rain, rents)) == ["s1", "s2"]


@pytest.mark.parametrize("weights", [{}, {"floods": 2.0}, {"housing": 0.0}])
def test_a_topic_without_weight_is_no_topic_of_the_reader(weights: dict[str, float]) -> None:
    (found,) = ranked(told_by("s1", "courier", topic="housing"), weights=weights)
    assert not found.on_topic
    assert found.parts["topic"] == 0
    assert codes(found) == [ReasonCode.IMPORTANCE]


def test_a_topic_that_is_no_more_gives_no_reason() -> None:
    (found,) = ranked(told_by("s1", "courier", topic="abolished"))
    assert not found.on_topic


def test_reasons_name_topic_words_and_count() -> None:
    (found,) = ranked(told_by("s1", "courier", "post", topic="housing"))
    assert found.on_topic
    assert found.reasons == (
        Reason(code=ReasonCode.TOPIC, params={"topic": "Housing", "terms": "rent, tenants"}),
        Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 2}),
    )


def test_a_story_of_the_office_names_who_told_it() -> None:
    (found,) = ranked(told_by("s1", "water", "ministry", "water", "courier"))
    assert found.by_office
    assert found.reasons == (
        Reason(code=ReasonCode.HIGHER_AUTHORITY, params={"source": "Ministry of Housing"}),
        Reason(code=ReasonCode.OWN_UNIT, params={"source": "Water Department"}),
    )


def test_outside_all_topics_the_place_by_importance_is_the_reason() -> None:
    found = {item.story_id: item for item in ranked(told_by("s1", "courier"), told_by("s2", "courier", "post"))}
    assert found["s2"].reasons[-1] == Reason(code=ReasonCode.IMPORTANCE, params={"rank": 1})
    assert found["s1"].reasons[-1] == Reason(code=ReasonCode.IMPORTANCE, params={"rank": 2})


def test_the_parts_add_up_to_the_score() -> None:
    (found,) = ranked(told_by("s1", "courier", "post", topic="housing"))
    assert sum(found.parts.values()) == pytest.approx(found.score)


def test_a_document_dated_after_now_is_not_more_than_recent() -> None:
    (found,) = ranked(told_by("s1", "courier", hours=1_000))
    assert found.parts["recency"] == pytest.approx(0.2)


def test_a_story_of_reprints_alone_is_ranked_last_but_not_lost() -> None:
    reprinted = replace(told_by("s1", "courier"), duplicates=frozenset({"s1-0"}))
    assert order(ranked(reprinted, told_by("s2", "courier"))) == ["s2", "s1"]


STORIES = [
    *(told_by(f"s{i}", "courier", "post") for i in range(4)),
    told_by("s4", "water"),
    told_by("s5", "courier", topic="floods", strength=0.3),
    told_by("s6", "meridian", "neighbours", "post", hours=100),
]


@given(st.permutations(STORIES))
def test_the_order_of_the_input_does_not_matter(stories: list[Candidate]) -> None:
    assert ranked(*stories) == ranked(*STORIES)


def test_nothing_is_ranked_as_nothing() -> None:
    assert ranked() == ()


def test_documents_may_come_in_any_order() -> None:
    story = told_by("s1", "water", "courier", "ministry")
    turned: tuple[Document, ...] = tuple(reversed(story.documents))
    assert ranked(replace(story, documents=turned)) == ranked(story)


def test_an_event_that_is_reported_goes_before_a_comment() -> None:
    comment = replace(told_by("a", "courier"), commentary=True)
    assert order(ranked(comment, told_by("b", "courier"))) == ["b", "a"]
