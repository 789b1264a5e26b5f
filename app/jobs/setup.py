"""Setting up an office: making it, and adding its sources, people and leaders."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError, validate_email

from app import settings as office_settings
from app.jobs.collect import fetch_limits
from app.office import Office, open_office
from app.settings import SETTINGS_FILE, Rhythm, Settings
from app.store import accounts, leaders, people, setting_changes, sources, stories
from app.store.setting_changes import SettingChangeKind
from app.timetable import WEEKDAYS, OwnSending
from app.viewer import Role, Viewer, system
from collectors.http import Fetcher, Response
from collectors.opml import Subscription, parse_opml, write_opml
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Leader, Mark, Origin, Source, SourceKind

OPML_MAX_BYTES = 5_000_000
_SENDING = re.compile(rf"(?P<day>{'|'.join(WEEKDAYS)})?\s*(?P<clock>(?:[01]\d|2[0-3]):[0-5]\d)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOffice:
    """A new office: where it is, and the token of the first approver's sign-in link."""

    home: Path
    token: str


def make_office(
    home: Path, values: dict[str, Any], approver_name: str, approver_email: str, now: datetime
) -> MadeOffice:
    """Make an office in a home, with its first approver, who may do everything and reads every mark.

    Raises:
        InvalidInputError: there is an office already, or a value cannot be used; nothing was made.
    """
    if (home / SETTINGS_FILE).exists():
        raise InvalidInputError("home", str(home), "there is an office here already; choose another STAFFWORK_HOME")
    made = office_settings.build(home, {name: value for name, value in values.items() if value is not None})
    email = mail_address(approver_email)
    office = open_office(made)
    with office.writing.begin() as session:
        known = people.by_email(session, email)
        person = known or people.add_person(
            session,
            name=approver_name,
            email=email,
            role=Role.ADMINISTRATOR,
            clearance=max(Mark),
            language=made.languages[0],
        )
        token = people.make_link(session, person.id, now)
    office.close()
    office_settings.save(made)
    return MadeOffice(home=made.home, token=token)


