"""A test message, over a real mail server: each step in words, in time, on the page and by the verb."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import settings
from app.cli import app
from app.delivery.mail import SmtpMailer
from app.delivery.mail_trial import Step, Tried, over_smtp
from app.delivery.mail_words import remedy, step_words
from app.i18n import translations
from app.office import Office, open_office
from app.store import setting_changes
from app.viewer import system
from tests.app_factory import made_office, post, signed_in
from tests.conftest import MailServer, free_port

EN = translations("en", "UTC")


def mailer(server: MailServer | None = None, **changes: object) -> SmtpMailer:
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": server.port if server else free_port(),
        "security": "none",
        "user": None,
        "password": None,
        "timeout_s": 5,
    }
    return SmtpMailer(**{**values, **changes})  # type: ignore[arg-type]  # fields by name


def tried(out: SmtpMailer, limit_s: float = 10) -> tuple[Tried, ...]:
    return over_smtp(
        out, b"Subject: x\r\n\r\nx\r\n", sender="a@office.example", recipient="b@x.example", limit_s=limit_s
    )


def test_each_step_of_a_message_that_arrives_is_told(smtp_server: MailServer) -> None:
    found = tried(mailer(smtp_server))
    assert [each.step for each in found] == [Step.CONNECT, Step.SENDER, Step.RECIPIENT, Step.MESSAGE]
    assert all(each.trouble is None and remedy(each, EN) is None for each in found)
    assert found[-1].reply == "250 OK"
    assert smtp_server.mails[0].recipients == ("b@x.example",)


def test_a_refused_recipient_is_told_with_the_servers_answer_and_the_remedy(smtp_server: MailServer) -> None:
    smtp_server.refused.add("b@x.example")
    last = tried(mailer(smtp_server))[-1]
    assert (last.step, last.trouble, last.reply) == (Step.RECIPIENT, "refused", "550 5.1.1 no such mailbox")
    assert step_words(last, EN) == "The server does not accept the recipient"
    assert "Check the address." in (remedy(last, EN) or "")
    assert smtp_server.mails == []


@pytest.mark.parametrize(
    ("changes", "step", "trouble"),
    [
        ({"security": "starttls"}, Step.ENCRYPT, "no_starttls"),
        ({"security": "tls"}, Step.ENCRYPT, "not_tls"),
        ({"user": "desk", "password": "s3cret"}, Step.SIGN_IN, "no_sign_in"),
        ({"host": "mail.invalid"}, Step.CONNECT, "unknown_host"),
    ],
)
def test_what_is_set_wrongly_is_named(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], step: Step, trouble: str
) -> None:
    if "host" in changes:
        monkeypatch.setattr(socket, "create_connection", _unknown)
    last = tried(mailer(smtp_server, **changes))[-1]
    assert (last.step, last.trouble) == (step, trouble)
    assert "STAFFWORK_SMTP_" in (remedy(last, EN) or "")
    assert "s3cret" not in repr(last)


def _unknown(*_arguments: object, **_options: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")


def test_a_port_that_nobody_listens_on_is_told() -> None:
    (last,) = tried(mailer())
    assert (last.step, last.trouble) == (Step.CONNECT, "nobody_listens")


def test_a_server_that_hangs_up_after_the_message_may_have_it(smtp_server: MailServer) -> None:
    smtp_server.drops_after_data = True
    last = tried(mailer(smtp_server))[-1]
    assert (last.step, last.trouble) == (Step.MESSAGE, "hung_up")
    assert "it may arrive" in (remedy(last, EN) or "")


@pytest.fixture
def dripping() -> Iterator[int]:
    """The port of a server that greets one letter at a time, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        ending = threading.Event()

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                while not ending.wait(0.1):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        yield listening.getsockname()[1]
        ending.set()
        thread.join(5)


