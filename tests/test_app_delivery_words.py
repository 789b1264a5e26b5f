import re
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum

import pytest

from app.delivery import words
from app.delivery.edition_names import edition_label
from app.delivery.failures import FAILURES, problem, source_error
from app.i18n import Translations, translations
from digest.edition import (
    Bucket,
    Entry,
    EntryDocument,
    Reason,
    ReasonCode,
    Section,
    SourceState,
    Status,
    TextClass,
    Told,
)
from digest.errors import FetchError, ParseError
from digest.types import Mark, Origin

EN = translations("en", "Europe/Berlin")
ZH = translations("zh", "Europe/Berlin")
CUT_OFF = datetime(2026, 11, 20, 9, tzinfo=UTC)
PARAMS: dict[str, str | int | float] = {
    "owner": "Water",
    "due": "2026-11-26",
    "topic": "Housing",
    "terms": "rent",
    "count": 3,
    "source": "Water",
    "rank": 7,
    "author": "A. Weber",
    "limit": 5,
    "leaders": "Mayor",
    "error": "no_text",
    "kind": "instruction",
    "title": "Flood safety",
    "said_on": "2026-05-03",
    "leader": "A. Weber",
}


def document(**changes: object) -> EntryDocument:
    values: dict[str, object] = {
        "id": "d1",
        "version": 1,
        "title": "Report",
        "source_id": "s1",
        "source": "Water",
        "origin": Origin.MEDIA,
        "language": "en",
        "mark": Mark.PUBLIC,
        "collected_at": datetime(2026, 5, 20, tzinfo=UTC),
        "published_at": datetime(2026, 5, 3, tzinfo=UTC),
    }
    return EntryDocument(**{**values, **changes})


def entry(independent_sources: int, reprints: int, *documents: EntryDocument) -> Entry:
    return Entry(
        id="e1",
        story_id="e1",
        headline="Headline",
        gist=None,
        sentences=(),
        documents=documents or (document(),),
        independent_sources=independent_sources,
        reprints=reprints,
        topics=(),
        language="en",
        mark=Mark.PUBLIC,
    )


def told_by(others: int, *office: Origin) -> tuple[EntryDocument, ...]:
    """Documents of as many sources, none a reprint; those of the office first, as in a story that they begin."""
    origins = (*office, *[Origin.MEDIA] * others)
    return tuple(document(id=f"d{n}", source_id=f"s{n}", origin=origin) for n, origin in enumerate(origins))


@pytest.mark.parametrize(
    ("codes", "table"),
    [
        (Section, words.SECTIONS),
        (Status, words.STATUSES),
        (TextClass, words.TEXT_CLASSES),
        (Mark, words.MARKS),
        (Origin, words.ORIGINS),
        (Bucket, words.BUCKETS),
        (SourceState, words.SOURCE_STATES),
    ],
)
def test_every_code_has_a_word_in_each_language(codes: type[Enum], table: dict[Enum, str]) -> None:
    assert set(table) == set(codes)
    assert all(ZH.gettext(word) != word for word in table.values())


@pytest.mark.parametrize("code", list(ReasonCode))
@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_every_reason_is_a_phrase_without_unfilled_places(code: ReasonCode, t: Translations) -> None:
    phrase = words.reason(Reason(code=code, params=PARAMS), t)
    assert phrase
    assert not re.search(r"%|–|[a-z]_[a-z]", phrase)
    assert (re.search(r"[\u4e00-\u9fff]", phrase) is not None) == (t is ZH)


SAID = {"kind": "instruction", "title": "Flood safety", "said_on": "2026-05-03", "terms": "flood, dam"}


def test_a_statement_is_named_with_its_kind_date_and_title() -> None:
    own = Reason(code=ReasonCode.STATEMENT, params=SAID)
    near = datetime(2026, 11, 20, tzinfo=UTC)
    assert words.reason(own, EN, near=near) == "your instruction of 3 May, “Flood safety” (flood, dam)"
    assert words.reason(own, EN) == "your instruction of 3 May 2026, “Flood safety” (flood, dam)"
    assert words.reason(own, ZH, near=near) == "您5月3日的批示《Flood safety》（flood、dam）"
    theirs = Reason(code=ReasonCode.STATEMENT, params={**SAID, "leader": "A. Weber", "terms": ""})
    assert words.reason(theirs, EN, near=near) == "A. Weber: instruction of 3 May, “Flood safety”"


