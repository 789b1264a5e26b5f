"""XLSX: what a table becomes when it is well, and that none can hang its reader when it is not."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from collectors.folder import collect_folder
from collectors.formats import xlsx
from collectors.formats.parsed import Format, Hints
from collectors.formats.pool import ParserPool
from collectors.http import FetchLimits
from collectors.tools import open_tools
from collectors.types import SourceTask
from digest.errors import ParseError
from digest.types import Origin, Source, SourceKind

NO_HINTS = Hints()
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def report() -> bytes:
    book = Workbook()
    book.properties.creator = "Finance"
    sheet = book.active
    sheet.title = "Budget"
    sheet["A1"] = "Budget of the quarter"
    for row in (("Department", "EUR m", "Change", "Paid on"), ("水务局", 2.1, 0.085, date(2026, 11, 3))):
        sheet.append(row)
    sheet["C3"].number_format = "0.0%"
    sheet["A9"], sheet["B9"], sheet["C9"] = "Total", 0.1 + 0.2, 1_250_000.0
    sheet["D9"] = datetime(2026, 11, 3, 14, 5)  # noqa: DTZ001 a sheet knows no time zones
    sheet["AZ9"] = True
    hidden = book.create_sheet("Lists")
    hidden["A1"], hidden.sheet_state = "for the drop-down", "hidden"
    book.create_sheet("Notes")["B2"] = "Second\nline"
    return saved(book)


def test_a_workbook_becomes_lines_as_its_reader_sees_them() -> None:
    found = xlsx.parse(report(), NO_HINTS)
    assert found.text.split("\n") == [
        "Budget",
        "Budget of the quarter",
        "Department | EUR m | Change | Paid on",
        "水务局 | 2.1 | 8.5 % | 2026-11-03",
        "Total | 0.3 | 1250000 | 2026-11-03 14:05 | True",
        "Notes",
        "Second line",
    ]
    assert (found.title, found.author) == ("Budget", "Finance")


def packed(sheet: str, **more: str) -> bytes:
    """A workbook whose only sheet is written by hand."""
    with zipfile.ZipFile(io.BytesIO(saved(Workbook()))) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{sheet}</sheetData></worksheet>"
    ).encode()
    parts |= {name.replace("__", "/") + ".xml": content.encode() for name, content in more.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return file.getvalue()


def cell(place: str, value: str = "1") -> str:
    return f'<c r="{place}"><v>{value}</v></c>'


@pytest.mark.parametrize(
    "sheet",
    [
        f'<row r="1">{cell("A1", "7")}</row><row r="1048576">{cell("XFD1048576", "8")}</row>',
        f'<row r="1">{cell("A1", "7")}{cell("XFD1", "8")}</row>',
    ],
    ids=["corner", "edge"],
)
def test_a_single_far_cell_is_read_at_once(sheet: str) -> None:
    started = time.perf_counter()
    assert xlsx.parse(packed(sheet), NO_HINTS).text.replace("\n", " | ") == "7 | 8"
    assert time.perf_counter() - started < 10


def test_the_size_that_a_sheet_claims_to_have_is_not_believed() -> None:
    book = io.BytesIO()
    small = io.BytesIO(packed(f'<row r="1">{cell("A1", "7")}</row>'))
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            claimed = b'<dimension ref="A1:XFD1048576"/><sheetData>'
            new.writestr(name, old.read(name).replace(b"<sheetData>", claimed))
    started = time.perf_counter()
    assert xlsx.parse(book.getvalue(), NO_HINTS).text == "7"
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted"),
        (b"PK\x03\x04 cut", "broken"),
        (packed(""), "no_text"),
        (packed("<!-- " + " " * 70_000_000 + " -->"), "too_large"),
        (packed("<!-- " + " " * 6_000_000 + " -->"), "too_large"),
        (packed(f'<row r="99999999999">{cell("A1")}</row>'), "too_large"),
        (packed("".join(f'<row r="{n}">{cell(f"XFD{n}")}</row>' for n in range(1, 2_000))), "too_large"),
        (packed("", docProps__core='<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "entities"),
    ],
    ids=["password", "cut", "blank", "bomb", "small-bomb", "far-row", "wide", "entities"],
)
def test_a_workbook_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        xlsx.parse(data, NO_HINTS)
    assert caught.value.code == code


async def _in_a_child(data: bytes) -> str:
    async with ParserPool() as pool:
        return (await pool.parse(Format.XLSX, data)).text


def test_the_child_with_its_limited_memory_reads_a_table_of_fifty_thousand_rows() -> None:
    rows = "".join(f'<row r="{n}">{cell(f"A{n}", str(n))}{cell(f"B{n}", "0.5")}</row>' for n in range(1, 50_001))
    assert asyncio.run(_in_a_child(packed(rows))).count("\n") == 49_999


def test_the_folder_collector_takes_a_workbook_and_tells_of_one_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "budget.xlsx").write_bytes(report())
    (tmp_path / "cut.xlsx").write_bytes(report()[:2000])

    async def collected() -> dict[str, object]:
        source = Source(id="f", kind=SourceKind.FOLDER, name="F", address=str(tmp_path), origin=Origin.OWN)
        async with open_tools(FetchLimits()) as tools:
            found = await collect_folder(SourceTask(source=source, known={}), tools, NOW)
        return {item.key: item for item in found.items}

    items = asyncio.run(collected())
    assert "水务局 | 2.1" in items["budget.xlsx"].text
    assert items["cut.xlsx"].error.code == "broken"
