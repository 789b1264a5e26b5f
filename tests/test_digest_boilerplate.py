from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.boilerplate import after_dateline, dangles, is_feature, is_furniture, is_whole, without_outlet


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Dam repair agreed - Reuters", "Dam repair agreed"),
        ("Rents up 8% | The Guardian", "Rents up 8%"),
        ("Rents up 8% | Housing | The Guardian", "Rents up 8% | Housing"),
        ("南城洪水退去 - 新华网", "南城洪水退去"),
        ("南城洪水退去_新浪新闻", "南城洪水退去"),
        ("推动经济回升向好——人民日报", "推动经济回升向好"),
        ("Line 4 closed - mayor apologises", "Line 4 closed - mayor apologises"),
        ("US–China talks begin", "US–China talks begin"),
        ("COVID-19 cases rise", "COVID-19 cases rise"),
        ("北京—上海高铁提速", "北京—上海高铁提速"),
        ("Reuters", "Reuters"),
        ("", ""),
    ],
)
def test_only_an_outlet_is_taken_off_a_title(title: str, kept: str) -> None:
    assert without_outlet(title) == kept


def test_a_name_that_the_address_repeats_is_an_outlet() -> None:
    title = "Lock shut for a month – The Meridian"
    assert without_outlet(title, "https://www.themeridian.example/lock") == "Lock shut for a month"
    assert without_outlet(title, "https://[broken") == title


@pytest.mark.parametrize(
    "sentence",
    [
        "By Hedda Prins",
        "LONDON (Agency) —",
        "Sign up for our newsletter.",
        "Read more: Dam repair agreed.",
        "© 2026 Harbour Courier. All rights reserved.",
        "Reporting by Ada Holm; editing by Piet Sander.",
        "Photo: the lock on Monday.",
        "Mayor Halvers talks with reporters at City Hall in Varnhaven, November 16, 2026.",
        "新华社北京11月3日电（记者张三）",
        "责任编辑：王芳",
        "来源：瓦恩港日报",
        "图为周一的船闸。",
        "更多精彩内容请关注我们的公众号。",
    ],
)
def test_furniture_is_known(sentence: str) -> None:
    assert is_furniture(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "By far the best year for the port was 2019.",
        "Residents can sign up for the grant at City Hall.",
        "The copyright law passed by 40 votes to 12.",
        "The law of May 9, 2018, was repealed on Monday.",
        "The council subscribed to the fund on Monday.",
        "广告法修订草案周一提请审议。",
        "记者周二从水务局获悉，船闸将于明年三月开放。",
    ],
)
def test_news_is_no_furniture(sentence: str) -> None:
    assert not is_furniture(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "He said so.",
        "But rents rose.",
        "Now, rents rise.",
        "UPDATE: Rents rose.",
        "Pay your rent.",
        "It rose by 8%.",
        "“Half of it,” she said.",
        "此外，降雨持续。",
    ],
)
def test_a_sentence_that_leans_on_another_is_known(sentence: str) -> None:
    assert dangles(sentence)


@pytest.mark.parametrize(
    "sentence", ["IT staff left.", "This week rents rose.", "So far 52 barges came.", "也门停火。", "并购案获批。"]
)
def test_a_sentence_that_only_looks_so_stands_alone(sentence: str) -> None:
    assert not dangles(sentence)


@pytest.mark.parametrize(
    ("sentence", "whole"),
    [
        ("The dam holds.", True),
        ("“The dam holds.”", True),
        ("大坝稳固。", True),
        ("बाँध सुरक्षित है।", True),
        ("The dam holds ...", False),
        ("The dam holds…", False),
        ("The dam", False),
        ("“The dam holds.", False),
        ('He said "the dam holds.', False),
    ],
)
def test_a_whole_sentence_ends_and_closes_its_quotations(sentence: str, *, whole: bool) -> None:
    assert is_whole(sentence) is whole


@pytest.mark.parametrize("title", ["Will rents rise?", "Opinion: rents", "Rents: what we know", "图解：房租上涨"])
def test_a_title_that_asks_or_comments_is_a_feature(title: str) -> None:
    assert is_feature(title)


def test_a_title_that_tells_is_no_feature() -> None:
    assert not is_feature("Whatever rents do, the council will build, mayor says")


@given(st.text(alphabet="Aa -–—|_新闻网. ", max_size=40))
def test_taking_outlets_off_leaves_the_beginning_of_the_title(title: str) -> None:
    kept = without_outlet(title)
    assert title.strip().startswith(kept)
    assert bool(kept) == bool(title.strip())
    assert without_outlet(kept) == kept


@pytest.mark.timeout(20)  # quadratic time would take minutes
@pytest.mark.parametrize(
    ("hostile", "furniture"),
    [
        ("-" * 100_000 + "a", False),
        ("(" * 100_000, False),
        ("A" * 100_000 + "a", False),
        (", May 9, 2018" * 8_000, True),
    ],
)
def test_long_nonsense_is_judged_at_once(hostile: str, *, furniture: bool) -> None:
    assert is_furniture(hostile) is furniture
    assert not any(judge(hostile) for judge in (is_whole, dangles, is_feature))


@pytest.mark.timeout(20)
def test_a_title_of_nothing_but_bars_is_cut_at_once() -> None:
    assert without_outlet("a b" + "|c" * 20_000) == "a b"


@pytest.mark.parametrize(
    ("filed", "sentence"),
    [
        ("PAHOA, Hawaii (Reuters) - ", "Two fissures opened."),
        ("ST. LOUIS/NEW YORK (AP) — ", "A court ruled."),
        ("Washington (CNN) ", "The minister resigned."),
        ("(Reuters) - ", "Voters went to the polls."),
        ("MILLGATE — ", "Barges wait."),
        ("新华社北京5月3日电（记者王明）", "国务院通过了条例。"),
        ("本报讯（记者 李四）", "昨日水位下降。"),
        ("【本台消息】", "市长视察了水闸。"),
    ],
)
def test_a_sentence_begins_behind_its_dateline(filed: str, sentence: str) -> None:
    assert after_dateline(filed + sentence) == len(filed)


@pytest.mark.parametrize(
    "sentence",
    [
        "The old lock is back — for now.",
        "U.S. - China talks go on.",
        "Sen. Ann Smith (R-Ariz.), who leads the panel, agreed.",
        "NATO — the alliance of thirty states — met.",
        "国务院5月3日宣布新条例。",
        "市长（右）昨日视察水闸。",
    ],
)
def test_a_sentence_filed_under_nothing_is_kept_whole(sentence: str) -> None:
    assert after_dateline(sentence) == 0


@pytest.mark.parametrize(
    "sentence",
    [
        "CLOSE Mayor Ann Lind won the nomination, after the party asked her to run.",
        "FILE PHOTO - Barges wait below the lock at Millgate.",
        "Barges wait at Millgate in this undated photo released by the Water Department.",
        "Speaker Jon Hale Jonathan Paul HaleCouncil chief of staff to depart MORE (R) spoke.",
    ],
)
def test_captions_and_glued_links_are_furniture(sentence: str) -> None:
    assert is_furniture(sentence)


@given(st.text(alphabet="AbZ .,'’()-—【】日电本报讯", max_size=200))
def test_a_dateline_leaves_something_of_its_sentence(sentence: str) -> None:
    assert 0 <= after_dateline(sentence) < max(1, len(sentence))
