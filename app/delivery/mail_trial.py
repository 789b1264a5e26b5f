"""One message over SMTP, step by step, so that a person sees how far it came and why no further.

It goes the way every mail goes (:class:`~app.delivery.mail.SmtpMailer`), and ends in time: the conversation runs in a
thread of its own, which is left to itself when a server answers too slowly, and takes no further step then.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from app.delivery.mail import SmtpMailer

LIMIT_S = 30.0  # as long as a person looks at a page that loads


class Step(StrEnum):
    """What is done one after another."""

    CONNECT = "connect"
    ENCRYPT = "encrypt"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    MESSAGE = "message"
    FILE = "file"
    """Written to the outbox folder: there is no mail server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One step, and what came of it."""

    step: Step
    trouble: str | None = None
    """Why it failed, as a code that :mod:`~app.delivery.mail_words` has words for; None: it worked."""
    reply: str = ""
    """The server's words, or the system's."""


def over_smtp(
    mailer: SmtpMailer, message: bytes, *, sender: str, recipient: str, limit_s: float = LIMIT_S
) -> tuple[Tried, ...]:
    """Send one message, and say what came of each step; the first that fails is the last.

    Args:
        mailer: the office's way out.
        message: its exact bytes.
        sender: who sends it.
        recipient: to whom.
        limit_s: seconds it may take in all.
    """
    conversation = _Conversation(mailer, message, sender, recipient)
    thread = threading.Thread(target=conversation.run, daemon=True)
    thread.start()
    thread.join(limit_s)
    return conversation.end()


class _Conversation:
    """The steps of one message, until it is ended from outside."""

    def __init__(self, mailer: SmtpMailer, message: bytes, sender: str, recipient: str) -> None:
        self._mailer, self._message, self._sender, self._recipient = mailer, message, sender, recipient
        self._tried: list[Tried] = []
        self._step: Step | None = Step.CONNECT
        self._turn = threading.Lock()
        self._ended = False

    def run(self) -> None:
        """Take every step, unless one fails or the conversation is ended."""
        try:
            for tried in self._steps():
                if not self._note(tried) or tried.trouble is not None:
                    return
            self._step = None
        except (OSError, smtplib.SMTPException) as error:
            self._note(_failed(self._step or Step.MESSAGE, error))

    def end(self) -> tuple[Tried, ...]:
        """What was tried by now; a step that still goes on has failed for want of an answer."""
        with self._turn:
            self._ended = True
            done = self._tried and (self._tried[-1].trouble is not None or self._tried[-1].step is Step.MESSAGE)
            late = () if done or self._step is None else (Tried(step=self._step, trouble="no_answer"),)
            return (*self._tried, *late)

    def _note(self, tried: Tried) -> bool:
        """Keep what came of a step; False when nobody waits any more."""
        with self._turn:
            if not self._ended:
                self._tried.append(tried)
            return not self._ended

    def _steps(self) -> Iterator[Tried]:
        """Each step when the one before was noted; a generator, so that nothing happens after the end."""
        mailer, context = self._mailer, ssl.create_default_context()
        timeout = min(mailer.timeout_s, LIMIT_S)
        if mailer.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(mailer.host, mailer.port, timeout=timeout, context=context)
        else:
            connection = smtplib.SMTP(mailer.host, mailer.port, timeout=timeout)
        try:
            yield Tried(step=Step.CONNECT, reply=f"{mailer.host}:{mailer.port}")
            if mailer.security != "none":
                self._step = Step.ENCRYPT
                if mailer.security == "starttls":
                    connection.starttls(context=context)
                yield Tried(step=Step.ENCRYPT, reply=_cipher(connection.sock))
            if mailer.user:
                self._step = Step.SIGN_IN
                yield _answered(Step.SIGN_IN, *connection.login(mailer.user, mailer.password or ""))
            connection.ehlo_or_helo_if_needed()
            self._step = Step.SENDER
            yield _answered(Step.SENDER, *connection.mail(self._sender))
            self._step = Step.RECIPIENT
            yield _answered(Step.RECIPIENT, *connection.rcpt(self._recipient))
            self._step = Step.MESSAGE
            yield _answered(Step.MESSAGE, *connection.data(self._message))
        finally:
            connection.close()


def _cipher(connection: socket.socket | None) -> str:
    return (connection.version() or "") if isinstance(connection, ssl.SSLSocket) else ""


def _answered(step: Step, code: int, reply: bytes) -> Tried:
    trouble = None if code < 400 else "later" if code < 500 else "refused"
    return Tried(step=step, trouble=trouble, reply=f"{code} {reply.decode('utf-8', 'replace')}")


_OF_ERRORS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPServerDisconnected, "hung_up"),
    (socket.gaierror, "unknown_host"),
    (ConnectionRefusedError, "nobody_listens"),
    (TimeoutError, "no_answer"),
    (smtplib.SMTPException, "no_sign_in"),
    (OSError, "network"),
)


def _failed(step: Step, error: Exception) -> Tried:
    match error:
        case smtplib.SMTPAuthenticationError():
            return replace(_answered(step, error.smtp_code, _bytes(error)), trouble="password")
        case smtplib.SMTPResponseException():
            return _answered(step, error.smtp_code, _bytes(error))
        case smtplib.SMTPNotSupportedError() if step is Step.ENCRYPT:
            return Tried(step=step, trouble="no_starttls", reply=str(error))
        case ssl.SSLCertVerificationError():
            return Tried(step=Step.ENCRYPT, trouble="certificate", reply=error.verify_message)
        case ssl.SSLError():
            return Tried(step=Step.ENCRYPT, trouble="not_tls", reply=str(error.reason or error))
        case _:
            trouble = next(code for kind, code in _OF_ERRORS if isinstance(error, kind))
            return Tried(step=step, trouble=trouble, reply=str(error))


def _bytes(error: smtplib.SMTPResponseException) -> bytes:
    words = error.smtp_error
    return words if isinstance(words, bytes) else str(words).encode()
