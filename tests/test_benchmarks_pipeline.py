"""The pipeline benchmark on a handful of articles of our own: what it writes can be verified by an outsider."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

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


def articles(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    rows = [
        {"title": title, "text": f"{text}\n{text[:-1]} indeed.", "source": source, "published": f"2026-10-{day}"}
        for title, text, source, day in ROWS
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
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


def test_every_document_is_in_exactly_one_ledger(out: Path) -> None:
    listed = [line["document_id"] for edition in editions(out) for line in edition["ledger"]["lines"]]
    known = {json.loads(line)["id"] for line in (out / "documents.jsonl").read_text().splitlines()}
    assert len(listed) == len(ROWS)
    assert set(listed) == known


def test_every_citation_is_found_in_the_document_it_names(out: Path) -> None:
    texts = {}
    for line in (out / "documents.jsonl").read_text().splitlines():
        row = json.loads(line)
        texts[row["id"], row["version"]] = row["text"]
    cited = 0
    for edition in editions(out):
        for section in edition["sections"]:
            for entry in section["entries"]:
                for sentence in entry["sentences"]:
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
    for folder in out.glob("2026-W*"):
        assert {path.name for path in folder.iterdir()} == {
            f"edition.{kind}" for kind in ("json", "html", "txt", "eml")
        }
    report = json.loads((out / "report.json").read_text())
    assert report["documents"] == len(ROWS)
    assert set(report["verbs"]) == {"collect", "group", "compose", "approve", "send"}
    assert all(verb["peak_mb"] > 0 for verb in report["verbs"].values())


def test_an_unreadable_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"title": "A", "text": "B"}\n{"title": "no text"}\n')
    done = run(tmp_path / "bad.jsonl", "--out", tmp_path / "out")
    assert done.returncode != 0
    assert "line 2" in done.stderr
