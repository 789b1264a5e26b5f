import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html
from pydantic import TypeAdapter

from app.delivery.context import Briefing, Form
from app.delivery.present import present
from app.delivery.render import Frame, mail, page
from app.i18n import translations
from digest.edition import SCHEMA_VERSION, Edition, OfficeText, TextClass
from digest.errors import NotFoundError
from digest.types import Mark

EDITIONS = Path(__file__).parent / "data" / "editions"
READERS = [(None, Mark.CONFIDENTIAL), ("mayor", Mark.CONFIDENTIAL), ("mayor", Mark.INTERNAL), ("council", Mark.PUBLIC)]
SECRETS = {
    Mark.INTERNAL: ["EUR 3.4 million", "Reserve for urgent works", "Finance Department"],
    Mark.PUBLIC: [
        "EUR 3.4 million",
        "Seepage",
        "Eastgate dam",
        "evacuation",
        "Decide on",
        "Harbour Watch",
        "scan_0417",
    ],
}


def golden(version: int = SCHEMA_VERSION) -> Edition:
    return TypeAdapter(Edition).validate_json((EDITIONS / f"v{version}.json").read_bytes())


def briefing(leader_id: str | None = "mayor", clearance: Mark = Mark.CONFIDENTIAL, language: str = "en") -> Briefing:
    return present(
        golden(), leader_id=leader_id, clearance=clearance, language=language, public_url="https://office.example/"
    )


def as_page(value: Briefing) -> str:
    frame = Frame(office=value.office, example=value.example, path=value.path, query={})
    return page("web/briefing.html", translations(value.language, value.time_zone), frame=frame, briefing=value)


def as_json(value: Briefing) -> bytes:
    return TypeAdapter(Briefing).dump_json(value, by_alias=True)


def entries(value: Briefing) -> list[tuple[int, str]]:
    return [(entry.number, entry.headline) for section in value.sections for entry in section.entries]


def entries_of_page(text: str) -> list[tuple[int, str]]:
    articles = html.fromstring(text).xpath("//article[contains(@class, 'entry')]")
    return [
        (
            int(article.xpath("string(.//span[@class='number'])")),
            article.xpath("string(.//h3/a | .//span[@class='headline'])").strip(),
        )
        for article in articles
    ]


def entries_of_mail(text: str) -> list[tuple[int, str]]:
    rows = html.fromstring(text).xpath("//tr[td[contains(@class, 'number')]]")
    return [
        (int(row.xpath("string(td[1])")), row.xpath("string((.//h3 | .//p/span[@lang])[1])").strip()) for row in rows
    ]


def entries_of_text(text: str) -> list[tuple[int, str]]:
    found = re.findall(r"^ ?(\d+)\. ((?:.+\n)(?:    .+\n)*)", text, re.MULTILINE)
    return [(int(number), re.sub(r"\s+", " ", block)) for number, block in found]


def test_a_golden_edition_exists_for_every_schema_version():
    assert [golden(version).schema_version for version in range(1, SCHEMA_VERSION + 1)] == [
        *range(1, SCHEMA_VERSION + 1)
    ]


def test_a_golden_edition_survives_being_stored_again():
    stored = TypeAdapter(Edition).dump_json(golden())
    assert TypeAdapter(Edition).validate_json(stored) == golden()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("leader_id", "clearance"), READERS)
def test_page_mail_and_json_show_the_same_entries_in_the_same_order(leader_id, clearance, language):
    value = briefing(leader_id, clearance, language)
    expected = entries(value)
    assert [number for number, _ in expected] == list(range(1, len(expected) + 1))
    assert len(expected) >= 7
    sent = mail(value)
    assert entries_of_page(as_page(value)) == expected
    assert entries_of_mail(sent.html) == expected
    assert entries(TypeAdapter(Briefing).validate_json(as_json(value))) == expected
    told = entries_of_text(sent.text)
    assert [number for number, _ in told] == [number for number, _ in expected]
    for (_, block), (_, headline) in zip(told, expected, strict=True):
        assert headline.replace(" ", "") in block.replace(" ", "")


