from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.text import normalise

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()))  # lone surrogates included
AWKWARD = st.text(alphabet="a e\u0301\u200c\u200d\u00ad\ufeff\u2126\u0915\u094d\u0937\n\r\t \x00\u3000\ud800❤\ufe0f🔥")


@given(ANY_TEXT | AWKWARD)
@example("\u2126\u200d\u2126")
@example("a\u00ad\u0301")
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


@given(ANY_TEXT | AWKWARD)
def test_what_comes_out_can_be_stored_and_counted(text):
    tidy = normalise(text)
    tidy.encode("utf-8")
    assert unicodedata.is_normalized("NFC", tidy)
    assert tidy == tidy.strip()
    assert not any(unicodedata.category(char) == "Cc" for char in tidy if char != "\n")


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("cafe\u0301", "café"),
        ("re\u00adport", "report"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n\n\n\n two", "one\n\ntwo"),
        ("a\u00a0b\t\tc\u3000d", "a b c d"),
        ("nul\x00 bell\x07 sur\ud800rogate", "nul bell surrogate"),
        ("right\u202eleft", "rightleft"),
        ("洪水\u200b 警报", "洪水 警报"),
    ],
)
def test_invisible_differences_go(text, tidy):
    assert normalise(text) == tidy


@pytest.mark.parametrize("text", ["می\u200cخواهم", "❤\ufe0f\u200d🔥", "क\u094d\u200dष", "第一段。\n\n第二段。"])
def test_what_a_script_or_an_emoji_needs_stays(text):
    assert normalise(text) == text


def test_a_joiner_between_latin_letters_goes():
    assert normalise("pay\u200dpal") == "paypal"
