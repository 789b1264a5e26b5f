"""Mail: a message built of its two parts, and the two ways out: an SMTP server, or the outbox folder."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.delivery.render import Mail
from app.settings import Settings


class Result(StrEnum):
    """What became of a message."""

    SENT = "sent"
    OUTBOX = "outbox"
    REFUSED = "refused"
    """The server refused it for good (5xx)."""
    LATER = "later"
    """It did not go out for sure, and may be tried again."""
    UNCERTAIN = "uncertain"
    """It was handed over and no answer came: it may have gone out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a message, with the server's words."""

    result: Result
    reply: str


class Mailer(Protocol):
    """A way for a message to go out."""

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> Answer:
        """Send one message to one recipient; ``name`` is a file name for ways out that need one."""


def build(
    mail: Mail,
    *,
    sender_name: str,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    example: bool,
    answers: str | None = None,
) -> bytes:
    """The exact bytes of a message with a text and an HTML part (RFC 5322, RFC 2046).

    ``answers`` is the Message-ID of the mail it follows, so that mail programs show the two together.

    The address and the office's name come from outside: `EmailMessage` refuses line breaks in headers.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = mail.subject
    message["Date"] = date
    message["Message-ID"] = message_id
    if answers is not None:
        message["In-Reply-To"] = answers
        message["References"] = answers
    message["Auto-Submitted"] = "auto-generated"
    if example:
        message["X-Staffwork-Example"] = "yes"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    _fix_boundary(message, message_id)
    return message.as_bytes()


def _fix_boundary(message: EmailMessage, message_id: str) -> None:
    """The same mail has the same bytes, so the boundary is made of the Message-ID instead of at random."""
    message.set_boundary("=_" + "".join(c for c in message_id if c.isalnum())[-50:])


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Sends through the office's mail server, one connection for each message."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    timeout_s: float

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> Answer:  # noqa: ARG002 protocol
        """Send one message; whatever happens is an answer, never an exception."""
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return _refusal(error) or Answer(result=Result.LATER, reply=_words(error))
        try:
            return _hand_over(connection, message, sender, recipient)
        finally:
            connection.close()

    def probe(self) -> Answer:
        """Whether the server answers and lets us in; nothing is sent (RFC 5321, 4.1.1.9)."""
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return _refusal(error) or Answer(result=Result.LATER, reply=_words(error))
        try:
            return _answer(*connection.noop())
        except (OSError, smtplib.SMTPException) as error:
            return Answer(result=Result.LATER, reply=_words(error))
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            if self.security == "starttls":
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password or "")
        except (OSError, smtplib.SMTPException):
            connection.close()
            raise
        return connection


def _hand_over(connection: smtplib.SMTP, message: bytes, sender: str, recipient: str) -> Answer:
    """Up to DATA nothing can have gone out; after it, only the server's answer tells (RFC 5321, 4.2.5)."""
    handed_over = False
    try:
        connection.ehlo_or_helo_if_needed()
        for code, reply in (connection.mail(sender), connection.rcpt(recipient)):
            if code >= 400:
                return _answer(code, reply)
        handed_over = True
        return _answer(*connection.data(message))
    except smtplib.SMTPDataError as error:  # the server declined DATA itself: nothing was handed over
        return _answer(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Answer(result=Result.UNCERTAIN if handed_over else Result.LATER, reply=_words(error))


def _answer(code: int, reply: bytes | str) -> Answer:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    result = Result.SENT if code < 400 else Result.LATER if code < 500 else Result.REFUSED
    return Answer(result=result, reply=f"{code} {words}")


def _refusal(error: Exception) -> Answer | None:
    return _answer(error.smtp_code, error.smtp_error) if isinstance(error, smtplib.SMTPResponseException) else None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMailer:
    """Writes each message into the outbox folder as ``.eml``; writing it again gives the same file.

    The draft beside it has one name, so that one a killed process left behind is overwritten by the next.
    """

    folder: Path

    def send(self, message: bytes, *, sender: str, recipient: str, name: str) -> Answer:  # noqa: ARG002 protocol
        """Write one message; a full disk is an answer too."""
        path = self.folder / f"{name}.eml"
        draft = path.with_suffix(".new")
        try:
            draft.write_bytes(message)
            draft.chmod(0o600)
            draft.replace(path)
        except OSError as error:
            return Answer(result=Result.LATER, reply=_words(error))
        return Answer(result=Result.OUTBOX, reply=path.name)


def mailer(settings: Settings) -> Mailer:
    """The office's way out. The example never has any but the outbox."""
    if settings.smtp_host is None or settings.example:
        return OutboxMailer(folder=settings.outbox)
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=password,
        timeout_s=settings.smtp_timeout_s,
    )
