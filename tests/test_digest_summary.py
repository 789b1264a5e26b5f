from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.edition import TextClass
from digest.summary import Summary, SummaryParams, extract, summarise
from digest.types import Document
from tests.digest_factory import document

GATE = document(
    "d1",
    "Millgate lock shut after crack is found - Harbour Courier",
    "By Hedda Prins\n"
    "The lock at Millgate was shut on Monday after divers found a crack of 38 centimetres in its north gate. "
    "He said it would take weeks. "
    "Barges longer than 30 metres have to go round by the Osk Canal, which adds four hours to the journey.\n"
    "Sign up for our newsletter.\n"
    "The Water Department expects the repair of the gate to cost EUR 2.1 million and to last until March.",
    source_id="courier",
    hours=10,
)
PILOTS = document(
    "d2",
    "Crack in Millgate lock holds up barges",
    "VARNHAVEN (Agency) —\n"
    "A crack in the north gate of the Millgate lock holds up barges, the harbour pilots said on Tuesday. "
    "Some 52 barges have taken the Osk Canal since Monday, according to the pilots' association. "
    "The association asks the city to open the lock for two hours on each tide. Read more ...",
    source_id="pilots",
    hours=30,
)
CHINESE = document(
    "d3",
    "磨坊门船闸发现裂缝 大型驳船须绕行 - 新华网",
    "新华社瓦恩港11月17日电（记者李明）\n磨坊门船闸北侧闸门周一发现一道三十八厘米长的裂缝，长度超过三十米的驳船须绕行奥斯克运河。"
    "此外，修复工程预计耗资二百一十万欧元。水务局表示，闸门修复工作将持续到明年三月，期间每天开放两小时。\n责任编辑：王芳",
    source_id="xinhua",
    language="zh",
    hours=40,
)
HOSTILE = st.text(alphabet="Aa .!?。“”…\n他但水位123-|_\u0301\U0001f30a", max_size=120)


def all_sentences(summary: Summary) -> list[str]:
    return [sentence.text for sentence in ((summary.gist,) if summary.gist else ()) + summary.sentences]


def assert_verbatim(summary: Summary, *documents: Document) -> None:
    texts = {(told.id, told.version): told.text for told in documents}
    for sentence in ((summary.gist,) if summary.gist else ()) + summary.sentences:
        (citation,) = sentence.citations
        assert sentence.kind is TextClass.QUOTED
        assert texts[citation.document_id, citation.version][citation.start : citation.end] == citation.text
        assert citation.text == sentence.text


@pytest.mark.parametrize(
    ("title", "first"),
    [
        ("URGENT: pumps at Millgate fail, sandbags by six", True),
        ("Urgent: pumps at Millgate fail, sandbags by six", True),
        ("Urgent repairs to pumps at Millgate wanted", False),
    ],
)
def test_what_is_marked_urgent_is_told_first(title: str, first: bool) -> None:
    pumps = document("d4", title, "Two pumps at Millgate have failed. Sandbags are needed by six o'clock.", hours=35)
    summary = summarise([GATE, PILOTS, replace(PILOTS, id="d5", source_id="post"), pumps])
    assert (summary.headline == title) is first
    assert (summary.gist is not None and "pumps" in summary.gist.text) is first


def test_chinese_marks_of_urgency_are_known() -> None:
    pumps = document(
        "d4", "【紧急】磨坊门水泵失灵 六点前需沙袋", "磨坊门两台水泵失灵，六点前需要沙袋。", language="zh", hours=50
    )
    assert summarise([CHINESE, pumps]).headline.startswith("【紧急】")


def test_the_gist_is_the_sentence_that_says_what_happened() -> None:
    summary = summarise([GATE])
    assert summary.gist is not None
    assert summary.gist.text.startswith("The lock at Millgate was shut on Monday")


def test_the_headline_is_a_member_s_title_without_its_outlet() -> None:
    assert summarise([GATE]).headline == "Millgate lock shut after crack is found"


def test_every_sentence_is_verbatim_and_in_its_place() -> None:
    assert_verbatim(summarise([GATE, PILOTS]), GATE, PILOTS)


