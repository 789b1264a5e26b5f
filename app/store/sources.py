"""Sources, their attempts and their state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import AttemptRow, DocumentRow, SourceRow
from app.store import traces
from app.store.identity import free_slug
from app.viewer import Viewer
from collectors.types import Fetched, NotModified, Outcome, SourceTask
from digest.edition import SourceLine, SourceState
from digest.errors import InvalidInputError, NotFoundError, SourceError
from digest.types import Mark, Origin, Source, SourceKind

BACK_OFF_LIMIT = timedelta(hours=24)  # a failing source is tried at least daily; it is never off


class AttemptStatus(StrEnum):
    """What came of an attempt."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a source."""

    made_at: datetime
    status: AttemptStatus
    new: int
    changed: int
    same: int
    unreadable: int
    seconds: float
    error: str | None
    error_params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source with how it does."""

    source: Source
    documents: int
    last_attempt: Attempt | None
    last_success_at: datetime | None
    next_fetch_at: datetime | None
    failures: int
    """Failed attempts in a row."""
    moved_to: str | None
    """Where permanent redirects lead, for the editor to accept."""


def _to_source(row: SourceRow) -> Source:
    return Source(
        id=row.id,
        kind=SourceKind(row.kind),
        name=row.name,
        address=row.address,
        origin=Origin(row.origin),
        language=row.language,
        reliability=row.reliability,
        mark=Mark(row.mark),
    )


def _to_attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        made_at=row.made_at,
        status=AttemptStatus(row.status),
        new=row.new,
        changed=row.changed,
        same=row.same,
        unreadable=row.unreadable,
        seconds=row.seconds,
        error=row.error,
        error_params=json.loads(row.error_params),
    )


def add(session: Session, source: Source) -> Source:
    """Add a source; its id is made from the one it has, or from its name.

    Raises:
        InvalidInputError: a source of that kind and address exists.
    """
    known = session.scalar(select(SourceRow).filter_by(kind=source.kind, address=source.address))
    if known:
        raise InvalidInputError("address", source.address, f"source {known.id} reads it already")
    identifier = free_slug(source.id or source.name, lambda slug: session.get(SourceRow, slug) is not None)
    row = SourceRow(
        id=identifier,
        kind=source.kind,
        name=source.name,
        address=source.address,
        origin=source.origin,
        language=source.language,
        reliability=source.reliability,
        mark=int(source.mark),
    )
    session.add(row)
    session.flush()
    return _to_source(row)


def every(session: Session, viewer: Viewer) -> tuple[Source, ...]:
    """All sources the viewer may know of, by name."""
    rows = session.scalars(select(SourceRow).where(SourceRow.mark <= viewer.clearance).order_by(SourceRow.name))
    return tuple(_to_source(row) for row in rows)


def get(session: Session, viewer: Viewer, source_id: str) -> Source:
    """One source.

    Raises:
        NotFoundError: none has that id, or the viewer may not know of it.
    """
    row = session.get(SourceRow, source_id)
    if row is None or row.mark > viewer.clearance:
        raise NotFoundError("source", source_id)
    return _to_source(row)


def due(session: Session, now: datetime, *, only: str | None = None) -> tuple[SourceTask, ...]:
    """Tasks for the sources whose time has come, or for one source whether it has or not."""
    query = select(SourceRow).order_by(SourceRow.id)
    if only:
        query = query.where(SourceRow.id == only)
    else:
        query = query.where((SourceRow.next_fetch_at.is_(None)) | (SourceRow.next_fetch_at <= now))
    return tuple(_task(session, row) for row in session.scalars(query))


def _task(session: Session, row: SourceRow) -> SourceTask:
    known = session.execute(select(DocumentRow.key, DocumentRow.fingerprint).filter_by(source_id=row.id))
    return SourceTask(
        source=_to_source(row),
        etag=row.etag,
        last_modified=row.last_modified,
        known={key: fingerprint for key, fingerprint in known},  # noqa: C416 a Row is no pair to mypy
    )


def record(
    session: Session, outcome: Outcome, counts: Mapping[str, int], now: datetime, interval: timedelta
) -> AttemptStatus:
    """Record an attempt and set the time of the next: the interval, longer after each failure in a row."""
    row = session.get_one(SourceRow, outcome.source.id)
    error = outcome.result if isinstance(outcome.result, SourceError) else None
    status = AttemptStatus.FAILED if error else AttemptStatus.OK
    if isinstance(outcome.result, NotModified):
        status = AttemptStatus.NOT_MODIFIED
    session.add(
        AttemptRow(
            source_id=row.id,
            made_at=now,
            status=status,
            new=counts.get("new", 0),
            changed=counts.get("changed", 0),
            same=counts.get("same", 0),
            unreadable=counts.get("unreadable", 0),
            seconds=outcome.seconds,
            error=error.code if error else None,
            error_params=json.dumps(dict(error.params) if error else {}),
        )
    )
    traces.keep(session, outcome, now)
    if error:
        row.failures += 1
        row.next_fetch_at = now + _pause(error, row.failures, interval)
        return status
    row.failures, row.last_success_at, row.next_fetch_at = 0, now, now + interval
    if isinstance(outcome.result, Fetched):
        row.etag, row.last_modified = outcome.result.etag, outcome.result.last_modified
        row.moved_to = outcome.result.final_address
    return status


def _pause(error: SourceError, failures: int, interval: timedelta) -> timedelta:
    """Doubling with each failure up to a day, and never shorter than what the server asked for."""
    asked = timedelta(seconds=error.retry_after_s or 0)
    doubled = min(interval * (1 << min(failures - 1, 16)), BACK_OFF_LIMIT)
    return max(doubled, min(asked, timedelta(days=31)))


def health(session: Session, viewer: Viewer) -> tuple[SourceHealth, ...]:
    """How each source does, failing ones first, then by name."""
    newest = select(func.max(AttemptRow.id)).group_by(AttemptRow.source_id)
    attempts = {row.source_id: row for row in session.scalars(select(AttemptRow).where(AttemptRow.id.in_(newest)))}
    documents = dict(
        session.execute(
            select(DocumentRow.source_id, func.count())
            .where(DocumentRow.mark <= viewer.clearance)
            .group_by(DocumentRow.source_id)
        ).all()
    )
    rows = session.scalars(select(SourceRow).where(SourceRow.mark <= viewer.clearance)).all()
    return tuple(
        SourceHealth(
            source=_to_source(row),
            documents=documents.get(row.id, 0),
            last_attempt=_to_attempt(attempts[row.id]) if row.id in attempts else None,
            last_success_at=row.last_success_at,
            next_fetch_at=row.next_fetch_at,
            failures=row.failures,
            moved_to=row.moved_to,
        )
        for row in sorted(rows, key=lambda row: (row.failures == 0, row.name))
    )


def failing_since(session: Session, viewer: Viewer) -> dict[str, datetime]:
    """When the first of the failures in a row was, of each source that fails now, by its id."""
    later = or_(SourceRow.last_success_at.is_(None), AttemptRow.made_at > SourceRow.last_success_at)
    query = select(AttemptRow.source_id, func.min(AttemptRow.made_at)).join(SourceRow).group_by(AttemptRow.source_id)
    query = query.where(SourceRow.mark <= viewer.clearance, SourceRow.failures > 0)
    return dict(session.execute(query.where(AttemptRow.status == AttemptStatus.FAILED, later)).all())


def lines(session: Session, cut_off: datetime, documents: Mapping[str, int]) -> tuple[SourceLine, ...]:
    """How each source did up to a cut-off, for the ledger; ``documents``: how many it gave in the period."""
    newest = select(func.max(AttemptRow.id)).where(AttemptRow.made_at <= cut_off).group_by(AttemptRow.source_id)
    attempts = {row.source_id: row for row in session.scalars(select(AttemptRow).where(AttemptRow.id.in_(newest)))}
    rows = session.scalars(select(SourceRow).order_by(SourceRow.name, SourceRow.id))
    return tuple(
        SourceLine(
            source_id=row.id,
            name=row.name,
            mark=Mark(row.mark),
            state=SourceState.FAILED if row.id in attempts and attempts[row.id].error else SourceState.OK,
            documents=documents.get(row.id, 0),
            error=attempts[row.id].error if row.id in attempts else None,
        )
        for row in rows
    )


def newest_documents(session: Session, viewer: Viewer) -> dict[str, datetime]:
    """When each source last gave a document that was new, by its id."""
    query = select(DocumentRow.source_id, func.max(DocumentRow.collected_at)).group_by(DocumentRow.source_id)
    return dict(session.execute(query.where(DocumentRow.mark <= viewer.clearance)).all())


def first_attempts(session: Session, viewer: Viewer) -> dict[str, datetime]:
    """When each source was first read, by its id."""
    query = select(AttemptRow.source_id, func.min(AttemptRow.made_at)).join(SourceRow).group_by(AttemptRow.source_id)
    return dict(session.execute(query.where(SourceRow.mark <= viewer.clearance)).all())
