from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOLD = ["Seepage at the Eastgate dam rose to 12 litres a minute.", "Divers look at the drain of the dam on Thursday."]
REPEATED = "Seepage at the Eastgate dam rose to 12 litres a minute on Monday."
NEW = "The council voted to release EUR 2.1 million for a concrete apron."
STEPS = [
    {"history_added": TOLD, "candidates": []},
    {
        "history_added": [NEW],
        "candidates": [{"id": "a", "text": REPEATED, "new": False}, {"id": "b", "text": NEW, "new": True}],
    },
    {"history_added": [], "candidates": [{"id": "c", "text": NEW, "new": False}]},
]


def scored(path: Path, rows: list[dict[str, object]]) -> tuple[dict[str, float], subprocess.CompletedProcess[str]]:
    (path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.novelty", str(path / "rows.jsonl"), "--predictions", str(path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = (path / "out").read_text().splitlines() if done.returncode == 0 else []
    return {row["id"]: row["score"] for row in map(json.loads, lines)}, done


def test_a_sentence_is_held_against_the_steps_before_its_own_alone(tmp_path: Path) -> None:
    scores, done = scored(tmp_path, [{"id": "dam", "steps": STEPS}])
    assert scores["b"] > 0.6 > 0.4 > scores["a"] > scores["c"]
    assert "mean auc=1.0000 timelines=1" in done.stdout


def test_labels_are_not_read(tmp_path: Path) -> None:
    turned = json.loads(json.dumps(STEPS))
    for candidate in turned[1]["candidates"]:
        candidate["new"] = not candidate["new"]
    assert scored(tmp_path, [{"id": "x", "steps": turned}])[0] == scored(tmp_path, [{"id": "y", "steps": STEPS}])[0]


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    _, done = scored(tmp_path, [{"id": "dam", "steps": [{"candidates": []}]}])
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "rows.jsonl, line 1" in done.stderr
