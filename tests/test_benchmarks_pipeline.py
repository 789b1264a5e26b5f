"""The pipeline benchmark on a few articles of our own, odd ones among them: an outsider can verify what it writes."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from benchmarks.newsweek import FEED_ITEMS, Newsweek
from benchmarks.pipeline import clear
from benchmarks.recorded import Recorded

ROOT = Path(__file__).parents[1]
ROWS = [
    (
        "Dam gate closes late",
        "The gate of the dam closed four hours late on Monday. No house was flooded.",
        "Post",
        "05",
    ),
    ("Late gate alarms valley", "Valley towns want to know why the dam gate closed four hours late.", "Courier", "05"),
    ("Theatre gets new roof", "The municipal theatre gets a new roof for EUR 3 million this summer.", "Post", "06"),
    ("大坝闸门周一延迟关闭", "大坝闸门周一晚关闭了四个小时。没有房屋被淹。", "晚报", "06"),
    (
        "Gate inquiry begins",
        "An inquiry into the late dam gate began on Tuesday, the water office said.",
        "Courier",
        "13",
    ),
    ("Rents up in the old town", "Rents in the old town rose by 6 per cent over a year.", "Post", "14"),
]

FELT = "The council of the valley felt the matter at length on Tuesday. Nothing was decided, the mayor said."
ODD: list[dict[str, object]] = [
    {"title": None, "text": f"{FELT} This one has no title.", "source": "Post", "published": "2026-10-06"},
    {"title": "Only a headline about the harbour", "text": "", "source": "post", "published": "2026-10-06"},
    {"title": "No date, no source, no language", "text": f"{FELT} This one has no date."},
    {"title": "Sums: 3 < 4 &amp; <b>AT&T</b>", "text": f"{FELT} 3 < 4 & <i>so</i> on.", "published": "2026-10-07"},
    {"title": "Long " + "and longer " * 500, "text": f"{FELT} It is long.", "published": "2026-10-07"},
    {"title": "Lines", "text": f"{FELT}\r\n\r\nA further line of it.\r\nAnd one more.", "published": "2026-10-08"},
    {"title": "Last moment", "text": f"{FELT} Just in time.", "published": "2026-10-11T23:59:59.9Z"},
    {"title": "Twice", "text": f"{FELT} Twice.", "source": "Post", "published": "2026-10-08", "id": 1, "lang": "zh-TW"},
    {"title": "Twice", "text": f"{FELT} Twice.", "source": "Post", "published": "2026-10-08", "id": 1, "lang": "xx"},
    {"title": "Years later", "text": f"{FELT} Years later.", "source": "POST", "published": "2031-03-04"},
]


def articles(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    rows = [
        {"title": title, "text": f"{text}\n{text[:-1]} indeed.", "source": source, "published": f"2026-10-{day}"}
        for title, text, source, day in ROWS
    ]
    for number, row in enumerate([*rows, *ODD], start=1):
        row["url"] = f"https://news.example/2026/{number}?from=feed&n={number}"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in [*rows, *ODD]), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.pipeline", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pipeline")
    topics = folder / "topics.json"
    topics.write_text(json.dumps([{"name": "Dam", "description": "The dam.", "keywords": ["dam", "大坝"]}]))
    done = run(articles(folder), "--out", folder / "out", "--topics", topics)
    assert done.returncode == 0, done.stderr
    return folder / "out"


def editions(out: Path) -> list[dict]:
    return [json.loads(path.read_text()) for path in sorted(out.glob("*/edition.json"))]


def entries(edition: dict) -> list[dict]:
    return [entry for section in edition["sections"] for entry in section["entries"]]


def read_documents(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "documents.jsonl").read_text().splitlines()]


def test_every_document_is_in_exactly_one_ledger(out: Path) -> None:
    listed = [line["document_id"] for edition in editions(out) for line in edition["ledger"]["lines"]]
    known = {document["id"] for document in read_documents(out)}
    assert len(listed) == len(ROWS) + len(ODD)
    assert set(listed) == known


def test_every_document_leads_to_the_line_it_was_read_from(out: Path) -> None:
    rows = [json.loads(line) for line in articles(out.parent).read_text().split("\n")]
    found = {document["id"]: document for document in read_documents(out)}
    assert sorted(document["line"] for document in found.values()) == list(range(1, len(rows) + 1))
    for document in found.values():
        row = rows[document["line"] - 1]
        assert document["text"].split() == (row["text"] or row["title"]).split() or not row["text"]
        assert document["url"] == row["url"]
    shown = [document for edition in editions(out) for entry in entries(edition) for document in entry["documents"]]
    for document in shown:
        address = urlsplit(document["url"])
        assert address.path == f"/articles/{found[document['id']]['line']}"
        assert parse_qs(address.query)["recorded"] == [found[document["id"]]["url"]]
        row = rows[found[document["id"]]["line"] - 1]
        assert document["source"] == row.get("source", "Unnamed source")
        assert document["title"] == (row["title"] or row["text"]).strip()


def test_every_citation_is_found_in_the_document_it_names(out: Path) -> None:
    texts = {(row["id"], row["version"]): row["text"] for row in read_documents(out)}
    cited = 0
    for entry in (entry for edition in editions(out) for entry in entries(edition)):
        for sentence in (*entry["sentences"], *([entry["gist"]] if entry["gist"] else [])):
            for citation in sentence["citations"]:
                text = texts[citation["document_id"], citation["version"]]
                assert text[citation["start"] : citation["end"]] == citation["text"]
                cited += 1
    assert cited > 0


def test_the_edition_follows_its_published_schema(out: Path) -> None:
    schema = json.loads((ROOT / "docs" / "edition.schema.json").read_text())
    for edition in editions(out):
        jsonschema.validate(edition, schema)


def test_mail_and_report_are_there(out: Path) -> None:
    for folder in out.glob("*-W*"):
        assert {path.name for path in folder.iterdir()} == {
            f"edition.{kind}" for kind in ("json", "html", "txt", "eml")
        }
    report = json.loads((out / "report.json").read_text())
    assert report["documents"] == report["articles"] == len(ROWS) + len(ODD)
    assert set(report["verbs"]) == {"collect", "group", "compose", "approve", "send"}
    assert all(verb["peak_mb"] > 0 for verb in report["verbs"].values())


def test_results_of_an_earlier_run_are_taken_away_and_other_files_are_kept(tmp_path: Path) -> None:
    (tmp_path / "2020-W01").mkdir()
    for name in ("report.json", "notes.txt", "2020-W01/edition.json", "2020-W01/edition.eml"):
        (tmp_path / name).write_text("x")
    clear(tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["notes.txt"]


def test_bad_input_ends_the_run_with_one_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"title": "A", "text": "B"}\n{"title": ""}\n')
    (tmp_path / "good.jsonl").write_text('{"title": "A", "text": "B"}\n')
    (tmp_path / "topics.json").write_text("{}")
    for arguments, named in (
        (("bad.jsonl", "--out", "out"), "line 2"),
        (("good.jsonl", "--out", "bad.jsonl"), "--out"),
        (("good.jsonl", "--out", "out", "--topics", "topics.json"), "topics.json"),
    ):
        done = run(*(tmp_path / each if "." in each or each == "out" else each for each in arguments))
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
        assert named in done.stderr


def test_a_source_with_more_articles_than_a_reader_takes_gets_several_feeds() -> None:
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    busy = [article(number, moment + timedelta(minutes=number)) for number in range(1, 2 * FEED_ITEMS + 2)]
    quiet = [article(len(busy) + number, moment + timedelta(days=number)) for number in range(1, 2 * FEED_ITEMS)]
    with Newsweek([*busy, *(replace(each, source="Quiet") for each in quiet)]) as site:
        assert [feed.source for feed in site.feeds.values()] == ["Busy", "Busy", "Busy", "Quiet"]
        assert {each for feed in site.feeds.values() for each in feed.articles} == set(site.articles.values())
        site.until = moment + timedelta(days=5)
        assert max(len(site.visible(feed)) for feed in site.feeds.values()) <= FEED_ITEMS


def article(number: int, published: datetime) -> Recorded:
    return Recorded(
        number=number, title="T", text="T", source="Busy", published=published, author=None, language=None, url=None
    )
