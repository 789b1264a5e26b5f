"""How well, and how fast, documents are grouped into stories.

``python -m benchmarks.stories FILE.jsonl[.gz] --predictions OUT.jsonl`` reads id, title, text, published, source, lang
and url of each line, groups all documents with the default parameters, and writes ``{"id", "story"}`` lines. Only then
labels are looked at: where lines have one in ``cluster``, the agreement with them is printed.

With ``--cross-validate K`` a file that the program learned from is grouped by models that did not see its stories: K
folds by story and time. The other labelled sets are found through ``STAFFWORK_DATA``.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.agreement import agreement
from benchmarks.labelled import documents, gold
from benchmarks.learning import WEIGHTS, collections, cross_validated, labelled
from benchmarks.paths import data
from digest.errors import InvalidInputError
from digest.stories import StoryParams, consolidate, features


def main() -> None:
    """Group the documents of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument("--predictions", type=Path, required=True, help="where to write the stories")
    parser.add_argument("--cross-validate", type=int, metavar="K", help="folds, for a file that was learned from")
    arguments = parser.parse_args()
    try:
        if arguments.cross_validate is None:
            found = _grouped(arguments.file)
        else:
            found = _validated(arguments.file, arguments.cross_validate)
        _write(arguments.predictions, found)
        known = gold(arguments.file)
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    if known:
        print(agreement(list(known.values()), [found[document] for document in known]))


def _grouped(path: Path) -> dict[str, str]:
    """Document id -> story, by the model of the program; prints what it cost."""
    read = list(documents(path))
    started = perf_counter()
    made = [features(document) for document in read]
    extracted = perf_counter()
    partition = consolidate(made)
    grouped = perf_counter()
    print(
        f"documents={len(read)} stories={len(partition.stories)} duplicates={len(partition.duplicates)}"
        f" features_s={extracted - started:.1f} grouping_s={grouped - extracted:.1f}"
        f" documents_per_s={len(read) / max(grouped - started, 1e-9):.0f}"
        f" peak_mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
    )
    return {document: str(number) for number, story in enumerate(partition.stories) for document in story}


def _validated(path: Path, folds: int) -> dict[str, str]:
    """Document id -> story, each by a model that did not see the stories of its fold.

    Raises:
        InvalidInputError: the file was not learned from, or has too few stories for so many folds.
    """
    name = path.name.split(".")[0]
    if name not in WEIGHTS:
        raise InvalidInputError("file", path.name, f"only {' and '.join(WEIGHTS)} were learned from")
    tested = labelled(path, folds)
    if not 2 <= folds <= len(set(tested.stories.values())):
        raise InvalidInputError("--cross-validate", str(folds), "give 2 or more, and not more than there are stories")
    others = [labelled(data("stories", f"{other}.jsonl.gz"), folds) for other in WEIGHTS if other != name]
    return cross_validated(tested, collections([tested, *others]), StoryParams())


def _write(path: Path, found: Mapping[str, str]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": each, "story": story}) + "\n" for each, story in sorted(found.items()))


if __name__ == "__main__":
    main()
