"""`kill -9` while a message is handed to a real mail server: it is uncertain, never sent again, and nobody gets two.

Up to the last line nothing can have gone out, but a killed process cannot say how far it came: what was begun and has
no answer is uncertain, however early the server fell silent.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pytest

from app import settings
from app.jobs.approve import approve
from app.jobs.compose import compose
from app.office import Office, open_office
from app.store import deliveries, editions
from app.store.deliveries import Delivery, DeliveryState
from app.store.editions import EditionState
from app.viewer import Role, system
from tests import victim
from tests.conftest import MailServer
from tests.store_factory import NOW, made_office, viewer

WEEK = "2026-W47"
DEPUTY, MAYOR = "deputy@office.example", "mayor@office.example"
KILLS = int(os.environ.get("STAFFWORK_KILLS", "3"))  # read now, tests see no variable of ours
PATIENCE_S = 60
GREETING, END_OF_MESSAGE = "greeting", "end of message"


@dataclass
class SilentServer:
    """Speaks SMTP up to a command, then neither speaks nor hangs up."""

    silent_at: str
    listener: socket.socket
    connections: list[socket.socket] = field(default_factory=list)
    message: bytes | None = None
    """What it was given, when it came to that."""

    def reach(self) -> None:
        """Serve one client until it is time to be silent."""
        connection, _ = self.listener.accept()
        connection.settimeout(PATIENCE_S)
        self.connections.append(connection)
        if self.silent_at == GREETING:
            return
        connection.sendall(b"220 ready\r\n")
        lines = connection.makefile("rb")
        for line in lines:
            command = line.split()[0].decode().upper()
            if command == self.silent_at:
                return
            connection.sendall(b"354 go on\r\n" if command == "DATA" else b"250 OK\r\n")
            if command == "DATA":
                self.message = content(lines)
                return
        pytest.fail("the client hung up")


def content(lines: BinaryIO) -> bytes:
    """A message as it was before SMTP doubled the dots in front (RFC 5321, 4.5.2)."""
    return b"".join(line.removeprefix(b".") for line in iter(lines.readline, b".\r\n"))


@contextmanager
def silent_server(silent_at: str) -> Iterator[SilentServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        server = SilentServer(silent_at, listener)
        yield server
        for connection in server.connections:
            connection.close()


def approved_office(home: Path, database_url: str, server: MailServer) -> Office:
    office = made_office(home, database_url, server)
    compose(office, NOW)
    approve(office, WEEK, viewer(role=Role.APPROVER), NOW)
    return office


def made(office: Office) -> dict[str, Delivery]:
    with office.reading() as session:
        return {each.address: each for each in deliveries.every(session, system())}


def states(office: Office) -> dict[str, DeliveryState]:
    return {address: each.state for address, each in made(office).items()}


def kept(office: Office, address: str) -> bytes:
    """The bytes that are kept of a message."""
    with office.reading() as session:
        return deliveries.message(session, system(), made(office)[address].id)


@pytest.mark.parametrize("silent_at", [GREETING, "MAIL", "DATA", END_OF_MESSAGE])
def test_a_delivery_whose_process_is_killed_at_the_mail_server_is_uncertain_and_the_others_go_out_once(
    silent_at: str, tmp_path: Path, database_url: str, smtp_server: MailServer
) -> None:
    office = approved_office(tmp_path / "home", database_url, smtp_server)
    home = {"STAFFWORK_HOME": str(office.settings.home)}
    with silent_server(silent_at) as silent:
        port = silent.listener.getsockname()[1]
        process = victim.start("send", {**home, "STAFFWORK_SMTP_PORT": str(port)})
        silent.reach()
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert states(office) == {DEPUTY: DeliveryState.SENDING, MAYOR: DeliveryState.PLANNED}
    message = kept(office, DEPUTY)
    assert message == silent.message or (silent.message is None and silent_at != END_OF_MESSAGE)

    assert "1 uncertain" in victim.run("send", home).stderr
    assert "nothing to send" in victim.run("send", home).stdout
    assert [mail.recipients for mail in smtp_server.mails] == [(MAYOR,)]
    assert states(office) == {DEPUTY: DeliveryState.UNCERTAIN, MAYOR: DeliveryState.SENT}
    assert kept(office, DEPUTY) == message
    assert made(office)[DEPUTY].message_id.encode() in message
    office.close()


@pytest.fixture(scope="module")
def module_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory, module_server: MailServer) -> Path:
    """The home of an office with two deliveries to make."""
    office = approved_office(tmp_path_factory.mktemp("approved") / "home", "", module_server)
    office.close()
    return office.settings.home


@pytest.fixture(scope="module")
def steps(approved: Path, tmp_path_factory: pytest.TempPathFactory, module_server: MailServer) -> int:
    """How many steps it takes to make them."""
    home = shutil.copytree(approved, tmp_path_factory.mktemp("calm") / "home")
    return int(victim.start("send", environment(home, module_server)).communicate()[0].split()[-2])


def environment(home: Path, server: MailServer) -> dict[str, str]:
    return {"STAFFWORK_HOME": str(home), "STAFFWORK_SMTP_PORT": str(server.port)}


@pytest.mark.parametrize("number", range(KILLS))
def test_sending_killed_at_any_step_sends_nobody_two(
    number: int, approved: Path, steps: int, tmp_path: Path, smtp_server: MailServer
) -> None:
    home = shutil.copytree(approved, tmp_path / "home")
    step = 1 + int((number + random.Random(number).random()) / KILLS * steps)
    process = victim.start("send", environment(home, smtp_server), die_at=step)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    for _ in range(2):
        victim.run("send", environment(home, smtp_server))

    office = open_office(settings.load(home))
    got = Counter(mail.recipients[0] for mail in smtp_server.mails)
    found = states(office)
    assert set(found.values()) <= {DeliveryState.SENT, DeliveryState.UNCERTAIN}
    assert max(got.values()) == 1
    assert Counter(found.values())[DeliveryState.UNCERTAIN] <= 1
    assert all(got[address] == 1 for address, state in found.items() if state is DeliveryState.SENT)
    for mail in smtp_server.mails:
        assert mail.content == kept(office, mail.recipients[0])
    with office.reading() as session:
        assert editions.get(session, system(), WEEK).line.state is EditionState.SENT
    office.close()
