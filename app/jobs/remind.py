"""Remind: the owner of an open ask hears of it before it is due, on the day, and daily once it is overdue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from sqlalchemy.orm import Session

from app.delivery import mail, render
from app.delivery.asks import local_day, worded
from app.delivery.edition_names import edition_label
from app.delivery.mail import Mailer
from app.i18n import translations
from app.jobs.lock import lock
from app.jobs.notices import STATES, under_way
from app.office import Office
from app.store import asks, deliveries, people
from app.store.asks import KeptAsk
from app.store.deliveries import DeliveryState
from app.viewer import system
from digest.asks import Reminder, reminder

log = structlog.get_logger()
CODES = {each: f"ask_{each.value}" for each in Reminder}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminded:
    """What reminding came to: reminders by the state they ended in."""

    states: Counter[DeliveryState]
    doubted: int
    """Reminders an earlier process left without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A reminder that is due on a day."""

    kept: KeptAsk
    reminder: Reminder
    today: date

    @property
    def day(self) -> date:
        """What it is sent once for: the due date, or each day that the ask is overdue."""
        return self.today if self.reminder is Reminder.OVERDUE else self.kept.ask.due

    @property
    def name(self) -> str:
        """Its name, as part of keys, files and Message-IDs."""
        return f"{self.kept.ask.id}.{self.reminder}.{self.day:%Y%m%d}"

    @property
    def key(self) -> str:
        """The key that forbids a second one."""
        return f"{CODES[self.reminder]}/{self.name}"


def remind(office: Office, now: datetime) -> Reminded:
    """Send each reminder that is due and was not sent yet; the office works from Monday to Friday but for its holidays.

    Raises:
        LockedError: somebody is reminding already.
    """
    with lock(office, "remind"):
        today = local_day(now, office.settings.time_zone)
        out = mail.mailer(office.settings)
        with office.writing.begin() as session:
            doubted = deliveries.end_interrupted_notices(session, asks=True)
            due = _due(session, today, office.settings.holidays)
            deliveries.forget_planned(session, tuple(CODES.values()), {each.key for each in due})
            languages = _languages(session)
        states: Counter[DeliveryState] = Counter()
        for each in due:
            language = languages.get(str(each.kept.address).lower(), office.settings.languages[0])
            if state := _tell(office, each, language, out, now):
                states[state] += 1
        return Reminded(states=states, doubted=doubted)


def _due(session: Session, today: date, holidays: Collection[date]) -> tuple[_Due, ...]:
    wanted = ((kept, reminder(kept.ask, today, holidays)) for kept in asks.to_remind(session, system()))
    return tuple(_Due(kept=kept, reminder=which, today=today) for kept, which in wanted if which)


def _languages(session: Session) -> Mapping[str, str]:
    """Mail address -> language of whoever is known to have it; an account says more than a profile."""
    leaders = {leader.email.lower(): leader.language for leader in people.leaders(session)}
    return leaders | {person.email.lower(): person.language for person in people.everybody(session, system())}


def _tell(office: Office, due: _Due, language: str, out: Mailer, now: datetime) -> DeliveryState | None:
    """Record, hand over, record, as for a delivery; None when it went out before, for sure or perhaps."""
    address = str(due.kept.address)
    with office.writing.begin() as session:
        first = deliveries.notify_once(
            session,
            key=due.key,
            code=CODES[due.reminder],
            edition_id=due.kept.ask.edition_id,
            address=address,
            state=under_way(out),
            now=now,
        )
    if not first:
        return None
    message = _message(office, due, language, now)
    answer = out.send(message, sender=office.settings.mail_from, recipient=address, name=f"ask-{due.name}")
    state = STATES[answer.result]
    with office.writing.begin() as session:
        deliveries.end_notice(session, due.key, state, message)
    log.info("reminded", ask=due.kept.ask.id, reminder=str(due.reminder), state=str(state), reply=answer.reply)
    return state


def _message(office: Office, due: _Due, language: str, now: datetime) -> bytes:
    settings, ask = office.settings, due.kept.ask
    t = translations(language, settings.time_zone)
    text = worded(ask, due.today, t)
    value = render.Reminding(
        office=settings.office_name,
        example=settings.example,
        ask=text,
        edition=edition_label(ask.edition_id, t) if ask.edition_id else None,
        public_url=settings.public_url,
    )
    return mail.build(
        render.reminding(value, t),
        sender_name=settings.office_name,
        sender=settings.mail_from,
        recipient=str(due.kept.address),
        message_id=f"<{due.name}@{settings.mail_from.rpartition('@')[2]}>",
        date=now,
        example=settings.example,
    )
