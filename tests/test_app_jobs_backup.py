"""A backup is one whole file of an office at work; restored, on either engine, it is that office again."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import exc, select

from app import settings
from app.db import DERIVED, make_engine
from app.jobs.approve import approve
from app.jobs.archive import MANIFEST, opened
from app.jobs.backup import backup, last
from app.jobs.compose import compose
from app.jobs.lock import LockedError, lock
from app.jobs.restore import CLAIM, restore
from app.jobs.send import send
from app.models import Base
from app.office import Office, open_office
from app.store import deliveries, documents, dumps, people, sources, statements, stories
from app.store.deliveries import DeliveryState
from app.store.search import Filters, Search
from app.viewer import Role, system
from digest.errors import InvalidInputError
from digest.search import parse
from digest.types import Mark, StatementKind
from tests.app_factory import made_office as made_week
from tests.app_factory import signed_in
from tests.conftest import MailServer, database
from tests.store_factory import HOUR, NOW, add_source, item, made_office, store

TABLES = tuple(name for name, table in Base.metadata.tables.items() if not table.info.get(DERIVED))


@pytest.fixture
def office(tmp_path: Path, blank_database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    """An office with a bit of everything: a sent edition, a merged story, a mail in the outbox."""
    office = made_office(tmp_path / "office", blank_database_url, smtp_server)
    with office.reading() as session:
        approver = people.holders(session, Role.ADMINISTRATOR)[0].viewer
    assert compose(office, NOW)
    approve(office, "2026-W47", approver, NOW)
    send(office, NOW + HOUR)
    with office.writing.begin() as session:
        found = [each.id for each in documents.every_version(session, system())]
        stories.regroup(session, dict.fromkeys(found, "s-a"), {}, {"s-z": "s-a", "s-b": "s-z"}, NOW)
        statements.add(
            session,
            leader_id="mayor",
            kind=StatementKind.NOTE,
            said_on=NOW.date(),
            title="水 ",
            text="水位\u2028",
            mark=Mark.INTERNAL,
        )
    settings.secret(office.settings.home, "forms")
    (office.settings.outbox / "2026-W40-mayor.eml").write_bytes(b"a mail\r\n")
    yield office
    office.close()


def rows(url: str) -> dict[str, list[str]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {
            name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for name, table in Base.metadata.tables.items()
            if name in TABLES
        }
    engine.dispose()
    return found


def files(home: Path) -> dict[str, str]:
    kept = [home / "secrets.json", *(home / "outbox").iterdir()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def url_of(home: Path) -> str:
    return settings.load(home).database


def remade(path: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of a backup whose members were changed, as somebody with a ZIP program could."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return target


def manifest_with(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **values}).encode()

    return change


@contextmanager
def other_database(request: pytest.FixtureRequest, engine: str, folder: Path) -> Iterator[str]:
    """Another, empty database of an engine, as ``--database-url`` takes it."""
    if engine == "sqlite":
        yield "sqlite"
        return
    request.param = "postgresql"
    with database(request, folder, "blank") as url:
        yield url


@pytest.mark.postgres
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_either_engine_becomes_the_same_office_on_either(
    office: Office, target: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made = backup(office, NOW + 2 * HOUR, tmp_path / "office.zip")
    before = rows(office.settings.database)
    with other_database(request, target, tmp_path) as url:
        restored = restore(tmp_path / "again", made.path, url)
        assert (restored.database, restored.rows, restored.doubted) == (target, made.rows, 0)
        assert rows(url_of(tmp_path / "again")) == before
        assert files(tmp_path / "again") == files(office.settings.home)
        works_on(tmp_path / "again")


def works_on(home: Path) -> None:
    """A restored office takes new rows: numbers that the database gives go on behind those that were put in.

    What a backup leaves out because it can be made from the rest is there again: texts are found.
    """
    again = open_office(settings.load(home))
    with again.reading() as session:
        found = Search(session, system(), parse("spillway"), Filters()).counts()
        assert (found.documents, found.passages > 0) == (1, True)
    with again.writing.begin() as session:
        source = add_source(session, "Another")
        store(session, source, item("new"))
        sources.record(session, outcome_of(source), {}, NOW + 3 * HOUR, HOUR)
    assert signed_in(again, "ada", NOW + 3 * HOUR).get("/briefings/2026-W47").status_code == 200
    again.close()


def outcome_of(source: object) -> object:
    from collectors.types import NotModified, Outcome

    return Outcome(source=source, result=NotModified(), seconds=0.1)  # type: ignore[arg-type]


def test_the_file_and_all_that_is_restored_is_for_the_owner_only(office: Office, tmp_path: Path) -> None:
    made = backup(office, NOW)
    assert made.path.parent == office.settings.home / "backups"
    assert made.path.stat().st_mode & 0o777 == 0o600
    home = tmp_path / "again"
    restore(home, made.path, "sqlite")
    assert home.stat().st_mode & 0o777 == 0o700
    modes = {path.stat().st_mode & 0o777 for path in home.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_a_backup_made_while_others_write_holds_one_moment(office: Office, tmp_path: Path) -> None:
    """Each step of the writer stores a document and its version: in a backup there are as many of both."""
    ending = threading.Event()

    def write() -> None:
        number = 0
        while not ending.is_set():
            with office.writing.begin() as session:
                source = sources.every(session, system())[0]
                store(session, source, *(item(f"w{number}-{each}") for each in range(20)))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backup(office, NOW, tmp_path / f"{number}.zip") for number in range(5)]
    finally:
        ending.set()
        writer.join()
    counts = []
    for each in made:
        with opened(each.path) as found:
            found.verify()
            by_name = {member.name: member.rows for member in found.manifest.tables}
        assert by_name["document"] == by_name["version"]
        counts.append(by_name["document"])
    assert counts[0] < counts[-1]


def test_nothing_is_overwritten(office: Office, tmp_path: Path) -> None:
    made = backup(office, NOW, tmp_path / "office.zip")
    with pytest.raises(InvalidInputError, match="exists already"):
        backup(office, NOW, made.path)
    before = rows(office.settings.database)
    with pytest.raises(InvalidInputError, match="STAFFWORK_HOME"):
        restore(office.settings.home, made.path, "sqlite")
    assert rows(office.settings.database) == before


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_with_rows_is_left_alone(database_url: str, tmp_path: Path) -> None:
    office = made_week(tmp_path / "office")
    made = backup(office, NOW)
    office.close()
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO topic VALUES ('t', 'T', '', '[]')")
    engine.dispose()
    with pytest.raises(InvalidInputError, match="database is not empty"):
        restore(tmp_path / "again", made.path, database_url)
    assert len(rows(database_url)["topic"]) == 1
    assert not (tmp_path / "again").exists()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The backup of an office of two weeks, on SQLite."""
    folder = tmp_path_factory.mktemp("kept")
    office = made_week(folder / "office")
    made = backup(office, NOW, folder / "office.zip")
    office.close()
    return made.path


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.9999])
def test_a_file_that_was_cut_short_is_refused_and_leaves_nothing(kept: Path, share: float, tmp_path: Path) -> None:
    short = tmp_path / "short.zip"
    short.write_bytes(kept.read_bytes()[: int(kept.stat().st_size * share)])
    with pytest.raises(InvalidInputError, match="fetch the copy again"):
        restore(tmp_path / "again", short)
    assert not (tmp_path / "again").exists()


