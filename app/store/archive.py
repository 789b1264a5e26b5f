"""Whole tables as lines of JSON and back, the same on both engines; a row at a time, so that no table fills the memory.

A table is described by its names alone (:class:`Table`), so that one written by an older program can be put back into
the tables that program had.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Double,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TableClause,
    Text,
    bindparam,
    collate,
    column,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.db import Base, UtcDateTime
from app.models import AttemptRow, DocumentRow, EditionRow, VersionRow
from digest.errors import InvalidInputError

BATCH = 500
REVISIONS = "alembic_version"
_MOMENTS = (AttemptRow.made_at, DocumentRow.changed_at, VersionRow.collected_at, EditionRow.made_at)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its type in a database, and its way into JSON and back."""

    type: TypeEngine[Any]
    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


KINDS: dict[str, Kind] = {
    "time": Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind(
        LargeBinary(),
        lambda value: base64.b64encode(value).decode(),
        lambda value: base64.b64decode(value, validate=True),
    ),
    "boolean": Kind(Boolean()),
    "integer": Kind(Integer()),
    "float": Kind(Double()),
    "text": Kind(Text()),
}
_KIND_OF: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (UtcDateTime, "time"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "float"),
    (String, "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table by its names: columns with the kinds of their values, and the columns of its key."""

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]

    @property
    def clause(self) -> TableClause:
        """The table for a statement."""
        return table(self.name, *(column(name, KINDS[kind].type) for name, kind in self.columns))


def described() -> tuple[Table, ...]:
    """The tables of this program that a backup needs, each behind those it refers to."""
    return tuple(
        Table(
            name=each.name,
            columns=tuple((one.name, _kind_of(one.type)) for one in each.columns),
            key=tuple(one.name for one in each.primary_key.columns),
        )
        for each in Base.metadata.sorted_tables
        if not each.info.get("derived")
    )


def _kind_of(found: TypeEngine[Any]) -> str:
    return next(kind for known, kind in _KIND_OF if isinstance(found, known))


def lines(session: Session, table: Table) -> Iterator[bytes]:
    """The rows of a table in the order of its key, each a line of JSON with its values in the order of the columns."""
    clause = table.clause
    ordered = select(clause).order_by(*(_as_bytes(session, table, clause, name) for name in table.key))
    writers = [KINDS[kind].write for _, kind in table.columns]
    for row in session.execute(ordered, execution_options={"yield_per": BATCH}):
        values = [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _as_bytes(session: Session, table: Table, clause: TableClause, name: str) -> Any:  # noqa: ANN401 any expression
    """A column of the key in an order that both engines know; PostgreSQL sorts words by its locale unless told."""
    is_text = dict(table.columns)[name] == "text"
    return collate(clause.c[name], "C") if is_text and _is_postgres(session) else clause.c[name]


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def put(session: Session, table: Table, rows: Callable[[], Iterable[bytes]]) -> int:
    """Put the rows of a table in; what refers to a row of the same table is set when all of them are there.

    Args:
        session: one that writes.
        table: the table, which must exist and be empty.
        rows: gives the lines of :func:`lines`, from the first one each time it is called.

    Returns:
        How many rows there are now.

    Raises:
        InvalidInputError: the table has other columns, or a line is none of its rows.
    """
    own = _own_references(session, table)
    count = 0
    for some in _batches(_values(table, rows())):
        session.execute(insert(table.clause), [{**row, **dict.fromkeys(own)} for row in some])
        count += len(some)
    if own:
        _refer(session, table, own, rows())
    if _is_postgres(session):
        _advance_numbers(session, table)
    return count


def _own_references(session: Session, table: Table) -> tuple[str, ...]:
    """The columns that refer to rows of the same table."""
    inspector = inspect(session.connection())
    known = {each["name"] for each in inspector.get_columns(table.name)} if inspector.has_table(table.name) else set()
    if known != {name for name, _ in table.columns}:
        raise InvalidInputError("table", table.name, "its columns are not those of the program that wrote the backup")
    keys = inspector.get_foreign_keys(table.name)
    return tuple(name for each in keys if each["referred_table"] == table.name for name in each["constrained_columns"])


def _values(table: Table, rows: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    readers = [KINDS[kind].read for _, kind in table.columns]
    names = [name for name, _ in table.columns]
    for number, line in enumerate(rows, start=1):
        try:
            values = json.loads(line)
            read = [None if value is None else read(value) for read, value in zip(readers, values, strict=True)]
        except (ValueError, TypeError) as error:
            raise InvalidInputError(table.name, f"line {number}", "it is no row of this table") from error
        yield dict(zip(names, read, strict=True))


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while some := list(islice(rows, BATCH)):
        yield some


def _refer(session: Session, table: Table, own: Sequence[str], rows: Iterable[bytes]) -> None:
    clause = table.clause
    wanted = [clause.c[name] == bindparam(f"key_{name}") for name in table.key]
    statement = update(clause).where(*wanted).values({name: bindparam(f"to_{name}") for name in own})
    referring = (row for row in _values(table, rows) if any(row[name] is not None for name in own))
    for some in _batches(referring):
        session.connection().execute(
            statement,
            [
                {f"key_{name}": row[name] for name in table.key} | {f"to_{name}": row[name] for name in own}
                for row in some
            ],
        )


def _advance_numbers(session: Session, table: Table) -> None:
    """Let PostgreSQL give the next row a number above those that were put in; SQLite does so by itself."""
    if len(table.key) != 1 or dict(table.columns)[table.key[0]] != "integer":
        return
    name = table.key[0]
    numbers = session.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', name)))
    if numbers:
        highest = session.scalar(select(func.max(table.clause.c[name])))
        session.execute(select(func.setval(numbers, highest or 1, highest is not None)))


def is_blank(session: Session) -> bool:
    """Whether a database holds no row, but for the mark of its revision; it may have tables."""
    names = inspect(session.connection()).get_table_names()
    filled = (
        session.scalar(select(text("1")).select_from(table(name)).limit(1)) for name in names if name != REVISIONS
    )
    return not any(filled)


def clear_away(engine: Engine) -> None:
    """Drop every table of a database that :func:`is_blank`, or that was blank before this program filled it."""
    with engine.begin() as connection:
        found = MetaData()
        found.reflect(connection)
        found.drop_all(connection)


def size(session: Session) -> int:
    """How many bytes the database takes on its disk."""
    if _is_postgres(session):
        return int(session.scalar(select(func.pg_database_size(func.current_database()))) or 0)
    pages, page_size = (session.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "page_size"))
    return int(pages or 0) * int(page_size or 0)


def newest_moment(session: Session) -> datetime | None:
    """The latest time at which anything was stored, by the clock of the machine that stored it."""
    found = [session.scalar(select(func.max(moment))) for moment in _MOMENTS]
    return max((moment for moment in found if moment is not None), default=None)
