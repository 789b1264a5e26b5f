"""A test message to a server that wants a password, and to one whose certificate nobody vouches for."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult, LoginPassword

from app.delivery.mail_trial import Step, Tried
from app.delivery.mail_words import remedy
from app.i18n import translations
from tests.conftest import free_port
from tests.test_app_mail_trial import mailer, tried


def authenticate(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data == LoginPassword(b"desk", b"right"), handled=False)


@pytest.fixture
def guarded() -> Iterator[int]:
    """Port of a server that wants user name and password."""
    port = free_port()
    controller = Controller(
        Sink(), hostname="127.0.0.1", port=port, authenticator=authenticate, auth_require_tls=False, auth_required=True
    )
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def unknown_certificate(tmp_path: Path) -> Iterator[int]:
    """Port of a server that offers STARTTLS with a certificate of its own making."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is missing: apt install openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.example"]
    subprocess.run(
        ["openssl", "req", *made, "-keyout", key, "-out", certificate], check=True, stderr=subprocess.DEVNULL
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    yield port
    controller.stop()


def words(of: Tried) -> str:
    return remedy(of, translations("en", "UTC")) or ""


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_right_password_lets_the_message_through_and_a_wrong_one_is_named(guarded: int) -> None:
    right = tried(mailer(port=guarded, user="desk", password="right"))
    assert [each.step for each in right][:2] == [Step.CONNECT, Step.SIGN_IN]
    assert right[-1] == Tried(step=Step.MESSAGE, reply=right[-1].reply)
    wrong = tried(mailer(port=guarded, user="desk", password="wrong-word"))[-1]
    assert (wrong.step, wrong.trouble, wrong.reply[:3]) == (Step.SIGN_IN, "password", "535")
    assert "STAFFWORK_SMTP_PASSWORD" in words(wrong)
    assert "wrong-word" not in repr(wrong)
    without = tried(mailer(port=guarded))[-1]
    assert (without.step, without.trouble, without.reply[:3]) == (Step.SENDER, "refused", "530")


def test_a_certificate_that_nobody_vouches_for_is_named(unknown_certificate: int) -> None:
    last = tried(mailer(port=unknown_certificate, security="starttls"))[-1]
    assert (last.step, last.trouble) == (Step.ENCRYPT, "certificate")
    assert "STAFFWORK_SMTP_HOST" in words(last)
