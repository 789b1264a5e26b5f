"""The settings of the office: each part with its present state in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep
from app.i18n import Translations
from app.settings import Settings
from app.store import leaders, people, stories
from app.viewer import Role, system
from app.web.visits import EditorVisit, Visit
from app.web.wording import WEEKDAY_NAMES

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One part: its name, how it stands, and the address of its page when the visitor may open it."""

    name: str
    state: str
    address: str | None


@router.get("/settings")
def settings_index(visit: EditorVisit, session: SessionDep) -> Response:
    """One card for each part."""
    return visit.page(
        "settings",
        cards=list(_cards(visit, session)),
        administrator=visit.viewer.may(Role.ADMINISTRATOR),
    )


def _cards(visit: Visit, session: Session) -> Iterator[Card]:
    t, settings = visit.t, visit.office.settings
    own = visit.viewer.may(Role.ADMINISTRATOR)
    yield Card(name=t.gettext("People"), state=_people(session, t), address="/settings/people" if own else None)
    yield Card(name=t.gettext("Leaders"), state=_leaders(visit, session), address="/settings/leaders")
    yield Card(name=t.gettext("Topics"), state=_topics(session, t), address="/topics")
    yield Card(name=t.gettext("Timetable"), state=_timetable(settings, t), address="/settings/timetable")
    yield Card(name=t.gettext("Lengths"), state=_lengths(settings, t), address="/settings/lengths")
    yield Card(name=t.gettext("Mail"), state=_mail(settings, t), address="/settings/mail" if own else None)
    yield Card(
        name=t.gettext("Your account"),
        state=t.gettext("Your password, and where you are signed in"),
        address="/account",
    )


def _people(session: Session, t: Translations) -> str:
    """How many sign in; a number that every member of the staff may know."""
    count = sum(each.withdrawn_at is None for each in people.everybody(session, system()))
    return t.ngettext("%(number)s person who signs in", "%(number)s people who sign in", count, number=t.number(count))


def _leaders(visit: Visit, session: Session) -> str:
    count = sum(each.retired_at is None for each in leaders.every(session, visit.viewer))
    if not count:
        return visit.t.gettext("No leader yet: nobody gets a briefing.")
    number = visit.t.number(count)
    return visit.t.ngettext(
        "%(number)s leader gets the briefing", "%(number)s leaders get the briefing", count, number=number
    )


def _topics(session: Session, t: Translations) -> str:
    count = len(stories.topics(session))
    return t.ngettext("%(number)s standing topic", "%(number)s standing topics", count, number=t.number(count))


def _timetable(settings: Settings, t: Translations) -> str:
    if settings.rhythm == "daily":
        return t.gettext(
            "Each working day: cut-off %(cut_off)s, sent at the next %(sending)s, %(zone)s",
            cut_off=settings.cut_off_time,
            sending=settings.sending_time,
            zone=settings.time_zone,
        )
    return t.gettext(
        "Cut-off %(day)s %(cut_off)s, sent %(sending_day)s %(sending)s, %(zone)s",
        day=t.gettext(WEEKDAY_NAMES[settings.cut_off_day]),
        cut_off=settings.cut_off_time,
        sending_day=t.gettext(WEEKDAY_NAMES[settings.sending_day]),
        sending=settings.sending_time,
        zone=settings.time_zone,
    )


def _lengths(settings: Settings, t: Translations) -> str:
    return t.gettext(
        "At most %(first)s entries to decide or to know, %(due)s lines of what is due, %(worth)s worth knowing",
        first=settings.length_must_know,
        due=settings.length_due,
        worth=settings.length_worth_knowing,
    )


def _mail(settings: Settings, t: Translations) -> str:
    if settings.example:
        return t.gettext("Mail goes to the outbox folder: this is the example office")
    if settings.smtp_host is None:
        return t.gettext("Mail goes to the outbox folder: no server set")
    return t.gettext("Mail goes through %(host)s, from %(sender)s", host=settings.smtp_host, sender=settings.mail_from)
