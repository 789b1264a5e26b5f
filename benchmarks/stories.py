"""How well, and how fast, documents are grouped into stories.

``python -m benchmarks.stories FILE.jsonl[.gz] --predictions OUT.jsonl`` reads id, title, text, published, source, lang
and url of each line, groups all documents with the default parameters, and writes ``{"id", "story"}`` lines. Only then
labels are looked at: where lines have one in ``cluster``, the agreement with them is printed.

With ``--stream`` the documents come one by one in order of time, and what is written is the story that each got when it
came, never rewritten; the agreement is also printed for what consolidating made of them in the end. With
``--invented N`` the documents are N invented ones instead of a file's: what it costs, not how well it groups.

With ``--cross-validate K`` a file that the program learned from is grouped by models that did not see its stories: K
folds by story and time. The other labelled sets are found through ``STAFFWORK_DATA``.

With ``--compare`` simple ways of grouping (:mod:`benchmarks.plain_stories`) follow, each on the same documents in a
process of its own, so that its peak is its own.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.agreement import agreement
from benchmarks.labelled import documents, gold
from benchmarks.learning import WEIGHTS, collections, cross_validated, labelled
from benchmarks.paths import data
from benchmarks.plain_stories import MOST, PLAIN
from benchmarks.streaming import invented, stream
from digest.collection import Collection
from digest.errors import InvalidInputError
from digest.stories import StoryGraph, StoryParams, features
from digest.types import Document


def main() -> None:
    """Group the documents of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="JSON lines, plain or gzip")
    parser.add_argument("--predictions", type=Path, required=True, help="where to write the stories")
    parser.add_argument("--cross-validate", type=int, metavar="K", help="folds, for a file that was learned from")
    parser.add_argument("--stream", action="store_true", help="one by one, as the service gets them")
    parser.add_argument("--invented", type=int, metavar="N", help="N invented documents instead of a file")
    parser.add_argument("--compare", action="store_true", help="simple ways of grouping as well")
    arguments = parser.parse_args()
    if arguments.compare and arguments.file is None:
        parser.error("--compare needs a file")
    if (arguments.file is None) == (arguments.invented is None):
        parser.error("name a file, or give --invented")
    try:
        if arguments.invented is not None:
            read: Iterable[Document] = invented(arguments.invented)
            _write(arguments.predictions, _streamed(read, {}) if arguments.stream else _grouped(read))
            return
        if arguments.stream:
            found = _streamed(documents(arguments.file), gold(arguments.file))
        elif arguments.cross_validate is None:
            found = _grouped(documents(arguments.file))
        else:
            found = _validated(arguments.file, arguments.cross_validate)
        _write(arguments.predictions, found)
        known = gold(arguments.file)
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    if known:
        print(agreement(list(known.values()), [found[document] for document in known]))
    if arguments.compare:
        _compare(arguments.file)


def _grouped(read: Iterable[Document]) -> dict[str, str]:
    """Document id -> story, by the model of the program; prints what it cost."""
    started = perf_counter()
    graph = StoryGraph()
    for document in read:
        graph.add(features(document))  # one at a time: a graph holds them in a fraction of the memory
    extracted = perf_counter()
    partition = graph.settle()
    grouped = perf_counter()
    print(
        f"documents={len(graph.documents)} stories={len(partition.stories)} duplicates={len(partition.duplicates)}"
        f" features_s={extracted - started:.1f} grouping_s={grouped - extracted:.1f}"
        f" documents_per_s={len(graph.documents) / max(grouped - started, 1e-9):.0f}"
        f" peak_mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
    )
    return {document: str(number) for number, story in enumerate(partition.stories) for document in story}


def _streamed(read: Iterable[Document], known: Mapping[str, str]) -> dict[str, str]:
    """Document id -> the story it got when it came; prints what it cost, and what hindsight made of it."""
    started = perf_counter()
    held = Collection()
    for document in read:
        held.add(features(document))
    extracted = perf_counter()
    order = sorted(held.slots.values(), key=held.chronology)
    result = stream(held.features(slot) for slot in order)
    done = perf_counter()
    seconds = result.seconds
    first, last = seconds[len(seconds) // 12 : len(seconds) // 8], seconds[-len(seconds) // 20 :]
    print(
        f"documents={len(seconds)} stories={len(set(result.index.stories_.values()))}"
        f" features_s={extracted - started:.1f} streaming_s={done - extracted:.1f}"
        f" consolidations={result.consolidations} consolidating_s={result.consolidating_s:.1f}"
        f" snapshots={result.index.graph.snapshots_}"
        f" documents_per_s={len(seconds) / max(done - started, 1e-9):.0f}"
        f" placing_ms_at_a_tenth={1e3 * median(first or [0.0]):.1f}"
        f" placing_ms_at_the_end={1e3 * median(last or [0.0]):.1f}"
        f" peak_mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
    )
    if known:
        settled = result.index.stories_
        print("consolidated:", agreement(list(known.values()), [settled[document] for document in known]))
    return result.arrived


def _compare(path: Path) -> None:
    """Print what each simple way of grouping makes of a file, each in a fresh process."""
    fresh = multiprocessing.get_context("spawn")
    for name in PLAIN:
        process = fresh.Process(target=_plain, args=(name, path))
        process.start()
        process.join()
        if process.exitcode:
            print(f"{name}: ended with {process.exitcode}, most likely for want of memory")


def _plain(name: str, path: Path) -> None:
    """Group a file in one simple way, and print what it cost and how well it agrees with labels."""
    made = [features(document) for document in documents(path)]
    if len(made) > MOST:
        print(f"{name}: left out, it holds all distances at once and {len(made)} documents are more than {MOST}")
        return
    started = perf_counter()
    found = dict(zip([each.document_id for each in made], PLAIN[name](made).tolist(), strict=True))
    known = gold(path)
    scores = agreement(list(known.values()), [str(found[document]) for document in known]) if known else ""
    print(
        f"{name}: stories={len(set(found.values()))} grouping_s={perf_counter() - started:.1f}"
        f" peak_mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} {scores}"
    )


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
