"""What people change in the settings: each change is kept with its author, its time, and what stood there before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import SettingChangeRow
from app.viewer import Role, Viewer

TIMETABLE = "timetable"
LENGTHS = "lengths"
MAIL = "mail"


class SettingChangeKind(StrEnum):
    """What was done."""

    ADDED = "added"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    INVITED = "invited"
    TESTED = "tested"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingChange:
    """One change: the fields it changed, with what they held before and hold since."""

    kind: SettingChangeKind
    author: str
    made_at: datetime
    before: Mapping[str, str]
    after: Mapping[str, str]


def person(identifier: str) -> str:
    """The subject of changes of a person."""
    return f"person/{identifier}"


def leader(identifier: str) -> str:
    """The subject of changes of a leader."""
    return f"leader/{identifier}"


def record(
    session: Session,
    viewer: Viewer,
    subject: str,
    kind: SettingChangeKind,
    now: datetime,
    *,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    """Keep a change; of its fields those that hold something else than before. Secrets are no business of it."""
    old, new = before or {}, after or {}
    names = [name for name in {**old, **new} if old.get(name, "") != new.get(name, "")]
    session.add(
        SettingChangeRow(
            subject=subject,
            kind=kind,
            author=viewer.name,
            made_at=now,
            before=json.dumps({name: old.get(name, "") for name in names}, ensure_ascii=False),
            after=json.dumps({name: new.get(name, "") for name in names}, ensure_ascii=False),
        )
    )
    session.flush()


def history(session: Session, viewer: Viewer, subject: str) -> tuple[SettingChange, ...]:
    """Every change of a subject, the latest first; for those who make editions."""
    if not viewer.may(Role.EDITOR):
        return ()
    rows = session.scalars(select(SettingChangeRow).filter_by(subject=subject).order_by(SettingChangeRow.id.desc()))
    return tuple(
        SettingChange(
            kind=SettingChangeKind(row.kind),
            author=row.author,
            made_at=row.made_at,
            before=json.loads(row.before),
            after=json.loads(row.after),
        )
        for row in rows
    )
