from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.plain_summaries import BASELINES
from benchmarks.summaries import rouge
from digest.text import normalise
from tests.digest_factory import document

ROOT = Path(__file__).parents[1]
DAM = (
    "Seepage at the Eastgate dam rose to 19 litres a minute on Monday, the Water Department said. "
    "The threshold for evacuation is 30 litres a minute. He was not asked. "
    "Divers will look at the drain below the dam on Thursday, as soon as the water is clear enough to see."
)
RENTS = "学生公寓平均租金十月份升至每月五百四十欧元，比去年同期上涨百分之八。大学周一开放了一百二十个应急床位。"
CLUSTERS = [
    {
        "id": "dam",
        "documents": [
            {"title": "Seepage rises", "text": DAM, "published": "2026-11-16", "source": "courier"},
            {
                "title": "Cafe\u0301 by the dam stays open",
                "text": "The cafe\u0301 by the Eastgate dam stays open for now.",
            },
        ],
        "references": ["Seepage at the Eastgate dam rose to 19 litres a minute."],
    },
    {
        "id": "rents",
        "documents": [{"title": "学生房租上涨", "text": RENTS, "published": "Monday, 16 Nov", "lang": "zh-CN"}],
    },
]


def summarised(path: Path, rows: list[dict[str, object]], *options: str) -> subprocess.CompletedProcess[str]:
    (path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.summaries", str(path / "rows.jsonl")]
    command += ["--predictions", str(path / "out"), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_each_sentence_stands_where_the_line_says_and_the_length_is_kept(tmp_path: Path) -> None:
    done = summarised(tmp_path, CLUSTERS, "--words", "40", "--compare")
    assert done.returncode == 0, done.stderr
    rows = {row["id"]: row for row in map(json.loads, (tmp_path / "out").read_text().splitlines())}
    assert rows.keys() == {"dam", "rents"}
    for cluster in CLUSTERS:
        row = rows[cluster["id"]]
        assert row["summary"] == " ".join(sentence["text"] for sentence in row["sentences"])
        assert row["sentences"]
        for sentence in row["sentences"]:
            text = normalise(cluster["documents"][sentence["document"]]["text"])
            assert text[sentence["start"] : sentence["end"]] == sentence["text"]
    assert len(rows["dam"]["summary"].split()) <= 40
    assert [line.split(":")[0] for line in done.stdout.splitlines()[1:]] == ["ours", *BASELINES]


def test_the_summaries_of_people_are_not_read(tmp_path: Path) -> None:
    summarised(tmp_path, CLUSTERS, "--words", "40")
    before = (tmp_path / "out").read_text()
    summarised(tmp_path, [row | {"references": ["Divers."], "lang": "x"} for row in CLUSTERS], "--words", "40")
    assert (tmp_path / "out").read_text() == before


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    for bad in ({"id": 1}, {"documents": []}, {"documents": "text"}, {"documents": [{"text": 3}]}):
        done = summarised(tmp_path, [CLUSTERS[0], bad], "--words", "40")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "rows.jsonl, line 2" in done.stderr


def test_rouge_counts_what_summary_and_references_share() -> None:
    assert rouge("the dam is safe", ["the dam is safe"], 2) == pytest.approx(1)
    assert rouge("the dam", ["the dam is safe"], 1) == pytest.approx(2 * 2 / (2 + 4))
    assert rouge("the dam", ["the dam is safe", "a gate"], 1) == pytest.approx(2 * 2 / (2 * 2 + 6))
    assert rouge("水位上涨", ["水位下降"], 1) == pytest.approx(0.5)
    assert rouge("", ["the dam"], 1) == 0


@pytest.mark.parametrize("name", BASELINES)
def test_plain_ways_keep_the_length_and_take_whole_sentences(name: str) -> None:
    documents = [document("d1", "Dam", DAM), document("d2", "Dam again", "The dam is safe. Divers dive.")]
    summary = BASELINES[name](documents, 30)
    assert 0 < len(summary.split()) <= 30
    assert summary.endswith(".")
