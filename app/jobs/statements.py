"""Taking in what leaders said or wrote: pasted, or as a file that the parsers of reports read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from app.office import Office
from app.store import statements
from collectors.formats.parsed import Format, Parsed, format_of
from collectors.formats.pool import ParserPool
from digest.errors import InvalidInputError, ParseError
from digest.text import normalise
from digest.types import Mark, Statement, StatementKind

MAX_FILE_BYTES = 5_000_000
"""A speech of an hour with its pictures; larger is no statement."""
MAX_TEXT = 200_000
"""Characters: the longest address of a year to a parliament."""
MAX_TITLE = 200
FORMATS = (Format.TEXT, Format.MARKDOWN, Format.DOCX, Format.PDF)
SUFFIXES = ".txt,.md,.docx,.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A statement as it is handed in."""

    leader_id: str
    kind: StatementKind
    said_on: date
    title: str
    """Empty: the document's own title, or the file's name."""
    mark: Mark


def add_text(office: Office, given: Given, text: str) -> Statement:
    """Keep a pasted statement.

    Raises:
        InvalidInputError: title or text is empty or too long.
        NotFoundError: no such leader.
    """
    title, text = _line(given.title), normalise(text).strip()
    if not title:
        raise InvalidInputError("title", "", "give the statement a title")
    if not text:
        raise InvalidInputError("text", "", "paste the words, or choose a file")
    if len(text) > MAX_TEXT:
        raise InvalidInputError("text", f"{len(text)} characters", f"at most {MAX_TEXT}; leave out what is quoted")
    with office.writing.begin() as session:
        return statements.add(
            session,
            leader_id=given.leader_id,
            kind=given.kind,
            said_on=given.said_on,
            title=title,
            text=text,
            mark=given.mark,
        )


def add_file(office: Office, given: Given, name: str, content: bytes) -> Statement:
    """Keep a statement from a file: text, Markdown, Word or PDF, read in a limited child process.

    Raises:
        InvalidInputError: a file of another format, or too large, or a text too long.
        ParseError: it cannot be read.
        NotFoundError: no such leader.
    """
    if len(content) > MAX_FILE_BYTES:
        raise InvalidInputError("file", name, f"larger than {MAX_FILE_BYTES} bytes; leave out its pictures")
    kind = format_of(name, content[:8])
    if kind not in FORMATS:
        raise InvalidInputError("file", name, f"save it as one of {SUFFIXES}")
    parsed = asyncio.run(_parsed(kind, content))
    if not parsed.text.strip():
        raise ParseError("no_text")
    title = given.title.strip() or parsed.title or PurePath(name).stem
    return add_text(office, _titled(given, title), parsed.text)


def read_file(path: Path) -> bytes:
    """The bytes of a file that was named, one more than may be at most.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise InvalidInputError("file", str(path), f"{error.strerror}; name a readable file") from None


async def _parsed(kind: Format, content: bytes) -> Parsed:
    async with ParserPool() as parser:
        return await parser.parse(kind, content)


def _titled(given: Given, title: str) -> Given:
    return Given(leader_id=given.leader_id, kind=given.kind, said_on=given.said_on, title=title, mark=given.mark)


def _line(text: str) -> str:
    """A title in one line, no longer than a title is."""
    return " ".join(normalise(text).split())[:MAX_TITLE].rstrip()
