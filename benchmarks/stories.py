"""How well, and how fast, documents are grouped into stories.

``python -m benchmarks.stories FILE.jsonl[.gz] --predictions OUT.jsonl`` reads id, title, text, published, source, lang
and url of each line, groups all documents with the default parameters, and writes ``{"id", "story"}`` lines. Labels in
the file are never read: compare OUT.jsonl with them by any scorer.
"""

from __future__ import annotations

import argparse
import json
import resource
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.recorded import rows
from digest.errors import InvalidInputError
from digest.stories import consolidate, features
from digest.text import detect, normalise
from digest.types import Document

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # collection time of documents without a date: all alike


def main() -> None:
    """Group the documents of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument("--predictions", type=Path, required=True, help="where to write the stories")
    arguments = parser.parse_args()
    try:
        documents = list(_documents(arguments.file))
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    started = perf_counter()
    made = [features(document) for document in documents]
    extracted = perf_counter()
    partition = consolidate(made)
    grouped = perf_counter()
    _write(arguments.predictions, partition.stories)
    print(
        f"documents={len(documents)} stories={len(partition.stories)} duplicates={len(partition.duplicates)}"
        f" features_s={extracted - started:.1f} grouping_s={grouped - extracted:.1f}"
        f" peak_mb={resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"
    )


def _documents(path: Path) -> Iterator[Document]:
    for number, row in rows(path):
        try:
            yield _document(row)
        except (KeyError, TypeError, ValueError, AttributeError):
            remedy = "write an id, texts in quotes or null, and ISO 8601 times"
            raise InvalidInputError(f"{path}, line {number}", json.dumps(row)[:80], remedy) from None


def _document(row: Mapping[str, Any]) -> Document:
    title, text = normalise(row.get("title") or ""), normalise(row.get("text") or "")
    published = _moment(row.get("published"))
    return Document(
        id=str(row["id"]),
        source_id=row.get("source") or "unknown",
        key=str(row["id"]),
        version=1,
        title=title,
        text=text,
        language=detect(f"{title}\n{text}", hint=row.get("lang")),
        collected_at=published or _UNDATED,
        changed_at=published or _UNDATED,
        url=row.get("url") or None,
        published_at=published,
    )


def _moment(text: str | None) -> datetime | None:
    """A date as the file writes it; without a zone it is taken as UTC."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _write(path: Path, stories: tuple[frozenset[str], ...]) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for number, story in enumerate(stories):
            lines.writelines(json.dumps({"id": document, "story": number}) + "\n" for document in sorted(story))


if __name__ == "__main__":
    main()
