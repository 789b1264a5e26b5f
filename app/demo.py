"""The example office: made once from the bundled example, its weeks replayed, then served like any other."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from app import logs, settings
from app.example.office import ExampleOffice, anchor_for, load_office, weeks
from app.example.replay import REPORTS, STEPS, keep_statements, replay
from app.example.site import ExampleSite
from app.office import Office, open_office
from app.settings import write_private
from app.store import people, sources, stories
from app.viewer import Role
from digest.errors import InvalidInputError
from digest.types import SourceKind

STATE_FILE = "example.json"
LOOPBACK = "127.0.0.1"


def run(fresh: Path | None, host: str, port: int, now: datetime, out: Console) -> None:
    """Make the example office unless it is there, serve it, and say how to sign in.

    Raises:
        InvalidInputError: the folder holds something else.
    """
    from app.server import serve

    if ignored := _forget_settings():
        out.print(f"Not used for the example, which has settings of its own: {', '.join(ignored)}.", soft_wrap=True)
    home = (fresh or Path.cwd() / "example-office").resolve()
    if fresh is not None and home.exists() and any(home.iterdir()):
        raise InvalidInputError("fresh", str(home), "the folder is not empty; name a new one")
    state = _state(home, now)
    with ExampleSite(state.anchor, port=state.site_port, until=now) as site:
        if not state.ready:
            _make(home, state.anchor, site, out)
        office = open_example(home)
        free = free_port(host, port)
        os.environ["STAFFWORK_HOME"] = str(home)
        serve(office, host, free, scheduled=False, ready=lambda: _welcome(office, host, free, now, out))


def _forget_settings() -> list[str]:
    """Take the settings of a real office, its database and mail server above all, out of what we and our verbs read.

    Returns:
        The names of the variables.
    """
    names = {f"STAFFWORK_{name.upper()}" for name in settings.Settings.model_fields if name != "home"}
    found = sorted(known for known, value in os.environ.items() if known.upper() in names and value)
    for name in found:
        del os.environ[name]
    return found


def open_example(home: Path) -> Office:
    """Open an example office that was made."""
    found = settings.load(home)
    logs.configure(found)
    return open_office(found)


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that is free."""
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise InvalidInputError("port", str(wanted), "it and the hundred after it are busy; name another")


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is remembered of an example: its anchor, chosen once, its site's port, and whether it is complete."""

    anchor: datetime
    site_port: int = 0
    ready: bool = False

    def write(self, home: Path) -> None:
        plain = {"anchor": self.anchor.isoformat(), "site_port": self.site_port, "ready": self.ready}
        write_private(home / STATE_FILE, json.dumps(plain) + "\n")


def _state(home: Path, now: datetime) -> _State:
    path = home / STATE_FILE
    if path.exists():
        plain = json.loads(path.read_text(encoding="utf-8"))
        return _State(
            anchor=datetime.fromisoformat(plain["anchor"]), site_port=plain["site_port"], ready=plain["ready"]
        )
    if home.exists() and any(home.iterdir()):
        raise InvalidInputError("folder", str(home), "it holds something else; name another with --fresh")
    return _State(anchor=anchor_for(now))


def _make(home: Path, anchor: datetime, site: ExampleSite, out: Console) -> None:
    """Make the office anew; what an interrupted making left behind goes first."""
    if home.exists():
        shutil.rmtree(home)
    settings.make_private_folder(home)
    state = _State(anchor=anchor, site_port=site.port)
    state.write(home)
    with _progress(out) as tell:
        tell("Making the example office")
        office = make_example(home, site)
        replay(office, anchor, site, tell)
    office.close()
    replace(state, ready=True).write(home)


@contextmanager
def _progress(out: Console) -> Iterator[Callable[[str], None]]:
    """Show how far the making is: a bar on a terminal, a line for each new step in a log."""
    if not out.is_interactive:
        yield _lines(out)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("", total=STEPS + 1)
        done = -1

        def tell(what: str) -> None:
            nonlocal done
            done += 1
            bar.update(task, description=what, completed=done)

        yield tell


def _lines(out: Console) -> Callable[[str], None]:
    said = ""

    def tell(what: str) -> None:
        nonlocal said
        if what != said:
            out.print(what)
        said = what

    return tell


def make_example(home: Path, site: ExampleSite) -> Office:
    """The office with its topics, leaders, people and sources, before anything is collected."""
    example = load_office()
    values = {
        "office_name": example.name,
        "time_zone": example.time_zone,
        "languages": list(example.languages),
        "fetch_allow_hosts": [LOOPBACK],
        "mail_from": "desk@office.example",
        "example": True,
    }
    found = settings.build(home, values)
    settings.save(found)
    logs.configure(found)
    office = open_office(found)
    (home / REPORTS).mkdir(mode=0o700, exist_ok=True)
    with office.writing.begin() as session:
        for topic in example.topics:
            stories.add_topic(session, topic.name, topic.description, topic.keywords, identifier=topic.id)
        _add_people(session, example)
        for each in example.sources:
            address = str(home / REPORTS) if each.kind is SourceKind.FOLDER else site.feed_address(each.id)
            sources.add(session, each.located(address))
        keep_statements(session, site.anchor, weeks(site.anchor)[0][0])
    return office


def _add_people(session: Session, example: ExampleOffice) -> None:
    for each in example.leaders:
        profile = each.profile
        leader = people.add_leader(
            session,
            name=profile.name,
            email=profile.email,
            language=profile.language,
            clearance=profile.clearance,
            topic_weights=profile.topic_weights,
            identifier=profile.id,
        )
        people.add_person(
            session,
            name=profile.name,
            email=profile.email,
            role=Role.LEADER,
            clearance=profile.clearance,
            language=profile.language,
            leader_id=leader.id,
            identifier=profile.id,
        )
    for person in example.people:
        people.add_person(
            session,
            name=person.name,
            email=person.email,
            role=Role(person.role),
            clearance=person.clearance,
            language=person.language,
            identifier=person.id,
        )


def _welcome(office: Office, host: str, port: int, now: datetime, out: Console) -> None:
    with office.writing.begin() as session:
        approver = people.holders(session, Role.APPROVER)[0]
        token = people.make_link(session, approver.id, now)
    address = f"http://{host}:{port}"
    out.print(f"[bold]EXAMPLE[/] {office.settings.office_name}: nothing is ever sent outside.")
    out.print(f"Pages: {address}")
    out.print(
        f"Sign in as {approver.name}, approver (once, within 30 minutes): {address}/sign-in/{token}", soft_wrap=True
    )
    out.print(
        f"Everything lives in {office.settings.home}. Stop with Ctrl-C; the next start is at once.", soft_wrap=True
    )
