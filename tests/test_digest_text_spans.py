from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text import normalise, sentences


def split(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rents rose. The mayor objects!", ["Rents rose.", "The mayor objects!"]),
        ("Dr. Ruiz met Mr. Okafor. They agreed.", ["Dr. Ruiz met Mr. Okafor.", "They agreed."]),
        ("J. K. Mbeki signed it. So did A. Lind.", ["J. K. Mbeki signed it.", "So did A. Lind."]),
        ("Flow rose from 12.5 to 19.1 litres. No alarm.", ["Flow rose from 12.5 to 19.1 litres.", "No alarm."]),
        ("The U.S. Senate voted at 4 p.m. The bill passed.", ["The U.S. Senate voted at 4 p.m.", "The bill passed."]),
        ("Offices moved to the U.S. Nobody objected.", ["Offices moved to the U.S. Nobody objected."]),
        ('He said "We close it." She left.', ['He said "We close it."', "She left."]),
        ("“It holds.” “For now.”", ["“It holds.”", "“For now.”"]),
        ('"Really?" he asked. "Yes!"', ['"Really?" he asked.', '"Yes!"']),
        ("See No. 5 of the list. It was no. We go on.", ["See No. 5 of the list.", "It was no.", "We go on."]),
        ("He waited... and left. Then rain…", ["He waited... and left.", "Then rain…"]),
        ("(It was late.) The dam held.", ["(It was late.)", "The dam held."]),
        ("Visit www.example.org today. Or call.", ["Visit www.example.org today.", "Or call."]),
        ("Ask Acme Inc. about it. Buy Acme Inc. The rest fell.",
         ["Ask Acme Inc. about it.", "Buy Acme Inc.", "The rest fell."]),
        ('"Who pays?" Ms. Lind asked. Nobody knew.', ['"Who pays?" Ms. Lind asked.', "Nobody knew."]),
    ],
)  # fmt: skip
def test_english_sentences(text, expected):
    assert split(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("水位上升。警报响起！真的吗？", ["水位上升。", "警报响起！", "真的吗？"]),
        ("市长说：“水位上升了。”他补充道。", ["市长说：“水位上升了。”", "他补充道。"]),
        ("她问：「為什麼？」沒有人回答。", ["她問：「為什麼？」".replace("問", "问"), "沒有人回答。"]),
        ("房租上涨5.2%。GDP增长4.8%。", ["房租上涨5.2%。", "GDP增长4.8%。"]),
        ("他停了一下……然后离开。", ["他停了一下……", "然后离开。"]),
        ("大坝有渗漏 专家正在检查", ["大坝有渗漏 专家正在检查"]),
    ],
)
def test_chinese_sentences(text, expected):
    assert split(text, "zh") == expected


def test_a_line_break_always_ends_a_sentence():
    assert split("Dam leaks\nSeepage rose. It is watched") == ["Dam leaks", "Seepage rose.", "It is watched"]


def test_the_day_of_a_german_date_ends_none():
    assert split("Am 3. Mai kam Dr. Meier. Er blieb.", "de") == ["Am 3. Mai kam Dr. Meier.", "Er blieb."]


def test_other_scripts_are_split_too():
    assert split("Мост закрыт. Ремонт идёт.", "ru") == ["Мост закрыт.", "Ремонт идёт."]


@given(
    st.text(alphabet=st.sampled_from(list("aB1 .!?…\"'”’)。！？」\n")) | st.characters()),
    st.sampled_from(["en", "zh", "de", "und"]),
)
def test_spans_are_stripped_ordered_and_lose_nothing(text, language):
    text = normalise(text)
    spans = sentences(text, language)
    pieces = [text[start:end] for start, end in spans]
    assert all(piece and piece == piece.strip() and "\n" not in piece for piece in pieces)
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize("hostile", ["." * 200_000, ".)" * 100_000, "…" * 200_000, "A. " * 50_000, "!" * 100_000 + "x"])
@pytest.mark.timeout(20)  # what grows with the square of the length takes minutes
def test_a_hostile_line_takes_no_longer_than_others(hostile):
    assert "".join("".join(split(hostile)).split()) == "".join(hostile.split())
