"""People and keys: who they are, how they sign in; and the leaders."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.models import ApiKeyRow, LeaderRow, PersonRow, SessionRow, SignInLinkRow
from app.settings import Rhythm, Settings
from app.store.identity import free_slug, token_hash
from app.timetable import OwnSending, Series, series_of
from app.viewer import Role, Viewer
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Leader, Mark

LINK_LIFE = timedelta(minutes=30)  # long enough to open a mail, short enough to be worthless when found
SESSION_LIFE = timedelta(days=14)
AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who signs in."""

    id: str
    name: str
    email: str
    role: Role
    clearance: Mark
    language: str
    leader_id: str | None
    password_hash: str | None
    withdrawn_at: datetime | None = None
    """Since when the person signs in no more; None: the person may."""
    signed_in_at: datetime | None = None
    """When last."""

    @property
    def viewer(self) -> Viewer:
        """The person as whoever reads."""
        return Viewer(
            id=self.id,
            name=self.name,
            role=self.role,
            clearance=self.clearance,
            leader_id=self.leader_id,
            language=self.language,
        )


def to_person(row: PersonRow) -> Person:
    """The person of a row; rows stay in the store."""
    return Person(
        id=row.id,
        name=row.name,
        email=row.email,
        role=Role(row.role),
        clearance=Mark(row.clearance),
        language=row.language,
        leader_id=row.leader_id,
        password_hash=row.password_hash,
        withdrawn_at=row.withdrawn_at,
        signed_in_at=row.signed_in_at,
    )


def add_person(
    session: Session,
    *,
    name: str,
    email: str,
    role: Role,
    clearance: Mark,
    language: str,
    leader_id: str | None = None,
    password_hash: str | None = None,
    identifier: str = "",
) -> Person:
    """Add someone who signs in; the id is made from the one given, or from the name.

    Raises:
        InvalidInputError: somebody has that address.
    """
    if session.scalar(select(PersonRow).filter_by(email=email.lower())):
        raise InvalidInputError("email", email, "somebody with that address exists already")
    row = PersonRow(
        id=free_slug(identifier or name, lambda slug: session.get(PersonRow, slug) is not None),
        name=name,
        email=email.lower(),
        role=role,
        clearance=int(clearance),
        language=language,
        leader_id=leader_id,
        password_hash=password_hash,
    )
    session.add(row)
    session.flush()
    return to_person(row)


def by_email(session: Session, email: str) -> Person | None:
    """The person of an address, for signing in; None when nobody has it, or only somebody who was withdrawn."""
    row = session.scalar(select(PersonRow).filter_by(email=email.strip().lower(), withdrawn_at=None))
    return to_person(row) if row else None


def everybody(session: Session, viewer: Viewer) -> tuple[Person, ...]:
    """Everybody who signs in or did, by name; for administrators and the program itself."""
    rows = session.scalars(select(PersonRow).order_by(PersonRow.name)) if viewer.may(Role.ADMINISTRATOR) else ()
    return tuple(to_person(row) for row in rows)


def holders(session: Session, *roles: Role) -> tuple[Person, ...]:
    """Everybody who has one of the roles, by name; for the program's own notices. Nobody who was withdrawn."""
    query = select(PersonRow).where(PersonRow.role.in_(roles), PersonRow.withdrawn_at.is_(None))
    rows = session.scalars(query.order_by(PersonRow.name))
    return tuple(to_person(row) for row in rows)


def set_password(session: Session, person_id: str, password_hash: str) -> None:
    """Set somebody's password and end every session of theirs."""
    session.get_one(PersonRow, person_id).password_hash = password_hash
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))


def make_link(session: Session, person_id: str, now: datetime) -> str:
    """Token of a new one-time sign-in link."""
    token = secrets.token_urlsafe(32)
    session.add(SignInLinkRow(token_hash=token_hash(token), person_id=person_id, expires_at=now + LINK_LIFE))
    session.flush()
    return token


def use_link(session: Session, token: str, now: datetime) -> Person | None:
    """The person a link signs in; None when it is unknown, used or too old. It works once."""
    row = session.get(SignInLinkRow, token_hash(token), with_for_update=True)
    if row is None or row.used_at is not None or row.expires_at < now:
        return None
    row.used_at = now
    return _active(session, row.person_id)


def _active(session: Session, person_id: str) -> Person | None:
    """A person, unless withdrawn."""
    row = session.get_one(PersonRow, person_id)
    return to_person(row) if row.withdrawn_at is None else None


def open_session(session: Session, person_id: str, now: datetime, agent: str = "") -> str:
    """Token of a new session of a browser; ``agent`` is what it says it is."""
    token = secrets.token_urlsafe(32)
    session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
    kept = "".join(letter for letter in agent if letter.isprintable())[:AGENT_LENGTH]
    made = {"made_at": now, "seen_at": now, "expires_at": now + SESSION_LIFE}
    session.add(SessionRow(token_hash=token_hash(token), person_id=person_id, agent=kept or None, **made))
    session.get_one(PersonRow, person_id).signed_in_at = now
    session.flush()
    return token


