"""What a careful reader says about the example: which documents tell one story, which repeat, what belongs on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.example.office import load_office, read_json
from digest.types import SourceKind


class DocumentKey(NamedTuple):
    """The identity of a document: its source, and its key there."""

    source_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """The judgement over all weeks. Stories are known by their names."""

    stories: Mapping[str, tuple[DocumentKey, ...]]
    """Every document of the example is in exactly one story, documents in several languages together."""
    duplicates: Mapping[DocumentKey, DocumentKey]
    """A reprint -> the document it repeats."""
    noise: tuple[str, ...]
    """Stories that belong in nobody's briefing."""
    conflicts: Mapping[str, Mapping[DocumentKey, str]]
    """Story -> the words in which its documents give figures that differ."""
    on_top: Mapping[str, tuple[tuple[str, ...], ...]]
    """Leader id -> the stories expected near the top in each week; their order is free."""
    sees: Mapping[str, tuple[tuple[str, ...], ...]]
    """Leader id -> all stories the leader should be told, given post, topics and statements, in each week."""


def load_gold() -> Gold:
    """Read the judgement."""
    raw = read_json("gold.json")
    return Gold(
        stories={name: _keys(documents) for name, documents in raw["stories"].items()},
        duplicates={document_key(later): document_key(earlier) for later, earlier in raw["duplicates"].items()},
        noise=tuple(raw["noise"]),
        conflicts={
            story: {document_key(document): figure for document, figure in figures.items()}
            for story, figures in raw["conflicts"].items()
        },
        on_top=_by_week(raw["on_top"]),
        sees=_by_week(raw["sees"]),
    )


def _by_week(raw: Mapping[str, list[list[str]]]) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    return {leader: tuple(tuple(week) for week in every) for leader, every in raw.items()}


def _keys(documents: Iterable[str]) -> tuple[DocumentKey, ...]:
    return tuple(document_key(document) for document in documents)


def document_key(document: str) -> DocumentKey:
    """The document that the example names ``source/article`` or ``source/file``; the key of a file is its name."""
    source_id, name = document.split("/", 1)
    folders = {source.id for source in load_office().sources if source.kind is SourceKind.FOLDER}
    return DocumentKey(source_id, name if source_id in folders else f"urn:{source_id}:{name}")
