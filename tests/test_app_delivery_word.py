"""The Word document tells what page and mail tell, in Word's own styles, numbers and languages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from app.delivery.context import Briefing, Label, LateNoteText, OfficeNote
from app.delivery.render import mail
from app.delivery.word import CHINESE_FONT, MEDIA_TYPE, OFFICE, word
from app.office import Office
from collectors.formats import docx as collected
from collectors.formats.parsed import Hints
from digest.types import Mark
from tests.app_factory import NOW, made_office, signed_in
from tests.test_app_delivery_asks import ASKS
from tests.test_app_delivery_asks import briefing as with_asks
from tests.test_app_delivery_present import READERS, SECRETS, as_page, briefing, entries, entries_of_page


def opened(value: Briefing) -> docx.document.Document:
    return docx.Document(io.BytesIO(word(value)))


def numbers(document: docx.document.Document) -> list[tuple[int, str]]:
    """Each numbered paragraph with the number that Word counts it as."""
    part = document.part.numbering_part.element
    starts = {
        num.get(qn("w:numId")): int(num.find(f".//{qn('w:startOverride')}").get(qn("w:val")))
        for num in part.findall(qn("w:num"))
        if num.find(f".//{qn('w:startOverride')}") is not None
    }
    found, counted = [], dict(starts)
    for paragraph in document.paragraphs:
        properties = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
        if properties is not None and str(properties.numId.val) in counted:
            found.append((counted[str(properties.numId.val)], paragraph.runs[0].text))
            counted[str(properties.numId.val)] += 1
    return found


def styled(document: docx.document.Document, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("leader", "clearance"), READERS)
def test_page_and_word_show_the_same_entries_with_the_same_numbers_in_the_same_order(
    leader: str | None, clearance: Mark, language: str
) -> None:
    value = briefing(leader, clearance, language)
    assert numbers(opened(value)) == entries_of_page(as_page(value)) == entries(value)


@pytest.mark.parametrize("clearance", [Mark.INTERNAL, Mark.PUBLIC])
def test_what_is_above_the_clearance_is_nowhere_in_the_file(clearance: Mark) -> None:
    content = word(briefing("mayor", clearance))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        whole = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    assert [secret for secret in SECRETS[clearance] if secret in whole] == []


def test_every_sentence_note_and_line_of_the_mail_is_there() -> None:
    value = briefing()
    text = "\n".join(paragraph.text for paragraph in opened(value).paragraphs)
    for section in value.sections:
        assert section.label in text
        for entry in section.entries:
            assert entry.status.line in text
            if section.form == "full":
                assert all(each.text in text for each in (entry.gist, *entry.sentences) if each)
                assert entry.sources_line in text
    for note in value.notes:
        assert (f"[{note.number}]\u00a0".strip() in text) == (note.told or f"[{note.number}]" in mail(value).text)
        assert not note.told or note.line in text
    assert value.ledger.line in text
    assert all(f"{each.name} {each.words}" in text for each in value.ledger.failed_sources)


def test_the_styles_are_those_of_word() -> None:
    value = briefing()
    document = opened(value)
    assert styled(document, "Title") == [f"Briefing {value.label}"]
    headings = styled(document, "Heading 1")
    assert [each.label for each in value.sections] == [h for h in headings if h in {s.label for s in value.sections}]
    assert headings[-2:] == ["Notes", "What was read"]
    told = [e.headline for s in value.sections if s.form != "line" for e in s.entries]
    assert styled(document, "Heading 2") == told
    assert len(styled(document, "List Number")) == len(entries(value)) - len(told)
    assert all(text.startswith("“") for text in styled(document, "Quote"))


def test_a_citation_leads_to_its_note_in_the_document_and_a_note_to_the_page() -> None:
    document = opened(briefing())
    anchors = {link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))} - {None}
    bookmarks = {mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))}
    assert anchors
    assert anchors <= bookmarks
    targets = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert targets
    assert all(target.startswith("https://office.example/documents/") for target in targets)
    silent = opened(replace(briefing(), public_url=None))
    assert [rel for rel in silent.part.rels.values() if rel.is_external] == []


def test_what_the_office_wrote_is_marked_with_its_author() -> None:
    value = briefing()
    remark = OfficeNote(
        text="水位正常。\nNo \x0bneed \x00to act.", author="E", written_at=value.cut_off, byline="E, 19 Nov"
    )
    entry = replace(value.sections[0].entries[0], remark=remark)
    changed = replace(value, sections=(replace(value.sections[0], entries=(entry,)),), bottom_line=remark)
    assert styled(opened(changed), OFFICE)[-3:] == ["Remark (E, 19 Nov) 水位正常。", "No ", "need to act."]


def test_chinese_says_that_it_is_and_has_a_font() -> None:
    document = opened(briefing("mayor", Mark.CONFIDENTIAL, "zh"))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs if run.text.strip()]
    chinese = [run for run in runs if any("\u4e00" <= letter <= "\u9fff" for letter in run.text)]
    assert chinese
    languages = {run._r.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) for run in chinese if "《" not in run.text}
    assert "zh-CN" in languages
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Number", "Quote"):
        assert document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) == CHINESE_FONT
    assert document.core_properties.language == "zh-CN"


def test_an_example_says_so_on_every_page_and_a_draft_that_it_is_one() -> None:
    value = replace(briefing(), example=True)
    document = opened(value)
    assert "EXAMPLE" in document.paragraphs[0].text
    assert "EXAMPLE" in document.sections[0].header.paragraphs[0].text
    real = opened(replace(value, example=False))
    assert "EXAMPLE" not in real.paragraphs[0].text + real.sections[0].header.paragraphs[0].text
    assert "Draft, not approved" in [p.text for p in opened(replace(value, approval=None, state=draft())).paragraphs]


def draft() -> object:
    from app.delivery.context import Label

    return Label(code="draft", label="Draft, not approved")


def test_every_part_is_xml_and_our_own_reader_of_reports_reads_it() -> None:
    content = word(briefing())
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))
    found = collected.parse(content, Hints())
    assert briefing().ledger.line in found.text


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def test_the_page_links_to_the_document_and_each_reader_gets_what_the_page_shows(office: Office) -> None:
    page = signed_in(office, "Cleared").get("/briefings/2026-W46?language=en").text
    assert 'href="/briefings/2026-W46/word?leader=cleared-leader"' in page
    texts = {}
    for name in ("Cleared", "Public"):
        answer = signed_in(office, name).get("/briefings/2026-W46/word")
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert answer.headers["content-disposition"] == 'attachment; filename="briefing-2026-W46.docx"'
        texts[name] = "\n".join(p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert "OBSIDIAN" in texts["Cleared"]
    assert "OBSIDIAN" not in texts["Public"]
    assert signed_in(office, "Public").get("/briefings/2026-W46/word?leader=cleared-leader").status_code == 404
    assert signed_in(office, "Public").get("/briefings/2026-W47/word").status_code == 404
    assert signed_in(office, "Edda", NOW).get("/briefings/2026-W47/word").status_code == 200


def test_what_is_due_and_what_the_office_adds_are_in_the_file() -> None:
    value = with_asks(*ASKS)
    note = OfficeNote(text="Rain is forecast.", author="Nora", written_at=NOW, byline="office, Nora, 20 Nov")
    (first, *others), *rest = value.sections[0].entries, *value.sections[1:]
    adds = replace(first, why_here=note, recommendation=note, translation=note)
    text = "\n".join(
        paragraph.text
        for paragraph in opened(
            replace(value, sections=(replace(value.sections[0], entries=(adds, *others)), *rest))
        ).paragraphs
    )
    for label in ("Why it matters here", "Recommendation", "Translation"):
        assert f"{label} (office, Nora, 20 Nov) Rain is forecast." in text
    assert "OVERDUE · Decision · Internal · Water & Dams · was due Wed 18 Nov, 12:00" in text
    assert "was due Wed 18 Nov, 12:00 (see 1)" in text
    assert text.count("Release EUR 2.1 million <now> & repair") == 1
    assert "Options: (a) release; (b) wait" in text
    assert "Open · Information · Housing · due Thu 26 Nov\nCount the empty rooms" in text
    assert "Result: The quay stays." in text


def test_late_notes_stand_in_the_file() -> None:
    kind = Label(code="correction", label="Correction")
    late = LateNoteText(
        kind=kind,
        number=2,
        story_id="s",
        headline="Rents up",
        headline_language="en",
        text="Up 7 %, not 8 %.",
        author="Nora",
        written_at=NOW,
        byline="office, Nora, 23 Nov",
        mark=Label(code="public", label="Public"),
    )
    text = "\n".join(paragraph.text for paragraph in opened(replace(briefing(), late_notes=(late,))).paragraphs)
    assert "Correction to number 2\nRents up (office, Nora, 23 Nov) Up 7 %, not 8 %." in text