@pytest.mark.parametrize("code", list(ReasonCode))
def test_a_reason_without_its_parameters_is_still_shown(code: ReasonCode) -> None:
    assert words.reason(Reason(code=code, params={}), EN)


@pytest.mark.parametrize(
    ("reason", "phrase"),
    [
        (Reason(code=ReasonCode.TOPIC, params={"topic": "100 % housing", "terms": ""}), "standing topic 100 % housing"),
        (Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 1}), "told by 1 independent source"),
        (Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 1200}), "told by 1,200 independent sources"),
        (
            Reason(code=ReasonCode.UNREADABLE, params={"error": "no_text"}),
            "could not be read (No text was found in it)",
        ),
    ],
)
def test_reasons_read_as_an_editor_would_say_them(reason: Reason, phrase: str) -> None:
    assert words.reason(reason, EN) == phrase


@pytest.mark.parametrize(
    ("identifier", "near", "label", "label_zh"),
    [
        ("2026-W47", None, "W47", "第47周"),
        ("2026-W47-2", None, "W47-2", "第47周（2）"),
        ("2025-W51", "2026-W03", "W51 of 2025", "2025年第51周"),
        ("2026-11-24", None, "24 Nov", "11月24日"),
        ("2025-12-30-2", "2026-W03", "30 Dec 2025 (2)", "2025年12月30日（2）"),
        ("2026-13-40", None, "2026-13-40", "2026-13-40"),
        ("2026-W47-weekly", "2026-W50", "W47 weekly", "第47周周报"),
        ("special", None, "special", "special"),
    ],
)
def test_an_edition_is_called_by_its_week_or_its_day(
    identifier: str, near: str | None, label: str, label_zh: str
) -> None:
    assert edition_label(identifier, EN, near=near) == label
    assert edition_label(identifier, ZH, near=near) == label_zh


def test_a_developing_story_says_since_when() -> None:
    since = words.place(Told(edition_id="2026-W46", number=4), EN, near="2026-W47")
    assert words.status(Status.DEVELOPING, since, EN) == "DEVELOPING since W46 #4"
    assert words.status(Status.ONGOING, since, EN) == "ONGOING"
    assert words.status(Status.NEW, None, EN) == "NEW"


@pytest.mark.parametrize(
    ("value", "line", "line_zh"),
    [
        (entry(1, 0), "One source.", "单一信源。"),
        (entry(0, 0, document(origin=Origin.OWN)), "One source (own unit).", "单一信源（本单位）。"),
        (entry(1, 1), "One source; 1 reprint not counted.", "单一信源；1 篇转载未计入。"),
        (
            entry(3, 14, *told_by(3)),
            "Three independent sources; 14 reprints not counted.",
            "三个独立信源；14 篇转载未计入。",
        ),
        (entry(10, 0, *told_by(10)), "Ten independent sources.", "十个独立信源。"),
        (entry(11, 0, *told_by(11)), "11 independent sources.", "11个独立信源。"),
        (
            entry(1, 0, *told_by(1, Origin.HIGHER, Origin.OWN)),
            "Three sources (one higher authority, one own unit).",
            "三个信源（其中上级1个、本单位1个）。",
        ),
        (entry(0, 1, *told_by(0, Origin.OWN, Origin.OWN)), "Two sources (two own units); 1 reprint not counted.", None),
    ],
)
def test_reprints_are_counted_apart_from_sources(value: Entry, line: str, line_zh: str | None) -> None:
    assert words.sources_line(value, EN) == line
    assert line_zh is None or words.sources_line(value, ZH) == line_zh


@pytest.mark.parametrize(
    ("value", "note"),
    [
        (document(), None),
        (document(late=True), "dated 3 May, received 20 May"),
        (document(late=True, version=2, changed_at=datetime(2026, 5, 27, tzinfo=UTC)), "dated 3 May, changed 27 May"),
        (document(version=2, changed_at=datetime(2026, 5, 3, tzinfo=UTC)), None),
        (
            document(published_at=None, version=2, changed_at=datetime(2026, 5, 27, tzinfo=UTC)),
            "undated, changed 27 May",
        ),
        (document(late=True, published_at=None), "undated, received 20 May"),
        (document(late=True, duplicate_of="d0"), "dated 3 May, received 20 May; reprint, not counted"),
    ],
)
def test_late_and_undated_documents_say_so(value: EntryDocument, note: str | None) -> None:
    assert words.document_note(value, EN, near=CUT_OFF) == note


