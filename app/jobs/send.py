"""Send: what is approved goes out, one message for each reader, exactly once; what is not approved is reported."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.delivery import mail, render, words
from app.delivery.mail import Mailer, Result, SmtpMailer
from app.delivery.present import present
from app.i18n import translations
from app.jobs.lock import lock
from app.office import Office
from app.settings import Settings
from app.store import deliveries, editions, people
from app.store.deliveries import Delivery, DeliveryState
from app.store.editions import EditionLine
from app.viewer import Role, system
from digest.edition import Edition
from digest.reading import Privy

log = structlog.get_logger()

STATES = {
    Result.SENT: DeliveryState.SENT,
    Result.OUTBOX: DeliveryState.OUTBOX,
    Result.REFUSED: DeliveryState.REFUSED,
    Result.LATER: DeliveryState.PLANNED,
    Result.UNCERTAIN: DeliveryState.UNCERTAIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What sending came to: deliveries by the state they ended in, and editions that wait for approval."""

    states: Counter[DeliveryState]
    doubted: int
    """Deliveries an earlier process left without an answer."""
    unapproved: tuple[str, ...]


def send(office: Office, now: datetime, *, due_only: bool = False) -> Sent:
    """Send every approved edition, or only those whose time has come; tell of those that nobody approved in time.

    Raises:
        LockedError: somebody is sending already.
    """
    with lock(office, "send"):
        out = mail.mailer(office.settings)
        with office.writing.begin() as session:
            doubted = deliveries.end_interrupted(session)
        with office.reading() as session:
            ready = editions.to_send(session, now if due_only else None)
            late = editions.unapproved(session, now)
        states: Counter[DeliveryState] = Counter()
        for line in ready:
            states.update(_send_edition(office, line, out, now))
        for line in late:
            _tell_unapproved(office, line, out, now)
        return Sent(
            states=states,
            doubted=doubted,
            unapproved=tuple(line.id for line in late),
        )


def _under_way(out: Mailer) -> DeliveryState:
    """The state while a message is handed over: a file may be written again, a mail that a server has may not."""
    return DeliveryState.SENDING if isinstance(out, SmtpMailer) else DeliveryState.WRITING


def _send_edition(office: Office, line: EditionLine, out: Mailer, now: datetime) -> Counter[DeliveryState]:
    with office.reading() as session:
        edition = editions.get(session, system(), line.id).edition
        planned = deliveries.planned(session, line.id)
    states: Counter[DeliveryState] = Counter()
    for delivery in planned:
        states[_deliver(office, edition, delivery, out, now)] += 1
    return states


def _deliver(office: Office, edition: Edition, delivery: Delivery, out: Mailer, now: datetime) -> DeliveryState:
    """Record, hand over, record: a crash between leaves it `sending`, which the next run reads as uncertain."""
    settings = office.settings
    message = briefing_message(edition, delivery, settings, now)
    with office.writing.begin() as session:
        deliveries.begin(session, delivery.id, _under_way(out), message, now)
    answer = out.send(
        message,
        sender=settings.mail_from,
        recipient=delivery.address,
        name=f"{delivery.edition_id}-{delivery.leader_id}",
    )
    state = STATES[answer.result]
    with office.writing.begin() as session:
        deliveries.end(session, delivery.id, state, answer.reply, now)
    log.info("sent", edition=edition.id, leader=delivery.leader_id, state=str(state), reply=answer.reply)
    return state


def briefing_message(edition: Edition, delivery: Delivery, settings: Settings, now: datetime) -> bytes:
    """The exact bytes of the mail that brings an edition to one reader."""
    view = edition.view(delivery.leader_id)
    if view is None:
        raise ValueError(f"delivery {delivery.id} is for a reader without a view")
    briefing = present(
        edition,
        leader_id=delivery.leader_id,
        clearance=view.clearance,
        language=view.language,
        public_url=settings.public_url,
        privy=Privy(leader_id=delivery.leader_id),
    )
    return mail.build(
        render.mail(briefing),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=delivery.address,
        message_id=delivery.message_id,
        date=now,
        example=settings.example,
    )


def _tell_unapproved(office: Office, line: EditionLine, out: Mailer, now: datetime) -> None:
    """Tell approvers and administrators, each once, that an edition is held."""
    with office.reading() as session:
        told = people.holders(session, Role.APPROVER, Role.ADMINISTRATOR)
    for person in told:
        key = f"unapproved/{line.id}/{person.id}"
        with office.writing.begin() as session:
            first = deliveries.notify_once(
                session,
                key=key,
                code="unapproved",
                edition_id=line.id,
                address=person.email,
                state=_under_way(out),
                now=now,
            )
        if first:
            _send_notice(office, line, person, key, out, now)


def _send_notice(
    office: Office, line: EditionLine, person: people.Person, key: str, out: Mailer, now: datetime
) -> None:
    settings = office.settings
    t = translations(person.language, settings.time_zone)
    value = render.Notice(
        office=settings.office_name,
        example=settings.example,
        edition=words.edition_label(line.id, t),
        deadline=line.send_at,
        sending=line.send_at,
        approver=person.name,
        path=f"/briefings/{line.id}/draft",
        public_url=settings.public_url,
    )
    message = mail.build(
        render.notice(value, t),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=person.email,
        message_id=f"<{line.id}.unapproved.{person.id}@{settings.mail_from.rpartition('@')[2]}>",
        date=now,
        example=settings.example,
    )
    answer = out.send(
        message, sender=settings.mail_from, recipient=person.email, name=f"{line.id}-unapproved-{person.id}"
    )
    with office.writing.begin() as session:
        deliveries.end_notice(session, key, STATES[answer.result], message)
    log.info("noticed", edition=line.id, person=person.id, result=str(answer.result))
