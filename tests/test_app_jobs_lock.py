"""The lock of a verb: held by one process, named, and dying with it; on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import settings
from app.jobs.lock import LockedError, lock
from app.office import Office, open_office

HOLD = """
import sys
from pathlib import Path
from app import settings
from app.jobs.lock import lock
from app.office import open_office
office = open_office(settings.load(Path(sys.argv[1])))
with lock(office, "collect"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    url = database_url if database_url.startswith("postgresql") else None
    made = settings.build(tmp_path / "home", {"database_url": url} if url else {})
    settings.save(made)
    office = open_office(made)
    yield office
    office.close()


@pytest.fixture
def holder(office: Office) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(office.settings.home)], stdin=-1, stdout=-1, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_caller_is_told_who_holds_the_lock(office: Office, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError) as caught, lock(office, "collect"):
        pass
    assert caught.value.holder is not None
    if office.engine.dialect.name == "sqlite":
        assert caught.value.holder.process == holder.pid
    with lock(office, "send"):
        pass


def test_the_lock_dies_with_its_process(office: Office, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    for _ in range(100):  # PostgreSQL notices a lost client within moments
        try:
            with lock(office, "collect"):
                return
        except LockedError:
            continue
    pytest.fail("the lock outlived its process")


def test_the_command_line_exits_75_and_names_the_holder(office: Office, holder: subprocess.Popen[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "collect"],
        env={**os.environ, "STAFFWORK_HOME": str(office.settings.home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 75
    assert "process" in done.stderr
    assert holder.poll() is None
