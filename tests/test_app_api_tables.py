"""Chosen fields, and lists as tables that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.api.shapes import Node, Shape
from app.api.tables import harmless, table
from app.store import statements
from app.viewer import Role
from digest.types import Mark, StatementKind
from tests.api_office import SeededOffice, application, client, seeded

OPERATIONS: dict[str, Any] = {path: methods["get"] for path, methods in application().openapi()["paths"].items()}
TABLES = [path for path, each in OPERATIONS.items() if "text/csv" in each["responses"]["200"]["content"]]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x.example";"y")']
STILL = ["plain", "1", "-5", "-3.25", " =1", "2026-11-20", "a=1", ""]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[SeededOffice]:
    with seeded(tmp_path_factory.mktemp("api") / "home", sqlite_template) as office:
        with office.office.writing.begin() as session:
            for number, text in enumerate(FORMULAS):
                statements.add(
                    session,
                    leader_id="mayor",
                    kind=StatementKind.SPEECH,
                    said_on=date(2026, 5, 1 + number),
                    title=f'Said, "{number}"',
                    text=f"{text}\nand a second line",
                    mark=Mark.PUBLIC,
                )
        yield office


def asker(desk: SeededOffice, role: Role = Role.ADMINISTRATOR) -> TestClient:
    return client(desk.office, desk.keys[role, Mark.CONFIDENTIAL])


def address(path: str) -> str:
    filled = path.replace("{briefing_id}", "2026-W47").replace("{topic_id}", "flood-safety")
    return filled + ("?q=the&" if path.endswith("/search") else "?")


def read(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline=""), strict=True))


# --- tables ---


@pytest.mark.parametrize("path", TABLES)
def test_a_table_has_a_line_for_each_item_and_the_values_of_json(desk: SeededOffice, path: str) -> None:
    where = address(path).replace("{document_id}", desk.ids["d-seep"])
    where += "limit=200&" if "limit" in {each["name"] for each in OPERATIONS[path]["parameters"]} else ""
    items = asker(desk).get(where).json()["items"]
    rows = read(asker(desk).get(f"{where}format=csv"))
    assert len(rows) == len(items) > 0
    for row, item in zip(rows, items, strict=True):
        for name, cell in row.items():
            value = looked_up(item, name)
            if isinstance(value, str):
                assert cell == harmless(value)
            elif value is None:
                assert cell == ""
            elif isinstance(value, int) and not isinstance(value, bool):
                assert int(cell) == value


def looked_up(item: Any, name: str) -> Any:
    for part in name.split("."):
        item = None if item is None else item[part]
    return item


def test_the_tables_are_those_that_are_promised() -> None:
    promised = {"entries", "asks", "statements", "topics", "series", "sources", "documents", "search"}
    assert promised <= {path.rpartition("/")[2] for path in TABLES}


def test_what_a_spreadsheet_would_run_is_neutralised(desk: SeededOffice) -> None:
    rows = read(asker(desk).get("/api/v1/statements?format=csv&fields=title,text"))
    assert {row["text"].partition("\n")[0] for row in rows} >= {f"'{text}" for text in FORMULAS if "\r" not in text}
    assert [row["text"] for row in rows if row["text"][0] in "=+-@\t\r＝"] == []
    assert {row["title"] for row in rows} == {f'Said, "{number}"' for number in range(len(FORMULAS))}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", STILL)
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_numbers_stay_numbers_and_lists_stand_as_json() -> None:
    shape = Shape(Node({name: Node() for name in ("number", "share", "flag", "nothing", "list")}), listed=True)
    items = [{"number": -5, "share": -0.5, "flag": True, "nothing": None, "list": ["=a", 1]}]
    assert table(shape, {"items": items}, shape.chosen(None)) == (
        b'number,share,flag,nothing,list\r\n-5,-0.5,true,,"[""=a"",1]"\r\n'
    )


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2)))
def test_whatever_a_table_holds_it_is_read_back_whole(rows: list[list[str]]) -> None:
    shape = Shape(Node({"a": Node(), "b": Node()}), listed=True)
    written = table(shape, {"items": [dict(zip("ab", row, strict=True)) for row in rows]}, ("a", "b"))
    found = list(csv.reader(io.StringIO(written.decode(), newline=""), strict=True))
    assert found == [["a", "b"], *([harmless(cell) for cell in row] for row in rows)]


def test_times_are_iso_8601_and_texts_in_pieces_are_joined(desk: SeededOffice) -> None:
    (row, *_) = read(asker(desk).get("/api/v1/search?q=dam&format=csv"))
    assert datetime.fromisoformat(row["at"]).tzinfo is not None
    assert "Eastgate dam" in row["title"]
    assert date.fromisoformat(read(asker(desk).get("/api/v1/asks?format=csv"))[0]["due"])


def test_pages_of_a_table_are_in_the_link_header_and_its_name_says_that_it_is_one(desk: SeededOffice) -> None:
    program, following, found, names = asker(desk), "/api/v1/documents?format=csv&limit=3", [], []
    while following:
        answer = program.get(following)
        found += [row["id"] for row in read(answer)]
        names.append(answer.headers["content-disposition"])
        link = re.fullmatch(r'<(\S+)>; rel="next"', answer.headers.get("link", ""))
        following = link[1] if link else ""
    whole = program.get("/api/v1/documents?limit=200").json()["items"]
    assert found == [each["id"] for each in whole]
    assert set(names) == {'attachment; filename="documents-part.csv"'}
    alone = program.get("/api/v1/documents?format=csv&limit=200").headers["content-disposition"]
    assert alone == 'attachment; filename="documents.csv"'
    ledger = program.get("/api/v1/briefings/2026-W47/ledger?format=csv&limit=200")
    assert ledger.headers["content-disposition"] == 'attachment; filename="briefings-2026-W47-ledger.csv"'


def test_a_table_has_an_etag_of_its_own(desk: SeededOffice) -> None:
    tags = set()
    for query in ("", "?format=csv", "?fields=id", "?fields=id&format=csv"):
        answer = asker(desk).get(f"/api/v1/asks{query}")
        tags.add(answer.headers["etag"])
        again = asker(desk).get(f"/api/v1/asks{query}", headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert len(tags) == 4


@pytest.mark.parametrize(
    ("where", "name"),
    [("/asks?format=xlsx", "format"), ("/overview?format=csv", "format"), ("/asks/{a-quay}?format=csv", "format")],
)
def test_a_format_that_there_is_not_is_refused(desk: SeededOffice, where: str, name: str) -> None:
    answer = asker(desk).get("/api/v1" + where.replace("{a-quay}", desk.ids["a-quay"]))
    assert answer.status_code == 422
    assert [each["name"] for each in answer.json()["errors"]] == [name]


# --- fields ---


def test_a_list_has_the_chosen_fields_of_each_item_and_keeps_the_rest(desk: SeededOffice) -> None:
    page = asker(desk).get("/api/v1/documents?fields=title,id,mark.code&limit=2").json()
    whole = asker(desk).get("/api/v1/documents?limit=2").json()
    assert page["items"] == [
        {"id": each["id"], "title": each["title"], "mark": {"code": each["mark"]["code"]}} for each in whole["items"]
    ]
    assert list(page["items"][0]) == ["id", "title", "mark"]
    assert "fields=title%2Cid%2Cmark.code" in page["next"]


def test_pages_of_chosen_fields_neither_skip_nor_repeat(desk: SeededOffice) -> None:
    program, following, found = asker(desk), "/api/v1/documents?fields=title&limit=3", []
    while following:
        page = program.get(following).json()
        found, following = found + page["items"], page["next"]
    whole = program.get("/api/v1/documents?limit=200").json()["items"]
    assert found == [{"title": each["title"]} for each in whole]


def test_names_with_dots_lead_into_objects_and_lists(desk: SeededOffice) -> None:
    chosen = "entry.headline,entry.documents.source"
    (first, *_) = asker(desk).get(f"/api/v1/entries?fields={chosen}&leader=mayor").json()["items"]
    assert set(first) == {"entry"}
    assert set(first["entry"]) == {"headline", "documents"}
    assert {name for each in first["entry"]["documents"] for name in each} == {"source"}
    chosen = "id,sections.entries.headline,bottom_line.text"
    briefing = asker(desk).get(f"/api/v1/briefings/latest?fields={chosen}").json()
    assert set(briefing) == {"id", "sections", "bottom_line"}
    assert {name for section in briefing["sections"] for name in section} == {"entries"}


def test_an_object_chosen_whole_includes_its_own_and_null_stays_null(desk: SeededOffice) -> None:
    (first, *_) = asker(desk).get("/api/v1/asks?fields=kind.code,kind,closed_by").json()["items"]
    assert first == {"kind": {"code": "decision", "label": "Decision"}, "closed_by": None}
    for item in asker(desk).get("/api/v1/sources?fields=last_attempt.failure.code").json()["items"]:
        assert set(item) == {"last_attempt"}


def test_columns_stand_in_the_order_asked_for_and_an_object_has_one_for_each_of_its_own(desk: SeededOffice) -> None:
    answer = asker(desk).get("/api/v1/asks?format=csv&fields=owner,kind,id")
    assert answer.text.splitlines()[0] == "owner,kind.code,kind.label,id"


@pytest.mark.parametrize(
    ("fields", "named", "known"),
    [
        ("headlin", '"headlin"', "briefing_id"),
        ("entry.headlin", '"entry.headlin"', "entry.headline"),
        ("entry.headline.x", '"entry.headline.x"', "none below entry.headline"),
        ("entry.headline,", '""', "briefing_id"),
        ("", '""', "briefing_id"),
        ("x" * 5000, '"' + "x" * 100 + '"', "briefing_id"),
        ("items", '"items"', "briefing_id"),
    ],
)
def test_an_unknown_field_is_named_with_those_that_are_known(
    desk: SeededOffice, fields: str, named: str, known: str
) -> None:
    answer = asker(desk).get(f"/api/v1/entries?fields={fields}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    assert (error["place"], error["name"], error["code"]) == ("query", "fields", "unknown_field")
    assert named in error["message"]
    assert known in error["message"]
    assert len(answer.content) < 2000


def test_whoever_has_no_key_is_not_told_what_fields_there_are(desk: SeededOffice) -> None:
    assert client(desk.office, None).get("/api/v1/entries?fields=x").status_code == 401


@pytest.mark.parametrize("path", OPERATIONS)
def test_each_field_that_is_described_can_be_chosen(desk: SeededOffice, path: str) -> None:
    if "version" in path or "{story_id}" in path or "{document_id}" in path or "{ask_id}" in path:
        where = path.replace("{document_id}", desk.ids["d-seep"]).replace("{number}", "1")
        where = where.replace("{story_id}", "s-dam").replace("{ask_id}", desk.ids["a-quay"]) + "?"
    else:
        where = address(path)
    (fields,) = (each for each in OPERATIONS[path]["parameters"] if each["name"] == "fields")
    chosen = ",".join(fields["schema"]["items"]["enum"])
    assert asker(desk).get(f"{where}fields={chosen}").json() == asker(desk).get(where).json()


def test_a_story_that_was_merged_leads_on_with_the_chosen_fields(desk: SeededOffice) -> None:
    answer = asker(desk).get("/api/v1/stories/s-old?fields=title")
    assert (answer.status_code, answer.headers["location"]) == (308, "/api/v1/stories/s-rents?fields=title")
