from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.edition import Status
from digest.novelty import Earlier, NoveltyParams, newness, status
from digest.types import Document
from tests.digest_factory import document

TOLD = (
    "Millgate lock shut after crack is found",
    "The lock at Millgate was shut on Monday after divers found a crack of 38 centimetres in its north gate.",
    "Barges longer than 30 metres have to go round by the Osk Canal.",
    "The Water Department expects the repair of the gate to cost EUR 2.1 million.",
)
REWORDED = document(
    "d1",
    "Millgate lock shut after divers find crack",
    "Divers found a crack of 38 centimetres in the north gate of the lock at Millgate on Monday. "
    "The lock was shut, and barges longer than 30 metres have to go round by the Osk Canal. "
    "The Water Department expects the repair of the gate to cost EUR 2.1 million.",
)
DEVELOPED = document(
    "d2",
    "Council frees reserve for new gate, minister promises half",
    "The council voted by 31 to 9 on Thursday to order two steel gates from a yard in Aldersund. "
    "The minister promised to pay half of the price from the national reserve. "
    "The lock at Millgate has been shut since a crack was found.",
)


def test_what_was_never_told_is_new() -> None:
    assert status([DEVELOPED], ()) is Status.NEW


def test_the_same_news_in_other_words_is_ongoing() -> None:
    assert status([REWORDED], TOLD) is Status.ONGOING


def test_a_report_that_leads_with_something_new_is_a_development() -> None:
    assert status([DEVELOPED], TOLD) is Status.DEVELOPING


def test_a_figure_that_was_not_told_is_a_development_where_much_else_is_known() -> None:
    grown = document(
        "d4",
        "Crack in lock at Millgate has grown to 51 centimetres, a week before the autumn tides",
        "The crack in the north gate of the lock at Millgate has grown to 51 centimetres, divers found on Monday.",
    )
    told = (*TOLD, "The crack has grown, says the pilot.")
    assert newness(grown, told) < NoveltyParams().threshold
    assert status([grown], told) is Status.DEVELOPING
    assert status([grown], told, NoveltyParams(figure_threshold=0.7)) is Status.ONGOING
    as_told = document("d5", grown.title.replace("51", "38"), grown.text.replace("51", "38"))
    assert status([as_told], told) is Status.ONGOING


def test_one_report_with_news_among_repetitions_is_enough() -> None:
    assert status([REWORDED, DEVELOPED], TOLD) is Status.DEVELOPING


def test_what_one_reader_was_told_is_still_new_to_another() -> None:
    told_of_both = (*TOLD, DEVELOPED.title, *DEVELOPED.text.split(". "))
    assert status([DEVELOPED], told_of_both) is Status.ONGOING
    assert status([DEVELOPED], TOLD) is Status.DEVELOPING


def test_a_told_story_without_documents_is_ongoing() -> None:
    assert status([], TOLD) is Status.ONGOING
    assert status([document("d3", "", "")], TOLD) is Status.ONGOING


def test_chinese_reports_are_compared_with_what_was_told_in_chinese() -> None:
    told = ("磨坊门船闸发现裂缝", "磨坊门船闸北侧闸门周一发现一道三十八厘米长的裂缝，大型驳船须绕行奥斯克运河。")
    same = document(
        "d4",
        "磨坊门船闸发现裂缝 驳船绕行",
        "磨坊门船闸北侧闸门周一发现三十八厘米长裂缝，大型驳船须绕行。",
        language="zh",
    )
    new = document(
        "d5",
        "市议会批准动用储备金",
        "市议会周四以三十一票赞成批准订购两扇新钢门。部长承诺承担一半费用。",
        language="zh",
    )
    assert status([same], told) is Status.ONGOING
    assert status([new], told) is Status.DEVELOPING


def test_newness_runs_from_a_repetition_to_something_untold() -> None:
    assert newness(REWORDED, [REWORDED.title, REWORDED.text]) == 0
    assert newness(DEVELOPED, ["Chess club wins cup"]) == pytest.approx(1)
    assert newness(REWORDED, TOLD) < newness(DEVELOPED, TOLD)


def test_the_threshold_decides() -> None:
    assert status([DEVELOPED], TOLD, NoveltyParams(threshold=1.0, figure_threshold=1.0)) is Status.ONGOING
    assert status([REWORDED], TOLD, NoveltyParams(threshold=0.0)) is Status.DEVELOPING


@given(st.permutations([REWORDED, DEVELOPED]), st.permutations(TOLD))
def test_order_does_not_matter(documents: list[Document], told: list[str]) -> None:
    assert status(documents, told) is Status.DEVELOPING


@example("1 1\n水A11但11.", [])  # its words added up in another order came to more than the whole
@given(
    st.text(alphabet="Aa .。但水\n1", max_size=80), st.lists(st.text(alphabet="Aa .。但水", max_size=20), max_size=3)
)
def test_newness_is_a_share(text: str, told: list[str]) -> None:
    assert 0 <= newness(document("d1", text[:10], text), told) <= 1


def test_a_sentence_is_as_new_as_little_of_it_was_told() -> None:
    earlier = Earlier(TOLD, "en")
    told, fuller, other = (
        earlier.novelty(sentence)
        for sentence in (
            TOLD[1],
            "The lock at Millgate was shut on Monday after divers found a crack of 51 centimetres in its north gate.",
            "The council voted by 31 to 9 to order two steel gates.",
        )
    )
    assert told == pytest.approx(0)
    assert told < fuller < other <= 1


def test_everything_is_new_to_who_was_told_nothing() -> None:
    assert Earlier((), "en").novelty("Pumps run at 3 stations.") == pytest.approx(1)


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=40))
def test_how_new_a_sentence_is_lies_between_0_and_1(told: list[str], sentence: str) -> None:
    assert 0 <= Earlier(told, "en").novelty(sentence) <= 1
