"""Leaders as their office minds them: what each is told, where and when; changed, withdrawn, taken back.

The profile (address, language, clearance, times) is an administrator's to change, who reaches no further than the own
clearance; the topics are an editor's. An edition holds its readers as they were when it was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import LeaderRow
from app.store import people, setting_changes
from app.store.people import to_leader, to_sending
from app.store.setting_changes import SettingChangeKind
from app.timetable import OwnSending
from app.viewer import Role, Viewer
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Leader, Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A leader with the time of sending, and since when the leader gets no briefing; None: the leader does."""

    leader: Leader
    sending: OwnSending
    retired_at: datetime | None = None

    def plain(self) -> dict[str, str]:
        """The same as it is kept of a change."""
        weights = self.leader.topic_weights
        return {
            "name": self.leader.name,
            "email": self.leader.email,
            "language": self.leader.language,
            "clearance": self.leader.clearance.code,
            "rhythm": self.sending.rhythm or "",
            "sending_day": self.sending.day or "",
            "sending_time": self.sending.clock or "",
            "time_zone": self.sending.time_zone or "",
            **({f"topic-{topic}": f"{weight:g}" for topic, weight in weights.items()} if weights is not None else {}),
        }


def _to_profile(row: LeaderRow) -> Profile:
    return Profile(leader=to_leader(row), sending=to_sending(row), retired_at=row.retired_at)


def every(session: Session, viewer: Viewer) -> tuple[Profile, ...]:
    """All leaders, those who get briefings by name, then the others; for those who make editions."""
    if not viewer.may(Role.EDITOR):
        return ()
    rows = session.scalars(select(LeaderRow).order_by(LeaderRow.retired_at.is_not(None), LeaderRow.name))
    return tuple(_to_profile(row) for row in rows)


def get(session: Session, viewer: Viewer, identifier: str) -> Profile:
    """One leader.

    Raises:
        NotFoundError: there is none, or the viewer makes no editions.
    """
    return _to_profile(_row(session, viewer, identifier))


def held(session: Session, viewer: Viewer, identifier: str) -> Profile:
    """A leader whom nobody else changes until the transaction ends.

    Raises:
        NotFoundError: there is none, or the viewer makes no editions.
    """
    return _to_profile(_row(session, viewer, identifier, hold=True))


def _row(session: Session, viewer: Viewer, identifier: str, *, hold: bool = False) -> LeaderRow:
    row = session.get(LeaderRow, identifier, with_for_update=hold, populate_existing=hold)
    if row is None or not viewer.may(Role.EDITOR):
        raise NotFoundError("leader", identifier)
    return row


def _refuse(viewer: Viewer, *clearances: Mark) -> None:
    if not viewer.may(Role.ADMINISTRATOR):
        raise NotFoundError("leader", "")
    if max(clearances) > viewer.clearance:
        raise ConflictError("above_clearance", mark=max(clearances).code)


def add(session: Session, viewer: Viewer, wanted: Profile, now: datetime) -> Profile:
    """A new leader, who is told from the next draft on.

    Raises:
        InvalidInputError: a leader of that name exists.
        ConflictError: ``above_clearance``.
    """
    _refuse(viewer, wanted.leader.clearance)
    made = people.add_leader(
        session,
        name=wanted.leader.name,
        email=wanted.leader.email,
        language=wanted.leader.language,
        clearance=wanted.leader.clearance,
        sending=wanted.sending,
    )
    kept = _to_profile(session.get_one(LeaderRow, made.id))
    subject = setting_changes.leader(made.id)
    setting_changes.record(session, viewer, subject, SettingChangeKind.ADDED, now, after=kept.plain())
    return kept


def change(session: Session, viewer: Viewer, identifier: str, wanted: Profile, now: datetime) -> None:
    """Write a leader's profile anew; the topics stay.

    Raises:
        NotFoundError: there is none, or the viewer is no administrator.
        InvalidInputError: another leader has that name.
        ConflictError: ``above_clearance``: of the leader, or the one that is to be given.
    """
    row = _row(session, viewer, identifier, hold=True)
    before = _to_profile(row)
    _refuse(viewer, before.leader.clearance, wanted.leader.clearance)
    name = wanted.leader.name
    if session.scalar(select(LeaderRow.id).where(LeaderRow.name == name, LeaderRow.id != identifier)):
        raise InvalidInputError("name", name, "a leader of that name exists already")
    row.name, row.email, row.language = name, wanted.leader.email, wanted.leader.language
    row.clearance = int(wanted.leader.clearance)
    row.sending_day, row.sending_time = wanted.sending.day, wanted.sending.clock
    row.time_zone, row.rhythm = wanted.sending.time_zone, wanted.sending.rhythm
    session.flush()
    _record(session, viewer, before, row, now)


def weigh(
    session: Session, viewer: Viewer, identifier: str, weights: Mapping[str, float] | None, now: datetime
) -> None:
    """Set which topics a leader is told of, and how much each counts; None: every topic counts 1.

    Raises:
        NotFoundError: there is none, or the viewer makes no editions.
    """
    row = _row(session, viewer, identifier, hold=True)
    before = _to_profile(row)
    row.topic_weights = json.dumps(dict(weights), sort_keys=True) if weights is not None else None
    session.flush()
    _record(session, viewer, before, row, now)


def _record(session: Session, viewer: Viewer, before: Profile, row: LeaderRow, now: datetime) -> None:
    after = _to_profile(row)
    if before != after:
        subject, kind = setting_changes.leader(row.id), SettingChangeKind.CHANGED
        setting_changes.record(session, viewer, subject, kind, now, before=before.plain(), after=after.plain())


def retire(session: Session, viewer: Viewer, identifier: str, now: datetime) -> None:
    """Let a leader get no further briefing; editions that hold the leader stay as they are. Twice is once.

    Raises:
        NotFoundError: there is none, or the viewer is no administrator.
        ConflictError: ``above_clearance``.
    """
    row = _row(session, viewer, identifier, hold=True)
    _refuse(viewer, Mark(row.clearance))
    if row.retired_at is None:
        row.retired_at = now
        setting_changes.record(session, viewer, setting_changes.leader(row.id), SettingChangeKind.WITHDRAWN, now)


def restore(session: Session, viewer: Viewer, identifier: str, now: datetime) -> None:
    """Take back that a leader gets no briefing. Twice is once.

    Raises:
        NotFoundError: there is none, or the viewer is no administrator.
        ConflictError: ``above_clearance``.
    """
    row = _row(session, viewer, identifier, hold=True)
    _refuse(viewer, Mark(row.clearance))
    if row.retired_at is not None:
        row.retired_at = None
        setting_changes.record(session, viewer, setting_changes.leader(row.id), SettingChangeKind.REINSTATED, now)
