"""Serving an office: the pages and the API, and the clock that starts the verbs, in one process."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from socket import socket
from threading import Event
from zoneinfo import ZoneInfo

import structlog
import uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from app.main import create_app
from app.office import Office
from app.settings import Settings
from app.timetable import Series, next_draft, times_of
from app.web import verbs
from digest.errors import StaffworkError

log = structlog.get_logger()

STOP_GRACE_S = 10  # a verb may be ended at any moment: it is restartable
POLL_S = 0.5
PLAN_S = 30  # the scheduler follows changed settings within half a minute
Verb = tuple[str, ...]
# What is due is read from the data, so a round that was missed while the machine slept is made up by the next one.
COMPOSING: tuple[Verb, ...] = (("group",), ("compose", "--scheduled"))
COLLECTING: tuple[Verb, ...] = (("collect",), *COMPOSING)
SENDING: tuple[Verb, ...] = (("send", "--due"),)
REMINDING: tuple[Verb, ...] = (("remind",),)
WORKING_HOURS = "8-17"  # Monday to Friday; the verb itself knows what is due on which day


def serve(
    office: Office, host: str, port: int, *, scheduled: bool = True, ready: Callable[[], None] | None = None
) -> None:
    """Serve pages and API until the process is asked to end (SIGTERM or SIGINT).

    Args:
        office: the open office.
        host: the address to listen on.
        port: the port to listen on.
        scheduled: whether the verbs are run on time as well.
        ready: called once, when the address answers.

    Raises:
        NotListeningError: the address cannot be listened on; no verb was started.
    """
    app = create_app(office)
    config = uvicorn.Config(app, host=host, port=port, workers=1, log_config=None, server_header=False)
    with ExitStack() as running:

        def listening() -> None:
            if scheduled:
                running.enter_context(clockwork(lambda: app.state.office.settings))
            if ready is not None:
                ready()

        _run_until_asked_to_end(_Server(config, listening))


def _run_until_asked_to_end(server: uvicorn.Server) -> None:
    """Serve; uvicorn raises the signal that ended it once more, which would end us before the clockwork is stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    finally:
        signal.signal(signal.SIGTERM, before)


class NotListeningError(StaffworkError):
    """The address to serve on cannot be had; the message names it, the reason and the remedy."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror or str(error)
        busy = number == errno.EADDRINUSE
        remedy = "stop what uses it, or name another with --port" if busy else "name another with --host or --port"
        super().__init__(f"cannot listen on {web_address(host, port)} ({reason.lower()}): {remedy}")


def web_address(host: str, port: int) -> str:
    """The address of the pages; an IPv6 one stands in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that tells when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Begin to listen."""
        try:
            await super().startup(sockets)
        except SystemExit as end:  # uvicorn's answer to an address that cannot be had, with the reason in a log only
            if isinstance(end.__context__, OSError):
                raise NotListeningError(self.config.host, self.config.port, end.__context__) from end
            raise
        if self.started:
            self._ready()


@contextmanager
def clockwork(settings: Callable[[], Settings]) -> Iterator[None]:
    """Run the verbs on time, one at a time, as child processes; the one that runs is ended at the end.

    Args:
        settings: those that count now; an administrator may change them on the pages at any time.
    """
    ending = Event()
    executors = {"default": {"type": "threadpool", "max_workers": 1}, "plan": {"type": "threadpool", "max_workers": 1}}
    scheduler = BackgroundScheduler(timezone="UTC", executors=executors)
    plan = _Plan(scheduler, settings, ending)
    plan.make()
    scheduler.add_job(plan.follow, IntervalTrigger(seconds=PLAN_S, timezone="UTC"), executor="plan", max_instances=1)
    scheduler.start()
    try:
        yield
    finally:
        ending.set()
        scheduler.shutdown(wait=True)


class _Plan:
    """Which verbs the scheduler runs when; made anew when the settings are others."""

    def __init__(self, scheduler: BackgroundScheduler, settings: Callable[[], Settings], ending: Event) -> None:
        self._scheduler, self._settings, self._ending = scheduler, settings, ending
        self._planned: Settings | None = None

    def make(self) -> None:
        """Plan every round."""
        self._planned = self._settings()
        for round_, trigger in _rounds(self._planned):
            self._scheduler.add_job(
                self._run,
                trigger,
                args=(round_,),
                id=" ".join(round_[0]),
                replace_existing=True,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )

    def follow(self) -> None:
        """Plan anew when the settings have changed; a draft whose time they have just passed is made at once."""
        if self._settings() != self._planned:
            self.make()

    def _run(self, round_: tuple[Verb, ...]) -> None:
        run_round(self._settings(), round_, self._ending)


def _rounds(settings: Settings) -> Iterator[tuple[tuple[Verb, ...], BaseTrigger]]:
    """What is run when.

    Collecting at once and every few minutes, composing when a draft of either rhythm is due, sending each minute,
    reminding hourly in working hours.
    """
    at_start = DateTrigger(timezone="UTC")
    yield COLLECTING, OrTrigger([at_start, IntervalTrigger(minutes=settings.collect_every_minutes, timezone="UTC")])
    # The times of the rhythm that a leader may have beside the office's count too; the verb knows whether anybody has.
    yield COMPOSING, OrTrigger([_WhenDraftsAreDue(times_of(series, settings)) for series in Series])
    yield SENDING, IntervalTrigger(minutes=1, timezone="UTC")
    zone = ZoneInfo(settings.time_zone)
    yield REMINDING, CronTrigger(day_of_week="mon-fri", hour=WORKING_HOURS, minute=5, timezone=zone)


class _WhenDraftsAreDue(BaseTrigger):  # type: ignore[misc]  # the library is untyped
    """Fires when the timetable has a draft made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next time, in UTC; what was missed while the machine slept is made up by any later round."""
        return next_draft((previous_fire_time or now).astimezone(UTC), self._settings)


def run_round(settings: Settings, round_: tuple[Verb, ...], ending: Event) -> None:
    """Run verbs one after another; after one that failed the rest wait for the next round."""
    for verb in round_:
        if ending.is_set() or _run(settings, verb, ending) is not verbs.Outcome.DONE:
            return


def _run(settings: Settings, verb: Verb, ending: Event) -> verbs.Outcome:
    child = verbs.start(settings, *verb)
    while (code := _ended(child)) is None:
        if ending.is_set():
            return _end(child)
    return verbs.outcome_of(code, verb)


def _ended(child: subprocess.Popen[str]) -> int | None:
    try:
        return child.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return None


def _end(child: subprocess.Popen[str]) -> verbs.Outcome:
    child.terminate()
    try:
        child.wait(STOP_GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return verbs.Outcome.FAILED