def test_a_server_that_never_comes_to_an_end_is_left_in_time(dripping: int) -> None:
    began = time.perf_counter()
    (last,) = tried(mailer(port=dripping), limit_s=0.6)
    assert time.perf_counter() - began < 3
    assert (last.step, last.trouble) == (Step.CONNECT, "no_answer")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def with_server(office: Office, server: MailServer) -> Office:
    values = {"smtp_host": server.hostname, "smtp_port": server.port, "smtp_security": "none", "smtp_timeout_s": 5}
    settings.change(office.settings.home, {**values, "smtp_password": "s3cret-word"})
    return open_office(settings.load(office.settings.home))


def test_the_page_says_which_setting_does_what_and_never_the_password(
    office: Office, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "written to the outbox folder" in signed_in(office, "Admin").get("/settings/mail").text
    monkeypatch.setenv("STAFFWORK_MAIL_FROM", "desk@office.example")
    page = signed_in(with_server(office, smtp_server), "Admin").get("/settings/mail").text
    assert "s3cret-word" not in page
    assert "set, and never shown" in page
    assert re.search(r"desk@office.example<br>.*STAFFWORK_MAIL_FROM</code> · environment variable", page)
    assert re.search(r"STAFFWORK_SMTP_HOST</code> · settings.json", page)


def test_a_test_from_the_page_is_sent_told_and_kept(office: Office, smtp_server: MailServer) -> None:
    served = with_server(office, smtp_server)
    admin = signed_in(served, "Admin")
    assert 'value="admin@office.example"' in admin.get("/settings/mail").text
    page = post(admin, "/settings/mail/test", address="someone@else.example")
    assert page.status_code == 200
    assert "The server has accepted the message" in page.text
    assert 'href="/settings/mail?language=zh"' in page.text
    assert smtp_server.mails[0].recipients == ("someone@else.example",)
    assert "Ada Admin tested on Fri 20 Nov 2026" in " ".join(smtp_server.mails[0].content.decode().split())
    smtp_server.refused.add("someone@else.example")
    refused = post(admin, "/settings/mail/test", address="someone@else.example").text
    assert "550 5.1.1 no such mailbox" in refused
    assert "What to do:" in refused
    assert "Test message by Ada Admin" in refused
    with served.reading() as session:
        assert len(setting_changes.history(session, system(), setting_changes.MAIL)) == 2
    assert post(admin, "/settings/mail/test", address="nobody").status_code == 422
    served.close()


def test_tests_are_not_made_without_end(office: Office) -> None:
    admin = signed_in(office, "Admin")
    codes = [post(admin, "/settings/mail/test", address="a@office.example").status_code for _ in range(9)]
    assert (codes[0], codes[-1]) == (200, 429)


def test_only_an_administrator_sees_and_tests_the_mail(office: Office) -> None:
    for name in ("Arno", "Edda", "Public"):
        browser = signed_in(office, name)
        assert browser.get("/settings/mail").status_code == 403
        assert post(browser, "/settings/mail/test", address="a@office.example").status_code == 403


def test_the_verb_tells_the_same_and_exits_with_one_when_nothing_went_out(
    office: Office, smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAFFWORK_HOME", str(office.settings.home))
    done = CliRunner().invoke(app, ["mail", "test", "a@office.example"])
    assert (done.exit_code, "Written to the outbox folder" in done.stdout) == (0, True)
    with_server(office, smtp_server).close()
    smtp_server.refused.add("a@office.example")
    failed = CliRunner().invoke(app, ["mail", "test", "a@office.example"])
    assert failed.exit_code == 1
    assert "550 5.1.1 no such mailbox" in failed.stdout


@pytest.mark.parametrize("sender", ["staffwork", "a b@office.example", "", "desk@"])
def test_a_sender_that_is_no_address_is_named(office: Office, sender: str) -> None:
    settings.change(office.settings.home, {"mail_from": sender})
    served = open_office(settings.load(office.settings.home))
    page = post(signed_in(served, "Admin"), "/settings/mail/test", address="a@office.example")
    assert page.status_code == 200
    assert "Check STAFFWORK_MAIL_FROM" in page.text
    served.close()
