"""How well new sentences are told from those that repeat what a reader knows.

``python -m benchmarks.novelty TIMELINES.jsonl[.gz] --predictions OUT.jsonl`` reads timelines, one a line: ``steps`` in
their order, each with ``history_added``, the sentences it adds to what is known, and ``candidates`` with ``id`` and
``text``. Each candidate is held against the sentences of the steps before its own, nothing else, and gets a line
``{"id", "score"}``, higher for newer. Only then labels are looked at: where candidates have one in ``new``, the area
under the ROC curve is printed for each timeline, and the mean.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

from sklearn.metrics import roc_auc_score

from benchmarks.recorded import rows
from digest.errors import InvalidInputError
from digest.novelty import Earlier
from digest.text import detect, normalise


def main() -> None:
    """Score the candidates of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument("--predictions", type=Path, required=True, help="where to write the scores")
    arguments = parser.parse_args()
    started = perf_counter()
    try:
        scored = {name: list(scores(timeline)) for name, timeline in _timelines(arguments.file)}
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    with arguments.predictions.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": i, "score": score}) + "\n" for each in scored.values() for i, score in each)
    print(f"timelines={len(scored)} candidates={sum(map(len, scored.values()))} seconds={perf_counter() - started:.1f}")
    _print_areas(arguments.file, scored)


def scores(timeline: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Id and novelty of each candidate of a timeline, in order."""
    known: list[str] = []
    for step in timeline["steps"]:
        if step["candidates"]:
            language = detect("\n".join(known or [step["candidates"][0]["text"]]))
            earlier = Earlier(known, language)
            for candidate in step["candidates"]:
                yield candidate["id"], earlier.novelty(normalise(candidate["text"]))
        known += map(normalise, step["history_added"])


def _timelines(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, row in rows(path):
        steps = row.get("steps")
        if not isinstance(steps, list) or not all({"history_added", "candidates"} <= step.keys() for step in steps):
            remedy = 'write {"id", "steps": [{"history_added": [...], "candidates": [{"id", "text"}]}]}'
            raise InvalidInputError(f"{path}, line {number}", json.dumps(row)[:80], remedy)
        yield str(row.get("id", number)), row


def _print_areas(path: Path, scored: Mapping[str, list[tuple[str, float]]]) -> None:
    areas: list[float] = []
    for name, timeline in _timelines(path):
        labels = {c["id"]: bool(c["new"]) for step in timeline["steps"] for c in step["candidates"] if "new" in c}
        judged = [(labels[i], score) for i, score in scored[name] if i in labels]
        if len({new for new, _ in judged}) == 2:  # one kind alone has no area
            areas.append(float(roc_auc_score([new for new, _ in judged], [score for _, score in judged])))
            print(f"{name} auc={areas[-1]:.3f} judged={len(judged)}")
    if areas:
        print(f"mean auc={mean(areas):.4f} timelines={len(areas)}")


if __name__ == "__main__":
    main()
