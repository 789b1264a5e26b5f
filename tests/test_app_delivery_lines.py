import re

from hypothesis import given
from hypothesis import strategies as st

from app.delivery.plain import WIDTH, columns, one_line, shortened, wrapped
from app.delivery.subject import MAX_SUBJECT, Matters, preview, subject
from app.i18n import translations

EN = translations("en", "UTC")
ZH = translations("zh", "UTC")
HOSTILE = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)


def line(*headlines: str, t=EN, label: str = "W47", example: bool = False, **found: object) -> str:
    known = [one_line(each) for each in headlines]
    return subject(label, Matters(headlines=tuple(filter(None, known)), **found), t, example=example)


@given(
    st.lists(HOSTILE, max_size=6),
    st.booleans(),
    st.sampled_from([EN, ZH]),
    st.sampled_from(["", "decision due Thu", "周四前待决策"]),
    st.booleans(),
    st.integers(0, 12),
)
def test_a_subject_is_one_short_line_whatever_the_headlines_are(headlines, example, t, decision, urgent, overdue):
    known = [each for each in map(one_line, headlines) if each]
    found = Matters(
        urgent=tuple(known[:1]) if urgent else (),
        decision=decision,
        about=(known or [""])[0] if decision else "",
        headlines=tuple(known[1:]),
        overdue=overdue,
    )
    made = subject("W47", found, t, example=example)
    assert columns(made) <= MAX_SUBJECT
    assert len(made.splitlines()) == 1
    assert "W47" in made
    assert not overdue or str(overdue) in made
    assert urgent or not decision or decision in made


def test_a_subject_says_what_is_due_what_is_new_and_what_is_overdue():
    made = line("Rents up 8 per cent", decision="decision due Thu", about="Eastgate dam: Water asks", overdue=2)
    assert made == "W47: decision due Thu: Eastgate dam…; Rents up 8…; 2 overdue"
    chinese = line("学生房租上涨8%", t=ZH, label="第47周", decision="周四前待决策", about="东门大坝维修请示", overdue=2)
    assert chinese.startswith("第47周：周四前待决策：东门大坝")
    assert len(chinese) <= 30


def test_what_a_report_marks_urgent_goes_before_the_decision():
    made = line("Rents up", urgent=("URGENT: seepage at the dam doubled",), decision="decision due Thu", about="Budget")
    assert made.startswith("W47: URGENT: seepage at the dam doubled; decision due Thu")


def test_a_subject_tells_as_many_headlines_as_fit():
    headlines = ["Dam decision due Thursday", "Rents up 8 per cent", "A third that finds no room"]
    assert line(*headlines) == "W47: Dam decision due Thursday; Rents up 8 per cent"


def test_a_subject_cuts_its_first_headline_where_a_phrase_ends():
    headline = "Water asks for EUR 2.1 million to repair the Eastgate dam by Thursday noon"
    assert line(headline, example=True) == "EXAMPLE W47: Water asks for EUR 2.1 million…"
    chinese = "水利局报告东门大坝渗水量升至十九升，低于警戒值三十升，" + "请市政府于周四前拨款" * 3
    assert line(chinese, t=ZH, label="第47周").endswith("渗水量升至十九升…")


def test_a_subject_cuts_between_words_where_no_phrase_ends():
    headline = "President knew about Harbour Company payment several months earlier than stated"
    assert line(headline).endswith(" payment several…")


def test_a_subject_begins_no_second_headline_that_it_cannot_finish():
    headlines = ["Dam decision due Thursday", "Average rents for student rooms are up 8 per cent", "Short"]
    assert line(*headlines) == "W47: Dam decision due Thursday"


def test_a_subject_without_headlines_says_so():
    assert line() == "W47: nothing to report"
    assert line(t=ZH, label="第47周") == "第47周：本期无报送事项"


def test_the_preview_says_what_the_subject_does_not():
    found = Matters(headlines=("Rents up", "Trams stop", "Fund opens"))
    assert preview(None, found, "W47: Rents up", "Read 3 documents.") == "Trams stop · Fund opens"
    assert preview(None, Matters(), "W47: nothing to report", "Read 3 documents.") == "Read 3 documents."


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