def test_a_file_with_one_wrong_byte_is_refused_and_named(kept: Path, tmp_path: Path) -> None:
    content = bytearray(kept.read_bytes())
    with zipfile.ZipFile(kept) as members:
        place = members.getinfo("tables/version.jsonl").header_offset
    content[place + 400] ^= 1
    (tmp_path / "wrong.zip").write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"tables/version\.jsonl"):
        restore(tmp_path / "again", tmp_path / "wrong.zip")
    assert not (tmp_path / "again").exists()


def changed_row(members: dict[str, bytes]) -> None:
    members["tables/leader.jsonl"] = members["tables/leader.jsonl"].replace(b"Public", b"Pubilc")


def changed_checksum(members: dict[str, bytes]) -> None:
    plain = json.loads(members[MANIFEST])
    plain["tables"][-1]["sha256"] = "0" * 64
    members[MANIFEST] = json.dumps(plain).encode()


def renamed(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        plain = json.loads(members[MANIFEST])
        old = next(each["name"] for each in plain["files"] if each["name"].startswith("outbox/"))
        members[MANIFEST] = members[MANIFEST].replace(json.dumps(old).encode(), json.dumps(name).encode())
        members[f"files/{name}"] = members.pop(f"files/{old}")

    return change


def added(members: dict[str, bytes]) -> None:
    members["files/outbox/more.eml"] = b""


def left_out(members: dict[str, bytes]) -> None:
    del members["tables/version.jsonl"]


def no_manifest(members: dict[str, bytes]) -> None:
    del members[MANIFEST]


def orphaned(members: dict[str, bytes]) -> None:
    """A table without its rows, checksums and all: what refers to them has nothing to refer to."""
    plain = json.loads(members[MANIFEST])
    table = next(each for each in plain["tables"] if each["name"] == "source")
    table |= {"rows": 0, "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}
    members |= {MANIFEST: json.dumps(plain).encode(), "tables/source.jsonl": b""}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed_row, r"tables/leader\.jsonl is not what was backed up"),
        (changed_checksum, "is not what was backed up"),
        (renamed("outbox/../../../evil.eml"), r"names a file that is none of an office \('outbox/\.\./"),
        (renamed("../evil.json"), "none of an office"),
        (renamed("/etc/cron.d/evil"), "none of an office"),
        (renamed("outbox/sub/evil.eml"), "none of an office"),
        (renamed("outbox/\\..\\evil.eml"), "none of an office"),
        (renamed("staffwork.db"), "none of an office"),
        (added, "'files/outbox/more.eml' is not as its manifest says"),
        (left_out, r"'tables/version\.jsonl' is not as its manifest says"),
        (no_manifest, "no manifest"),
        (orphaned, "FOREIGN KEY"),
        (manifest_with(format=2), "a newer Staffwork"),
        (manifest_with(tables="x"), "manifest"),
        (manifest_with(tables=[], files=[]), "is not as its manifest says"),
    ],
)
def test_a_file_that_somebody_changed_is_refused_and_leaves_nothing(
    kept: Path, change: Callable[[dict[str, bytes]], None], said: str, tmp_path: Path
) -> None:
    changed = remade(kept, tmp_path / "changed.zip", change)
    with pytest.raises(InvalidInputError, match=said):
        restore(tmp_path / "sub" / "again", changed)
    assert [path for path in tmp_path.rglob("*") if path not in (changed, tmp_path / "sub")] == []


