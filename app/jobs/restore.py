"""Restore: a backup becomes an office again, in an empty home and an empty database, on either engine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app import db, settings
from app.jobs.archive import Archive, FileMember, TableMember, opened
from app.jobs.reindex import index_lacking
from app.settings import SECRETS_FILE, SETTINGS_FILE, Settings, make_private_folder, write_private
from app.store import deliveries, dumps
from digest.errors import InvalidInputError, StaffworkError

CLAIM = ".restoring"  # stands in the home while it is filled: what it stands beside may be cleared away
MADE = (CLAIM, "staffwork.db", SETTINGS_FILE, SECRETS_FILE, "outbox")  # with what SQLite and drafts put behind a name
SQLITE = "sqlite"
ROOM = 1.5  # tables take more room in a database, with their indexes, than as lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """An office that was restored."""

    home: Path
    database: str
    office: str
    made_at: datetime
    tables: int
    rows: int
    files: int
    doubted: int
    """Deliveries that were still to be made when the backup was: whether they went out since, nobody can know."""
    mails: bool
    """Whether it knows a mail server and would use it: served, it sends its readers the next briefing."""


def restore(home: Path, path: Path, database_url: str | None = None) -> Restored:
    """Make an office of a backup. What cannot be restored as a whole leaves nothing behind.

    Args:
        home: where; it must be empty or not there yet.
        path: the backup.
        database_url: a PostgreSQL database, which must be empty, or ``sqlite``; without it, as the backup's settings.

    Raises:
        InvalidInputError: the home or the database is not empty, or the file is not as it was made.
        SchemaError: a newer program wrote it.
    """
    with opened(path) as found:
        found.verify()
        values = _settings(found, database_url)
        chosen = settings.build(home, values)
        if database_url and chosen.database_url != values.get("database_url"):
            remedy = "the environment variable STAFFWORK_DATABASE_URL says otherwise, and wins; unset it"
            raise InvalidInputError("database-url", database_url, remedy)
        with _claimed(chosen, found), _filled(chosen) as engine:
            doubted = _fill(engine, found)
            for member in found.manifest.files:
                if member.name != SETTINGS_FILE:
                    _put_file(chosen.home / member.name, found, member)
            write_private(chosen.home / SETTINGS_FILE, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
        manifest = found.manifest
    return Restored(
        home=chosen.home,
        database=engine.dialect.name,
        office=manifest.office,
        made_at=manifest.made_at,
        tables=len(manifest.tables),
        rows=manifest.rows,
        files=len(manifest.files),
        doubted=doubted,
        mails=chosen.smtp_host is not None and not chosen.example,
    )


def _settings(found: Archive, database_url: str | None) -> dict[str, Any]:
    """The settings as they stood in their file, with the database that was chosen."""
    member = next((each for each in found.manifest.files if each.name == SETTINGS_FILE), None)
    if member is None:
        raise InvalidInputError("file", str(found.path), "it holds no settings, so it is no backup of an office")
    try:
        values: dict[str, Any] = dict(json.loads(b"".join(found.chunks(member))))
    except (ValueError, TypeError) as error:
        raise InvalidInputError("file", str(found.path), "the settings in it are no settings") from error
    if database_url:
        values.pop("database_url", None)
    if database_url and database_url != SQLITE:
        values["database_url"] = database_url
    return values


@contextmanager
def _claimed(chosen: Settings, found: Archive) -> Iterator[None]:
    """An empty home, which is as empty as before when it could not be filled."""
    home, was_there = chosen.home, chosen.home.exists()
    claim = home / CLAIM
    if claim.exists() and not (home / SETTINGS_FILE).exists():
        _clear(home)  # a restoring that was killed
    if was_there and any(home.iterdir()):
        remedy = "it is not empty, and nothing is overwritten; choose another STAFFWORK_HOME"
        raise InvalidInputError("home", str(home), remedy)
    make_private_folder(home)
    try:
        free, needed = shutil.disk_usage(home).free, int(found.manifest.bytes * ROOM)
        if free < needed:
            raise InvalidInputError("home", str(home), f"{needed} bytes are needed and {free} are free; make room")
        claim.mkdir(mode=0o700)
        yield
    except BaseException:
        _clear(home)
        if not was_there:
            home.rmdir()
        raise
    claim.rmdir()


def _clear(home: Path) -> None:
    """Remove what a restoring makes; the claim last, since it says that the rest may go."""
    made = [path for path in home.iterdir() if path.name.startswith(MADE)]
    for path in sorted(made, key=lambda path: path.name == CLAIM):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def _filled(chosen: Settings) -> Iterator[Engine]:
    """The engine of an empty database, which is empty again when it could not be filled."""
    engine = db.make_engine(chosen.database)
    if engine.dialect.name == SQLITE:
        Path(str(engine.url.database)).touch(mode=0o600)
    try:
        _check_empty(engine)
        try:
            yield engine
        except BaseException:
            if engine.dialect.name != SQLITE:
                dumps.clear_away(engine)
            raise
    finally:
        engine.dispose()


def _check_empty(engine: Engine) -> None:
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with db.reading(engine)() as session:
            blank = dumps.is_blank(session)
    except OperationalError as error:
        remedy = "the database does not answer; check its address and that it runs"
        raise InvalidInputError("database-url", shown, remedy) from error
    if not blank:
        remedy = "the database is not empty, and nothing is overwritten; make a new one and name it with --database-url"
        raise InvalidInputError("database-url", shown, remedy)
    if engine.dialect.name != SQLITE:
        dumps.clear_away(engine)  # tables without a row: a restoring that was killed made them


def _fill(engine: Engine, found: Archive) -> int:
    """Put every row in and read all of them back, in one transaction; then bring the tables up to this program's."""
    db.make_tables(engine, found.manifest.revision)
    try:
        with db.writing(engine).begin() as session:
            for member in found.manifest.tables:
                dumps.put(session, member.table, partial(found.lines, member))
            for member in found.manifest.tables:
                _check_table(member, dumps.lines(session, member.table))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InvalidInputError("file", str(found.path), f"the database refuses its rows: {reason}") from error
    db.migrate(engine)
    index_lacking(db.writing(engine))
    with db.writing(engine).begin() as session:
        return deliveries.doubt_planned(session)


def _check_table(member: TableMember, lines: Iterator[bytes]) -> None:
    """Compare what the database holds now with what the manifest says."""
    digest, rows = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        rows += 1
    if (rows, digest.hexdigest()) != (member.rows, member.sha256):
        raise StaffworkError(
            f"table {member.name} came out as {rows} rows and not as the {member.rows} of the backup; nothing is kept"
        )


def _put_file(path: Path, found: Archive, member: FileMember) -> None:
    make_private_folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in found.chunks(member):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
