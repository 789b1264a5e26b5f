"""A verb killed at any moment and run again leaves the same as one that was never interrupted."""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import settings
from app.db import make_engine
from app.demo import make_example
from app.example.office import WEEKS, anchor_for, report_files
from app.example.site import ExampleSite
from app.jobs import setup
from app.models import Base
from app.office import open_office
from app.store import asks
from app.viewer import system
from digest.types import Mark
from tests import victim
from tests.ask_factory import wanted
from tests.conftest import database, postgres_database
from tests.store_factory import NOW, add_source
from tests.test_app_series import collected

VERBS = ("collect", "group", "compose", "approve", "send", "remind")
KILLS = int(os.environ.get("STAFFWORK_KILLS", "3"))  # for each verb; read now, tests see no variable of ours
SEED = 20261120
TRIES = 10
IGNORED = {  # the order in which sources answered, how fast they were, and numbers that a database gives but once
    "attempt": {"id", "seconds"},
    "passage": {"id"},
    "searched_document": {"id"},
    "showing": {"passage_id"},
    "trace": {"value"},
}
_copies = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """Where an office is."""

    home: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"STAFFWORK_HOME": str(self.home), "STAFFWORK_DATABASE_URL": self.url}


@dataclass(frozen=True)
class Calm:
    """What a verb finds, what it leaves when nothing disturbs it, and how long that takes."""

    before: Place
    after: dict[str, list[str]]
    steps: int
    seconds: float


@contextmanager
def copied(origin: Place, home: Path) -> Iterator[Place]:
    """A copy of an office, database and all, while the context lasts."""
    shutil.copytree(origin.home, home)
    server, _, name = origin.url.rpartition("/")
    if server.startswith("postgresql"):
        with postgres_database(f"{server}/postgres", f"copy_{next(_copies)}", name) as url:
            yield Place(home, url)
    else:
        yield Place(home, f"sqlite:///{home / name}")


@pytest.fixture(scope="module")
def site() -> Iterator[ExampleSite]:
    with ExampleSite(anchor_for(NOW)) as site:
        site.until = NOW
        yield site


@pytest.fixture(scope="module")
def calm(
    request: pytest.FixtureRequest, site: ExampleSite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Calm]]:
    """What comes of each verb, when everything before it was done."""
    folder = tmp_path_factory.mktemp("calm")
    home = folder / "office"
    home.mkdir(mode=0o700)
    with ExitStack() as stack:
        place = Place(home, stack.enter_context(database(request, home, "blank")))
        make_office(place, site)
        found = {}
        for verb in VERBS:
            before = stack.enter_context(copied(place, folder / verb))
            words = victim.start(verb, place.environment).communicate()[0].split()
            found[verb] = Calm(before, dump(place), steps=int(words[-2]), seconds=float(words[-1]))
        yield found


