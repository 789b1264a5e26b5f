"""Words for what came of a test message: each step, why one failed, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from app.delivery.mail_trial import Step, Tried
from app.i18n import N_, Translations

STEPS: Mapping[Step, str] = {
    Step.CONNECT: N_("Connected to the mail server"),
    Step.ENCRYPT: N_("The connection is encrypted"),
    Step.SIGN_IN: N_("Signed in at the mail server"),
    Step.SENDER: N_("The server accepts the sender"),
    Step.RECIPIENT: N_("The server accepts the recipient"),
    Step.MESSAGE: N_("The server has accepted the message"),
    Step.FILE: N_("Written to the outbox folder"),
}

FAILED_STEPS: Mapping[Step, str] = {
    Step.CONNECT: N_("No connection to the mail server"),
    Step.ENCRYPT: N_("The connection could not be encrypted"),
    Step.SIGN_IN: N_("Not signed in at the mail server"),
    Step.SENDER: N_("The server does not accept the sender"),
    Step.RECIPIENT: N_("The server does not accept the recipient"),
    Step.MESSAGE: N_("The server has not accepted the message"),
    Step.FILE: N_("Not written to the outbox folder"),
}

_REMEDIES: Mapping[str, str] = {
    "unknown_host": N_("Nobody knows a server of that name. Check STAFFWORK_SMTP_HOST."),
    "nobody_listens": N_("The machine is there, but no mail server listens on that port. Check STAFFWORK_SMTP_PORT."),
    "no_answer": N_(
        "No answer came in time. Check STAFFWORK_SMTP_HOST and STAFFWORK_SMTP_PORT, and whether a firewall is between; "
        "some servers wait for TLS at once: then set STAFFWORK_SMTP_SECURITY to tls."
    ),
    "certificate": N_(
        "The server's certificate is not trusted here, or is for another name. Set STAFFWORK_SMTP_HOST to the name in "
        "the certificate, or have the machine trust who issued it."
    ),
    "not_tls": N_(
        "The server does not speak TLS at once on this port. Set STAFFWORK_SMTP_SECURITY to starttls, or "
        "STAFFWORK_SMTP_PORT to 465."
    ),
    "no_starttls": N_(
        "The server offers no encryption on this port. Set STAFFWORK_SMTP_SECURITY to tls with port 465; none is only "
        "for a server on the same machine."
    ),
    "no_sign_in": N_(
        "The server offers no signing in that this program knows. Leave STAFFWORK_SMTP_USER empty, or choose another "
        "port."
    ),
    "password": N_("The server refuses user name or password. Check STAFFWORK_SMTP_USER and STAFFWORK_SMTP_PASSWORD."),
    "hung_up": N_(
        "The server ended the conversation without an answer. It may want TLS at once: try STAFFWORK_SMTP_SECURITY tls "
        "with port 465."
    ),
    "later": N_("The server wants it tried again later. Read its answer, wait some minutes, and test again."),
    "network": N_("The network failed. Check that this machine reaches the server, and test again."),
    "disk": N_("The folder cannot be written. Check its rights, and whether the disk is full."),
}

_REFUSED: Mapping[Step, str] = {
    Step.SENDER: N_("Check STAFFWORK_MAIL_FROM: the server has to know that address, or let this machine send for it."),
    Step.RECIPIENT: N_(
        "Check the address. When it is right, the server passes on no mail from this machine: sign in with "
        "STAFFWORK_SMTP_USER, or ask whoever runs the server."
    ),
}
_REFUSED_AT_ALL = N_("The server refuses for good. Read its answer, and ask whoever runs the server.")
_UNSURE = N_("The message was handed over and no answer came: it may arrive. Look there before you test again.")


def step_words(tried: Tried, t: Translations) -> str:
    """What was tried, and whether it worked."""
    return t.gettext((STEPS if tried.trouble is None else FAILED_STEPS)[tried.step])


def remedy(tried: Tried, t: Translations) -> str | None:
    """What to do about a step that failed; None when it worked."""
    if (code := tried.trouble) is None:
        return None
    match tried:
        case Tried(step=Step.MESSAGE, trouble="no_answer" | "hung_up"):
            return t.gettext(_UNSURE)
        case Tried(trouble="refused"):
            return t.gettext(_REFUSED.get(tried.step, _REFUSED_AT_ALL))
        case _:
            return t.gettext(_REMEDIES[code])
