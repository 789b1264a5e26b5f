"""An office that is opened: its settings and its database, handed down to whoever works for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from app import db
from app.settings import Settings, make_private_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Settings and database of an office."""

    settings: Settings
    engine: Engine
    reading: db.Sessions
    writing: db.Sessions

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()


def open_office(settings: Settings) -> Office:
    """Open an office: folders made, tables brought up to date (a file is backed up first).

    Raises:
        SchemaError: the database is newer than the program.
    """
    for folder in (settings.home, settings.outbox, settings.logs):
        make_private_folder(folder)
    engine = db.make_engine(settings.database)
    db.migrate(engine, backup_folder=settings.home / "backups")
    path = settings.home / "staffwork.db"
    if path.exists():
        path.chmod(0o600)
    return Office(settings=settings, engine=engine, reading=db.reading(engine), writing=db.writing(engine))
