"""The file of a backup: a ZIP with the rows of each table, the office's files, and a manifest that accounts for both.

::

    manifest.json          program, revision of the tables, time; rows, bytes and SHA-256 of every other member
    tables/NAME.jsonl      a table, see :mod:`app.store.dumps`
    files/settings.json    files/secrets.json    files/outbox/….eml

What is read may come from anywhere: names that lead elsewhere, members nobody accounts for and sizes that do not fit
are refused before anything is made of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.store.dumps import KINDS, Table
from digest.errors import InvalidInputError

FORMAT = 1
MANIFEST = "manifest.json"
MAX_MANIFEST = 64_000_000  # bytes: about half a million mails in the outbox
CHUNK = 1 << 20
_OFFICE_FILE = re.compile(r"(settings|secrets)\.json|outbox/[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,199}")
_TABLE_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)

Name = Annotated[str, Field(pattern=_TABLE_NAME)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Member(_Part):
    """What a member of the file has to be."""

    bytes: Count
    sha256: Sha256


class TableMember(Member):
    """A table: its columns with their kinds, its key, and how many rows it has."""

    name: Name
    columns: tuple[tuple[Name, str], ...]
    key: tuple[Name, ...]
    rows: Count

    @property
    def table(self) -> Table:
        """The table by its names."""
        return Table(name=self.name, columns=self.columns, key=self.key)

    @property
    def place(self) -> str:
        """Its name within the file."""
        return f"tables/{self.name}.jsonl"


class FileMember(Member):
    """A file of the office, by its path below the home."""

    name: str

    @property
    def place(self) -> str:
        """Its name within the file."""
        return f"files/{self.name}"


class Manifest(_Part):
    """What a backup holds."""

    format: int
    program: str
    revision: str
    engine: str
    office: str
    made_at: datetime
    tables: tuple[TableMember, ...]
    files: tuple[FileMember, ...]

    @property
    def members(self) -> tuple[TableMember | FileMember, ...]:
        """Tables and files."""
        return (*self.tables, *self.files)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(each.rows for each in self.tables)

    @property
    def bytes(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(each.bytes for each in self.members)


class Writer:
    """Writes the members of a backup; each answers with what the manifest has to say of it."""

    def __init__(self, target: IO[bytes], made_at: datetime) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._stamp = made_at.timetuple()[:6]

    def table(self, table: Table, lines: Iterable[bytes]) -> TableMember:
        """Write a table."""
        rows = 0

        def counted() -> Iterator[bytes]:
            nonlocal rows
            for rows, line in enumerate(lines, start=1):  # noqa: B007 it is the count that is wanted
                yield line

        written = self._write(f"tables/{table.name}.jsonl", counted())
        return TableMember(name=table.name, columns=table.columns, key=table.key, rows=rows, **written)

    def file(self, name: str, path: Path) -> FileMember:
        """Write a file of the office."""
        with path.open("rb") as file:
            return FileMember(name=name, **self._write(f"files/{name}", iter(lambda: file.read(CHUNK), b"")))

    def close(self, manifest: Manifest) -> None:
        """Write the manifest, and what makes the file a whole one."""
        self._write(MANIFEST, [manifest.model_dump_json(indent=1).encode()])
        self._zip.close()

    def _write(self, place: str, chunks: Iterable[bytes]) -> dict[str, Any]:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(place, self._stamp)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as member:
            for chunk in chunks:
                member.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        return {"bytes": size, "sha256": digest.hexdigest()}


class Archive:
    """A backup whose manifest fits its members; their content is checked by :meth:`verify`."""

    def __init__(self, path: Path, members: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path = path
        self.manifest = manifest
        self._zip = members

    def lines(self, member: TableMember) -> Iterator[bytes]:
        """The rows of a table."""
        with self._zip.open(member.place) as lines:
            yield from lines

    def chunks(self, member: TableMember | FileMember) -> Iterator[bytes]:
        """The bytes of a member, and never more than the manifest says it has."""
        left = member.bytes
        with self._zip.open(member.place) as content:
            while chunk := content.read(min(CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise _refused(self.path, f"{member.place} is longer than its manifest says")
                yield chunk

    def verify(self) -> None:
        """Compare every member with the manifest.

        Raises:
            InvalidInputError: one is not what the manifest says; it is named.
        """
        for member in self.manifest.members:
            digest = hashlib.sha256()
            with _whole(self.path, member.place):
                for chunk in self.chunks(member):
                    digest.update(chunk)
            if digest.hexdigest() != member.sha256:
                raise _refused(self.path, f"{member.place} is not what was backed up: its SHA-256 differs")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup.

    Raises:
        InvalidInputError: it is none, not a whole one, or one whose parts do not fit each other.
    """
    if not path.is_file():
        raise InvalidInputError("file", str(path), "no such file; name the backup that `staffwork backup` made")
    with _whole(path, "the end of the file"):
        members = zipfile.ZipFile(path)
    with members:
        with _whole(path, MANIFEST):
            manifest = _manifest(path, members)
        _check(path, members, manifest)
        yield Archive(path, members, manifest)


@contextmanager
def _whole(path: Path, part: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise _refused(path, f"{part} cannot be read, so the file is damaged, cut short, or no backup") from error


def _refused(path: Path, happened: str) -> InvalidInputError:
    return InvalidInputError("file", str(path), f"{happened}; fetch the copy again, or take an earlier one")


def _manifest(path: Path, members: zipfile.ZipFile) -> Manifest:
    try:
        with members.open(MANIFEST) as file:
            plain = json.loads(file.read(MAX_MANIFEST))
    except KeyError:
        raise _refused(path, "it has no manifest, so it is no backup of Staffwork") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise InvalidInputError("file", str(path), "a newer Staffwork wrote it; install that one")
    try:
        return Manifest.model_validate(plain)
    except ValidationError as error:
        raise _refused(path, f"its manifest says nothing of use about {error.errors()[0]['loc']}") from None


def _check(path: Path, members: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every member is accounted for once, under a name that leads nowhere else, with the size it should have."""
    for file in manifest.files:
        if not _OFFICE_FILE.fullmatch(file.name):
            raise _refused(path, f"it names a file that is none of an office ({file.name!r})")
    for each in manifest.tables:
        known = dict(each.columns)
        if not set(each.key) <= set(known) or not set(known.values()) <= set(KINDS) or len(known) != len(each.columns):
            raise _refused(path, f"its table {each.name} makes no sense")
    wanted = {each.place: each.bytes for each in manifest.members}
    found = {info.filename: info.file_size for info in members.infolist() if info.filename != MANIFEST}
    if len(members.infolist()) != len(found) + 1 or len(wanted) != len(manifest.members):
        raise _refused(path, "it holds two parts of one name")
    if found != wanted:
        strange = min(place for place in {*found, *wanted} if found.get(place) != wanted.get(place))
        raise _refused(path, f"{strange!r} is not as its manifest says")
