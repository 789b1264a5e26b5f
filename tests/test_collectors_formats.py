"""The formats: what bytes become when nothing goes wrong, and which error they give when it does."""

import io
import json
import zipfile
from dataclasses import asdict
from pathlib import Path

import pytest

from collectors.formats import article, charset, docx, feed, html, markdown, pdf, text
from collectors.formats.lines import clean_line, clean_text, without_heading
from collectors.formats.markup import markup_text
from collectors.formats.parsed import Format, Hints, format_of
from digest.errors import ParseError

FEEDS = Path(__file__).parent / "data" / "feeds"
NO_HINTS = Hints()
CHINESE = "水务局建议开会研究东门大坝的渗流问题，这是今年的第三次会议。"


@pytest.mark.parametrize("path", sorted([*FEEDS.glob("*.xml"), *FEEDS.glob("*.jsonfeed")]), ids=lambda path: path.stem)
def test_a_feed_gives_the_entries_written_beside_it(path: Path) -> None:
    found = feed.parse(path.read_bytes(), Hints(address="https://feeds.example/news/feed.xml"))
    assert json.loads(json.dumps(asdict(found))) == json.loads(path.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>", "html"),
        (b'{"version": "https://jsonfeed.org/version/2", "items": []}', "json"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "json"),
        (b'[{"version": "https://jsonfeed.org/version/1.1"}]', "json"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1}', "unknown"),
        (b'{"a":' * 100_000, "unknown"),
        (b"\x1f\x8b\x08\x00garbage", "unknown"),
        (b"just words", "unknown"),
    ],
)
def test_what_is_no_feed_says_what_it_is(data: bytes, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        feed.parse(data, NO_HINTS)
    assert (caught.value.code, caught.value.params) == ("not_a_feed", {"kind": kind})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("before", ["", "<!-- <rss> -->", "<?style <a?>"])
def test_a_feed_with_entities_of_its_own_is_refused(encoding: str, before: str) -> None:
    bomb = f'<?xml version="1.0"?>{before}<!DOCTYPE rss [<!ENTITY a "lol">]><rss version="2.0"><channel/></rss>'
    with pytest.raises(ParseError, match="entities"):
        feed.parse(bomb.encode(encoding), NO_HINTS)


def test_a_feed_may_tell_of_entities() -> None:
    told = (FEEDS / "rdf.xml").read_bytes().replace(b"Rents in October", b"<![CDATA[Beware of <!ENTITY in XML]]>")
    assert "Beware of" in feed.parse(told, NO_HINTS).entries[0].title


def test_a_feed_longer_than_any_real_one_is_an_error_and_not_cut() -> None:
    def long(count: int) -> bytes:
        items = "".join(f"<item><guid>{n}</guid></item>" for n in range(count))
        return f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()

    def long_json(count: int) -> bytes:
        items = [{"id": number} for number in range(count)]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()

    for made in (long, long_json):
        assert len(feed.parse(made(feed.MAX_ENTRIES), NO_HINTS).entries) == feed.MAX_ENTRIES
        with pytest.raises(ParseError, match="too_large"):
            feed.parse(made(feed.MAX_ENTRIES + 1), NO_HINTS)


def test_a_server_that_declares_a_charset_is_believed_only_where_the_feed_is_silent() -> None:
    silent = "<rss version='2.0'><channel><item><title>Überschuss</title></item></channel></rss>".encode("latin-1")
    assert feed.parse(silent, Hints(charset="iso-8859-1")).entries[0].title == "Überschuss"
    declared = (FEEDS / "gb18030.xml").read_bytes()
    assert feed.parse(declared, Hints(charset="iso-8859-1")).title == "江城日报"


PAGE = """<!doctype html><html lang="en-US"><head><title>Dam - Gazette</title>
<meta property="article:published_time" content="2026-11-18T09:30:00+01:00"></head><body>
<nav><a href="/">Home</a> <a href="/p">Politics</a></nav>
<main><article><h1>Dam seepage rises</h1>{paragraphs}</article></main>
<aside><h2>Most read</h2><ul><li><a href="/1">Ten ways to fry an egg</a></li></ul><p>Advertisement: buy now.</p></aside>
<footer>All rights reserved.</footer></body></html>"""
PARAGRAPHS = [
    "Seepage at gauge 4 rose from 12 to 19 litres a minute between 3 and 17 November, the Water Department said.",
    "The evacuation threshold is 30 litres a minute, and rain is forecast for Saturday in the upper valley.",
    "Engineers asked for EUR 2.1 m to seal the foundation before the winter, and expect an answer on Thursday.",
]


def test_an_article_is_its_own_paragraphs_and_nothing_around_them() -> None:
    data = PAGE.format(paragraphs="".join(f"<p>{p}</p>" for p in PARAGRAPHS)).encode()
    found = article.parse(data, Hints(address="https://gazette.example/dam"))
    assert without_heading(found.text, "Dam seepage rises").split("\n") == PARAGRAPHS
    assert found.language == "en"
    assert found.published == "2026-11-18T09:30:00+01:00"


@pytest.mark.parametrize("text", ["Closed.", PARAGRAPHS[0], "大坝闸门周一晚关闭了四个小时。", "没有房屋被淹。" * 12])
def test_a_short_article_does_not_bring_what_stands_around_it(text: str) -> None:
    found = article.parse(PAGE.format(paragraphs=f"<p>{text}</p>").encode(), NO_HINTS)
    assert without_heading(found.text, "Dam seepage rises") == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_a_chinese_article_is_read_in_any_encoding_without_a_declaration(encoding: str) -> None:
    traditional = "水務局建議開會研究東門大壩的滲流問題，這是今年的第三次會議。市長要求各部門在星期五以前提出報告。"
    data = f"<html><body><article><p>{traditional}</p><p>{traditional}</p></article></body></html>".encode(encoding)
    assert article.parse(data, NO_HINTS).text.split("\n")[0] == traditional


@pytest.mark.parametrize("data", [b"", b"<!-- -->", b"<html><body></body></html>", b"<div>" * 100_000])
def test_a_page_without_an_article_says_so(data: bytes) -> None:
    with pytest.raises(ParseError, match="no_text"):
        article.parse(data, NO_HINTS)


def test_a_report_in_html_keeps_its_tables() -> None:
    report = b"""<html><head><title>Housing report</title></head><body><h1>Housing</h1>
    <table><tr><th>Month</th><th>Flats</th></tr><tr><td>October</td><td>120</td></tr></table><pre>a\nb</pre></body></html>"""
    found = html.parse(report, NO_HINTS)
    assert found.title == "Housing report"
    assert found.text.split("\n") == ["Housing", "Month | Flats", "October | 120", "a", "b"]


def test_markdown_is_read_as_its_reader_sees_it() -> None:
    source = """---\nlayout: post\n---\n# Flood *gates*\n\nThe gates **close** at
[6 pm](https://x.example).\n\n- one\n- two  \n  more\n\n| Gate | State |\n|---|---|\n| A | shut |\n\n    x = 1\n"""
    found = markdown.parse(source.encode(), NO_HINTS)
    assert found.title == "Flood gates"
    expected = ["Flood gates", "The gates close at 6 pm.", "one", "two", "more", "Gate | State", "A | shut", "x = 1"]
    assert found.text.split("\n") == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_chinese_text_is_read_in_any_encoding(encoding: str) -> None:
    assert text.parse(CHINESE.encode(encoding), NO_HINTS).text == CHINESE


def test_russian_and_western_text_is_not_taken_for_chinese() -> None:
    russian = "Уровень воды в реке поднялся на двенадцать сантиметров, сообщила городская администрация в четверг."
    assert charset.decode(russian.encode("cp1251"), "windows-1251") == russian
    assert charset.decode("Überschüsse in den Häfen für größere Maßnahmen".encode("cp1252")).startswith("Übersch")


def test_a_declared_charset_cannot_name_a_codec_that_is_no_charset() -> None:
    assert charset.decode(b"+ADw-script+AD4- caf\xe9", "utf-7").startswith("+ADw-")
    assert charset.decode(b"caf\xe9", "no-such-charset\0") == "café"


def make_docx(body: str, **parts: str) -> bytes:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>')
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return archive.getvalue()


def paragraph(words: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def test_a_docx_gives_headings_tables_and_insertions_but_no_deletions() -> None:
    body = (
        paragraph("Foreword")
        + paragraph("Reservoir report", "Heading1")
        + "<w:p><w:ins><w:r><w:t>Level </w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        + "<w:hyperlink><w:r><w:t>rises</w:t></w:r></w:hyperlink></w:p>"
        + "<w:tbl><w:tr>"
        + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("一号库", "12 m"))
        + "</w:tr></w:tbl>"
    )
    found = docx.parse(make_docx(body), NO_HINTS)
    assert found.title == "Reservoir report"
    assert found.text.split("\n") == ["Foreword", "Reservoir report", "Level rises", "一号库 | 12 m"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted"),
        (b"PK\x03\x04 cut", "broken"),
        (make_docx(paragraph("a" * 31_000_000)), "too_large"),
        (make_docx(paragraph("")), "no_text"),
        (make_docx(paragraph("x"), docProps__core='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "entities"),
        (make_docx("<w:p>" * 300), "broken"),
    ],
    ids=["password", "cut", "bomb", "blank", "entities", "deep"],
)
def test_a_docx_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        docx.parse(data, NO_HINTS)
    assert caught.value.code == code


def make_pdf(lines: list[str]) -> bytes:
    """A PDF of one page with a line of text for each string."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 11 Tf 14 TL 40 750 Td {shown} ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj{value}endobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    trailer = f"trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    return f"{body}xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()


def test_the_lines_of_a_pdf_paragraph_are_joined_and_its_heading_is_not() -> None:
    lines = [
        "Seepage report",
        "Seepage at gauge 4 rose from 12 to 19 litres a minute in the",
        "first half of November, which is below the threshold that was",
        "set in May.",
        "1. Seal the foundation before the winter comes to the valley",
        "2. Measure daily",
    ]
    found = pdf.parse(make_pdf(lines), NO_HINTS)
    assert found.title == "Seepage report"
    assert found.text.split("\n") == [lines[0], " ".join(lines[1:4]), lines[4], lines[5]]


@pytest.mark.parametrize(("data", "code"), [(b"%PDF-1.4 nothing", "broken"), (make_pdf([""]), "no_text")])
def test_a_pdf_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        pdf.parse(data, NO_HINTS)
    assert caught.value.code == code


def test_the_first_bytes_count_more_than_the_name_of_a_file() -> None:
    assert format_of("report.docx", b"%PDF-1.7") is Format.PDF
    assert format_of("REPORT.DOCX", b"PK\x03\x04") is Format.DOCX
    assert format_of("budget.xlsx", b"PK\x03\x04") is Format.XLSX
    assert format_of("budget.ods", b"PK\x03\x04") is None


def test_markup_becomes_lines_however_deep_it_nests() -> None:
    assert markup_text("a<br>b &amp; c<p>d\n e</p><td>1</td><td>2</td>").split("\n")[:3] == ["a", "b & c", "d e"]
    assert markup_text("<b>" * 5_000 + "x") in ("", "x")
    assert markup_text("渗流量\n上升 <i>x</i>") == "渗流量上升 x"


def test_clean_text_holds_nothing_that_is_no_text() -> None:
    assert clean_text("a\x00b\ud800 \u202e c\t\td\r\n\r\n  e\u200d") == "ab c d\ne\u200d"
    assert clean_line("one\ntwo") == "one two"


def test_a_heading_is_taken_off_only_when_something_follows() -> None:
    assert without_heading("Big  News\nText", "big news") == "Text"
    assert without_heading("Big News", "Big News") == "Big News"
