"""A verb killed at any moment and run again leaves the same as one that was never interrupted."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.demo import make_example
from app.example.office import anchor_for
from app.example.site import ExampleSite
from tests.store_factory import NOW

VERBS = ("collect", "group", "compose", "approve", "send")
KILLS = 3  # for each verb, spread over the time it takes; ``STAFFWORK_KILLS`` asks for more
SEED = 20261120
IGNORED = {"attempt": {"id", "seconds"}, "edit": {"id"}, "sign_in_link": {"token_hash"}}
MADE_BY_CHANCE = {"sign_in_link", "session", "sqlite_sequence", "alembic_version"}


@pytest.fixture(scope="module")
def site() -> ExampleSite:
    with ExampleSite(anchor_for(NOW)) as site:
        site.until = NOW
        yield site


@pytest.fixture(scope="module")
def prepared(site: ExampleSite, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each verb, a home in which everything before it was done."""
    home = tmp_path_factory.mktemp("prepared") / "office"
    home.mkdir(mode=0o700)
    make_example(home, site).close()
    homes = {}
    for verb in VERBS:
        homes[verb] = tmp_path_factory.mktemp(verb) / "office"
        shutil.copytree(home, homes[verb])
        assert start(verb, home).wait() == 0
    homes["done"] = home
    return homes


def start(verb: str, home: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "STAFFWORK_HOME": str(home)}
    command = [sys.executable, "-m", "app.cli", verb, "--now", NOW.isoformat()]
    devnull = subprocess.DEVNULL
    return subprocess.Popen(command, env=environment, stdout=devnull, stderr=devnull, start_new_session=True)


def dump(home: Path) -> dict[str, list[str]]:
    """Every row of every table as text, without what chance or the clock decides."""
    connection = sqlite3.connect(home / "staffwork.db")
    connection.row_factory = sqlite3.Row
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        table: sorted(
            repr({key: row[key] for key in row.keys() if key not in IGNORED.get(table, ())})  # noqa: SIM118 a Row
            for row in connection.execute(f"SELECT * FROM {table}")
        )
        for table in tables
        if table not in MADE_BY_CHANCE
    }
    connection.close()
    found["outbox"] = sorted(path.name for path in (home / "outbox").glob("*.eml"))
    return found


def moments(verb: str) -> list[float]:
    """Shares of a verb's time at which it is killed."""
    chance = random.Random(f"{SEED}{verb}")
    return [chance.uniform(0.3, 1.0) for _ in range(int(os.environ.get("STAFFWORK_KILLS", KILLS)))]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_killed_and_run_again_leaves_what_an_undisturbed_one_leaves(
    verb: str, prepared: dict[str, Path], tmp_path: Path
) -> None:
    calm = tmp_path / "calm"
    shutil.copytree(prepared[verb], calm)
    began = time.perf_counter()
    assert start(verb, calm).wait() == 0
    takes = time.perf_counter() - began
    expected = dump(calm)
    for number, share in enumerate(moments(verb)):
        home = tmp_path / f"killed-{number}"
        shutil.copytree(prepared[verb], home)
        victim = start(verb, home)
        time.sleep(takes * share)
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()
        assert start(verb, home).wait() == 0
        assert dump(home) == expected


def test_every_verb_run_again_changes_nothing(prepared: dict[str, Path], tmp_path: Path) -> None:
    home = tmp_path / "again"
    shutil.copytree(prepared["done"], home)
    before = dump(home)
    for verb in VERBS:
        assert start(verb, home).wait() == 0
    assert dump(home) == before
