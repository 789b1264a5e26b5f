"""What tests stand on: real servers on loopback, started when first wanted and gone with the test process.

A missing program is an error that names its Debian package; with ``STAFFWORK_TEST_QUICK=1`` it is a skip that does.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import settings
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import orm

QUICK = os.environ.get("STAFFWORK_TEST_QUICK") == "1"
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]

# On a busy machine a single slow example says nothing about the code. CI tries the same examples each time, so that
# what it says depends on the change alone; everybody else's run tries new ones, and what they find becomes an @example.
settings.register_profile("staffwork", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("staffwork")


def missing(program: str, package: str) -> None:
    """End the test: a program of the system is not there."""
    reason = f"{program} is missing: apt install {package}"
    if QUICK:
        pytest.skip(reason)
    pytest.fail(reason, pytrace=False)


def free_port() -> int:
    """A TCP port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test may see, let alone touch, the office of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("STAFFWORK_")]:
            patch.delenv(name)
        patch.setenv("STAFFWORK_HOME", str(tmp_path_factory.mktemp("home")))
        yield


# --- databases ---


def make_schema(url: str) -> None:
    """Bring an empty database to the present schema: the one place where tests do so."""
    from app.db import make_engine, migrate

    engine = make_engine(url)
    migrate(engine)
    engine.dispose()


def postgres_programs() -> Path:
    """The folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        missing("PostgreSQL", "postgresql-15")
    return found[-1].parent


def unprivileged() -> list[str]:
    """The start of a command line: PostgreSQL refuses to run as root, and must not outlive the test process."""
    become_postgres = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig=INT", *become_postgres]


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """A folder the server may use; not pytest's, whose parents only the caller may enter."""
    folder = Path(tempfile.mkdtemp(prefix="staffwork-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgres_server(programs: Path, data: Path) -> Iterator[str]:
    """A running server over the cluster in ``data``; yields the URL of its first database."""
    port = free_port()
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": data, "fsync": "off"}
    arguments = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            [*unprivileged(), programs / "postgres", "-D", data, *arguments], cwd=data, stderr=log
        )
    try:
        while subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode:
            assert server.poll() is None, (data / "log").read_text()
            time.sleep(0.05)
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # "fast shutdown": it closes the connections that are left
        server.wait(30)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server of this test process alone, as its superuser."""
    programs = postgres_programs()
    with cluster_folder() as folder:
        data = folder / "data"
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [*unprivileged(), programs / "initdb", "-D", data, *options],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        with postgres_server(programs, data) as url:
            yield url


@contextmanager
def postgres_database(server_url: str, name: str, template: str) -> Iterator[str]:
    """A database of that name while the context lasts, as a copy of the template; yields its URL."""
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server_url.rpartition("/")[0] + "/" + name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """Name of a PostgreSQL database with the present schema and no rows."""
    with postgres_database(postgres_url, "migrated", "template0") as url:
        make_schema(url)
        yield "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the present schema and no rows."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    make_schema(f"sqlite:///{file}")
    return file


_numbers = itertools.count(1)


@contextmanager
def database(request: pytest.FixtureRequest, folder: Path, template: str) -> Iterator[str]:
    """A database of the engine that the fixture is asked for; ``template`` is ``"migrated"`` or ``"blank"``."""
    if request.param == "postgresql":
        origin = request.getfixturevalue("postgres_template") if template == "migrated" else "template0"
        with postgres_database(request.getfixturevalue("postgres_url"), f"test_{next(_numbers)}", origin) as url:
            yield url
    else:
        file = folder / "office.sqlite3"
        if template == "migrated":
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database with the present schema and no rows; once on SQLite, once on PostgreSQL."""
    with database(request, tmp_path, "migrated") as url:
        yield url


@pytest.fixture(params=ENGINES)
def blank_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without even tables; once on SQLite, once on PostgreSQL."""
    with database(request, tmp_path, "blank") as url:
        yield url


@pytest.fixture
def session(database_url: str) -> Iterator[orm.Session]:
    """A session that writes into a database with the present schema; on both engines."""
    from app.db import make_engine, writing

    engine = make_engine(database_url)
    with writing(engine).begin() as session:
        yield session
    engine.dispose()


# --- mail ---


@dataclass(frozen=True)
class Mail:
    """A message the server accepted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


class MailServer(Controller):
    """A real SMTP server that keeps what it gets, and misbehaves when told to."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refused: set[str] = set()
        """Addresses of which it says that nobody lives there."""
        self.drops_after_data = False
        """Take each message, then hang up without a word: the sender cannot know."""
        self.delay_s = 0.0
        """How long it thinks about each message."""
        super().__init__(self, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # the one the system chose for port 0
        super()._trigger_server()

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await asyncio.sleep(self.delay_s)
        self.mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if self.drops_after_data:
            server.transport.abort()
        return "250 OK"


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A mail server on ``smtp_server.hostname`` and ``.port``; what it got is in ``.mails``."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


# --- browser ---


def drives_browsers() -> bool:
    """Whether the program that Playwright brings along to drive browsers finds its libraries."""
    return subprocess.run([*compute_driver_executable(), "--version"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Of a module, not the session: while it lives, the thread cannot run an asyncio loop."""
    program = shutil.which("chromium")
    if program is None:
        missing("Chromium", "chromium")
    if not drives_browsers():
        missing("a library of Playwright's driver", "libatomic1")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu", *quiet])
        yield browser
        browser.close()
