"""Mail: what goes over the wire to a real SMTP server, what each of its answers means, and the outbox folder."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from app import settings
from app.delivery import mail
from app.delivery.mail import Answer, OutboxMailer, Result, SmtpMailer
from app.delivery.render import Mail
from tests.conftest import MailServer

WORDS = Mail(subject="第47期：水闸裂缝; rents up", html="<p>水闸 <b>crack</b></p>", text="水闸 crack\n")


def built(**changes: str) -> bytes:
    values = {"sender_name": "市长办公室", "sender": "desk@office.example", "recipient": "mayor@office.example"}
    values |= {"message_id": "<2026-W47.m1@office.example>"} | changes
    return mail.build(WORDS, date=datetime(2026, 11, 23, 6, tzinfo=UTC), example=False, **values)


def over(server: MailServer, **changes: object) -> SmtpMailer:
    values: dict[str, object] = {"host": server.hostname, "port": server.port, "security": "none", "timeout_s": 5}
    return SmtpMailer(**{**values, "user": None, "password": None, **changes})  # type: ignore[arg-type]  # keywords


def sent(mailer: mail.Mailer, message: bytes, recipient: str = "mayor@office.example") -> Answer:
    return mailer.send(message, sender="desk@office.example", recipient=recipient, name="2026-W47-mayor")


def test_both_parts_and_the_headers_arrive_as_they_were_built(smtp_server: MailServer) -> None:
    assert sent(over(smtp_server), built()).result is Result.SENT
    got = smtp_server.mails[0]
    message = got.message
    assert (got.sender, got.recipients) == ("desk@office.example", ("mayor@office.example",))
    assert message["Subject"] == WORDS.subject
    assert message["Message-ID"] == "<2026-W47.m1@office.example>"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == WORDS.text
    assert message.get_body(("html",)).get_content().strip() == WORDS.html


def test_the_same_mail_has_the_same_bytes() -> None:
    assert built() == built()


def test_a_line_break_in_a_header_is_refused() -> None:
    with pytest.raises(ValueError, match=r"newline|linefeed"):
        built(message_id="<a@b>\r\nBcc: all@office.example")


def test_a_refused_recipient_is_refused_for_good_and_gets_nothing(smtp_server: MailServer) -> None:
    smtp_server.refused.add("mayor@office.example")
    answer = sent(over(smtp_server), built())
    assert (answer.result, answer.reply[:3], smtp_server.mails) == (Result.REFUSED, "550", [])


def test_a_server_that_hangs_up_after_the_message_leaves_it_uncertain(smtp_server: MailServer) -> None:
    smtp_server.drops_after_data = True
    assert sent(over(smtp_server), built()).result is Result.UNCERTAIN


def test_a_server_that_does_not_answer_in_time_leaves_it_uncertain(smtp_server: MailServer) -> None:
    smtp_server.delay_s = 2
    assert sent(over(smtp_server, timeout_s=0.5), built()).result is Result.UNCERTAIN


def test_a_server_that_is_not_there_means_later() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    mailer = SmtpMailer(host="127.0.0.1", port=port, security="none", user=None, password=None, timeout_s=2)
    assert sent(mailer, built()).result is Result.LATER


def test_a_server_without_starttls_gets_nothing_when_it_is_asked_for(smtp_server: MailServer) -> None:
    assert sent(over(smtp_server, security="starttls"), built()).result is Result.LATER
    assert smtp_server.mails == []


def test_without_a_server_mail_is_a_file_that_is_the_same_when_written_again(tmp_path: Path) -> None:
    mailer = OutboxMailer(folder=tmp_path)
    assert [sent(mailer, built()).result for _ in range(2)] == [Result.OUTBOX] * 2
    files = list(tmp_path.iterdir())
    assert [file.name for file in files] == ["2026-W47-mayor.eml"]
    assert message_from_bytes(files[0].read_bytes(), policy=policy.default)["Subject"] == WORDS.subject
    assert files[0].stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_means_later(tmp_path: Path) -> None:
    assert sent(OutboxMailer(folder=tmp_path / "missing"), built()).result is Result.LATER


def test_the_example_never_sends_outside(tmp_path: Path) -> None:
    made = settings.build(tmp_path, {"example": True, "smtp_host": "mail.example"})
    assert isinstance(mail.mailer(made), OutboxMailer)
