"""Corrections: a short mail of its own to each reader who got the entry before the note was written, exactly once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import structlog

from app.delivery import mail, render
from app.delivery.mail import Mailer
from app.delivery.present import present
from app.i18n import translations
from app.jobs.notices import STATES, under_way
from app.office import Office
from app.store import editions, late_notes
from app.store.deliveries import DeliveryState
from app.store.late_notes import NoteDelivery
from app.viewer import system
from digest.edition import Edition

log = structlog.get_logger()


def send_corrections(office: Office, out: Mailer, now: datetime) -> Counter[DeliveryState]:
    """Send what corrections wait; the caller holds the lock of sending."""
    with office.reading() as session:
        waiting = late_notes.planned(session)
    states: Counter[DeliveryState] = Counter()
    for each in waiting:
        with office.reading() as session:
            edition = editions.get(session, system(), each.note.edition_id).edition
        states[_send(office, edition, each, out, now)] += 1
    return states


def _send(office: Office, edition: Edition, each: NoteDelivery, out: Mailer, now: datetime) -> DeliveryState:
    """Record, hand over, record, as for the mail of an edition."""
    message = correction_message(office, edition, each, now)
    with office.writing.begin() as session:
        late_notes.begin(session, each, under_way(out), message, now)
    name = f"{edition.id}-correction-{each.note.id}-{each.leader_id}"
    answer = out.send(message, sender=office.settings.mail_from, recipient=each.address, name=name)
    state = STATES[answer.result]
    with office.writing.begin() as session:
        late_notes.end(session, each, state, answer.reply, now)
    log.info("corrected", edition=edition.id, note=each.note.id, leader=each.leader_id, state=str(state))
    return state


def correction_message(office: Office, edition: Edition, each: NoteDelivery, now: datetime) -> bytes:
    """The exact bytes of the mail that brings a correction to one reader."""
    settings, view = office.settings, edition.view(each.leader_id)
    if view is None:
        raise ValueError(f"correction {each.note.id} is for a reader without a view")
    briefing = present(
        edition,
        leader_id=each.leader_id,
        clearance=view.clearance,
        language=view.language,
        public_url=settings.public_url,
        notes=(each.note,),
    )
    return mail.build(
        render.correction(briefing, translations(view.language, settings.time_zone)),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=each.address,
        message_id=each.message_id,
        answers=each.answers,
        date=now,
        example=settings.example,
    )
