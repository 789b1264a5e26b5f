"""A test message: whether mail of the office goes out, tried for real and told step by step."""

from __future__ import annotations

from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address

import structlog

from app.delivery import mail, render
from app.delivery.mail import Result, SmtpMailer
from app.delivery.mail_trial import LIMIT_S, Step, Tried, over_smtp
from app.delivery.notices import NoticeWords
from app.i18n import Translations
from app.jobs.setup import mail_address
from app.office import Office
from app.store import setting_changes
from app.store.setting_changes import MAIL, SettingChangeKind
from app.viewer import Viewer

log = structlog.get_logger()


def try_mail(
    office: Office, viewer: Viewer, address: str, t: Translations, now: datetime, *, limit_s: float = LIMIT_S
) -> tuple[Tried, ...]:
    """Send a test message to an address; what came of each step, the last of which says how it ended.

    Args:
        office: the open office.
        viewer: who tests.
        address: to whom.
        t: the language of the message.
        now: the time it carries.
        limit_s: seconds it may take in all.

    Raises:
        InvalidInputError: that is no mail address.
    """
    settings, recipient = office.settings, mail_address(address)
    if not _is_address(settings.mail_from):
        return (Tried(step=Step.SENDER, trouble="refused", reply=settings.mail_from),)
    name = f"mail-test-{now:%Y%m%dT%H%M%S%f}"
    message = mail.build(
        render.notice(
            render.Notice(
                office=settings.office_name,
                example=settings.example,
                words=_words(viewer, t, now),
                path="/settings/mail",
                public_url=settings.public_url,
            ),
            t,
        ),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=recipient,
        message_id=f"<{name}@{settings.mail_from.rpartition('@')[2]}>",
        date=now,
        example=settings.example,
    )
    tried = _tried(mail.mailer(settings), message, settings.mail_from, recipient, name, limit_s)
    last = tried[-1]
    failed = f"failed-{last.step}" if last.trouble else last.step
    outcome = {"address": recipient, "outcome": failed, "reply": last.reply[:200]}
    with office.writing.begin() as session:
        setting_changes.record(session, viewer, MAIL, SettingChangeKind.TESTED, now, after=outcome)
    log.info("mail tested", step=str(last.step), trouble=last.trouble)
    return tried


def _is_address(value: str) -> bool:
    try:
        return bool(Address(addr_spec=value).domain)
    except (ValueError, IndexError, HeaderParseError):
        return False


def _words(viewer: Viewer, t: Translations, now: datetime) -> NoticeWords:
    return NoticeWords(
        title=t.gettext("Test message"),
        happened=t.gettext(
            "%(name)s tested on %(moment)s whether mail of this office arrives. It does.",
            name=viewer.name,
            moment=t.moment(now),
        ),
        remedy=t.gettext("Nothing. When it lies among the unwanted mail, say that it is wanted."),
        action=t.gettext("Open the settings of the mail"),
    )


def _tried(
    out: mail.Mailer, message: bytes, sender: str, recipient: str, name: str, limit_s: float
) -> tuple[Tried, ...]:
    if isinstance(out, SmtpMailer):
        return over_smtp(out, message, sender=sender, recipient=recipient, limit_s=limit_s)
    answer = out.send(message, sender=sender, recipient=recipient, name=name)
    return (Tried(step=Step.FILE, trouble=None if answer.result is Result.OUTBOX else "disk", reply=answer.reply),)
