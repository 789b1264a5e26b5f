"""One lock for each verb, which dies with its process: a file lock beside SQLite, an advisory lock on PostgreSQL."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sqlalchemy import text

from app.office import Office
from digest.errors import StaffworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock."""

    process: int
    verb: str


class LockedError(StaffworkError):
    """Another process holds the verb's lock."""

    def __init__(self, verb: str, holder: Holder | None) -> None:
        who = f"process {holder.process}" if holder else "another process"
        super().__init__(f"{verb} is already being done by {who}")
        self.verb = verb
        self.holder = holder


@contextmanager
def lock(office: Office, verb: str) -> Iterator[None]:
    """Hold a verb's lock.

    Raises:
        LockedError: another process holds it; it says who, when that is known.
    """
    held = _file_lock if office.engine.dialect.name == "sqlite" else _advisory_lock
    with held(office, verb):
        yield


@contextmanager
def _file_lock(office: Office, verb: str) -> Iterator[None]:
    path = office.settings.home / f"{verb}.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(verb, _read_holder(path)) from None
        _write_holder(file, verb)
        yield


def _write_holder(file: TextIO, verb: str) -> None:
    file.seek(0)
    file.truncate()
    json.dump({"process": os.getpid(), "verb": verb}, file)
    file.flush()


def _read_holder(path: Path) -> Holder | None:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return Holder(process=int(plain["process"]), verb=str(plain["verb"]))
    except (ValueError, KeyError):
        return None  # the holder has taken the lock and not yet written its name


@contextmanager
def _advisory_lock(office: Office, verb: str) -> Iterator[None]:
    key = zlib.crc32(f"staffwork {verb}".encode())
    with office.engine.connect() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = :key AND granted"
            process = connection.scalar(text(query), {"key": key})
            raise LockedError(verb, Holder(process=int(process), verb=verb) if process else None)
        connection.commit()
        try:
            yield
        finally:
            connection.scalar(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
            connection.commit()