def test_two_to_four_sentences_are_quoted_and_none_repeats_the_gist() -> None:
    summary = summarise([GATE, PILOTS])
    sentences = all_sentences(summary)
    assert 2 <= len(summary.sentences) <= 4
    assert len(sentences) == len(set(sentences))


def test_sentences_come_from_different_sources() -> None:
    cited = {sentence.citations[0].document_id for sentence in summarise([GATE, PILOTS]).sentences}
    assert cited == {"d1", "d2"}


@pytest.mark.parametrize(
    "furniture", ["By Hedda Prins", "Sign up", "VARNHAVEN", "Read more", "责任编辑", "新华社瓦恩港"]
)
def test_furniture_is_never_quoted(furniture: str) -> None:
    told = all_sentences(summarise([GATE, PILOTS])) + all_sentences(summarise([CHINESE]))
    assert not any(furniture in sentence for sentence in told)


def test_a_sentence_that_leans_on_another_is_not_preferred() -> None:
    short = SummaryParams(max_sentences=2)
    assert not any(sentence.startswith("He said") for sentence in all_sentences(summarise([GATE], params=short)))


def test_chinese_is_summarised_in_whole_sentences() -> None:
    summary = summarise([CHINESE])
    assert summary.headline == "磨坊门船闸发现裂缝 大型驳船须绕行"
    assert summary.gist is not None
    assert summary.gist.text.startswith("磨坊门船闸北侧")
    assert all(sentence.endswith("。") for sentence in all_sentences(summary))
    assert_verbatim(summary, CHINESE)


def test_a_story_told_in_two_languages_is_summarised_in_the_one_that_prevails() -> None:
    summary = summarise([GATE, PILOTS, CHINESE])
    assert {sentence.citations[0].document_id for sentence in summary.sentences} == {"d1", "d2"}


def test_a_sentence_over_the_limit_is_no_gist() -> None:
    assert summarise([GATE], params=SummaryParams(gist_words=5)).gist is None
    assert summarise([CHINESE], params=SummaryParams(gist_characters=10)).gist is None


def test_a_shorter_title_is_preferred_and_a_long_one_never_cut() -> None:
    long = replace(GATE, id="d9", title=GATE.title + " by divers in the north gate of the old harbour on a wet Monday")
    assert summarise([long, PILOTS]).headline == PILOTS.title
    assert summarise([long]).headline == long.title


def test_a_title_that_tells_is_preferred_to_one_that_asks() -> None:
    asking = replace(GATE, id="d0", title="What does the crack in Millgate lock mean for barges?")
    assert summarise([asking, PILOTS]).headline == PILOTS.title


def test_reprints_are_quoted_only_when_nothing_else_is_there() -> None:
    reprint = replace(GATE, id="d4", source_id="post")
    cited = summarise([GATE, reprint], duplicates={"d1"})
    assert {sentence.citations[0].document_id for sentence in cited.sentences} == {"d4"}
    assert summarise([reprint], duplicates={"d4"}).gist is not None


def test_the_end_of_a_teaser_is_no_sentence() -> None:
    teaser = document("d5", "Dam holds", "The dam at Eastgate holds for now, and the water is ...")
    assert summarise([teaser]) == Summary(headline="Dam holds", gist=None, sentences=())


def test_a_document_without_title_or_text_still_has_a_headline() -> None:
    assert summarise([document("d6", "", "")]).headline == "d6"
    assert summarise([document("d7", "", "Rain fell. Snow fell.")]).headline == "Rain fell."


def test_a_language_without_stops_is_quoted_by_its_lines() -> None:
    thai = document("d8", "ข่าว", "น้ำท่วม เมือง เก่า ถนน ปิด\nฝน ตก หนัก ทั้ง วัน", language="th")
    assert_verbatim(summarise([thai]), thai)
    assert summarise([thai]).sentences


def test_a_story_without_documents_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one document"):
        summarise([])


@given(st.permutations([GATE, PILOTS, CHINESE, replace(PILOTS, id="d0", language="zh")]))
def test_the_order_of_the_documents_does_not_matter(documents: list[Document]) -> None:
    assert summarise(documents) == summarise([GATE, PILOTS, CHINESE, replace(PILOTS, id="d0", language="zh")])


