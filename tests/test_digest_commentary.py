from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.commentary import in_own_voice, is_commentary, is_loaded
from tests.digest_factory import document

COLUMN = (
    "I have walked past the Millgate lock every day for thirty years. My father worked on its gates. "
    "I do not believe that the Water Department looked at them. Something must change."
)
REPORT = (
    "The lock at Millgate was shut on Monday. “I saw the crack myself, and I was afraid,” said a diver. "
    "“My men and I went down twice,” he said. “I would do it again.” The gate is 40 years old."
)


def test_a_column_in_the_first_person_is_commentary() -> None:
    assert is_commentary(document("d1", "The lock at Millgate", COLUMN))


def test_a_report_that_quotes_people_is_none() -> None:
    assert not is_commentary(document("d1", "Millgate lock shut", REPORT))


def test_an_invitation_to_subscribe_makes_no_comment_of_a_report() -> None:
    text = (
        "The lock is shut. Sign up for your daily mail. Click here if you agree. Subscribe to get your copy. It leaks."
    )
    assert not is_commentary(document("d1", "Millgate lock shut", text))


@pytest.mark.parametrize(
    "title", ["OPINION: Open the lock", "Why the lock leaks", "Who pays for the lock?", "社评：船闸不能再等"]
)
def test_a_title_that_asks_or_comments_is_enough(title: str) -> None:
    assert is_commentary(document("d1", title, "The lock at Millgate was shut on Monday."))


def test_a_chinese_column_is_commentary() -> None:
    text = "笔者住在船闸附近三十年。我认为水务局没有尽责。在我看来，闸门早该更换。市政府应当说明情况。"
    assert is_commentary(document("d1", "船闸与责任", text, language="zh"))


@pytest.mark.parametrize(
    "title",
    [
        "Mayor SLAMS pilots!",
        "Here’s what you should know about the lock",
        "Council in meltdown over lock",
        "重磅！船闸竟然漏水",
    ],
)
def test_words_of_effect_are_seen(title: str) -> None:
    assert is_loaded(title)


@pytest.mark.parametrize(
    "title",
    [
        "Millgate lock shut after crack is found",
        "Mayor calls the delay ‘an outrage’",
        "US lifts ban on steel from Varnhaven",
        "Our.town opens a second office",
        "磨坊门船闸发现裂缝 大型驳船须绕行",
    ],
)
def test_plain_titles_are_not_loaded(title: str) -> None:
    assert not is_loaded(title)


def test_what_is_quoted_or_attributed_is_not_the_authors_voice() -> None:
    assert not in_own_voice("“I shut the gate,” the keeper said.")
    assert not in_own_voice("The keeper said that I should come back.")
    assert in_own_voice("The keeper, as I remember him, was a tall man.")


@given(st.text(alphabet="Iyou .,!“”‘’'\"我认为说\n", max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert is_commentary(document("d1", text[:40], text)) in (True, False)
    assert is_loaded(text) in (True, False)
