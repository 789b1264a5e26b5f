"""A briefing as a Word document (DOCX, ECMA-376): the entries of page and mail, in styles that an office can restyle.

Headings, numbers, quotations and notes are Word's own, so that a table of contents, a template or a translator's
program finds them; each text says its language, and Chinese has a font that every Word has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.delivery import asks
from app.delivery.context import (
    AskText,
    Briefing,
    EntryText,
    Form,
    LateNoteText,
    Note,
    OfficeNote,
    SectionText,
    SentenceText,
)
from app.delivery.word_numbers import Numbers, element
from app.i18n import Translations, translations
from digest.edition import TextClass

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHINESE_FONT = "SimSun"  # comes with every Word; others put a font of their own in its place
LANGUAGE_TAGS: Mapping[str, str] = {"en": "en-GB", "zh": "zh-CN"}
STATUS, WHY, OFFICE, NOTE, BANNER = (
    "Briefing Status",
    "Briefing Why",
    "Briefing Office",
    "Briefing Note",
    "Briefing Banner",
)
_OWN_STYLES: Mapping[str, tuple[float, str, bool]] = {
    STATUS: (9, "666666", True),
    WHY: (9.5, "444444", False),
    OFFICE: (10.5, "1F3A5F", False),
    NOTE: (9.5, "222222", False),
    BANNER: (11, "B00020", True),
}
"""Styles of our own: size in points, colour, bold."""

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def word(briefing: Briefing) -> bytes:
    """The briefing as a DOCX file, complete with its notes and the account of what was read."""
    t = translations(briefing.language, briefing.time_zone)
    writer = _Writer(briefing, t)
    writer.write()
    file = BytesIO()
    writer.document.save(file)
    return file.getvalue()


class _Writer:
    """Writes one briefing from top to bottom."""

    def __init__(self, briefing: Briefing, t: Translations) -> None:
        self.briefing = briefing
        self.t = t
        self.document = Document()
        self._numbers = Numbers(self.document)
        self._bookmarks = 0
        self._style_ids: dict[str, str | None] = {}
        _prepare(self.document, briefing)

    def write(self) -> None:
        """Write everything."""
        self._head()
        for section in self.briefing.sections:
            self._section(section)
        notes = [note for note in self.briefing.notes if note.told]
        if notes:
            self._say(self.t.gettext("Notes"), "Heading 1")
        for note in notes:
            self._note(note)
        self._ledger()

    def _head(self) -> None:
        briefing, t = self.briefing, self.t
        banner = example_line(briefing, t)
        if banner:
            self._say(banner, BANNER)
            self._say(banner, BANNER, self.document.sections[0].header.paragraphs[0])
        self._say(t.gettext("Briefing %(label)s", label=briefing.label), "Title")
        reader = t.gettext("for %(name)s", name=briefing.reader) if briefing.leader_id is not None else ""
        self._say(" · ".join(filter(None, (briefing.office, briefing.period_line, reader))), "Subtitle")
        if briefing.approval is None:
            self._say(briefing.state.label, BANNER)
        else:
            self._say(briefing.approval.line, WHY)
        if briefing.bottom_line is not None:
            self._say(t.gettext("Bottom line"), "Heading 1")
            self._office(briefing.bottom_line, t.gettext("Office"))
        for note in briefing.late_notes:
            label = t.gettext("%(label)s to number %(number)s", label=note.kind.label, number=note.number)
            self._say(label, "Heading 1")
            self._office(note, note.headline)

    def _section(self, section: SectionText) -> None:
        self._say(section.label, "Heading 1")
        if section.empty_line is not None:
            self._say(section.empty_line, WHY)
        for entry in section.entries:
            self._entry(entry, section)
        for ask in (*section.asks, *section.more_asks):
            self._ask(ask, after=asks.place(ask, self.t))

    def _entry(self, entry: EntryText, section: SectionText) -> None:
        line = section.form is Form.LINE
        headline = self._say("", "List Number" if line else "Heading 2")
        self._numbers.give(headline, entry.number)
        _run(headline, entry.headline, entry.headline_language)
        if line and section.told:
            self._cite(headline, entry.note_numbers)
        elif line:
            _run(headline, f" {self.t.aside(entry.outlets)}", self.t.language)
        self._say(" · ".join(tags(entry, self.t)), STATUS)
        if entry.office_headline is not None:
            self._say(self._headline_by(entry, entry.office_headline), WHY)
        if not line:
            self._sentences(entry, section)
        elif entry.office_gist is not None and entry.gist is not None:
            self._sentence(entry.gist, entry.headline_language)
        self._texts(entry)
        for ask in entry.asks:
            self._ask(ask, whole=True)
        if not line:
            told = self.t.gettext(", ").join(each.label for each in entry.told_before)
            before = self.t.gettext("Told before: %(places)s.", places=told) if told else ""
            self._say(self.t.sentences([entry.because, entry.sources_line, before]), WHY)

    def _headline_by(self, entry: EntryText, written: OfficeNote) -> str:
        """Who wrote the headline, and what it stands in the place of."""
        label = self.t.gettext("Written by the office") if entry.by_hand else self.t.gettext("Headline edited")
        line = f"{label} {self.t.aside(written.byline)}"
        if entry.original_headline is None:
            return line
        return self.t.label(line) + entry.original_headline

    def _texts(self, entry: EntryText) -> None:
        """What the office adds, each under its own name."""
        for note, label in (
            (entry.translation, self.t.gettext("Translation")),
            (entry.why_here, self.t.gettext("Why it matters here")),
            (entry.recommendation, self.t.gettext("Recommendation")),
            (entry.remark, self.t.gettext("Remark")),
        ):
            if note is not None:
                self._office(note, label)

    def _ask(self, ask: AskText, *, after: str = "", whole: bool = False) -> None:
        """What is asked of whom by when; ``whole``: with all that is to be weighed."""
        mark = (ask.mark.label,) if ask.mark.code != "public" else ()
        line = " · ".join((ask.state_line, ask.kind.label, *mark, ask.owner, ask.due_line))
        if ask.told_above and not whole:
            self._say(line + after, STATUS)
            return
        self._say(line, STATUS)
        self._say(ask.text + after, OFFICE)
        for label, text in asks.parts(ask, self.t, whole=whole):
            paragraph = self._say("", OFFICE)
            _run(paragraph, self._labelled(label), self.t.language, bold=True)
            _run(paragraph, text, language_of_writing(text, self.t.language))

    def _sentences(self, entry: EntryText, section: SectionText) -> None:
        gist = (entry.gist,) if entry.gist is not None else ()
        for each in (*gist, *(entry.sentences if section.form is Form.FULL else ())):
            self._sentence(each, entry.headline_language)

    def _sentence(self, value: SentenceText, language: str) -> None:
        quoted = value.text_class is TextClass.QUOTED
        paragraph = self._say("", "Quote" if quoted else OFFICE)
        if quoted:
            _run(paragraph, f"“{value.text}”", language)
        else:
            _run(paragraph, self._labelled(value.class_label), self.t.language, bold=True)
            _run(paragraph, value.text, language)
        self._cite(paragraph, tuple(citation.number for citation in value.citations))

    def _labelled(self, label: str) -> str:
        return self.t.gettext("%(label)s: %(text)s", label=label, text="")

    def _cite(self, paragraph: Any, numbers: tuple[int, ...]) -> None:  # noqa: ANN401 python-docx has no types
        """Numbers that lead to their notes below."""
        for number in numbers:
            _run(paragraph, "\u00a0", self.t.language)
            paragraph._p.append(_link(paragraph, f"[{number}]", anchor=f"note-{number}"))

    def _office(self, note: OfficeNote | LateNoteText, label: str) -> None:
        """What a person of the office wrote, marked as such, with author and time."""
        for number, text in enumerate(line for line in note.text.splitlines() if line.strip()):
            paragraph = self._say("", OFFICE)
            if number == 0:
                _run(paragraph, f"{label} {self.t.aside(note.byline)} ", self.t.language, bold=True)
            _run(paragraph, text, language_of_writing(text, self.t.language))

    def _note(self, note: Note) -> None:
        paragraph = self._say("", NOTE)
        self._bookmark(paragraph, f"note-{note.number}", f"[{note.number}]")
        _run(paragraph, " ", self.t.language)
        if self.briefing.public_url is None:
            _run(paragraph, note.line, note.language)
        else:
            paragraph._p.append(_link(paragraph, note.line, address=self.briefing.public_url + note.path))
        for passage in note.passages:
            _run(self._say("", "Quote"), f"“{passage}”", note.language)

    def _ledger(self) -> None:
        self._say(self.t.gettext("What was read"), "Heading 1")
        self._say(self.briefing.ledger.line, "Normal")
        for source in self.briefing.ledger.failed_sources:
            paragraph = self._say("", "List Bullet")
            _run(paragraph, f"{source.name} ", self.t.language, bold=True)
            _run(paragraph, source.words, self.t.language)

    def _say(self, text: str, style: str, paragraph: Any = None) -> Any:  # noqa: ANN401 python-docx has no types
        """A paragraph in a style; text in the reader's language."""
        made = self.document.add_paragraph() if paragraph is None else paragraph
        made._p.style = self._style_id(style)
        if text:
            _run(made, text, self.t.language)
        return made

    def _style_id(self, name: str) -> str | None:
        """The id of a style; python-docx reads all styles for each paragraph, which is most of the time it takes."""
        if name not in self._style_ids:
            part: Any = self.document.part
            self._style_ids[name] = part.get_style_id(name, WD_STYLE_TYPE.PARAGRAPH)
        return self._style_ids[name]

    def _bookmark(self, paragraph: Any, name: str, text: str) -> None:  # noqa: ANN401 python-docx has no types
        self._bookmarks += 1
        start = element("w:bookmarkStart", {"w:id": str(self._bookmarks), "w:name": name})
        paragraph._p.append(start)
        _run(paragraph, text, self.t.language)
        paragraph._p.append(element("w:bookmarkEnd", {"w:id": str(self._bookmarks)}))


