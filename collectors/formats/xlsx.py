"""XLSX (ECMA-376, SpreadsheetML): the visible sheets, each row a line with its cells parted by ``|``."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from openpyxl import load_workbook

from collectors.formats.lines import clean_line, join_lines
from collectors.formats.parsed import Hints, Parsed
from collectors.formats.prologue import has_doctype
from collectors.formats.text import MAX_TITLE
from digest.errors import ParseError

MAX_PART = 60_000_000  # bytes of XML; a table of 100,000 rows and ten columns has about 40 million
MAX_PARTS = 120_000_000  # of all of them together
MAX_CELLS = 30_000_000  # visited, most of them empty: one full-width row has 16,384, and each costs time
MAX_ROWS = 1_048_576  # of a sheet; the format has no more
_BOMB_RATIO = 200
_BOMB_SIZE = 5_000_000  # bytes below which any ratio is harmless
_OLE = b"\xd0\xcf\x11\xe0"  # how Office wraps a document with a password
_DECIMALS = re.compile(r"\.(0+)[^.;]*%")


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read a workbook: of a formula the value it had when it was saved; hidden sheets are not what its author shows.

    Raises:
        ParseError: ``encrypted``, ``broken``, ``too_large`` (also a compression bomb, or cells without end),
            ``entities``, ``no_text``.
    """
    del hints  # the file says everything itself
    if data.startswith(_OLE):
        raise ParseError("encrypted")
    try:
        _check(data)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise ParseError("broken") from None
    # In read-only mode rows come one by one, and the size a sheet claims to have is not believed.
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    left = MAX_CELLS
    lines: list[str] = []
    for sheet in shown:
        rows, left = _rows(sheet, left)
        if rows:
            lines += [clean_line(sheet.title), *rows] if len(shown) > 1 else rows
    text = join_lines(lines)
    if not text:
        raise ParseError("no_text")
    title = clean_line(book.properties.title or "") or _heading(lines)
    return Parsed(title=title, text=text, author=clean_line(book.properties.creator or "") or None)


def _check(data: bytes) -> None:
    """Refuse a file that is larger inside than any table, or that declares a document type, which Office never does."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        bombs = (e.file_size > _BOMB_SIZE and e.file_size > _BOMB_RATIO * max(e.compress_size, 1) for e in entries)
        if any(bombs) or any(e.file_size > MAX_PART for e in entries) or sum(e.file_size for e in entries) > MAX_PARTS:
            raise ParseError("too_large", limit=MAX_PART)
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as stream:
                    if has_doctype(stream.read(10_000).replace(b"\0", b"")):
                        raise ParseError("entities")


def _rows(sheet: Any, left: int) -> tuple[list[str], int]:  # noqa: ANN401 openpyxl has no types
    """The lines of a sheet, and how many cells may still be visited."""
    sheet.reset_dimensions()
    lines = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        left -= len(row) + 1
        if left < 0 or number > MAX_ROWS:
            raise ParseError("too_large", limit=MAX_CELLS)
        line = " | ".join(_cells(row))
        if line:
            lines.append(line)
    return lines, left


def _cells(row: tuple[Any, ...]) -> Iterator[str]:
    for cell in row:
        if cell.value is not None and (text := clean_line(_shown(cell.value, cell.number_format))):
            yield text


def _shown(value: object, number_format: str | None) -> str:
    """A value much as the sheet shows it: days without their midnight, shares in per cent, no noise of floats."""
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if number_format and "%" in number_format:
        decimals = _DECIMALS.search(number_format)
        return f"{value * 100:.{min(len(decimals[1]), 6) if decimals else 0}f} %"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.10g}"


def _heading(lines: list[str]) -> str | None:
    """A first line of one cell, as reports put above their tables."""
    return lines[0] if lines and " | " not in lines[0] and len(lines[0]) <= MAX_TITLE else None