def signed_in(session: Session, token: str, now: datetime) -> Person | None:
    """Whose session a token is; None when it is unknown or over."""
    row = session.get(SessionRow, token_hash(token))
    if row is None or row.expires_at < now:
        return None
    return _active(session, row.person_id)


def close_session(session: Session, token: str) -> None:
    """End a session."""
    session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash(token)))


def add_key(session: Session, *, name: str, role: Role, clearance: Mark, now: datetime) -> tuple[str, str]:
    """Add an API key: its id, and the key itself, which is shown once and not kept."""
    key = "sw_" + secrets.token_urlsafe(32)
    identifier = free_slug(name, lambda slug: session.get(ApiKeyRow, slug) is not None)
    session.add(
        ApiKeyRow(id=identifier, name=name, key_hash=token_hash(key), role=role, clearance=int(clearance), made_at=now)
    )
    session.flush()
    return identifier, key


def revoke_key(session: Session, identifier: str, now: datetime) -> None:
    """Revoke an API key, at once and for good.

    Raises:
        NotFoundError: no key has that id.
    """
    row = session.get(ApiKeyRow, identifier)
    if row is None:
        raise NotFoundError("API key", identifier)
    row.revoked_at = row.revoked_at or now


def key_viewer(session: Session, key: str) -> Viewer | None:
    """Whoever reads with an API key; None when it is unknown or revoked."""
    row = session.scalar(select(ApiKeyRow).filter_by(key_hash=token_hash(key), revoked_at=None))
    if row is None:
        return None
    return Viewer(id=f"key:{row.id}", name=row.name, role=Role(row.role), clearance=Mark(row.clearance))


def to_leader(row: LeaderRow) -> Leader:
    """The leader of a row."""
    return Leader(
        id=row.id,
        name=row.name,
        email=row.email,
        language=row.language,
        clearance=Mark(row.clearance),
        topic_weights=json.loads(row.topic_weights) if row.topic_weights else None,
    )


def add_leader(
    session: Session,
    *,
    name: str,
    email: str,
    language: str,
    clearance: Mark,
    topic_weights: Mapping[str, float] | None = None,
    sending: OwnSending | None = None,
    identifier: str = "",
) -> Leader:
    """Add a reader with a profile; the id is made from the one given, or from the name.

    Raises:
        InvalidInputError: a leader of that name exists.
    """
    if session.scalar(select(LeaderRow).filter_by(name=name)):
        raise InvalidInputError("leader", name, "a leader of that name exists already")
    row = LeaderRow(
        id=free_slug(identifier or name, lambda slug: session.get(LeaderRow, slug) is not None),
        name=name,
        email=email,
        language=language,
        clearance=int(clearance),
        topic_weights=json.dumps(dict(topic_weights), sort_keys=True) if topic_weights is not None else None,
        sending_day=sending.day if sending else None,
        sending_time=sending.clock if sending else None,
        time_zone=sending.time_zone if sending else None,
        rhythm=sending.rhythm if sending else None,
    )
    session.add(row)
    session.flush()
    return to_leader(row)


def leaders(session: Session) -> tuple[Leader, ...]:
    """All leaders who get briefings, by name; for composing and sending."""
    rows = session.scalars(select(LeaderRow).where(LeaderRow.retired_at.is_(None)).order_by(LeaderRow.name))
    return tuple(to_leader(row) for row in rows)


def sendings(session: Session) -> dict[str, OwnSending]:
    """Rhythms and times of sending that leaders have of their own, by leader id; for composing and planning mails."""
    set_at_all = (LeaderRow.sending_day, LeaderRow.sending_time, LeaderRow.time_zone, LeaderRow.rhythm)
    query = select(LeaderRow).where(or_(*(column.is_not(None) for column in set_at_all)))
    return {row.id: to_sending(row) for row in session.scalars(query)}


def wishes(session: Session, settings: Settings) -> dict[str, Series]:
    """The series that each leader wants who gets briefings, by leader id; for composing."""
    own = sendings(session)
    return {leader.id: series_of(own.get(leader.id), settings) for leader in leaders(session)}


def to_sending(row: LeaderRow) -> OwnSending:
    """When the leader of a row wants the briefing."""
    rhythm: Rhythm | None = "daily" if row.rhythm == "daily" else "weekly" if row.rhythm else None
    return OwnSending(day=row.sending_day, clock=row.sending_time, time_zone=row.time_zone, rhythm=rhythm)


def leader(session: Session, viewer: Viewer, identifier: str) -> Leader:
    """One leader; a leader may see only the own profile.

    Raises:
        NotFoundError: none has that id, or the viewer may not see it.
    """
    row = session.get(LeaderRow, identifier)
    if row is None or (viewer.role is Role.LEADER and viewer.leader_id != identifier):
        raise NotFoundError("leader", identifier)
    return to_leader(row)