def mail_address(value: str) -> str:
    """A mail address as it is used; ``localhost`` and reserved names are allowed for trying things out.

    Raises:
        InvalidInputError: it is none.
    """
    local, _, domain = value.strip().rpartition("@")
    if domain == "localhost" and local.replace(".", "").replace("-", "").isalnum():
        return f"{local}@localhost".lower()
    try:
        return validate_email(value.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise InvalidInputError("email", value, str(error)) from None


def add_source(office: Office, source: Source) -> Source:
    """Add a source; the folder of a folder source must exist.

    Raises:
        InvalidInputError: the folder is missing, or a source of that address exists.
    """
    if source.kind is SourceKind.FOLDER and not Path(source.address).is_dir():
        raise InvalidInputError("address", source.address, "no such folder; make it first, or give a feed's address")
    with office.writing.begin() as session:
        return sources.add(session, source)


def import_opml(office: Office, place: str, origin: Origin, mark: Mark, now: datetime) -> tuple[int, int]:
    """Add every feed of an OPML file, named by path or by http(s) address.

    Returns:
        How many sources were added, and how many were known already.

    Raises:
        InvalidInputError: the file cannot be read.
        SourceError: it could not be fetched, or is no OPML.
    """
    feeds = parse_opml(_opml_bytes(office.settings, place, now))
    added = known = 0
    for feed in feeds:
        source = Source(id="", kind=SourceKind.FEED, name=feed.title, address=feed.address, origin=origin, mark=mark)
        try:
            add_source(office, source)
            added += 1
        except InvalidInputError:
            known += 1
    return added, known


def export_opml(office: Office, viewer: Viewer, now: datetime) -> tuple[bytes, int]:
    """The feeds that a viewer may know of as OPML, and how many they are; a folder is nothing for a feed reader."""
    with office.reading() as session:
        feeds = [each for each in sources.every(session, viewer) if each.kind is SourceKind.FEED]
    found = (Subscription(title=each.name, address=each.address, folder="") for each in feeds)
    return write_opml(office.settings.office_name, found, now), len(feeds)


def _opml_bytes(settings: Settings, place: str, now: datetime) -> bytes:
    if not place.startswith(("http://", "https://")):
        try:
            return Path(place).read_bytes()
        except OSError as error:
            raise InvalidInputError("file", place, error.strerror or "cannot be read") from error
    return asyncio.run(_fetch(settings, place, now))


async def _fetch(settings: Settings, address: str, now: datetime) -> bytes:
    async with Fetcher(fetch_limits(settings)) as fetcher:
        response = await fetcher.get(address, max_bytes=OPML_MAX_BYTES, now=now)
    return response.content if isinstance(response, Response) else b""


def add_leader(
    office: Office,
    name: str,
    email: str,
    language: str,
    clearance: Mark,
    weights: list[str],
    sending: str = "",
    rhythm: str = "",
    *,
    by: Viewer | None = None,
    now: datetime | None = None,
) -> Leader:
    """Add a leader.

    Args:
        office: the open office.
        name: the leader's.
        email: where the briefing goes.
        language: of mail and pages.
        clearance: what the leader may read.
        weights: written ``TOPIC`` or ``TOPIC=2.5``, with the topic's id or name.
        sending: a time of sending of the leader's own: ``friday 18:00``, ``friday`` or ``18:00``; empty: the office's.
        rhythm: ``weekly`` or ``daily``; empty: the office's.
        by: who adds the leader; the program itself when left out.
        now: when, for the list of changes; without it, none is kept.

    Raises:
        InvalidInputError: a value that cannot be used, or a leader of that name exists.
        NotFoundError: a topic that does not exist.
    """
    if language not in office.settings.languages:
        raise InvalidInputError("language", language, f"the office has {', '.join(office.settings.languages)}")
    own = read_own(sending, rhythm)
    with office.writing.begin() as session:
        topics = {each.id: each.id for each in stories.topics(session)}
        topics |= {each.name: each.id for each in stories.topics(session)}
        made = people.add_leader(
            session,
            name=name,
            email=mail_address(email),
            language=language,
            clearance=clearance,
            topic_weights=dict(_weight(each, topics) for each in weights) or None,
            sending=own,
        )
        if now is not None:
            added = leaders.get(session, system(), made.id).plain()
            subject = setting_changes.leader(made.id)
            setting_changes.record(session, by or system(), subject, SettingChangeKind.ADDED, now, after=added)
        return made


def read_own(sending: str, rhythm: str) -> OwnSending | None:
    """A reader's own time of sending and rhythm; None for neither.

    Raises:
        InvalidInputError: one of them is written otherwise, or a daily briefing is to come on one weekday.
    """
    found, wish = read_sending(sending), read_rhythm(rhythm)
    if wish is None:
        return found
    found = found or OwnSending(day=None, clock=None)
    if wish == "daily" and found.day:
        raise InvalidInputError("sending", sending, "a daily briefing comes every working day: name a time alone")
    return replace(found, rhythm=wish)


def read_rhythm(written: str) -> Rhythm | None:
    """A rhythm by its name; None for nothing.

    Raises:
        InvalidInputError: there is no such rhythm.
    """
    match written.strip().lower():
        case "":
            return None
        case "weekly":
            return "weekly"
        case "daily":
            return "daily"
        case _:
            raise InvalidInputError("rhythm", written, "write weekly or daily, or leave it out for the office's")


def read_sending(written: str) -> OwnSending | None:
    """A reader's own time of sending, written ``friday 18:00``, ``friday`` or ``18:00``; None for nothing.

    Raises:
        InvalidInputError: it is written otherwise.
    """
    if not written.strip():
        return None
    found = _SENDING.fullmatch(written.strip().lower())
    if found is None or not any(found.groups()):
        raise InvalidInputError("sending", written, "write a weekday, a time, or both: friday, 06:30, friday 18:00")
    return OwnSending(day=found["day"], clock=found["clock"])


def _weight(written: str, topics: dict[str, str]) -> tuple[str, float]:
    topic, _, number = written.partition("=")
    if topic not in topics:
        raise NotFoundError("topic", topic)
    try:
        weight = float(number or 1)
    except ValueError:
        weight = -1
    if not 0 < weight <= 10:
        raise InvalidInputError("topic", written, "the weight is a number above 0 and at most 10")
    return topics[topic], weight


def add_person(
    office: Office,
    name: str,
    email: str,
    role: Role,
    clearance: Mark,
    language: str,
    leader: str | None,
    now: datetime,
    *,
    by: Viewer | None = None,
) -> tuple[people.Person, str]:
    """Add someone who signs in, with the token of a one-time sign-in link.

    Raises:
        InvalidInputError: the address or the leader's id cannot be used, or somebody has the address.
    """
    with office.writing.begin() as session:
        known = {each.id for each in people.leaders(session)}
        if role is Role.LEADER and leader not in known:
            raise InvalidInputError("leader", leader or "", f"one of {', '.join(sorted(known)) or 'none yet'}")
        person = people.add_person(
            session,
            name=name,
            email=mail_address(email),
            role=role,
            clearance=clearance,
            language=language,
            leader_id=leader if role is Role.LEADER else None,
        )
        subject, added = setting_changes.person(person.id), accounts.account(person).plain()
        setting_changes.record(session, by or system(), subject, SettingChangeKind.ADDED, now, after=added)
        return person, people.make_link(session, person.id, now)


def new_link(office: Office, email: str, now: datetime, *, by: Viewer | None = None) -> str:
    """Token of a new one-time sign-in link for somebody.

    Raises:
        NotFoundError: nobody has that address.
    """
    with office.writing.begin() as session:
        person = people.by_email(session, email)
        if person is None:
            raise NotFoundError("person", email)
        subject = setting_changes.person(person.id)
        setting_changes.record(session, by or system(), subject, SettingChangeKind.INVITED, now)
        return people.make_link(session, person.id, now)
