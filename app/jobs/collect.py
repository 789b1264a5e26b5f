"""Collect: what is due is read, fetched side by side, and stored by one writer, a short transaction each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.jobs.lock import lock
from app.office import Office
from app.settings import Settings
from app.store import documents, sources
from collectors import collect_all
from collectors.http import FetchLimits
from collectors.tools import open_tools
from collectors.types import Fetched, Outcome, SourceTask
from digest.errors import SourceError
from digest.text import detect

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one attempt at one source came to."""

    source_id: str
    name: str
    status: sources.AttemptStatus
    counts: Counter[str]
    error: SourceError | None
    seconds: float


Progress = Callable[[Collected, int], None]
"""Told after each source: what it came to, and how many sources there are in all."""


def collect(
    office: Office, now: datetime, *, only: str | None = None, progress: Progress | None = None
) -> tuple[Collected, ...]:
    """Read every source that is due, or one source whether it is due or not.

    Raises:
        LockedError: somebody is collecting already.
    """
    with lock(office, "collect"):
        with office.reading() as session:
            tasks = sources.due(session, now, only=only)
        if not tasks:
            return ()
        return asyncio.run(_collect(office, tasks, now, progress))


async def _collect(
    office: Office, tasks: tuple[SourceTask, ...], now: datetime, progress: Progress | None
) -> tuple[Collected, ...]:
    done: list[Collected] = []
    async with (
        open_tools(fetch_limits(office.settings)) as tools,
        aclosing(collect_all(tasks, tools, now)) as outcomes,
    ):
        async for outcome in outcomes:
            stored = await asyncio.to_thread(_store, office, outcome, now)
            done.append(stored)
            if progress:
                progress(stored, len(tasks))
    return tuple(done)


def fetch_limits(settings: Settings) -> FetchLimits:
    """The fetcher's limits as the office has set them."""
    contact = f" (+{settings.contact})" if settings.contact else ""
    return FetchLimits(
        deadline_s=settings.fetch_timeout_s,
        max_bytes=settings.fetch_max_bytes,
        pace_s=settings.fetch_pace_s,
        allow_hosts=settings.fetch_allow_hosts,
        proxy=settings.fetch_proxy,
        user_agent=f"Staffwork/0.1{contact}",
    )


def _store(office: Office, outcome: Outcome, now: datetime) -> Collected:
    """One short transaction: the documents of an attempt, and the attempt itself."""
    interval = timedelta(minutes=office.settings.source_interval_minutes)
    counts: Counter[str] = Counter()
    with office.writing.begin() as session:
        if isinstance(outcome.result, Fetched):
            counts = documents.store(session, outcome.source, outcome.result.items, now, _language)
            counts["same"] += outcome.result.same
        status = sources.record(session, outcome, counts, now, interval)
    error = outcome.result if isinstance(outcome.result, SourceError) else None
    log.info(
        "collected",
        source=outcome.source.id,
        status=str(status),
        **{name: counts[name] for name in ("new", "changed", "same", "unreadable")},
        seconds=round(outcome.seconds, 2),
        **({"error": error.code} if error else {}),
    )
    return Collected(
        source_id=outcome.source.id,
        name=outcome.source.name,
        status=status,
        counts=counts,
        error=error,
        seconds=outcome.seconds,
    )


def _language(text: str, hint: str | None) -> str:
    return detect(text, hint=hint)
