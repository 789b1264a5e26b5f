"""Queries, the words texts are found by, and what is shown of a text that was found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.search import EXCERPT_WIDTH, encoded, excerpt, index_words, marked, parse
from digest.text import search_tokens, word_places

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="aAéÉß ½Ａ７-\"'“”住房租金上涨，。カナ👍🏽ไทยก́\n", max_size=60),
    st.sampled_from(["世界卫生组织"]),
)


def shown(text: str, query: str) -> list[str]:
    return [piece.text for piece in marked(text, parse(query)) if piece.match]


def test_words_phrases_and_what_is_excluded_are_told_apart() -> None:
    query = parse('dam "river gauge" -rain -"wet day" “水位上升” well-known')
    assert set(query.words) >= {"dam", "river", "gauge", "水位", "上升", "well", "known"}
    assert query.phrases == (("river", "gauge"), ("水位上升",))
    assert (query.excluded, query.excluded_phrases) == ((("rain",),), (("wet", "day"),))


@pytest.mark.parametrize("written", ["", "  ", "-", '"', '""', "…!?", "👍", "-rain", '-"wet day"', "- \x00"])
def test_a_query_without_a_wanted_word_is_not_searchable(written: str) -> None:
    assert not parse(written).searchable


def test_a_quotation_that_is_not_closed_goes_to_the_end() -> None:
    assert parse('dam "river gauge').phrases == (("river", "gauge"),)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("river gauge", "The River—gauge stood", True),
        ("river gauge", "the river's gauge", False),
        ("river gauge", "rivers gauge", False),
        ("to day", "today", False),
        ("Málaga", "in MALAGA.", True),
        ("水位 上升", "河水位上升了", True),
        ("EU峰会", "昨天ＥＵ峰会开幕", True),
        ("4.5", "rose 4,5 %", True),
        ("4.5", "rose 14.5 %", False),
    ],
)
def test_a_phrase_stands_side_by_side_whatever_case_accents_and_signs(phrase: str, text: str, found: bool) -> None:
    assert parse(f'"{phrase}"').accepts("a title", text) is found
    assert parse(f'x -"{phrase}"').accepts("a title", text) is not found


@given(TEXTS)
def test_an_index_gets_ascii_letters_and_digits_only_and_no_long_word(text: str) -> None:
    assert all(re.fullmatch("[a-z0-9]{1,250}", word) for word in index_words([text]))


@given(TEXTS, TEXTS)
def test_different_tokens_are_never_written_alike(first: str, second: str) -> None:
    tokens = {*search_tokens(first), *search_tokens(second), *search_tokens(f"zz{second} {'字' * 300}")}
    assert len(encoded(tokens)) == len(tokens)


@given(TEXTS, TEXTS)
def test_what_is_shown_is_the_text_itself(text: str, query: str) -> None:
    asked = parse(query)
    assert "".join(piece.text for piece in marked(text, asked)) == text
    part = excerpt(text, asked)
    cut = "".join(piece.text for piece in part.pieces)
    assert cut in text
    assert len(cut) <= EXCERPT_WIDTH
    assert part.cut_before or text.startswith(cut)
    assert part.cut_after or text.endswith(cut)


@given(TEXTS)
def test_places_are_in_order_apart_and_within_the_text(text: str) -> None:
    ends = [0]
    for place in word_places(text, search_tokens(text)):
        assert ends[-1] <= place.start < place.end <= len(text)
        ends.append(place.end)


def test_matches_are_marked_as_they_are_written() -> None:
    assert shown("Cafés in Málaga, CAFÉ!", "cafe malaga") == ["Málaga", "CAFÉ"]
    assert shown("世界卫生组织周一表示", "卫生") == ["卫生"]
    assert shown("The mayor's dam; damage", "dam mayor") == ["mayor", "dam"]
    assert shown("Straße, STRASSE", "straße") == ["Straße", "STRASSE"]


def test_an_excerpt_is_where_most_words_are_and_cuts_no_word() -> None:
    text = "The dam. " + "Nothing of note was said here at all. " * 30 + "The dam and the gauge leak. " + "More. " * 90
    part = excerpt(text, parse("gauge dam"))
    assert [piece.text for piece in part.pieces if piece.match] == ["dam", "gauge"]
    assert part.cut_before
    assert part.cut_after
    whole = "".join(piece.text for piece in part.pieces)
    assert f" {whole}"[:1] == " "
    assert text[text.index(whole) - 1] in " \n"


def test_what_matches_by_its_title_alone_shows_its_beginning() -> None:
    part = excerpt("First words. " * 60, parse("gauge"))
    assert not part.cut_before
    assert not any(piece.match for piece in part.pieces)