def declared_codes(error: type[Exception]) -> set[str]:
    assert error.__doc__
    return set(re.findall(r"``(\w+)``", error.__doc__.partition("Codes:")[2]))


@pytest.mark.parametrize("code", sorted(declared_codes(FetchError) | declared_codes(ParseError)))
def test_every_failure_of_a_source_says_what_happened_and_what_to_do(code: str) -> None:
    assert code in FAILURES
    for t in (EN, ZH):
        told = source_error(code, {}, t)
        assert "%" not in told
        assert told.endswith((".", "。"))
        assert "–" not in told


def test_a_failure_is_told_precisely_when_its_parameters_are_known() -> None:
    assert source_error("http_status", {"status": 404}, EN).startswith("The server answered with error 404. Open")
    assert source_error("http_status", {"other": 1}, EN).startswith("The server answered with an error. Open")
    assert source_error("too_large", {"limit": 5_000_000}, EN).startswith("It is larger than the 5,000,000 bytes")


def test_a_failure_of_a_later_version_is_told_by_its_code() -> None:
    assert "quota_used_up" in source_error("quota_used_up", {}, EN)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 429, 500, 503])
def test_every_error_page_says_what_to_do_next(status: int) -> None:
    shown = problem(status, ZH, reference="a1b2")
    assert shown.status == status
    assert shown.reference == "a1b2"
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in (shown.title, shown.happened, shown.remedy))


def test_the_reasons_leave_the_count_of_sources_to_the_line_beside_them():
    topic = Reason(code=ReasonCode.TOPIC, params={"topic": "Housing", "terms": "rent"})
    sources = Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 3})
    assert words.because((topic, sources), EN) == "Chosen because: standing topic Housing (rent)."
    assert words.because((sources,), EN) == ""
    assert words.because((topic, sources), ZH).startswith("选入理由：")


def test_the_brief_reasons_are_the_first_and_the_statement_and_say_how_many_are_left() -> None:
    topics = [Reason(code=ReasonCode.TOPIC, params={"topic": name, "terms": "dam"}) for name in ("Housing", "Floods")]
    said = Reason(code=ReasonCode.STATEMENT, params=SAID)
    own = Reason(code=ReasonCode.OWN_UNIT, params={"source": "Water"})
    told = Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 3})
    brief = words.because_brief((*topics, said, own, told), EN)
    assert brief == (
        "Chosen because: standing topic Housing; your instruction of 3 May 2026, “Flood safety”; and 2 more."
    )
    long = replace(said, params={**SAID, "title": "What I want to know about the lock, and when"})
    assert "“What I want to know about…”" in words.because_brief((topics[0], long), EN)
    assert words.because_brief((topics[0], told), EN) == "Chosen because: standing topic Housing."
    assert words.because_brief((told,), EN) == ""


def test_what_is_left_out_says_why_once_and_apart_from_it_what_speaks_for_it() -> None:
    merits = (
        Reason(code=ReasonCode.TOPIC, params={"topic": "Housing"}),
        Reason(code=ReasonCode.INDEPENDENT_SOURCES, params={"count": 3}),
        Reason(code=ReasonCode.IMPORTANCE, params={"rank": 6}),
    )
    below = Reason(code=ReasonCode.BELOW_LIMIT, params={"rank": 12, "of": 40, "limit": 10})
    why, speaks = words.left_out((below, *merits), EN)
    assert why == "Left out: number 12 of 40; the briefing has room for 10."
    assert speaks == "Speaks for it: standing topic Housing."
    assert words.left_out(merits[1:], EN) == ("Left out: others go before it.", "")


def test_a_rank_of_an_edition_from_before_the_total_was_kept_is_still_worded() -> None:
    value = Reason(code=ReasonCode.BELOW_LIMIT, params={"rank": 12, "limit": 10})
    assert words.reason(value, EN) == "number 12 of the period; there was room for 10"
