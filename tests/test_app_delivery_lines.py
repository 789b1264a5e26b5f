import re

from hypothesis import given
from hypothesis import strategies as st

from app.delivery.lines import MAX_SUBJECT, subject
from app.delivery.plain import WIDTH, columns, one_line, shortened, wrapped
from app.i18n import translations

EN = translations("en", "UTC")
ZH = translations("zh", "UTC")
HOSTILE = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)


@given(st.lists(HOSTILE, max_size=6), st.booleans(), st.sampled_from([EN, ZH]))
def test_a_subject_is_one_short_line_whatever_the_headlines_are(headlines, example, t):
    line = subject("W47", headlines, t, example=example)
    assert len(line) <= MAX_SUBJECT
    assert len(line.splitlines()) == 1
    assert "W47" in line


def test_a_subject_tells_as_many_headlines_as_fit():
    headlines = ["Dam decision due Thursday", "Rents up 8 per cent", "A third that finds no room"]
    assert subject("W47", headlines, EN, example=False) == "W47: Dam decision due Thursday; Rents up 8 per cent"


def test_a_subject_cuts_its_first_headline_where_a_phrase_ends():
    headline = "Water asks for EUR 2.1 million to repair the Eastgate dam by Thursday noon"
    assert subject("W47", [headline], EN, example=True) == "EXAMPLE W47: Water asks for EUR 2.1 million…"
    chinese = (
        "水利局报告东门大坝渗水量自十一月三日起由每分钟十二升上升到十九升，低于警戒值三十升，"
        + "请市政府于周四前拨款" * 3
    )
    assert subject("第47周", [chinese], ZH, example=False).endswith("低于警戒值三十升…")


def test_a_subject_cuts_between_words_where_no_phrase_ends():
    headline = "President knew about Harbour Company payment several months earlier than stated"
    assert subject("W47", [headline], EN, example=False).endswith(" payment several…")


def test_a_subject_begins_no_second_headline_that_it_cannot_finish():
    headlines = ["Dam decision due Thursday", "Average rents for student rooms are up 8 per cent", "Short"]
    assert subject("W47", headlines, EN, example=False) == "W47: Dam decision due Thursday"


def test_a_subject_without_headlines_says_so():
    assert subject("W47", [], EN, example=False) == "W47: nothing to report"
    assert subject("第47周", [], ZH, example=False) == "第47周：本期无报送事项"


def test_line_breaks_and_direction_characters_do_not_reach_a_header():
    assert one_line("Rents\r\nBcc: all@example.org\u202e up") == "Rents Bcc: all@example.org up"


@given(HOSTILE, st.integers(min_value=1, max_value=80))
def test_a_shortened_text_fits_and_begins_as_the_whole_does(text, width):
    short = shortened(text, width)
    assert len(short) <= max(width, 1)
    assert short == text or text.startswith(short.removesuffix("…"))


@given(st.text(alphabet="ab,.(“” 水利局报告。，（）", max_size=400))
def test_wrapping_loses_no_character_and_keeps_to_the_width(text):
    lines = wrapped(text, indent="  ", first="1 ").splitlines()
    assert "".join("\n".join(lines).split()) == "1" + "".join(text.split())
    for line in lines:
        unbreakable = max(re.findall(r"[ab,.(“”（，）。]+", line), key=len, default="")
        assert columns(line) <= WIDTH or len(unbreakable) > WIDTH // 4


def test_chinese_breaks_between_characters_but_not_before_a_full_stop():
    text = "水利局报告渗水量上升" * 3 + "水利局总报告。后续情况"
    lines = wrapped(text).splitlines()
    assert [columns(line) for line in lines] == [WIDTH - 2, 2 * len(text) - WIDTH + 2]
    assert not lines[1].startswith("。")


def test_english_breaks_at_spaces_and_indents_what_follows():
    text = "The repair costs EUR 2.1 million; an order placed by 26 November is carried out before the frost."
    assert wrapped(text, indent="    ", first=" 1. ") == (
        " 1. The repair costs EUR 2.1 million; an order placed by 26 November is\n    carried out before the frost."
    )
