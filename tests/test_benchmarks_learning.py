"""Learning what makes two documents one story, on small labelled sets that lie in a folder as the real ones do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.agreement import agreement
from benchmarks.learning import WEIGHTS, collections, cross_validated, labelled, learn
from benchmarks.train_stories import written
from digest import coefficients
from digest.likeness import EVIDENCE, MODEL
from digest.stories import StoryParams

ROOT = Path(__file__).parents[1]
MATTERS = (
    "dam seepage divers crack",
    "rent student room tenants",
    "tram welding track bridge",
    "school roof rot class",
)
TELLINGS = ("reported on Monday that", "said again in the evening:", "asked why nobody knew of")


def rows(name: str) -> list[dict[str, object]]:
    """Twelve stories of three documents; each has words of its own, and one that it shares with another story."""
    found: list[dict[str, object]] = []
    for number in range(12):
        words = [f"{word}{name[0]}{number // 4}" for word in MATTERS[number % 4].split()]
        for place, telling in enumerate(TELLINGS):
            when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=9 * number, hours=place)
            found.append(
                {
                    "id": f"{number}-{place}",
                    "title": " ".join(words[:3]),
                    "text": f"The office {telling} {' '.join(words)} near quay{number % 6}. The council met.",
                    "published": when.isoformat(),
                    "source": f"paper {place}",
                    "lang": "en",
                    "cluster": f"story {number}",
                }
            )
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "stories").mkdir()
    for name in WEIGHTS:
        lines = "".join(json.dumps(row) + "\n" for row in rows(name))
        (folder / "stories" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_a_story_is_in_one_fold_and_the_earliest_in_the_first(data: Path) -> None:
    read = labelled(data / "stories" / "allsides_dev.jsonl", 4)
    assert read.name == "allsides_dev"
    folds = {
        story: {read.folds[d] for d, label in read.stories.items() if label == story} for story in read.stories.values()
    }
    assert folds == {f"story {number}": {number // 3} for number in range(12)}


def test_stories_of_a_fold_are_found_by_a_model_that_did_not_see_them(data: Path) -> None:
    sets = [labelled(data / "stories" / f"{name}.jsonl", 3) for name in WEIGHTS]
    learned = collections(sets)
    assert [len(pairs.same) for pairs in learned] == sorted(len(pairs.same) for pairs in learned)
    whole, without = learn(learned), learn(learned, 0)
    assert whole.coefficients.keys() == without.coefficients.keys() == set(EVIDENCE)
    assert whole != without
    found = cross_validated(sets[0], learned, StoryParams())
    scores = agreement(list(sets[0].stories.values()), [found[document] for document in sets[0].stories])
    assert (scores.bcubed, scores.pairwise) == (1, 1)


def test_the_program_holds_what_the_script_writes() -> None:
    assert Path(coefficients.__file__).read_text(encoding="utf-8") == written(MODEL)


def run(data: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STAFFWORK_DATA": data}
    command = [sys.executable, "-m", "benchmarks.stories", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize(
    ("name", "folds", "folder", "said"),
    [
        ("headlines.jsonl", "5", "data", "learned from"),
        ("allsides_dev.jsonl", "99", "data", "--cross-validate"),
        ("allsides_dev.jsonl", "3", "", "STAFFWORK_DATA"),
        ("allsides_dev.jsonl", "3", "data", "giveme5w1h.jsonl.gz"),
    ],
)
def test_what_cannot_be_cross_validated_is_said_in_a_line(
    data: Path, tmp_path: Path, name: str, folds: str, folder: str, said: str
) -> None:
    file = data / "stories" / name
    if not file.exists():
        file.write_text((data / "stories" / "allsides_dev.jsonl").read_text(encoding="utf-8"), encoding="utf-8")
    done = run(
        str(data) if folder else "", str(file), "--predictions", str(tmp_path / "out"), "--cross-validate", folds
    )
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_the_agreement_of_two_groupings() -> None:
    scores = agreement(["a", "a", "b", "b"], ["x", "x", "x", "y"])
    assert scores.bcubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert scores.bcubed_recall == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert (scores.pair_precision, scores.pair_recall) == pytest.approx((1 / 3, 1 / 2))
    assert "bcubed=" in str(scores)
