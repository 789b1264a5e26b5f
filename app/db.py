"""The database: engine, sessions, and bringing the tables up to the program's version."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import DateTime, Dialect, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from digest.errors import StaffworkError

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 30_000  # longer than any transaction of ours; a writer waits its turn instead of failing
DERIVED = {"info": {"derived": True}}
"""For ``__table_args__``: the table holds only what is made again of others, so that no backup needs it."""

Sessions = sessionmaker[Session]


class SchemaError(StaffworkError):
    """The database is newer than the program."""

    def __init__(self, found: str, known: str) -> None:
        super().__init__(f"database revision {found}, program knows up to {known}")
        self.found = found
        self.known = known


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is taken off going in and put back coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 signature of the base
        """Read an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime()}


def has_model(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401 a mapping of literals
    """Whether a table is one of the models, as Alembic asks: words and what FTS5 keeps of them are made by hand."""
    return kind != "table" or not re.match(r"(document|passage)_words(_|$)", name or "")


def make_engine(url: str) -> Engine:
    """Engine of a database; SQLite in WAL mode, writers taking their turn from the first statement."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(_begin_statement(connection)))
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself; the "begin" listener does
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # an approved edition or a sent delivery survives a power cut
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _begin_statement(connection: Any) -> str:  # noqa: ANN401 Connection; its options are untyped
    return "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"


def reading(engine: Engine) -> Sessions:
    """Sessions for requests and reports that only read (writing works, but may have to wait and fail)."""
    return sessionmaker(engine, expire_on_commit=False)


def writing(engine: Engine) -> Sessions:
    """Sessions that write: on SQLite they take the write lock when they begin (`BEGIN IMMEDIATE`)."""
    return sessionmaker(engine.execution_options(writes=True), expire_on_commit=False)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that sees one state of the whole database, whatever others write meanwhile."""
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, Session(connection) as session:
        yield session


def _alembic(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def revision(engine: Engine) -> str | None:
    """Revision of the tables; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine, *, backup_folder: Path | None = None) -> str | None:
    """Bring the tables up to the program's version; an SQLite file is copied into ``backup_folder`` first.

    Returns:
        The revision it was at before (None: the database was empty).

    Raises:
        SchemaError: the database is newer than the program; it is left alone.
    """
    config = _alembic(engine)
    script = ScriptDirectory.from_config(config)
    head = script.get_current_head() or ""
    before = revision(engine)
    if before == head:
        return before
    if before is not None and before not in {known.revision for known in script.walk_revisions()}:
        raise SchemaError(before, head)
    if before is not None and backup_folder is not None:
        back_up(engine, backup_folder / f"before-{head}.db")
    command.upgrade(config, "head")
    return before


def make_tables(engine: Engine, at: str) -> None:
    """Make the tables of a revision in an empty database.

    Raises:
        SchemaError: the program does not know the revision: it is a newer one's.
    """
    config = _alembic(engine)
    script = ScriptDirectory.from_config(config)
    if at not in {known.revision for known in script.walk_revisions()}:
        raise SchemaError(at, script.get_current_head() or "")
    command.upgrade(config, at)


def back_up(engine: Engine, target: Path) -> None:
    """Copy an SQLite database, consistently and while it is used; other engines have tools of their own."""
    if engine.dialect.name != "sqlite":
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    source = sqlite3.connect(str(engine.url.database))
    copy = sqlite3.connect(draft)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    draft.chmod(0o600)
    shutil.move(draft, target)
