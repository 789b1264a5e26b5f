"""What is due and open, as page, mail and text show it, and the reply to an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from pydantic import TypeAdapter

from app.delivery import replies
from app.delivery.asks import worded
from app.delivery.context import Briefing, Label, LateNoteText, SectionText
from app.delivery.present import present
from app.delivery.render import Reminding, correction, mail, page, reminding
from app.i18n import translations
from digest.asks import Ask, AskKind, AskState
from digest.edition import Edition, Section
from digest.types import Mark
from tests.test_app_delivery_render import EN, FRAME, GOLDEN, ZH
from tests.test_digest_asks import ask, closed

WATER = ask(
    "late",
    date(2026, 11, 18),
    text="Release EUR 2.1 million <now> & repair",
    owner="Water & Dams",
    due_time=time(12),
    story_id="s-dam",
    options="(a) release; (b) wait",
    recommendation="(a)",
    consulted="Finance agrees",
    next_step="Survey on 28 November",
    mark=Mark.INTERNAL,
)
HOUSING = ask("soon", date(2026, 11, 26), text="Count the empty rooms", owner="Housing", kind=AskKind.INFORMATION)
RESULT = replace(
    closed("over", state=AskState.DROPPED), text="Close the quay", owner="Harbour", result="The quay stays."
)
ASKS = (RESULT, HOUSING, WATER)


def briefing(*asks: Ask, language: str = "en", clearance: Mark = Mark.CONFIDENTIAL, leader: str = "mayor") -> Briefing:
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    return present(
        replace(edition, asks=asks),
        leader_id=leader,
        clearance=clearance,
        language=language,
        public_url="https://office.example",
        reply_to="desk@office.example",
    )


def due(value: Briefing) -> SectionText:
    return next(section for section in value.sections if section.code == "due_and_open")


def test_what_is_due_and_open_stands_behind_what_must_be_known() -> None:
    codes = [section.code for section in briefing(*ASKS).sections]
    assert codes[:3] == ["for_decision", "must_know", "due_and_open"]
    assert "due_and_open" not in [section.code for section in briefing().sections]


def test_each_line_names_owner_due_date_state_and_next_step() -> None:
    late, soon, over = due(briefing(*ASKS)).asks
    assert (late.state_line, late.owner, late.due_line) == ("OVERDUE", "Water & Dams", "was due Wed 18 Nov, 12:00")
    assert (late.next_step, late.entry_number) == ("Survey on 28 November", 1)
    assert (soon.state_line, soon.due_line, soon.entry_number) == ("Open", "due Thu 26 Nov", None)
    assert (over.state_line, over.result, over.due_line) == (
        "Dropped",
        "The quay stays.",
        "closed Fri 20 Nov, was due Thu 26 Nov",
    )


def test_a_mail_lists_seven_and_says_how_many_more_there_are() -> None:
    many = [
        ask(f"a{number}", date(2026, 12, 1) + timedelta(days=number), text=f"Matter {number}") for number in range(10)
    ]
    value = briefing(*many)
    section = due(value)
    assert (len(section.asks), len(section.more_asks), section.more_line) == (7, 3, "3 more on the page")
    for text in (mail(value).text, html.fromstring(mail(value).html).text_content()):
        assert "Matter 6" in text
        assert "Matter 7" not in text
        assert "3 more on the page" in text
    assert "Matter 9" in page("web/briefing.html", EN, frame=FRAME, briefing=value)


def test_the_subject_ends_with_how_many_are_overdue_and_stays_short() -> None:
    subject = briefing(*ASKS).subject
    assert subject.endswith("; 1 overdue")
    assert len(subject) <= 60


@pytest.mark.parametrize(
    ("clearance", "leader", "known"),
    [(Mark.CONFIDENTIAL, "mayor", True), (Mark.PUBLIC, "mayor", False), (Mark.CONFIDENTIAL, "council", False)],
)
def test_an_ask_above_the_clearance_leaves_no_trace(clearance: Mark, leader: str, known: bool) -> None:
    value = briefing(*ASKS, clearance=clearance, leader=leader)
    everywhere = [
        mail(value).text,
        mail(value).html,
        page("web/briefing.html", EN, frame=FRAME, briefing=value),
        str(value),
    ]
    assert [("Release EUR" in text) for text in everywhere] == [known] * 4
    assert value.subject.endswith("overdue") is known


def test_a_decision_shows_its_options_beside_its_entry() -> None:
    value = briefing(*ASKS)
    shown = html.fromstring(page("web/briefing.html", EN, frame=FRAME, briefing=value))
    (beside,) = shown.xpath("//article[@id='entry-1']//div[contains(@class, 'ask')]")
    text = beside.text_content()
    for part in (
        "OVERDUE",
        "Decision",
        "Internal",
        "Release EUR 2.1 million <now>",
        "(a) release; (b) wait",
        "Finance agrees",
    ):
        assert part in text
    plain = mail(value).text
    assert "Options: (a) release; (b) wait" in plain
    assert "Recommended: (a)" in plain
    assert "Consulted: Finance agrees" in plain


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_and_html_tell_the_same_and_have_no_gaps(language: str) -> None:
    value = briefing(*ASKS, language=language)
    written = mail(value)
    flat = " ".join(html.fromstring(written.html).text_content().split())
    for each in due(value).asks:
        for part in (each.state_line, each.text, each.owner, each.due_line):
            assert part in flat
    assert "\n\n\n\n" not in written.text
    lines = written.text.splitlines()
    start = lines.index(due(value).label)
    assert lines[start + 3].startswith("  - ")


def test_each_entry_of_the_mail_has_a_reply_that_names_edition_and_number() -> None:
    value = briefing(*ASKS)
    entries = [entry for section in value.sections for entry in section.entries]
    links = html.fromstring(mail(value).html).xpath("//a[starts-with(@href, 'mailto:')]/@href")
    assert links == [entry.reply for entry in entries]
    for entry, link in zip(entries, links, strict=True):
        parts = urlsplit(link)
        subject = parse_qs(parts.query, strict_parsing=True)["subject"][0]
        assert parts.path == "desk@office.example"
        assert subject.startswith(f"[2026-W47 #{entry.number}]")
        assert (entry.headline in subject) == (entry.mark.code == "public")
        assert "+" not in parts.query
    told = " ".join(mail(value).text.split())
    assert "To answer number 1, write to desk@office.example and begin the subject with [2026-W47 #1]." in told


def test_a_reply_cannot_add_headers_or_a_body() -> None:
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    hostile = "Rents up\r\nBcc: all@evil.example &body=pay?subject=x%0aTo:y#"
    entries = tuple(replace(entry, headline=hostile) for entry in edition.entries)
    value = present(
        replace(edition, entries=entries),
        leader_id="mayor",
        clearance=Mark.CONFIDENTIAL,
        language="en",
        reply_to="d&s@office.example",
    )
    for entry in (entry for section in value.sections for entry in section.entries):
        parts = urlsplit(str(entry.reply))
        assert parts.path == "d%26s@office.example"
        assert list(parse_qs(parts.query, strict_parsing=True)) == ["subject"]
        assert "\n" not in parse_qs(parts.query)["subject"][0]
        assert parts.fragment == ""


def test_an_office_whose_sender_was_never_set_takes_no_replies() -> None:
    assert replies.address("staffwork@localhost") is None
    assert replies.address("desk@office.example") == "desk@office.example"
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    value = present(edition, leader_id="mayor", clearance=Mark.CONFIDENTIAL, language="en")
    assert "mailto:" not in mail(value).html + mail(value).text


@pytest.mark.parametrize("t", [EN, ZH], ids=["en", "zh"])
def test_a_reminder_says_what_is_due_and_keeps_what_is_marked_out_of_its_subject(t: object) -> None:
    made = translations(t.language, "Europe/Berlin")  # type: ignore[attr-defined]
    for each, named in ((WATER, False), (HOUSING, True)):
        text = worded(each, date(2026, 11, 24), made)
        value = Reminding(
            office="Harbour & <Sons>", example=True, ask=text, edition="W47", public_url="https://o.example"
        )
        written = reminding(value, made)
        assert (each.text in written.subject) is named
        assert text.due_line in written.subject
        for body in (written.text, html.fromstring(written.html).text_content()):
            assert each.text in " ".join(body.split())
            assert each.owner in body
        assert f"https://o.example/asks/{each.id}" in written.text
        assert "\n" not in written.subject


def with_decisions(count: int, language: str = "en") -> Briefing:
    """A briefing in which so many entries of the mayor wait for a decision, each with an ask."""
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    view = edition.view("mayor")
    assert view is not None
    told = [place for place in view.entries if place.section is not Section.LEFT_OUT][:count]
    moved = tuple(replace(place, section=Section.FOR_DECISION) for place in told)
    rest = tuple(place for place in view.entries if place not in told)
    changed = replace(view, entries=moved + rest)
    asks = [
        ask(f"d{n}", date(2026, 12, n), text=f"Decide matter {n}", story_id=place.story_id, options=f"(a) way {n}")
        for n, place in enumerate(told, start=1)
    ]
    return present(
        replace(edition, asks=tuple(asks), views=tuple(changed if each is view else each for each in edition.views)),
        leader_id="mayor",
        clearance=Mark.CONFIDENTIAL,
        language=language,
        public_url="https://office.example",
    )


def test_three_decisions_are_told_in_full_and_each_further_one_in_a_line_right_behind_them() -> None:
    value = with_decisions(5)
    first, further = value.sections[:2]
    assert (first.code, first.form, [entry.number for entry in first.entries]) == ("for_decision", "full", [1, 2, 3])
    assert (further.code, further.form, [entry.number for entry in further.entries]) == (
        "further_decisions",
        "line",
        [4, 5],
    )
    assert [section.code for section in with_decisions(3).sections].count("further_decisions") == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_further_decision_is_named_with_owner_and_date_everywhere_and_weighed_on_the_page(language: str) -> None:
    value = with_decisions(5, language)
    written = mail(value)
    further = value.sections[1]
    for text in (" ".join(written.text.split()), " ".join(html.fromstring(written.html).text_content().split())):
        for number in (4, 5):
            assert f"Decide matter {number}" in text
            assert further.entries[number - 4].asks[0].due_line in text
            assert f"(a) way {number}" not in text
        assert "(a) way 3" in text
        assert further.more_line is not None
        assert further.more_line.replace(" ", "") in text.replace(" ", "")
    shown = html.fromstring(page("web/briefing.html", EN, frame=FRAME, briefing=value))
    (fifth,) = shown.xpath("//section[@aria-labelledby='further_decisions']//article[@id='entry-5']")
    assert "(a) way 5" in fifth.text_content()
    (seen,) = fifth.xpath(".//summary[span[@class='headline']]")
    assert f"Water · {further.entries[1].asks[0].due_line}" in seen.text_content()


def test_an_ask_says_where_it_stands_when_another_story_carries_its_own_on() -> None:
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    views = tuple(
        replace(each, entries=(replace(each.entries[0], carries_on=("s-before",)), *each.entries[1:]))
        for each in edition.views
    )
    value = present(
        replace(edition, views=views, asks=(replace(WATER, story_id="s-before"),)),
        leader_id="mayor",
        clearance=Mark.CONFIDENTIAL,
        language="en",
    )
    (told,) = due(value).asks
    assert [told.entry_number] == [
        entry.number for section in value.sections for entry in section.entries if entry.asks
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_subject_of_a_correction_fits_into_one_line_of_a_phone(language: str) -> None:
    headline = "Line 4 trams to stop at Fishmarket for six weeks while Kettle Bridge is repaired"
    public = Label(code="public", label="Public")
    note = LateNoteText(
        kind=Label(code="correction", label="Correction"),
        number=2,
        story_id="s",
        headline=headline,
        headline_language="en",
        text="Four.",
        author="Nora",
        written_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
        byline="office, Nora",
        mark=public,
    )
    value = replace(briefing(language=language), late_notes=(note,))
    subject = correction(value, translations(language, "Europe/Berlin")).subject
    assert len(subject) <= 60
    assert "Line 4 trams" in subject
    assert subject.endswith("…")
