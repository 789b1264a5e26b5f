"""The database: migrations make the tables the models say, newer ones are refused, files are backed up first."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from app import db
from app.models import Base


def test_migrations_make_exactly_the_tables_of_the_models(blank_database_url: str) -> None:
    engine = db.make_engine(blank_database_url)
    assert db.migrate(engine) is None
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": db.has_model})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(blank_database_url: str) -> None:
    engine = db.make_engine(blank_database_url)
    db.migrate(engine)
    head = db.revision(engine)
    assert db.migrate(engine) == head
    engine.dispose()


def test_a_database_newer_than_the_program_is_refused_and_left_alone(database_url: str) -> None:
    engine = db.make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(db.SchemaError, match="9999"):
        db.migrate(engine)
    assert db.revision(engine) == "9999"
    engine.dispose()


def test_the_copy_of_a_file_in_use_is_whole(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'office.db'}")
    db.migrate(engine)
    with db.writing(engine)() as session:
        session.execute(text("INSERT INTO topic (id, name, description, keywords) VALUES ('a', 'A', '', '[]')"))
        session.commit()
        db.back_up(engine, tmp_path / "backups" / "copy.db")
    engine.dispose()
    copy = sqlite3.connect(tmp_path / "backups" / "copy.db")
    assert copy.execute("SELECT name FROM topic").fetchall() == [("A",)]
    copy.close()


def test_a_naive_time_is_refused_and_an_aware_one_comes_back_in_utc(database_url: str) -> None:
    engine = db.make_engine(database_url)
    kind = db.UtcDateTime()
    with pytest.raises(ValueError, match="naive"):
        kind.process_bind_param(datetime(2026, 1, 1), engine.dialect)  # noqa: DTZ001 what is tested
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert kind.process_result_value(kind.process_bind_param(moment, engine.dialect), engine.dialect) == moment
    engine.dispose()
