"""What the last attempt at each source did in full: its requests, and the documents it could not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from app.models import SourceRow, TraceRow
from app.viewer import Viewer
from collectors.requests import Request
from collectors.types import Fetched, Outcome
from digest.types import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A document of an attempt that could not be read, or not whole."""

    title: str
    url: str | None
    mark: Mark
    error: str
    params: dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One attempt in full."""

    made_at: datetime
    requests: tuple[Request, ...]
    found: int
    """Documents the source lists, whether they are new or not."""
    troubles: tuple[Trouble, ...]


TRACE = TypeAdapter(Trace)


def keep(session: Session, outcome: Outcome, now: datetime) -> None:
    """Keep what an attempt did in the place of what the one before did."""
    value = TRACE.dump_json(_trace(outcome, now)).decode()
    session.merge(TraceRow(source_id=outcome.source.id, made_at=now, value=value))


def _trace(outcome: Outcome, now: datetime) -> Trace:
    result = outcome.result
    items = result.items if isinstance(result, Fetched) else ()
    return Trace(
        made_at=now,
        requests=outcome.requests,
        found=len(items) + (result.same if isinstance(result, Fetched) else 0),
        troubles=tuple(
            Trouble(
                title=item.title,
                url=item.url,
                mark=max(outcome.source.mark, item.mark or outcome.source.mark),
                error=item.error.code,
                params=dict(item.error.params),
            )
            for item in items
            if item.error is not None
        ),
    )


def of_source(session: Session, viewer: Viewer, source_id: str) -> Trace | None:
    """What the last attempt at a source did, as far as the viewer is cleared; None when there was none."""
    source, row = session.get(SourceRow, source_id), session.get(TraceRow, source_id)
    if source is None or row is None or source.mark > viewer.clearance:
        return None
    trace = TRACE.validate_json(row.value)
    shown = tuple(each for each in trace.troubles if each.mark <= viewer.clearance)
    return Trace(made_at=trace.made_at, requests=trace.requests, found=trace.found, troubles=shown)
