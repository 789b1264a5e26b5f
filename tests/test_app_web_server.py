import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest

from app import server, settings
from app.jobs.setup import add_source, make_office
from app.office import open_office
from app.store import catalogue, documents
from app.timetable import last_cut_off
from app.viewer import system
from app.web.verbs import Outcome
from digest.types import Source, SourceKind
from tests.app_factory import NOW
from tests.conftest import free_port

PATIENCE_S = 60


def wait_for(true: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not true():
        assert child.poll() is None, "the server ended by itself"
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.2)


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return answer.read() == b"ok"
    except URLError:
        return False


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_serving_collects_and_groups_by_itself_and_ends_cleanly_when_asked(tmp_path: Path, asked: signal.Signals):
    home, reports, port = tmp_path / "home", tmp_path / "reports", free_port()
    reports.mkdir()
    (reports / "gauge.md").write_text("# Gauge report\n\nThe river stood at 3.10 metres on Monday evening.\n")
    make_office(home, {"collect_every_minutes": 1}, "Arno", "arno@office.example", NOW)
    office = open_office(settings.load(home))
    add_source(office, Source(id="", kind=SourceKind.FOLDER, name="Reports", address=str(reports)))

    def grouped() -> bool:
        with office.reading() as session:
            found = catalogue.changes(session, system(), limit=9).items
            return bool(found) and not documents.without_story(session, system(), [each.id for each in found])

    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    told = tmp_path / "told"
    environment = {**os.environ, "STAFFWORK_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    with told.open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdout=out)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}"), child)
        wait_for(grouped, child)
        assert f"Pages: http://127.0.0.1:{port}" in told.read_text()
        child.send_signal(asked)
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        office.engine.dispose()


def test_a_busy_port_is_one_line_with_the_remedy_and_a_code_of_its_own(tmp_path: Path):
    home = tmp_path / "home"
    make_office(home, {}, "Arno", "arno@office.example", NOW)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
        environment = {**os.environ, "STAFFWORK_HOME": str(home)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S)
    assert (done.returncode, done.stdout) == (3, "")
    said = f"Not served: cannot listen on http://127.0.0.1:{port} (address already in use): "
    assert done.stderr == said + "stop what uses it, or name another with --port.\n"


def test_drafts_are_composed_at_the_offices_cut_off(tmp_path: Path):
    chosen = settings.build(
        tmp_path, {"time_zone": "Asia/Shanghai", "cut_off_day": "thursday", "cut_off_time": "17:30"}
    )
    fires = [each for each in composing(chosen) if each == last_cut_off(each, chosen)]
    assert fires[0] - timedelta(days=7) < NOW < fires[0]
    assert fires[1] == fires[0] + timedelta(days=7)
    assert fires[0].astimezone(ZoneInfo("Asia/Shanghai")).strftime("%A %H:%M") == "Thursday 17:30"


def composing(chosen: settings.Settings) -> list[datetime]:
    """The next moments at which drafts are made; nineteen reach into a third week."""
    trigger, fires = dict(server._rounds(chosen))[server.COMPOSING], []
    while len(fires) < 19:
        before = fires[-1] if fires else None
        fires.append(trigger.get_next_fire_time(before, before or NOW))
    return fires


@pytest.mark.parametrize(
    ("values", "weekly", "daily"),
    [
        ({"cut_off_day": "friday", "cut_off_time": "10:00"}, "Friday 10:00", "16:00"),
        ({"cut_off_day": "friday", "cut_off_time": "16:00"}, "Friday 16:00", "16:00"),
        ({"rhythm": "daily", "cut_off_time": "14:00", "weekly_cut_off_day": "thursday"}, "Thursday 10:00", "14:00"),
        ({"cut_off_day": "friday", "daily_draft_delay_minutes": 5}, "Friday 10:00", "16:05"),
    ],
)
def test_drafts_of_both_rhythms_are_composed_each_in_its_time(
    tmp_path: Path, values: dict[str, object], weekly: str, daily: str
):
    chosen = settings.build(tmp_path, {"time_zone": "Asia/Shanghai", **values})
    fires = [each.astimezone(ZoneInfo("Asia/Shanghai")) for each in composing(chosen)]
    assert fires == sorted(set(fires))
    week = {f"{each:%A %H:%M}" for each in fires}
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert week == {weekly, *(f"{day} {daily}" for day in days)}


@pytest.mark.parametrize(
    ("ends", "ran"),
    [
        ([Outcome.DONE, Outcome.DONE, Outcome.DONE], 3),
        ([Outcome.DONE, Outcome.FAILED], 2),
        ([Outcome.BUSY], 1),
    ],
)
def test_a_round_stops_at_the_first_verb_that_did_not_do_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: list[Outcome], ran: int
):
    started: list[tuple[str, ...]] = []

    def run(_settings: settings.Settings, verb: tuple[str, ...], _ending: Event) -> Outcome:
        started.append(verb)
        return ends[len(started) - 1]

    monkeypatch.setattr(server, "_run", run)
    server.run_round(settings.build(tmp_path, {}), server.COLLECTING, Event())
    assert started == list(server.COLLECTING[:ran])


def test_a_verb_that_runs_when_the_server_ends_is_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    endless = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr("app.web.verbs.start", lambda *_: endless)
    ending = Event()
    ending.set()
    assert server._run(settings.build(tmp_path, {}), ("collect",), ending) is Outcome.FAILED
    assert endless.poll() == -signal.SIGTERM
