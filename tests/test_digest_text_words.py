from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text import fold, names, search_tokens, tokens


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Houses flooding, houses flooded", "en", ["hous", "flood", "hous", "flood"]),
        ("The mayor's car; the mayors’ cars", "en", ["the", "mayor", "car", "the", "mayor", "car"]),
        ("don't won’t", "en", ["dont", "wont"]),
        ("EUR 1,200.50 and 1.200 or 1,200", "en", ["eur", "1200.50", "and", "1.200", "or", "1200"]),
        ("1.200,50 Euro, 3.5.2026", "de", ["1200.50", "euro", "3.5.2026"]),
        ("4.5 percent, 4,5 Prozent", "de", ["4.5", "percent", "4.5", "prozent"]),
        ("Read https://example.org/a?utm=1 or mail a.b@example.org now", "en", ["read", "or", "mail", "now"]),
        ("详见https://example.org/a。市长", "zh", ["详见", "市长"]),
        ("联系a.b@example.org", "zh", ["联系"]),
        ("l’eau d'Évian qu'il", "fr", ["eau", "evian", "il"]),
        ("Straße ÉCOLE İzmir", "und", ["strasse", "ecole", "izmir"]),
        ("ＡＢＣ １２３", "und", ["abc", "123"]),
        ("大坝渗漏", "zh", ["大坝", "渗漏"]),
        ("東京タワー", "ja", ["東京", "京タ", "タワ", "ワー"]),
        ("हिन्दी भाषा", "xx", ["हिन्दी", "भाषा"]),
        ("GDP增长5.2%", "zh", ["gdp", "增长", "5.2"]),
        ("", "en", []),
    ],
)
def test_tokens(text, language, expected):
    assert tokens(text, language) == expected


def test_chinese_inside_an_english_text_is_segmented():
    assert tokens("Linjiang (临江) opened", "en") == ["linjiang", "临江", "open"]


def test_scripts_without_a_stemmer_keep_their_words():
    assert tokens("שלום עולם", "he") == ["שלום", "עולם"]


def test_search_finds_the_words_within_a_long_chinese_word():
    assert {"卫生", "组织", "世界卫生组织"} <= set(search_tokens("世界卫生组织"))


def test_search_words_are_folded_but_not_stemmed():
    assert search_tokens("Houses in Málaga") == ["houses", "in", "malaga"]


def test_search_words_are_letters_and_digits_only():
    assert search_tokens("O'Neill's 4.5 % on x_y") == ["o", "neill", "4", "5", "on", "x", "y"]


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.sampled_from(["en", "zh", "fr", "ar", "und"]))
def test_tokens_hold_no_space_and_are_never_empty(text, language):
    found = tokens(text, language) + search_tokens(text)
    assert all(token and not any(char.isspace() for char in token) for token in found)


def test_threads_stem_alike():
    words = "flooding rising decisions councils " * 200
    expected, found = tokens(words, "en"), []
    threads = [threading.Thread(target=lambda: found.append(tokens(words, "en"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


def test_names_are_found_in_english():
    text = "Mayor Ana Petrov met the Bank of England in Eastgate. However, rents rose. Eastgate is calm."
    assert names("The Bank of England met. " + text, "en")[0] == "Bank of England"
    assert names(text, "en") == ["Mayor Ana Petrov", "Bank of England", "Eastgate", "Eastgate"]


def test_a_headline_in_title_case_gives_no_names():
    assert names("Seven Quiet Towns Face Another Long Winter", "en") == []


def test_names_are_found_in_chinese():
    assert names("国务院总理李强在北京会见世界卫生组织总干事", "zh") == ["国务院", "李强", "北京", "世界卫生组织"]


def test_names_keep_accents_and_small_words_but_no_lower_case_ones():
    text = "In Łódź, it is said, Éva de la Cruz spoke; élan and 临江 were praised by the Port Authority of."
    assert names(text, "en") == ["Łódź", "Éva de la Cruz", "Port Authority", "临江"]


@pytest.mark.parametrize(
    "hostile", ["-" * 100_000, "a." * 50_000, "@" * 100_000, "1," * 50_000, "O'" * 50_000, "A of " * 20_000]
)
@pytest.mark.timeout(20)  # what grows with the square of the length takes minutes
def test_hostile_texts_take_no_longer_than_others(hostile):
    assert all(map(str.isalnum, search_tokens(hostile)))
    assert all(tokens(hostile, "en") + names(hostile, "en"))
