"""People as an administrator minds them: changed, withdrawn, taken back, invited. Each change is kept.

An administrator reaches no further than the own clearance: who could lead the mail of somebody cleared for more to
another address, or sign in as them, would read what the own clearance does not allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import LeaderRow, PersonRow, SessionRow, SignInLinkRow
from app.store import people, setting_changes
from app.store.people import Person, to_person
from app.store.setting_changes import SettingChangeKind
from app.viewer import Role, Viewer
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What an administrator says of a person."""

    name: str
    email: str
    role: Role
    clearance: Mark
    language: str
    leader_id: str | None = None
    """Which leader it is, for the role of one."""

    def plain(self) -> dict[str, str]:
        """The same as it is kept of a change."""
        return {
            "name": self.name,
            "email": self.email,
            "role": self.role,
            "clearance": self.clearance.code,
            "language": self.language,
            "leader": self.leader_id or "",
        }


def account(person: Person) -> Account:
    """What is said of a person."""
    return Account(
        name=person.name,
        email=person.email,
        role=person.role,
        clearance=person.clearance,
        language=person.language,
        leader_id=person.leader_id,
    )


def held(session: Session, viewer: Viewer, identifier: str) -> Person:
    """A person, whom nobody else changes until the transaction ends; nor does anybody an administrator.

    Raises:
        NotFoundError: there is none, or the viewer is no administrator.
    """
    _administrators(session)
    return to_person(_row(session, viewer, identifier, hold=True))


def get(session: Session, viewer: Viewer, identifier: str) -> Person:
    """One person, also one who was withdrawn; for administrators.

    Raises:
        NotFoundError: there is none, or the viewer is no administrator.
    """
    return to_person(_row(session, viewer, identifier))


def _row(session: Session, viewer: Viewer, identifier: str, *, hold: bool = False) -> PersonRow:
    row = session.get(PersonRow, identifier, with_for_update=hold, populate_existing=hold)
    if row is None or not viewer.may(Role.ADMINISTRATOR):
        raise NotFoundError("person", identifier)
    return row


def _administrators(session: Session) -> list[str]:
    """Ids of those who are administrators, held until the transaction ends: two cannot take away each other's right.

    Always the first to be held, and in one order, so that two who wait for each other never happen.
    """
    query = select(PersonRow).where(PersonRow.role == Role.ADMINISTRATOR, PersonRow.withdrawn_at.is_(None))
    held_rows = query.order_by(PersonRow.id).with_for_update().execution_options(populate_existing=True)
    return [row.id for row in session.scalars(held_rows)]


def add(session: Session, viewer: Viewer, wanted: Account, now: datetime) -> tuple[Person, str]:
    """A new person, with the token of a one-time sign-in link.

    Raises:
        NotFoundError: the viewer is no administrator.
        InvalidInputError: somebody has the address, or there is no such leader (field ``email`` or ``leader``).
        ConflictError: ``above_clearance``.
    """
    if not viewer.may(Role.ADMINISTRATOR):
        raise NotFoundError("person", wanted.name)
    _refuse_above(viewer, wanted.clearance)
    _refuse_unfit_leader(session, viewer, wanted)
    made = people.add_person(
        session,
        name=wanted.name,
        email=wanted.email,
        role=wanted.role,
        clearance=wanted.clearance,
        language=wanted.language,
        leader_id=wanted.leader_id,
    )
    subject = setting_changes.person(made.id)
    setting_changes.record(session, viewer, subject, SettingChangeKind.ADDED, now, after=account(made).plain())
    return made, people.make_link(session, made.id, now)


