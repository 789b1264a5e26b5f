"""Documents as files of the story benchmarks hold them, with the stories that people put them into."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.recorded import rows
from digest.errors import InvalidInputError
from digest.text import detect, normalise
from digest.types import Document

_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # collection time of documents without a date: all alike


def documents(path: Path) -> Iterator[Document]:
    """The documents of a file, from id, title, text, published, source, lang and url of each line.

    Raises:
        InvalidInputError: a line is no document.
    """
    for number, row in rows(path):
        try:
            yield document(row)
        except (KeyError, TypeError, ValueError, AttributeError):
            remedy = "write an id, texts in quotes or null, and ISO 8601 times"
            raise InvalidInputError(f"{path}, line {number}", json.dumps(row)[:80], remedy) from None


def gold(path: Path) -> dict[str, str]:
    """Document id -> label of its story, of the lines that have one in ``cluster``."""
    return {str(row["id"]): str(row["cluster"]) for _, row in rows(path) if row.get("cluster") is not None}


def document(row: Mapping[str, Any]) -> Document:
    """One document, from what a line says of it.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is none.
    """
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
