"""How well stories are summarised.

``python -m benchmarks.summaries CLUSTERS.jsonl[.gz] --words N --predictions OUT.jsonl`` reads id and documents of each
line (title, text, published, source and url of each) and writes ``{"id", "summary", "sentences"}`` lines, the sentences
with ``document`` (its number in the line, from 0), ``start`` and ``end`` in code points of its text in NFC, and
``text``. Only then the people's summaries in ``references`` are looked at: ROUGE-1 and ROUGE-2 F1 are printed,
unstemmed, hits summed over the references (the protocol of MultiLing 2011). With ``--compare``, plain ways stand beside
ours.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

from benchmarks.labelled import document
from benchmarks.plain_summaries import BASELINES
from benchmarks.recorded import rows
from digest.edition import Sentence
from digest.errors import InvalidInputError
from digest.summary import extract
from digest.types import Document

_SINGLE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"  # scripts in which each character counts as a word
_SIGNS = r"\u0300-\u036f\u0900-\u0dff"  # accents and vowel signs that re takes for no part of a word
_WORDS = re.compile(rf"[{_SINGLE}]|(?:(?![{_SINGLE}])[^\W_])(?:(?![{_SINGLE}])[\w{_SIGNS}])*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The documents of one story, and what people made of them."""

    id: str
    documents: tuple[Document, ...]
    """Their ids are their numbers in the line, from 0."""
    references: tuple[str, ...]


def main() -> None:
    """Summarise the clusters of one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument("--words", type=int, required=True, help="how long a summary may be")
    parser.add_argument("--predictions", type=Path, required=True, help="where to write the summaries")
    parser.add_argument("--compare", action="store_true", help="print plain ways to summarise beside ours")
    arguments = parser.parse_args()
    try:
        clusters = list(_clusters(arguments.file))
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    made, seconds = _summarised(clusters, arguments.words)
    with arguments.predictions.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(_line(key, each), ensure_ascii=False) + "\n" for key, each in made.items())
    print(f"clusters={len(clusters)} words={arguments.words} median_ms={1_000 * median(seconds):.0f}")
    _print_scores("ours", clusters, {key: _text(each) for key, each in made.items()})
    for name, baseline in BASELINES.items() if arguments.compare else ():
        plain = {each.id: baseline(each.documents, arguments.words) for each in clusters}
        _print_scores(name, clusters, plain)


def _clusters(path: Path) -> Iterator[Cluster]:
    for number, row in rows(path):
        try:
            documents = tuple(_document(place, each) for place, each in enumerate(_list(row["documents"])))
            references = tuple(map(str, _list(row.get("references") or [])))
        except (KeyError, TypeError, ValueError, AttributeError):
            remedy = 'write {"id", "documents": [{"title", "text", "published", "source", "url"}]}'
            raise InvalidInputError(f"{path}, line {number}", json.dumps(row)[:80], remedy) from None
        if not documents:
            raise InvalidInputError(f"{path}, line {number}", "no documents", "give each line at least one")
        yield Cluster(id=str(row.get("id", number)), documents=documents, references=references)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _document(place: int, row: Mapping[str, Any]) -> Document:
    fields = ("title", "text", "source", "url", "lang")
    return document({"id": str(place), "published": _date(row.get("published"))} | {f: row.get(f) for f in fields})


def _date(written: object) -> str | None:
    """A date in the form of ISO 8601; others tell the order of the documents no better than their place does."""
    return written if isinstance(written, str) and re.match(r"\d{4}-\d\d-\d\d", written) else None


def _summarised(clusters: Sequence[Cluster], words: int) -> tuple[dict[str, tuple[Sentence, ...]], list[float]]:
    made, seconds = dict[str, tuple[Sentence, ...]](), list[float]()
    for cluster in clusters:
        started = perf_counter()
        made[cluster.id] = extract(cluster.documents, words=words)
        seconds.append(perf_counter() - started)
    return made, seconds


def _text(sentences: Sequence[Sentence]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def _line(key: str, sentences: Sequence[Sentence]) -> dict[str, object]:
    cited = [
        {"document": int(c.document_id), "start": c.start, "end": c.end, "text": c.text}
        for sentence in sentences
        for c in sentence.citations
    ]
    return {"id": key, "summary": _text(sentences), "sentences": cited}


def _print_scores(name: str, clusters: Sequence[Cluster], summaries: Mapping[str, str]) -> None:
    judged = [(summaries[cluster.id], cluster.references) for cluster in clusters if cluster.references]
    if judged:
        one, two = (100 * mean(rouge(text, references, n) for text, references in judged) for n in (1, 2))
        print(f"{name}: rouge1={one:.1f} rouge2={two:.1f} words={mean(len(text.split()) for text, _ in judged):.0f}")


def rouge(summary: str, references: Sequence[str], n: int) -> float:
    """ROUGE-n F1 of a summary, 0 to 1, hits summed over the references.

    Source:
        Lin, "ROUGE: A package for automatic evaluation of summaries", 2004.
    """
    found = _grams(summary, n)
    wanted = [_grams(reference, n) for reference in references]
    hits = sum((found & each).total() for each in wanted)
    both = found.total() * len(wanted) + sum(each.total() for each in wanted)
    return 2 * hits / both if both else 0.0


def _grams(text: str, n: int) -> Counter[tuple[str, ...]]:
    words = _WORDS.findall(text.lower())
    return Counter(zip(*(words[start:] for start in range(n)), strict=False))


if __name__ == "__main__":
    main()
