"""Lists as tables: CSV (RFC 4180) that a spreadsheet opens without running what it holds.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises against CSV
injection. Numbers stay numbers, negative ones too.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence

from app.api.shapes import Json, Node, Shape

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # spreadsheets take the full-width signs for the others
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def table(shape: Shape, answer: Json, names: Sequence[str]) -> bytes:
    """The items of a list as CSV in UTF-8, with a line of names first.

    Args:
        shape: the shape of the answer.
        answer: the answer, as JSON has it.
        names: the fields wanted.
    """
    columns = shape.columns(names)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([name for name, _ in columns])
    writer.writerows([_cell(_value(item, name), node) for name, node in columns] for item in answer["items"])
    return text.getvalue().encode()


def file_name(path: str, *, whole: bool) -> str:
    """What a table is called when it is saved: one that is only a page of a longer list says so."""
    stem = path.removeprefix("/api/v1/").replace("/", "-")
    return f"{stem}.csv" if whole else f"{stem}-part.csv"


def _value(item: Json, name: str) -> Json:
    for part in name.split("."):
        if item is None:
            return None
        item = item.get(part)
    return item


def _cell(value: Json, node: Node) -> str | int | float:
    """A cell. Null is empty, a text in pieces is joined, any other list stands as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if node.pieces:
        value = "".join(piece["text"] for piece in value)
    elif not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return harmless(value)


def harmless(text: str) -> str:
    """The text, after an apostrophe when a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