def example_line(briefing: Briefing, t: Translations) -> str:
    """What stands above everything of the bundled example, and on each of its pages; empty for a real office."""
    if not briefing.example:
        return ""
    return (
        f"{t.gettext('EXAMPLE')} {t.gettext('An invented office. Nothing here is real, and nothing is sent outside.')}"
    )


def tags(entry: EntryText, t: Translations) -> Iterator[str]:
    """What is said of an entry in a few words: status, decision, mark, language."""
    yield entry.status.line
    if entry.section == "for_decision":
        yield t.gettext("FOR DECISION")
    if entry.mark.code != "public":
        yield entry.mark.label
    if entry.language_label is not None:
        yield t.gettext("in %(language)s", language=entry.language_label)


def language_of_writing(text: str, language: str) -> str:
    """The language to name for a text of an unknown one: Chinese by its letters, else the reader's."""
    return "zh" if re.search(r"[\u3400-\u9fff]", text) else language


def _run(paragraph: Any, text: str, language: str, *, bold: bool = False) -> Any:  # noqa: ANN401 as above
    """A run of text in a language, free of what XML cannot hold."""
    run = paragraph.add_run(_NO_XML.sub("", text))
    run.bold = bold or None
    run._r.get_or_add_rPr().append(_language(language))
    return run


