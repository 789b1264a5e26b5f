"""Back up: one consistent file of the whole office, while it is used."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import structlog

from app import db
from app.jobs.archive import FORMAT, FileMember, Manifest, TableMember, Writer
from app.jobs.lock import lock
from app.office import Office
from app.settings import SECRETS_FILE, SETTINGS_FILE, Settings, make_private_folder, write_private
from app.store import dumps
from digest.errors import InvalidInputError

log = structlog.get_logger()

RECORD = "last-backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A backup that was made."""

    path: Path
    made_at: datetime
    bytes: int
    rows: int


def backup(office: Office, now: datetime, target: Path | None = None) -> BackedUp:
    """Write a backup, under its name only when it is whole; nothing is overwritten.

    Args:
        office: the office; it may be at work.
        now: the present, which the file's name and manifest say.
        target: the file; without one, a new one in ``HOME/backups``.

    Raises:
        InvalidInputError: the file exists, or its folder cannot be written to.
        LockedError: somebody is backing up already.
    """
    path = (target or _default(office.settings, now)).absolute()
    with lock(office, "backup"):
        if path.exists():
            raise InvalidInputError("file", str(path), "it exists already, and nothing is overwritten; name another")
        draft = path.with_name(f".{path.name}.new")  # one name: what a killed process left is overwritten by the next
        try:
            rows = _write(office, now, draft)
            draft.rename(path)
            _sync(path.parent)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise InvalidInputError("file", str(path), f"it cannot be written: {error.strerror or error}") from error
        made = BackedUp(path=path, made_at=now, bytes=path.stat().st_size, rows=rows)
        plain = {"path": str(path), "made_at": now.isoformat(), "bytes": made.bytes}
        write_private(office.settings.home / RECORD, json.dumps(plain, indent=2) + "\n")
    log.info("backed up", path=str(path), bytes=made.bytes, rows=rows)
    return made


def last(settings: Settings) -> BackedUp | None:
    """The last backup, as it was when it was made; None when there was none."""
    try:
        plain = json.loads((settings.home / RECORD).read_text(encoding="utf-8"))
        made_at = datetime.fromisoformat(plain["made_at"])
        return BackedUp(path=Path(plain["path"]), made_at=made_at, bytes=int(plain["bytes"]), rows=0)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _default(settings: Settings, now: datetime) -> Path:
    folder = settings.home / "backups"
    make_private_folder(folder)
    return folder / f"staffwork-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}.zip"


def _write(office: Office, now: datetime, draft: Path) -> int:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        writer = Writer(file, now)
        tables = _tables(office, writer)
        files = tuple(_files(office.settings, writer))  # after the rows: a mail they call written is there
        manifest = Manifest(
            format=FORMAT,
            program=version("staffwork"),
            revision=db.revision(office.engine) or "",
            engine=office.engine.dialect.name,
            office=office.settings.office_name,
            made_at=now,
            tables=tables,
            files=files,
        )
        writer.close(manifest)
        file.flush()
        os.fsync(file.fileno())
    return manifest.rows


def _tables(office: Office, writer: Writer) -> tuple[TableMember, ...]:
    with db.snapshot(office.engine) as session:
        return tuple(writer.table(each, dumps.lines(session, each)) for each in dumps.described())


def _files(settings: Settings, writer: Writer) -> Iterator[FileMember]:
    """What an office has beside its database; a draft of a mail is none yet."""
    for name in (SETTINGS_FILE, SECRETS_FILE):
        if (settings.home / name).exists():
            yield writer.file(name, settings.home / name)
    for path in sorted(settings.outbox.iterdir()):
        if path.suffix != ".new" and path.is_file():
            yield writer.file(f"outbox/{path.name}", path)


def _sync(folder: Path) -> None:
    """Make sure of the name as well as of the content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