def change(session: Session, viewer: Viewer, identifier: str, wanted: Account, now: datetime) -> Person:
    """Write down anew what is said of a person; a narrower role or clearance counts from the next page on.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: somebody else has the address, or there is no such leader.
        ConflictError: ``last_administrator``; ``above_clearance``: of the person, or the one that is to be given.
    """
    administrators = _administrators(session)
    row = _row(session, viewer, identifier, hold=True)
    before = account(to_person(row))
    _refuse_above(viewer, before.clearance)
    _refuse_above(viewer, wanted.clearance)
    _refuse_unfit_leader(session, viewer, wanted)
    if wanted.role is not Role.ADMINISTRATOR:
        _refuse_last(administrators, identifier)
    email = wanted.email.lower()
    if session.scalar(select(PersonRow.id).where(PersonRow.email == email, PersonRow.id != identifier)):
        raise InvalidInputError("email", email, "somebody with that address exists already")
    row.name, row.email, row.language = wanted.name, email, wanted.language
    row.role, row.clearance, row.leader_id = wanted.role, int(wanted.clearance), wanted.leader_id
    session.flush()
    after = account(to_person(row))
    _record(session, viewer, identifier, SettingChangeKind.CHANGED, now, before, after)
    return to_person(row)


def _record(
    session: Session,
    viewer: Viewer,
    identifier: str,
    kind: SettingChangeKind,
    now: datetime,
    before: Account,
    after: Account,
) -> None:
    subject = setting_changes.person(identifier)
    setting_changes.record(session, viewer, subject, kind, now, before=before.plain(), after=after.plain())


def _refuse_above(viewer: Viewer, clearance: Mark) -> None:
    if clearance > viewer.clearance:
        raise ConflictError("above_clearance", mark=clearance.code)


def _refuse_last(administrators: list[str], identifier: str) -> None:
    if administrators == [identifier]:
        raise ConflictError("last_administrator", person=identifier)


def _refuse_unfit_leader(session: Session, viewer: Viewer, wanted: Account) -> None:
    """Who signs in as a leader reads what the leader said, so the leader counts like a clearance."""
    row = session.get(LeaderRow, wanted.leader_id) if wanted.leader_id is not None else None
    if (row is not None) is not (wanted.role is Role.LEADER):
        raise InvalidInputError("leader", wanted.leader_id or "", "name the leader that a person of that role is")
    if row is not None:
        _refuse_above(viewer, Mark(row.clearance))


def withdraw(session: Session, viewer: Viewer, identifier: str, now: datetime) -> None:
    """Let a person sign in no more: sessions end, links are void. What the person wrote stays. Twice is once.

    Raises:
        NotFoundError: there is none.
        ConflictError: ``last_administrator`` or ``above_clearance``.
    """
    administrators = _administrators(session)
    row = _row(session, viewer, identifier, hold=True)
    if row.withdrawn_at is not None:
        return
    _refuse_above(viewer, Mark(row.clearance))
    _refuse_last(administrators, identifier)
    row.withdrawn_at = now
    session.execute(delete(SessionRow).where(SessionRow.person_id == identifier))
    _void_links(session, identifier)
    setting_changes.record(session, viewer, setting_changes.person(identifier), SettingChangeKind.WITHDRAWN, now)


def _void_links(session: Session, identifier: str) -> None:
    unused = (SignInLinkRow.person_id == identifier, SignInLinkRow.used_at.is_(None))
    session.execute(delete(SignInLinkRow).where(*unused))


def reinstate(session: Session, viewer: Viewer, identifier: str, now: datetime) -> None:
    """Take back that a person was withdrawn: role, clearance and password are as they were. Twice is once.

    Raises:
        NotFoundError: there is none.
        ConflictError: ``above_clearance``.
    """
    row = _row(session, viewer, identifier, hold=True)
    if row.withdrawn_at is None:
        return
    _refuse_above(viewer, Mark(row.clearance))
    row.withdrawn_at = None
    setting_changes.record(session, viewer, setting_changes.person(identifier), SettingChangeKind.REINSTATED, now)


def invite(session: Session, viewer: Viewer, identifier: str, now: datetime) -> str:
    """Token of a new one-time sign-in link for a person; earlier unused ones are void.

    Raises:
        NotFoundError: there is none.
        ConflictError: ``withdrawn`` or ``above_clearance``.
    """
    row = _row(session, viewer, identifier, hold=True)
    _refuse_above(viewer, Mark(row.clearance))
    if row.withdrawn_at is not None:
        raise ConflictError("withdrawn", person=identifier)
    _void_links(session, identifier)
    setting_changes.record(session, viewer, setting_changes.person(identifier), SettingChangeKind.INVITED, now)
    return people.make_link(session, identifier, now)