def _language(code: str) -> Any:  # noqa: ANN401 as above
    tag = LANGUAGE_TAGS.get(code, code)
    return element("w:lang", {"w:eastAsia" if code == "zh" else "w:val": tag})


def _link(paragraph: Any, text: str, *, anchor: str = "", address: str = "") -> Any:  # noqa: ANN401 as above
    """A link to a bookmark or an address; the run in it is made by the paragraph and moved."""
    link = OxmlElement("w:hyperlink")
    if address:
        link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    else:
        link.set(qn("w:anchor"), anchor)
    run = _run(paragraph, text, "en")
    run.font.color.rgb = RGBColor.from_string("1F4E9E")
    link.append(run._r)
    return link


def _prepare(document: Any, briefing: Briefing) -> None:  # noqa: ANN401 as above
    """Page, styles, fonts, properties and page numbers."""
    for name, (size, colour, bold) in _OWN_STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), bold, RGBColor.from_string(colour)
        style.paragraph_format.space_after = Pt(4)
    document.styles[OFFICE].paragraph_format.left_indent = Cm(0.8)
    document.styles[STATUS].paragraph_format.keep_with_next = True
    document.styles["Quote"].paragraph_format.space_after = Pt(4)
    _set_fonts(document)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    _set_properties(document, briefing)
    page.different_first_page_header_footer = True  # the first page says EXAMPLE in its text
    for each in (page.footer, page.first_page_footer):
        footer = each.paragraphs[0]
        footer.style = WHY
        _run(footer, f"{briefing.office} · {briefing.label} · ", briefing.language)
        _number_pages(footer)


def _set_fonts(document: Any) -> None:  # noqa: ANN401 as above
    """Let every style name its Chinese font: the theme's is whatever the machine has."""
    for style in document.styles:
        if style.type in (WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER):
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.attrib.pop(qn("w:eastAsiaTheme"), None)
            fonts.set(qn("w:eastAsia"), CHINESE_FONT)


def _set_properties(document: Any, briefing: Briefing) -> None:  # noqa: ANN401 as above
    made_at = briefing.approval.approved_at if briefing.approval else briefing.cut_off
    properties = document.core_properties
    properties.title = _NO_XML.sub("", briefing.subject)
    properties.author = properties.last_modified_by = _NO_XML.sub("", briefing.office)
    properties.language = LANGUAGE_TAGS[briefing.language]
    properties.comments = ""
    properties.created = properties.modified = made_at
    default = document.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}")
    if default is not None:
        default.set(qn("w:val"), LANGUAGE_TAGS["en"])
        default.set(qn("w:eastAsia"), LANGUAGE_TAGS["zh"])


def _number_pages(paragraph: Any) -> None:  # noqa: ANN401 as above
    """The field that Word fills with the number of the page."""
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            run._r.append(element("w:fldChar", {"w:fldCharType": kind}))
        else:
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)
