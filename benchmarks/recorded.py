"""Recorded articles and topics as files hold them; a file that cannot be used is named with its line and the remedy."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.errors import InvalidInputError

UNNAMED = "Unnamed source"
YEARS = range(1900, 3000)  # what lies outside is a slip of the pen
SHOWN = 80  # characters of a value that an error repeats
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{1,8})*")
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An article as it was recorded."""

    number: int
    """Its line in the file, from 1: its identity."""
    title: str
    """Empty when it has none."""
    text: str
    """The title once more when it has none."""
    source: str
    published: datetime | None
    author: str | None
    language: str | None
    url: str | None
    """Where it was found at the time."""

    @property
    def key(self) -> str:
        """What its feed calls it."""
        return f"recorded-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTopic:
    """A standing subject to be followed."""

    name: str
    description: str
    keywords: tuple[str, ...]


def rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """The objects of a JSON-lines file, gzipped when its name ends in ``.gz``, with their line numbers from 1.

    Raises:
        InvalidInputError: the file or a line cannot be read.
    """
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, _object(f"{path}, line {number}", line)
    except gzip.BadGzipFile:
        remedy = "not gzip, or damaged; name a plain file .jsonl, or compress it again"
        raise InvalidInputError(_after(number), str(path), remedy) from None
    except (EOFError, zlib.error):
        raise InvalidInputError(
            _after(number), str(path), "the gzip file breaks off or is damaged; get it again"
        ) from None
    except OSError as error:
        raise InvalidInputError("file", str(path), f"{error.strerror}; name a readable file") from None


def _after(number: int) -> str:
    return f"file, after line {number}," if number else "file"


def _object(place: str, line: bytes) -> dict[str, object]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        shown = line[max(0, error.start - 20) : error.start + 20].decode("utf-8", "backslashreplace")
        raise InvalidInputError(place, shown, "not UTF-8; save the file as UTF-8, or name a gzip file .gz") from None
    except (ValueError, RecursionError):
        shown = _shown(line.decode("utf-8", "replace").strip())
        raise InvalidInputError(place, shown, "not JSON; write one JSON object on each line") from None
    if not isinstance(row, dict):
        raise InvalidInputError(place, _shown(row), 'not an object; write {"title": …, "text": …}')
    return row


def read(path: Path) -> tuple[Recorded, ...]:
    """The articles of a JSON-lines file.

    Raises:
        InvalidInputError: the file or a line cannot be used, or it holds no article.
    """
    found = tuple(_article(f"{path}, line {number}", number, row) for number, row in rows(path))
    if not found:
        raise InvalidInputError("file", str(path), "no articles in it; write one JSON object on each line")
    return found


def _article(place: str, number: int, row: Mapping[str, object]) -> Recorded:
    title, text = (_text(place, row, name) for name in ("title", "text"))
    if title is None and text is None:
        raise InvalidInputError(place, _shown(row), "neither title nor text; give one of them, or take the line out")
    language = _text(place, row, "lang")
    if language and not _LANGUAGE.fullmatch(language):
        raise InvalidInputError(f"{place}, lang", _shown(language), "write a code such as en or zh-CN, or null")
    return Recorded(
        number=number,
        title=title or "",
        text=text or title or "",
        source=_text(place, row, "source") or UNNAMED,
        published=_published(place, number, _text(place, row, "published")),
        author=_text(place, row, "author"),
        language=language,
        url=_text(place, row, "url"),
    )


def _text(place: str, row: Mapping[str, object], name: str) -> str | None:
    """A field without the characters that XML 1.0 cannot carry; None when it is not there, or blank."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInputError(f"{place}, {name}", _shown(value), "write a text in quotes, or null")
    return _NOT_XML.sub("", value).strip() or None


def _published(place: str, number: int, value: str | None) -> datetime | None:
    """A time, to the second; a date without one gets a fixed hour of that day, so that the articles have an order."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        moment = datetime.min.replace(tzinfo=UTC)
    if moment.year not in YEARS:
        remedy = f"write an ISO 8601 time of the years {YEARS[0]} to {YEARS[-1]}, such as 2026-10-05T08:30:00Z, or null"
        raise InvalidInputError(f"{place}, published", _shown(value), remedy)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        seed = hashlib.sha256(str(number).encode()).digest()
        moment += timedelta(hours=6 + seed[0] % 16, minutes=seed[1] % 60)
    return moment.replace(microsecond=0)


def read_topics(path: Path) -> tuple[RecordedTopic, ...]:
    """The topics of a JSON file: ``[{"name", "description", "keywords"}]``, of which only the name must be there.

    Raises:
        InvalidInputError: the file or an entry cannot be used.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInputError("file", str(path), f"{error.strerror}; name a readable file") from None
    except json.JSONDecodeError as error:
        raise InvalidInputError("file", str(path), f"not JSON (line {error.lineno}); mend it") from None
    except (ValueError, RecursionError):
        raise InvalidInputError("file", str(path), "not JSON in UTF-8; save it as UTF-8") from None
    if not isinstance(values, list):
        raise InvalidInputError("file", str(path), 'not a list; write [{"name": …, "keywords": [… ]}]')
    topics = tuple(_topic(f"{path}, topic {number}", value) for number, value in enumerate(values, start=1))
    for number, topic in enumerate(topics, start=1):
        if topic.name in {earlier.name for earlier in topics[: number - 1]}:
            raise InvalidInputError(f"{path}, topic {number}", topic.name, "the name is there already; join the two")
    return topics


def _topic(place: str, value: object) -> RecordedTopic:
    name = _text(place, value, "name") if isinstance(value, dict) else None
    if not isinstance(value, dict) or name is None:
        raise InvalidInputError(place, _shown(value), 'no name; write {"name": …}')
    keywords = value.get("keywords")
    keywords = [] if keywords is None else keywords
    if not isinstance(keywords, list) or not all(isinstance(each, str) and each.strip() for each in keywords):
        raise InvalidInputError(f"{place}, keywords", _shown(keywords), 'write a list of texts: ["dam", "gate"]')
    return RecordedTopic(name=name, description=_text(place, value, "description") or "", keywords=tuple(keywords))


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
