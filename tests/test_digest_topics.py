from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.phrases import Agreement, Phrase, Searched
from digest.topics import TopicParams, match
from digest.types import Document, Topic, TopicMatch
from tests.digest_factory import FLOODS, HOUSING, document

PLAIN_HOUSING = Topic(id="plain", name="Housing")
REST = "The mayor spoke at noon. Forty people came. Coffee was served. "


def of(topic: Topic, title: str, text: str = REST, language: str = "en") -> TopicMatch | None:
    found = match([topic], [document("d1", title, text, language=language)])
    return found[0] if found else None


def test_a_keyword_in_the_title_is_a_match_with_the_words_of_the_topic() -> None:
    found = of(HOUSING, "Rents for new flats rise")
    assert found is not None
    assert found.topic_id == "housing"
    assert found.terms == ("rent",)


@pytest.mark.parametrize(
    "title", ["White House names envoy", "House fire in Millgate", "Mayor houses his guests", "Warehouse opens"]
)
def test_housing_does_not_match_every_text_that_says_house(title: str) -> None:
    assert of(PLAIN_HOUSING, title) is None


def test_the_same_word_in_the_plural_is_the_word() -> None:
    assert of(Topic(id="t", name="City"), "Two cities share a library") is not None


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("The Ministry of Housing sent a circular. " + REST, False),
        ("Housing is short. " + REST + "Housing will stay short. ", True),
        (REST + "Housing was mentioned in passing.", False),
        (REST + "Housing is short. " * 6, True),
    ],
)
def test_a_word_in_passing_is_no_match(text: str, *, matches: bool) -> None:
    assert (of(PLAIN_HOUSING, "Mayor speaks", text) is not None) is matches


def test_a_match_in_the_title_is_stronger_than_one_in_the_text() -> None:
    in_title, in_text = (
        of(PLAIN_HOUSING, "Housing is short"),
        of(PLAIN_HOUSING, "Mayor speaks", f"Housing. {REST} Housing."),
    )
    assert in_title is not None
    assert in_text is not None
    assert in_title.strength > in_text.strength


def test_a_phrase_matches_as_a_phrase_and_more_weakly_when_its_words_stand_apart() -> None:
    together, apart = of(FLOODS, "River floods close roads"), of(FLOODS, "Road floods as river rises")
    topic = Topic(id="t", name="River floods")
    assert of(topic, "Floods of emotion at concert") is None
    assert together is not None
    assert apart is not None
    assert together.strength > apart.strength


def test_each_part_of_a_name_with_and_speaks_for_the_topic() -> None:
    found = of(Topic(id="t", name="Schools and day care"), "Schools reopen")
    assert found is not None
    assert found.terms == ("Schools",)


def test_chinese_words_match_whole_words() -> None:
    topic = Topic(id="t", name="防汛", keywords=("水位", "洪水"))
    found = of(topic, "水位周二回落", "水务局周二说，情况稳定。", language="zh")
    assert found is not None
    assert found.terms == ("水位",)
    assert of(topic, "新防洪水库开工", "工程周二开工。", language="zh") is None


def test_chinese_words_divided_otherwise_count_less() -> None:
    assert Searched("瓦恩河水位回落", "zh").find(Phrase("水位", "zh")) == (1, Agreement.STEM)
    assert of(FLOODS, "瓦恩河水位周二回落", "瓦恩河水位下降。水位低于警戒线。", language="zh") is not None


def test_a_chinese_keyword_is_found_within_a_longer_word() -> None:
    assert of(Topic(id="t", name="卫生"), "世界卫生组织发布报告", "报告周二发布。", language="zh") is not None


def test_capitals_carry_the_meaning_of_an_acronym() -> None:
    topic = Topic(id="t", name="IT")
    assert of(topic, "Why it rains", "It rained, and it will rain. " * 10) is None
    assert of(topic, "City moves its IT to a new building") is not None


def test_words_of_the_description_support_but_do_not_decide() -> None:
    described = replace(PLAIN_HOUSING, description="Tenants, landlords, permits and building sites with vacant flats")
    text = "Housing is short, tenants and landlords say. Permits are few. " + REST
    bare, supported = of(PLAIN_HOUSING, "Flats", text), of(described, "Flats", text)
    assert bare is None
    assert supported is not None
    assert supported.terms == ("Housing",)
    assert of(described, "Mayor speaks", "A landlord came to the building. " + REST) is None


def test_a_topic_named_by_half_of_the_documents_is_the_story_s() -> None:
    english, chinese = document("d1", "Rents rise", REST), document("d2", "价格上涨", "价格周二上涨。", language="zh")
    assert match([replace(HOUSING, keywords=("rent",))], [english, chinese])
    others = [document(f"d{i}", "Mayor speaks", REST) for i in range(3, 9)]
    assert match([HOUSING], [english, *others]) == ()


def test_the_strongest_match_comes_first_and_strengths_are_shares() -> None:
    found = match([FLOODS, HOUSING], [document("d1", "Rents rise, tenants say", "Rents rise. Seepage at the dam.")])
    assert [item.topic_id for item in found] == ["housing", "floods"]
    assert all(TopicParams().threshold <= item.strength <= 1 for item in found)


def test_nothing_matches_nothing() -> None:
    assert match([], [document("d1", "Rents rise", REST)]) == ()
    assert match([HOUSING], []) == ()
    assert of(Topic(id="t", name="", keywords=("", " , ")), "Rents rise") is None


@given(
    st.permutations([document("d1", "Rents rise", REST), document("d2", "Flood", REST), document("d3", "Dam", REST)])
)
def test_the_order_of_the_documents_does_not_matter(documents: list[Document]) -> None:
    in_order = sorted(documents, key=lambda told: told.id)
    assert match([HOUSING, FLOODS], documents) == match([FLOODS, HOUSING], in_order)


def test_neighbouring_words_are_each_counted() -> None:
    assert Searched("flood flood floods", "en").find(Phrase("flood", "en")) == (3, Agreement.WORDS)


def test_an_inflected_form_is_the_word_where_inflection_is_grammar() -> None:
    assert Searched("Die Wohnungen fehlen", "de").find(Phrase("Wohnung", "de")) == (1, Agreement.WORDS)
    assert Searched("The streets flooded", "en").find(Phrase("flood", "en")) == (1, Agreement.STEM)
