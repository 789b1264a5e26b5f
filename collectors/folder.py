"""A folder of reports: every file below it is a document."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collectors.fingerprints import fingerprint, to_retry
from collectors.formats.parsed import Format, Parsed, format_of
from collectors.tools import Tools
from collectors.types import Fetched, Item, SourceTask
from digest.errors import FetchError, ParseError, SourceError
from digest.types import Mark

MAX_FILE = 50_000_000  # bytes; the largest of 442 real reports has 6 million
FILES_AT_ONCE = 2  # as many as there are parsers: more would only hold memory

_PASSING = frozenset({"timeout", "crashed", "memory", "unreadable"})  # a later attempt may go better
_IGNORED = re.compile(
    r"^(?:\.|~\$|~.*\.tmp$)|(?:\.tmp|\.part|\.crdownload|\.swp|~)$|^(?:thumbs\.db|desktop\.ini)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class _Content:
    data: bytes
    changed_at: datetime


async def collect_folder(task: SourceTask, tools: Tools, now: datetime) -> Fetched:
    """Read every new or changed file of a folder.

    Hidden, temporary and lock files are not documents. A file that cannot be read is an item with its error; so is a
    link, which is never followed, and a file of an unknown format. A sub-folder named after a handling mark raises the
    mark of what lies in it.

    Raises:
        FetchError: ``missing_folder``.
    """
    del now  # files carry their own time
    root = Path(task.source.address)
    files = await asyncio.to_thread(list_files, root)
    turns = asyncio.Semaphore(FILES_AT_ONCE)

    async def read(file: _File) -> Item | None:
        async with turns:
            return await _read(file, task.known.get(file.key), tools)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read(file)) for file in files]
    items = tuple(item for task in tasks if (item := task.result()) is not None)
    return Fetched(items=items, same=len(files) - len(items))


def list_files(root: Path) -> list[_File]:
    """The documents below a folder, by key: the path from the folder on, NFC, with ``/``.

    Raises:
        FetchError: ``missing_folder``.
    """
    if not root.is_dir():
        raise FetchError("missing_folder", path=str(root))
    paths = sorted(_walk(root))
    raw = {path: os.fsencode(path.relative_to(root)).decode("utf-8", "backslashreplace") for path in paths}
    names = set(raw.values())
    keys = {path: unicodedata.normalize("NFC", name) for path, name in raw.items()}
    # Where two names only differ in normalisation, the one that is not normal keeps its own.
    return [_File(path, raw[path] if keys[path] != raw[path] and keys[path] in names else keys[path]) for path in paths]


def _walk(root: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        raise FetchError("missing_folder", path=str(error.filename)) from error

    for folder, folders, names in os.walk(root, onerror=refuse):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _IGNORED.search(name))
        linked = [name for name in folders if (here / name).is_symlink()]
        yield from (here / name for name in (*linked, *names) if not _IGNORED.search(name))


async def _read(file: _File, known: str | None, tools: Tools) -> Item | None:
    """The document of a file; None when it is the same as last time."""
    try:
        content = await asyncio.to_thread(_content, file.path)
    except SourceError as error:
        return _failed(file, fingerprint(error.code), known, error)
    digest = await asyncio.to_thread(lambda: hashlib.sha256(content.data).hexdigest())
    if digest == known:
        return None
    try:
        parsed = await _parsed(file, content.data, tools)
    except SourceError as error:
        return _failed(file, digest, known, error, content.changed_at)
    return Item(
        key=file.key,
        fingerprint=digest,
        title=parsed.title or file.path.stem,
        text=parsed.text,
        author=parsed.author,
        language=parsed.language,
        published_at=content.changed_at,
        mark=mark_of(file.key),
    )


def _failed(
    file: _File, plain: str, known: str | None, error: SourceError, changed_at: datetime | None = None
) -> Item | None:
    """A file that could not be read; None when that was so last time and will not pass."""
    if known == plain:
        return None
    return Item(
        key=file.key,
        fingerprint=to_retry(plain, known) if error.code in _PASSING else plain,
        title=file.path.name,
        text="",
        published_at=changed_at,
        mark=mark_of(file.key),
        error=error,
    )


def mark_of(key: str) -> Mark | None:
    """The highest handling mark that a sub-folder is named after: ``confidential/lease.docx`` is confidential."""
    names = {mark.code: mark for mark in Mark}
    return max((names[part.lower()] for part in key.split("/")[:-1] if part.lower() in names), default=None)


async def _parsed(file: _File, data: bytes, tools: Tools) -> Parsed:
    kind: Format | None = format_of(file.path.name, data[:8])
    if kind is None:
        raise ParseError("unknown_format")
    parsed = await tools.parser.parse(kind, data)
    if not parsed.text:
        raise ParseError("no_text")
    return parsed


def _content(path: Path) -> _Content:
    """The bytes of a regular file. Links are not followed, and a pipe cannot make us wait."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise FetchError("link" if path.is_symlink() else "unreadable", address=path.name) from None
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ParseError("unknown_format")
        data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise ParseError("too_large", limit=MAX_FILE)
    return _Content(data, datetime.fromtimestamp(status.st_mtime, UTC))
