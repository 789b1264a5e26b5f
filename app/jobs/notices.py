"""Notices: mails to the office itself, each to each addressee once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.delivery import mail, render
from app.delivery.mail import Mailer, Result, SmtpMailer
from app.delivery.notices import NoticeCode, NoticeWords
from app.i18n import Translations, translations
from app.office import Office
from app.settings import Settings
from app.store import deliveries, people
from app.store.deliveries import DeliveryState
from app.viewer import Role
from digest.types import Mark

log = structlog.get_logger()

STATES = {
    Result.SENT: DeliveryState.SENT,
    Result.OUTBOX: DeliveryState.OUTBOX,
    Result.REFUSED: DeliveryState.REFUSED,
    Result.LATER: DeliveryState.PLANNED,
    Result.UNCERTAIN: DeliveryState.UNCERTAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a notice is for."""

    id: str
    email: str
    language: str
    clearance: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One notice as it is told to each of its addressees."""

    code: NoticeCode
    edition_id: str
    words: Callable[[Translations], NoticeWords]
    path: str
    about: str = ""
    """What of the edition it is about, when it has several of a code."""

    def key(self, addressee: Addressee) -> str:
        """What forbids a second one."""
        return "/".join(filter(None, (self.code, self.edition_id, self.about, addressee.id)))


def holders(session: Session, *roles: Role) -> tuple[Addressee, ...]:
    """Everybody with one of the roles."""
    return tuple(
        Addressee(id=each.id, email=each.email, language=each.language, clearance=each.clearance)
        for each in people.holders(session, *roles)
    )


def with_deputy(known: tuple[Addressee, ...], settings: Settings) -> tuple[Addressee, ...]:
    """The addressees and the office's deputy, unless the deputy is one of them."""
    deputy = settings.deputy
    if deputy is None or deputy.lower() in {each.email.lower() for each in known}:
        return known
    named = Addressee(id="deputy", email=deputy, language=settings.languages[0], clearance=Mark.PUBLIC)
    return (*known, named)


def under_way(out: Mailer) -> DeliveryState:
    """The state while a message is handed over: a file may be written again, a mail that a server has may not."""
    return DeliveryState.SENDING if isinstance(out, SmtpMailer) else DeliveryState.WRITING


def tell(office: Office, telling: Telling, addressees: Iterable[Addressee], out: Mailer, now: datetime) -> None:
    """Tell each addressee who was not told before."""
    for addressee in addressees:
        key = telling.key(addressee)
        with office.writing.begin() as session:
            first = deliveries.notify_once(
                session,
                key=key,
                code=telling.code,
                edition_id=telling.edition_id,
                address=addressee.email,
                state=under_way(out),
                now=now,
            )
        if first:
            _hand_over(office, telling, addressee, out, now)


def _hand_over(office: Office, telling: Telling, addressee: Addressee, out: Mailer, now: datetime) -> None:
    settings = office.settings
    t = translations(addressee.language, settings.time_zone)
    notice = render.Notice(
        office=settings.office_name,
        example=settings.example,
        words=telling.words(t),
        path=telling.path,
        public_url=settings.public_url,
    )
    name = ".".join(filter(None, (telling.edition_id, telling.code, telling.about, addressee.id)))
    message = mail.build(
        render.notice(notice, t),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=addressee.email,
        message_id=f"<{name}@{settings.mail_from.rpartition('@')[2]}>",
        date=now,
        example=settings.example,
    )
    answer = out.send(message, sender=settings.mail_from, recipient=addressee.email, name=name.replace(".", "-"))
    with office.writing.begin() as session:
        deliveries.end_notice(session, telling.key(addressee), STATES[answer.result], message)
    log.info("noticed", edition=telling.edition_id, code=telling.code, to=addressee.id, result=str(answer.result))
