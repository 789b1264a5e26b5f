"""PDF: the text of all pages, with the lines of a paragraph joined again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pypdfium2

from collectors.formats.lines import clean_line, clean_text, flow
from collectors.formats.parsed import Hints, Parsed
from collectors.formats.text import heading
from digest.errors import ParseError

MAX_PAGES = 5_000  # a year's printed budget has 2,000
MAX_CHARACTERS = 20_000_000  # of all pages; five times as much as 5,000 full ones hold

_ENDS = tuple('.!?:;。！？：；…”"»）')
_BULLET = re.compile(
    r"(?:[•‣▪■●○◦–—*·-]|\(?\d{1,3}[.)、]|\(?[a-z]\)|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)\s?"
)
_HYPHEN = "\x02\ufffe\u00ad"  # what stands for a hyphen that only parts a word at the end of a line
_FULL = 0.75  # of the usual width: a line that is shorter ends its paragraph
_MADE_BY = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel)\b|untitled|slide \d|powerpoint presentation)|\.\w{2,5}$", re.IGNORECASE
)


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read a PDF.

    Raises:
        ParseError: ``encrypted``, ``broken``, ``too_large``, or ``no_text`` (a scan: pictures of pages).
    """
    del hints  # a PDF says everything itself
    document = _open(data)
    try:
        text = clean_text("\n".join(_reflowed(_lines(document))))
        title = clean_line(document.get_metadata_value("Title"))
        author = clean_line(document.get_metadata_value("Author"))
    finally:
        document.close()
    if not text:
        raise ParseError("no_text")
    made_by_program = not title or _MADE_BY.search(title)
    return Parsed(title=heading(text) if made_by_program else title, text=text, author=author or None)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ParseError("encrypted" if "assword" in str(error) else "broken") from None
    if len(document) > MAX_PAGES:
        document.close()
        raise ParseError("too_large", limit=MAX_PAGES)
    return document


def _lines(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """The lines of all pages; a page that cannot be read must not cost the others."""
    characters = unreadable = 0
    for index in range(len(document)):
        try:
            text = _page_text(document, index)
        except pypdfium2.PdfiumError:
            unreadable += 1
            continue
        characters += len(text)
        if characters > MAX_CHARACTERS:
            raise ParseError("too_large", limit=MAX_CHARACTERS)
        yield from text.splitlines()
    if unreadable and not characters:
        raise ParseError("broken")


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            return str(text_page.get_text_range())
        finally:
            text_page.close()
    finally:
        page.close()


def _reflowed(lines: Iterator[str]) -> Iterator[str]:
    """Paragraphs: a line goes on in the next one when it is as wide as usual and ends no sentence."""
    kept = [line.strip(" \t\r\n") for line in lines if line.strip()]
    width = _usual_width(kept)
    paragraph = ""
    for line in kept:
        if paragraph and not _goes_on(paragraph, line, width):
            yield flow(paragraph)
            paragraph = ""
        paragraph = _joined(paragraph, line)
    yield flow(paragraph)


def _usual_width(lines: Sequence[str]) -> int:
    widths = sorted(len(line) for line in lines)
    return widths[int(len(widths) * 0.8)] if widths else 0


def _goes_on(paragraph: str, line: str, width: int) -> bool:
    if paragraph[-1] in _HYPHEN:
        return True
    last = paragraph.rpartition("\n")[2]
    return len(last) >= _FULL * width and not last.endswith(_ENDS) and not _BULLET.match(line)


def _joined(paragraph: str, line: str) -> str:
    if not paragraph:
        return line
    if paragraph[-1] in _HYPHEN:
        return paragraph[:-1] + line
    return f"{paragraph}\n{line}"
