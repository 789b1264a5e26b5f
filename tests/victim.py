"""A verb in a process of its own that can be killed while it works: ``python -m tests.victim 17 send --now …``.

It dies by SIGKILL at the step that is named; with step 0 it lives. Steps count from the taking of the verb's lock: each
statement, each commit and the moment after it, each file of the office that is opened or renamed, and each line to a
mail server. It says "working" when it takes the lock, and at its end how many steps and seconds it took.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from app import cli
from app.settings import home_from_environment
from tests.store_factory import NOW

ROOT = Path(__file__).parents[1]
LOCK_DIES_WITHIN_S = 10  # PostgreSQL notices a lost client at once, but finishes the statement it is at


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments, "--now", NOW.isoformat()]


def start(verb: str, environment: dict[str, str], die_at: int = 0) -> subprocess.Popen[str]:
    """Begin a verb that dies at a step."""
    both = {**os.environ, **environment}
    return subprocess.Popen(command("tests.victim", str(die_at), verb), cwd=ROOT, env=both, stdout=-1, text=True)


def run(verb: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Do a verb as everybody does; a lock is given the moment it takes to die with its process."""
    until = time.monotonic() + LOCK_DIES_WITHIN_S
    both = {**os.environ, **environment}
    while True:
        done = subprocess.run(command("app.cli", *verb.split()), cwd=ROOT, env=both, capture_output=True, text=True)
        if done.returncode != cli.EX_TEMPFAIL or time.monotonic() > until:
            assert done.returncode == 0, done.stderr
            return done


class Steps:
    """Counts the steps of this process, and ends it at one of them."""

    def __init__(self, die_at: int) -> None:
        self.die_at = die_at
        self.count = 0
        self.began = 0.0
        self.home = str(home_from_environment())

    def watch(self) -> None:
        """Count from now on what SQLAlchemy and Python tell of."""
        event.listen(Engine, "after_cursor_execute", self._after_statement)
        event.listen(Engine, "commit", self._step)
        event.listen(Session, "after_commit", self._step)
        sys.addaudithook(self._audit)

    def _after_statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "pg_try_advisory_lock" in statement:
            self._begin()
        self._step()

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "fcntl.flock":
            self._begin()
        elif name == "smtplib.send" or (name in {"open", "os.rename"} and str(arguments[0]).startswith(self.home)):
            self._step()

    def _begin(self) -> None:
        if not self.began:
            self.began = time.perf_counter()
            say("working")

    def _step(self, *_: object) -> None:
        if not self.began:
            return
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    steps = Steps(die_at=int(sys.argv.pop(1)))
    steps.watch()
    try:
        cli.main()
    finally:
        say(f"{steps.count} {time.perf_counter() - steps.began}")


if __name__ == "__main__":
    main()