@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.sampled_from(["en", "zh", "und"])), min_size=1, max_size=4))
def test_whatever_comes_in_what_is_quoted_is_verbatim(told: list[tuple[str, str, str]]) -> None:
    documents = [document(f"d{i}", title, text, language=code) for i, (title, text, code) in enumerate(told)]
    summary = summarise(documents)
    assert_verbatim(summary, *documents)
    assert summary.headline.strip()


def test_a_sentence_is_quoted_without_its_dateline() -> None:
    filed = document(
        "d9",
        "Crack holds up barges",
        "VARNHAVEN (Reuters) - A crack in the north gate of the lock holds up 52 barges, pilots said on Tuesday.",
    )
    summary = summarise([filed])
    assert all_sentences(summary) == [
        "A crack in the north gate of the lock holds up 52 barges, pilots said on Tuesday."
    ]
    assert_verbatim(summary, filed)


def long_report(number: int) -> Document:
    words = ("gate", "barges", "pilots", "divers", "repair", "council", "canal", "tide", "budget", "survey")
    sentences = [
        f"The {first} of the lock at Millgate, {second} officials told the council on day {number + place}, needs "
        f"{number * 10 + place} more weeks before any barge of the {second} fleet may pass the {first} again."
        for place, (first, second) in enumerate(zip(words[number:], words[::-1], strict=False))
    ]
    return document(f"d{number}", f"Lock report {number}", "\n".join(sentences), source_id=f"s{number}", hours=number)


def test_an_entry_keeps_to_its_length_beyond_two_sentences() -> None:
    params = SummaryParams()
    summary = summarise([long_report(number) for number in range(1, 5)])
    told = [summary.headline, *all_sentences(summary)]
    assert len(told) == 3
    longer = summarise([long_report(number) for number in range(1, 5)], params=replace(params, entry_words=140))
    assert 3 < len(all_sentences(longer)) <= params.max_sentences + 1
    assert sum(len(text.split()) for text in [longer.headline, *all_sentences(longer)]) <= 140


def test_what_reports_is_quoted_before_what_comments() -> None:
    column = document(
        "d8",
        "Why the crack in Millgate lock had to come",
        "The crack in the north gate of the Millgate lock holds up barges, as everybody on the river knew it would.",
        source_id="column",
        hours=5,
    )
    summary = summarise([PILOTS, column])
    assert summary.headline == "Crack in Millgate lock holds up barges"
    assert summary.gist is not None
    assert summary.gist.citations[0].document_id == PILOTS.id


def test_a_headline_by_effect_gives_way_to_a_plain_one() -> None:
    loud = replace(PILOTS, id="d7", title="Crack in Millgate lock: barges in total MELTDOWN!", source_id="loud")
    assert summarise([loud, PILOTS]).headline == "Crack in Millgate lock holds up barges"


def test_a_headline_that_is_overtaken_gives_way_to_the_latest() -> None:
    first = document("d5", "Millgate lock closed", GATE.text, hours=1)
    last = document("d6", "Millgate lock open", GATE.text, source_id="post", hours=90)
    assert summarise([first, last]).headline == "Millgate lock open"


def test_a_longer_summary_keeps_its_length_and_the_order_of_reading() -> None:
    chosen = extract([PILOTS, GATE], words=60)
    texts = {each.id: each.text for each in (GATE, PILOTS)}
    places = [(sentence.citations[0].document_id, sentence.citations[0].start) for sentence in chosen]
    assert places == sorted(places)
    assert 30 < sum(len(sentence.text.split()) for sentence in chosen) <= 60
    for sentence in chosen:
        cited = sentence.citations[0]
        assert texts[cited.document_id][cited.start : cited.end] == sentence.text
    assert not any(sentence.text.startswith("He said") for sentence in extract([GATE], words=60))


def test_where_no_sentence_fits_there_is_none() -> None:
    assert extract([GATE], words=5) == ()


def test_a_longer_summary_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one document"):
        extract([], words=250)