@pytest.mark.parametrize("clearance", [Mark.PUBLIC, Mark.INTERNAL])
@pytest.mark.parametrize("leader_id", [None, "mayor", "council"])
def test_nothing_above_the_clearance_is_rendered_anywhere(leader_id, clearance):
    value = briefing(leader_id, clearance)
    sent = mail(value)
    for rendering in (as_page(value), sent.html, sent.text, sent.subject, as_json(value).decode()):
        assert [secret for secret in SECRETS[clearance] if secret in rendering] == []


def test_the_secrets_of_the_golden_edition_are_shown_to_those_who_may_read_them():
    shown = as_json(briefing()).decode()
    assert [secret for secrets in SECRETS.values() for secret in secrets if secret not in shown] == []


def test_stories_left_out_are_in_the_ledger_and_not_among_the_entries():
    value = briefing()
    assert "s-bakers" not in {entry.story_id for section in value.sections for entry in section.entries}
    assert [line.bucket.code for line in value.ledger.lines if line.story_id == "s-bakers"] == ["left_out"]


def test_citations_lead_to_their_passage_and_to_the_note_of_their_document():
    value = briefing()
    notes = {note.number: note for note in value.notes}
    assert sorted(notes) == list(range(1, len(notes) + 1))
    cited = [
        citation
        for section in value.sections
        for entry in section.entries
        for sentence in (entry.gist, *entry.sentences)
        if sentence is not None
        for citation in sentence.citations
    ]
    assert len(cited) > 10
    for citation in cited:
        note = notes[citation.number]
        assert (note.document_id, note.version) == (citation.document_id, citation.version)
        assert citation.end - citation.start == len(citation.text)
    assert cited[0].path == "/documents/d-seep?version=2&start=214&end=294#passage"


@pytest.mark.parametrize(("leader_id", "clearance"), READERS)
def test_a_mail_stands_alone_with_the_words_of_every_citation(leader_id, clearance):
    value = briefing(leader_id, clearance)
    sent = mail(replace(value, public_url=None))
    text = re.sub(r"\s+", " ", sent.text)
    shown = html.fromstring(sent.html).text_content()
    for section in value.sections:
        for entry in section.entries:
            for sentence in (entry.gist, *(entry.sentences if section.form is Form.FULL else ())):
                for citation in sentence.citations if sentence and section.told else ():
                    assert citation.text in text
                    assert citation.text in shown
    printed = [note.number for note in value.notes if note.in_mail]
    assert printed == list(range(1, len(printed) + 1))
    assert {int(each) for each in re.findall(r"\[(\d+)\]", text)} == set(printed)


def test_a_passage_that_an_entry_quotes_is_not_repeated_in_the_notes():
    value = briefing()
    passages = [passage for note in value.notes for passage in note.passages]
    assert passages == ["Replacement buses run every ten minutes between Old Market and Quayside."]


def test_texts_written_by_machine_are_marked_as_such():
    value = briefing()
    machine = [
        sentence
        for section in value.sections
        for entry in section.entries
        for sentence in entry.sentences
        if sentence.text_class is TextClass.MACHINE
    ]
    assert len(machine) == 1
    for rendering in (as_page(value), mail(value).html, mail(value).text):
        assert rendering.count("Machine-written") == 1
    assert b'"class":"machine","class_label":"Machine-written"' in as_json(value)


def office_text(text: str, mark: Mark = Mark.PUBLIC) -> OfficeText:
    return OfficeText(text=text, author="duty editor", written_at=golden().cut_off, mark=mark)


def edited(mark: Mark = Mark.PUBLIC) -> Edition:
    """The golden edition with each of the office's texts on each entry."""
    texts = {name: office_text(f"Office {name}", mark) for name in ("office_headline", "office_gist")}
    texts |= {name: office_text(f"Office {name}", mark) for name in ("why_here", "recommendation")}
    translations_of_it = {"en": office_text("Office translation", mark)}
    entries_of_it = (replace(entry, translations=translations_of_it, **texts) for entry in golden().entries)
    return replace(golden(), entries=tuple(entries_of_it))


WRITTEN = ["Office office_headline", "Office office_gist", "Office why_here", "Office recommendation"]


