"""DOCX (ECMA-376, WordprocessingML): paragraphs, headings, tables and notes in reading order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from collectors.formats.lines import clean_line, clean_text, join_lines
from collectors.formats.parsed import Hints, Parsed
from collectors.formats.prologue import has_doctype
from collectors.formats.text import MAX_TITLE, heading
from digest.errors import ParseError

MAX_PART = 30_000_000  # bytes of XML; 500 pages of report have about 5 million
_BOMB_RATIO = 200  # XML of real documents shrinks to a fifth or a fiftieth
_BOMB_SIZE = 5_000_000  # bytes below which any ratio is harmless
_OLE = b"\xd0\xcf\x11\xe0"  # how Office wraps a document with a password

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read a DOCX file.

    Deleted passages of tracked changes are left out, inserted ones count; notes follow the text.

    Raises:
        ParseError: ``encrypted``, ``broken``, ``too_large`` (also a compression bomb), ``entities``, ``no_text``.
    """
    del hints  # the file says everything itself
    parts = _parts(data)
    body = parts["word/document.xml"]
    lines = [line for part in (body, *(parts[name] for name in _NOTES if name in parts)) for line in _blocks(part)]
    text = join_lines(lines)
    if not text:
        raise ParseError("no_text")
    core = parts.get("docProps/core.xml")
    title = _property(core, _TITLE) or _first_heading(body) or heading(text)
    return Parsed(title=title, text=text, author=_property(core, _CREATOR))


def _parts(data: bytes) -> dict[str, etree._Element]:
    if data.startswith(_OLE):
        raise ParseError("encrypted")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name for name in archive.namelist() if name in ("word/document.xml", "docProps/core.xml", *_NOTES)}
            parts = {name: _tree(_unpacked(archive, name)) for name in sorted(names)}
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise ParseError("broken") from None
    if "word/document.xml" not in parts:
        raise ParseError("broken")
    return parts


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of the archive; neither its declared nor its real size passes the limit."""
    entry = archive.getinfo(name)
    bomb = entry.file_size > _BOMB_SIZE and entry.file_size > _BOMB_RATIO * max(entry.compress_size, 1)
    if entry.file_size > MAX_PART or bomb:
        raise ParseError("too_large", limit=MAX_PART)
    with archive.open(entry) as stream:
        content = stream.read(MAX_PART + 1)
    if len(content) > MAX_PART:
        raise ParseError("too_large", limit=MAX_PART)
    return content


def _tree(content: bytes) -> etree._Element:
    """The tree of a part; Office never writes a document type, so that whoever does is up to something."""
    if has_doctype(content.replace(b"\0", b"")):
        raise ParseError("entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content.replace(_STRICT, _W[1:-1].encode()), parser)


def _blocks(element: etree._Element) -> Iterator[str]:
    """The lines of a part. The parser allows a depth of 256, so that recursion ends."""
    for child in element:
        if child.tag == f"{_W}p":
            yield _paragraph(child)
            for box in child.iter(f"{_W}txbxContent"):
                if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                    yield from _blocks(box)
        elif child.tag == f"{_W}tbl":
            yield from _rows(child)
        elif isinstance(child.tag, str) and child.tag != f"{_W}del":
            yield from _blocks(child)


def _rows(table: etree._Element) -> Iterator[str]:
    for row in table.iter(f"{_W}tr"):
        cells = (" ".join(clean_line(line) for line in _blocks(cell)) for cell in row.iterfind(f"{_W}tc"))
        yield " | ".join(text for cell in cells if (text := clean_line(cell)))


def _paragraph(paragraph: etree._Element) -> str:
    """The text of a paragraph with its links and insertions, without text boxes, which are paragraphs of their own."""
    return clean_text("".join(_pieces(paragraph)))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in (f"{_W}tab", f"{_W}ptab"):
            yield "\t"
        elif child.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif isinstance(child.tag, str) and child.tag not in (f"{_W}txbxContent", f"{_W}pPr", f"{_W}rPr", f"{_W}del"):
            yield from _pieces(child)


def _first_heading(body: etree._Element) -> str | None:
    """The first paragraph in the style of a title or a heading."""
    for style in body.iter(f"{_W}pStyle"):
        if (style.get(f"{_W}val") or "").lower().startswith(("title", "heading1", "heading 1")):
            title = clean_line(_paragraph(style.getparent().getparent()))
            if 0 < len(title) <= MAX_TITLE:
                return title
    return None


def _property(core: etree._Element | None, tag: str) -> str | None:
    found = core.find(tag) if core is not None else None
    return clean_line(found.text or "") or None if found is not None else None