@pytest.mark.postgres
@pytest.mark.parametrize("blank_database_url", ["postgresql"], indirect=True)
def test_what_cannot_be_restored_leaves_a_database_server_as_empty(
    kept: Path, blank_database_url: str, tmp_path: Path
) -> None:
    changed = remade(kept, tmp_path / "changed.zip", orphaned)
    with pytest.raises(InvalidInputError, match="foreign key"):
        restore(tmp_path / "again", changed, blank_database_url)
    restore(tmp_path / "again", kept, blank_database_url)
    assert len(rows(blank_database_url)["source"]) == 4


def test_no_backup_at_all_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear office")
    for name in ("letter.txt", "missing.zip"):
        with pytest.raises(InvalidInputError, match=name):
            restore(tmp_path / "again", tmp_path / name)


def test_a_home_that_holds_anything_is_left_alone(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InvalidInputError, match="not empty"):
        restore(tmp_path, kept)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_a_killed_restoring_left_is_cleared_away_by_the_next(kept: Path, tmp_path: Path) -> None:
    home = tmp_path / "again"
    restore(home, kept)
    (home / "settings.json").unlink()  # the last that is written
    (home / CLAIM).mkdir()
    restore(home, kept)
    assert settings.load(home).office_name == "Harbour Office"
    assert not (home / CLAIM).exists()


def test_mail_that_waited_when_the_backup_was_made_is_not_sent_by_itself(tmp_path: Path) -> None:
    office = made_week(tmp_path / "office")
    with office.reading() as session:
        approver = people.holders(session, Role.APPROVER)[0].viewer
    approve(office, "2026-W47", approver, NOW)
    made = backup(office, NOW)
    office.close()
    restored = restore(tmp_path / "again", made.path)
    assert restored.doubted == 2
    again = open_office(settings.load(tmp_path / "again"))
    assert not send(again, NOW + timedelta(days=9)).states
    with again.reading() as session:
        states = {each.state for each in deliveries.every(session, system(), "2026-W47")}
    assert states == {DeliveryState.UNCERTAIN}
    again.close()


def test_an_office_that_was_never_backed_up_says_so_and_a_record_is_kept(tmp_path: Path) -> None:
    office = made_week(tmp_path / "office")
    assert last(office.settings) is None
    made = backup(office, NOW)
    kept = last(office.settings)
    assert kept is not None
    assert (kept.path, kept.made_at, kept.bytes) == (made.path, NOW, made.bytes)
    with lock(office, "backup"), pytest.raises(LockedError):
        backup(office, NOW, tmp_path / "b.zip")
    office.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from app import settings
from app.jobs import archive
from app.jobs.backup import backup
from app.office import open_office
from tests.store_factory import NOW
left = int(sys.argv[2])
write = archive.Writer._write
def dying(*arguments):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return write(*arguments)
archive.Writer._write = dying
backup(open_office(settings.load(Path(sys.argv[1]))), NOW, Path(sys.argv[3]))
"""


@pytest.mark.parametrize("step", [0, 5, len(TABLES) + 2])
def test_a_backup_killed_on_its_way_leaves_no_half_file_under_its_name(step: int, tmp_path: Path) -> None:
    office = made_week(tmp_path / "office")
    target = tmp_path / "copies" / "office.zip"
    target.parent.mkdir()
    command = [sys.executable, "-c", KILLED, str(office.settings.home), str(step), str(target)]
    done = subprocess.run(command, env={**os.environ}, cwd=Path(__file__).parents[1])
    assert done.returncode == -signal.SIGKILL
    assert not target.exists()
    assert last(office.settings) is None
    backup(office, NOW, target)
    assert [path.name for path in target.parent.iterdir()] == ["office.zip"]
    office.close()


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    office = made_week(tmp_path / "office")
    with pytest.raises(InvalidInputError, match="No such file or directory"):
        backup(office, NOW, tmp_path / "missing" / "office.zip")
    office.close()


def test_every_table_of_the_program_is_in_a_backup_behind_those_it_refers_to() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", exc.SAWarning)  # raised when tables refer to each other in a circle
        described = dumps.described()
    assert {each.name for each in described} == set(TABLES)
    assert {kind for each in described for _, kind in each.columns} <= set(dumps.KINDS)