def test_the_offices_texts_stand_under_their_names_in_every_rendering():
    value = present(edited(), leader_id=None, clearance=Mark.CONFIDENTIAL, language="en")
    sent = mail(value)
    for rendering in (as_page(value), sent.html, sent.text):
        for label in ("Headline edited (office, duty editor", "Translation", "Why it matters here", "Recommendation"):
            assert label in rendering
        for text in (*WRITTEN, "Office translation"):
            assert re.sub(r"\s+", " ", rendering).count(text) >= len(entries(value)) - 1
    first = TypeAdapter(Briefing).dump_python(value, mode="json", by_alias=True)["sections"][0]["entries"][0]
    assert (first["headline"], first["office_headline"]["author"]) == ("Office office_headline", "duty editor")
    assert (first["gist"]["class"], first["gist"]["citations"]) == ("office", [])
    assert first["original_headline"] == golden().entries[0].headline
    assert (first["original_gist"]["class"], len(first["original_gist"]["citations"])) == ("quoted", 1)


def test_the_words_of_an_original_gist_are_in_the_notes_of_the_mail():
    value = present(edited(), leader_id=None, clearance=Mark.CONFIDENTIAL, language="en")
    told = re.sub(r"\s+", " ", mail(value).text)
    assert "The original: [1]" in told
    for section in value.sections:
        for entry in section.entries if section.told else ():
            for citation in entry.original_gist.citations if entry.original_gist else ():
                assert citation.text in told


def test_office_texts_above_the_clearance_leave_the_original_alone():
    value = present(edited(Mark.CONFIDENTIAL), leader_id=None, clearance=Mark.INTERNAL, language="en")
    sent = mail(value)
    for rendering in (as_page(value), sent.html, sent.text, as_json(value).decode()):
        assert [text for text in (*WRITTEN, "Office translation") if text in rendering] == []


def test_an_entry_in_another_language_than_the_readers_is_labelled():
    english, chinese = briefing(language="en"), briefing(language="zh")
    assert {entry.story_id: entry.language_label for entry in english.sections[1].entries} == {
        "s-rents": None,
        "s-cold": "Chinese",
    }
    assert {entry.story_id: entry.language_label for entry in chinese.sections[1].entries} == {
        "s-rents": "英语",
        "s-cold": None,
    }


def test_a_late_document_says_when_it_was_dated_and_received():
    value = briefing()
    boilers = next(entry for section in value.sections for entry in section.entries if entry.story_id == "s-boilers")
    assert boilers.documents[0].note == "dated 3 May, received 20 Nov"


def test_an_address_that_a_browser_would_run_is_never_a_link():
    edition = golden()
    documents = [document for entry in edition.entries for document in entry.documents]
    assert any(document.url and document.url.startswith("javascript:") for document in documents)
    hostile = tuple(
        replace(entry, documents=tuple(replace(document, url="javascript:alert(1)") for document in entry.documents))
        for entry in edition.entries
    )
    value = present(
        replace(edition, entries=hostile), leader_id=None, clearance=Mark.CONFIDENTIAL, language="en", public_url=None
    )
    assert "javascript:" not in as_page(value) + as_json(value).decode()


def test_a_week_without_decisions_says_so_and_other_empty_sections_disappear():
    value = briefing("council", Mark.PUBLIC)
    assert [section.code for section in value.sections][:2] == ["for_decision", "must_know"]
    assert value.sections[0].empty_line == "No decisions needed this week."
    assert value.sections[0].entries == ()
    assert all(section.entries for section in value.sections[1:])


def test_the_ledger_is_told_in_one_line_of_each_language():
    assert briefing().ledger.line == (
        "Read 17 documents from 12 of 14 sources (failed: Daily Post, Harbour Watch). 1 duplicate; 9 stories: 7 told, "
        "1 noted, 1 left out. 1 document could not be read. Approved by the office director, Fri 15:42."
    )
    assert briefing(language="zh").ledger.line.startswith("本期采集文件 17 份，来自 14 个信源中的 12 个")


def test_an_edition_that_nobody_approved_is_shown_as_a_draft():
    value = present(
        replace(golden(), approval=None), leader_id=None, clearance=Mark.CONFIDENTIAL, language="en", public_url=None
    )
    assert (value.state.code, value.approval) == ("draft", None)
    assert "Not approved yet." in value.ledger.line
    sent = mail(value)
    for rendering in (as_page(value), sent.html, sent.text):
        assert "Draft, not approved" in rendering


def test_a_leader_without_a_view_is_not_found():
    with pytest.raises(NotFoundError):
        briefing("nobody")
