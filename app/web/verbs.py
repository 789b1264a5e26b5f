"""The verbs of the command line as child processes, so that heavy work never slows a page."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum

import structlog

from app.settings import Settings

log = structlog.get_logger()

EX_TEMPFAIL = 75  # sysexits.h: somebody else is doing it
PATIENCE_S = 60  # as long as a person waits for a page; the work itself goes on


class Outcome(StrEnum):
    """How a verb ended."""

    DONE = "done"
    BUSY = "busy"
    FAILED = "failed"
    SLOW = "slow"
    """It is still going on."""


def start(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    """Start a verb of the office's command line; what it says goes to the office's log, its complaints to ours."""
    environment = {**os.environ, "STAFFWORK_HOME": str(settings.home)}
    return subprocess.Popen(  # noqa: S603 our own program, without a shell; the arguments are verbs and checked ids
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def outcome_of(code: int, arguments: tuple[str, ...]) -> Outcome:
    """What an exit code means; a failure is logged."""
    if code == EX_TEMPFAIL:
        return Outcome.BUSY
    if code != 0:
        log.warning("verb failed", verb=" ".join(arguments), code=code)
        return Outcome.FAILED
    return Outcome.DONE


def run(settings: Settings, *arguments: str) -> Outcome:
    """Run a verb for somebody who waits for its end, but not for ever."""
    child = start(settings, *arguments)
    try:
        return outcome_of(child.wait(PATIENCE_S), arguments)
    except subprocess.TimeoutExpired:
        log.info("verb goes on", verb=" ".join(arguments), process=child.pid)
        return Outcome.SLOW
