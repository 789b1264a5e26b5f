from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    {"id": 1, "title": "Seepage at Eastgate dam rises", "text": "Divers dive.", "published": "2026-11-16T08:00Z"},
    {"id": 2, "title": "Eastgate dam: seepage rises", "text": "Divers dive.", "published": "2026-11-16", "lang": "en"},
    {"id": 3, "title": "学生公寓房租上涨", "text": None, "published": None, "cluster": "label"},
]  # fmt: skip


def grouped(path: Path, rows: list[dict[str, object]], *options: str) -> tuple[dict[str, str], str]:
    with gzip.open(path / "rows.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    command = [
        sys.executable,
        "-m",
        "benchmarks.stories",
        str(path / "rows.jsonl.gz"),
        "--predictions",
        str(path / "out"),
        *options,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    predicted = [json.loads(line) for line in (path / "out").read_text().splitlines()]
    return {row["id"]: row["story"] for row in predicted}, done.stdout


def test_each_document_gets_a_story_and_the_time_is_told(tmp_path):
    stories, printed = grouped(tmp_path, ROWS)
    assert stories["1"] == stories["2"] != stories["3"]
    assert "documents=3 stories=2 duplicates=0" in printed


def test_a_line_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "bad.jsonl").write_text('{"id": 1, "title": "A"}\n{"title": "no id"}\n')
    command = [sys.executable, "-m", "benchmarks.stories", "bad.jsonl", "--predictions", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "bad.jsonl, line 2" in done.stderr


def test_labels_are_not_read(tmp_path):
    labelled = [row | {"cluster": row["id"], "story": row["id"]} for row in ROWS]
    assert grouped(tmp_path, labelled)[0] == grouped(tmp_path, ROWS)[0]


def test_a_stream_gives_the_same_story_to_what_belongs_together_whatever_else_lines_say(tmp_path):
    plain, printed = grouped(tmp_path, ROWS, "--stream")
    assert plain["1"] == plain["2"] != plain["3"]
    assert "consolidated:" in printed
    others = [row | {"cluster": row["id"], "topic": "x", "bias": row["id"], "split": "test"} for row in ROWS]
    assert grouped(tmp_path, others[::-1], "--stream")[0] == plain


def test_invented_documents_need_no_file(tmp_path):
    command = [sys.executable, "-m", "benchmarks.stories", "--invented", "40", "--predictions", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "documents=40" in done.stdout


def test_simple_ways_of_grouping_stand_beside_the_own_one(tmp_path):
    stories, printed = grouped(tmp_path, [row | {"cluster": str(row["id"] == 3)} for row in ROWS], "--compare")
    assert stories["1"] == stories["2"] != stories["3"]
    lines = {line.split(":")[0]: line for line in printed.splitlines()[2:]}
    assert list(lines) == ["average-link", "hdbscan", "single-link-titles"]
    assert all("grouping_s=" in line and "peak_mb=" in line and "bcubed=" in line for line in lines.values())
    assert "bcubed=100.0" in lines["average-link"]
