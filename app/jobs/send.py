"""Send: what is approved goes out, one message for each reader, exactly once; what is not approved is reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from app.delivery import mail, render, replies
from app.delivery.mail import Mailer
from app.delivery.present import present
from app.jobs.changes import tell_changes
from app.jobs.corrections import send_corrections
from app.jobs.lock import lock
from app.jobs.notices import STATES, under_way
from app.jobs.unapproved import watch
from app.office import Office
from app.settings import Settings
from app.store import deliveries, editions, late_notes
from app.store.deliveries import Delivery, DeliveryState
from app.store.editions import EditionLine
from app.viewer import system
from digest.edition import Edition
from digest.late_notes import LateNote
from digest.reading import Privy

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What sending came to: deliveries and corrections by the state they ended in, and what nobody approved."""

    states: Counter[DeliveryState]
    doubted: int
    """Deliveries an earlier process left without an answer."""
    unapproved: tuple[str, ...]
    """Editions past their deadline that are not sent."""
    released: tuple[str, ...] = ()
    """Editions that go out marked as automatic, not reviewed."""


def send(office: Office, now: datetime, *, due_only: bool = False) -> Sent:
    """Send every approved edition, or only what is due; see to those that nobody approved in time.

    Raises:
        LockedError: somebody is sending already.
    """
    with lock(office, "send"):
        out = mail.mailer(office.settings)
        with office.writing.begin() as session:
            doubted = deliveries.end_interrupted(session)
        watched = watch(office, out, now)
        tell_changes(office, out, now)
        due = now if due_only else None
        with office.reading() as session:
            ready = editions.to_send(session, due)
        states: Counter[DeliveryState] = Counter()
        for line in ready:
            states.update(_send_edition(office, line, out, now, due))
        states.update(send_corrections(office, out, now))
        return Sent(states=states, doubted=doubted, unapproved=watched.unapproved, released=watched.released)


def _send_edition(
    office: Office, line: EditionLine, out: Mailer, now: datetime, due: datetime | None
) -> Counter[DeliveryState]:
    with office.reading() as session:
        edition = editions.get(session, system(), line.id).edition
        planned = deliveries.planned(session, line.id, due)
    states: Counter[DeliveryState] = Counter()
    for delivery in planned:
        states[_deliver(office, edition, delivery, out, now)] += 1
    return states


def _deliver(office: Office, edition: Edition, delivery: Delivery, out: Mailer, now: datetime) -> DeliveryState:
    """Record, hand over, record: a crash between leaves it `sending`, which the next run reads as uncertain."""
    settings = office.settings
    with office.writing.begin() as session:
        notes = late_notes.for_mail(session, delivery.edition_id, delivery.leader_id)
        message = briefing_message(edition, delivery, settings, now, notes)
        deliveries.begin(session, delivery.id, under_way(out), message, now)
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


def briefing_message(
    edition: Edition, delivery: Delivery, settings: Settings, now: datetime, notes: Sequence[LateNote] = ()
) -> bytes:
    """The exact bytes of the mail that brings an edition, with its late notes, to one reader."""
    view = edition.view(delivery.leader_id)
    if view is None:
        raise ValueError(f"delivery {delivery.id} is for a reader without a view")
    briefing = present(
        edition,
        leader_id=delivery.leader_id,
        clearance=view.clearance,
        language=view.language,
        public_url=settings.public_url,
        reply_to=replies.address(settings.mail_from),
        notes=notes,
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