def make_office(place: Place, site: ExampleSite) -> None:
    """The example office with all of its reports, before anything is collected."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAFFWORK_DATABASE_URL", place.url)
        office = make_example(place.home, site)
        with office.writing.begin() as session:
            for day in range(3):  # overdue, due, and due soon; the verbs from approving on have something to keep
                asks.add(session, system(), wanted(f"Matter {day}", due=NOW.date() + timedelta(days=day - 1)), NOW)
        office.close()
    for report in (report for week in WEEKS for report in report_files(week)):
        target = place.home / "reports" / report.name
        target.parent.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(report.path, target)


def dump(place: Place) -> dict[str, list[str]]:
    """Every row of every table and every file of the outbox, without what chance or the clock decides."""
    engine = make_engine(place.url)
    with engine.connect() as connection:
        found = {
            name: sorted(
                repr({key: value for key, value in row.items() if key not in IGNORED.get(name, ())})
                for row in connection.execute(select(table)).mappings()
            )
            for name, table in Base.metadata.tables.items()
        }
    engine.dispose()
    files = (place.home / "outbox").iterdir()
    found["outbox"] = sorted(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files)
    return found


def killed(verb: str, place: Place, *, step: int = 0, after_s: float = 0) -> bool:
    """Kill a verb at a step, or without one so many seconds after it began to work; whether that found it alive."""
    process = victim.start(verb, place.environment, die_at=step)
    assert process.stdout is not None
    assert process.stdout.readline() == "working\n"
    if not step:
        time.sleep(after_s)
        process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def survives(calm: Calm, verb: str, number: int, folder: Path) -> None:
    """Kill a verb once and run it again; the points are spread over its work, by turns at a step and at a moment."""
    chance = random.Random(f"{SEED}{verb}{number}")
    for tried in range(TRIES):  # a verb that was quicker than usual is not hit: then again, and earlier
        share = (number + chance.random()) / KILLS * 0.8**tried
        with copied(calm.before, folder / str(tried)) as place:
            if number % 2:
                hit = killed(verb, place, after_s=share * calm.seconds)
            else:
                hit = killed(verb, place, step=1 + int(share * calm.steps))
            if hit:
                victim.run(verb, place.environment)
                assert dump(place) == calm.after
                return
    pytest.fail("the verb was never hit")


@pytest.mark.parametrize("calm", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("number", range(KILLS))
def test_a_verb_killed_and_run_again_leaves_what_an_undisturbed_one_leaves(
    calm: dict[str, Calm], verb: str, number: int, tmp_path: Path
) -> None:
    survives(calm[verb], verb, number, tmp_path)


@pytest.mark.postgres
@pytest.mark.parametrize("calm", ["postgresql"], indirect=True)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("number", range(0, KILLS, 3))
def test_so_it_does_on_postgresql(calm: dict[str, Calm], verb: str, number: int, tmp_path: Path) -> None:
    """A third of the points: what differs is that the server, not the file, forgets what was not committed."""
    survives(calm[verb], verb, number, tmp_path)


@pytest.mark.parametrize("calm", ["sqlite"], indirect=True)
def test_every_verb_run_again_changes_nothing(calm: dict[str, Calm], tmp_path: Path) -> None:
    with copied(calm["send"].before, tmp_path / "again") as place:
        victim.run("send", place.environment)
        for verb in VERBS:
            victim.run(verb, place.environment)
        assert dump(place) == calm[VERBS[-1]].after


@pytest.fixture(scope="module")
def both_series(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """Composing in an office that one leader reads weekly and another daily: a draft of each, one after the other."""
    home = tmp_path_factory.mktemp("both") / "office"
    setup.make_office(home, {}, "Ada", "ada@office.example", NOW - timedelta(days=7))
    place = Place(home, f"sqlite:///{home / 'staffwork.db'}")
    office = open_office(settings.load(home))
    with office.writing.begin() as session:
        add_source(session)
    setup.add_leader(office, "Mayor", "mayor@office.example", "en", Mark.PUBLIC, [])
    setup.add_leader(office, "Chief", "chief@office.example", "en", Mark.PUBLIC, [], rhythm="daily")
    for key in ("quay", "ferry"):
        collected(office, key, NOW - timedelta(hours=1))
    office.close()
    (home / "outbox").mkdir(exist_ok=True)
    with copied(place, home.with_name("done")) as done:
        words = victim.start("compose", done.environment).communicate()[0].split()
        return Calm(place, dump(done), steps=int(words[-2]), seconds=float(words[-1]))


def test_composing_both_series_killed_anywhere_leaves_the_same_two_drafts(both_series: Calm, tmp_path: Path) -> None:
    assert len(both_series.after["edition"]) == 2
    assert len(both_series.after["ledger_line"]) == 4
    halves = set()
    for number in range(1, 2 * KILLS):
        with copied(both_series.before, tmp_path / str(number)) as place:
            assert killed("compose", place, step=1 + number * both_series.steps // (2 * KILLS))
            halves.add(len(dump(place)["edition"]))
            victim.run("compose", place.environment)
            assert dump(place) == both_series.after
    assert halves >= {0, 1}  # before the first draft, and between the two
