"""The kinds of sources, and how many of them are read together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from collectors.feed import collect_feed
from collectors.folder import collect_folder
from collectors.requests import noted
from collectors.tools import Collector, Tools
from collectors.types import Fetched, NotModified, Outcome, SourceTask
from digest.errors import SourceError
from digest.types import SourceKind

logger = logging.getLogger(__name__)

COLLECTORS: Mapping[SourceKind, Collector] = {
    SourceKind.FEED: collect_feed,
    SourceKind.FOLDER: collect_folder,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectLimits:
    """How much is under way at a time."""

    sources: int = 60  # most of them wait for the pace of their host; the fetcher limits the answers in memory
    waiting: int = 4  # outcomes nobody has taken yet, beyond one in the hands of each reader


async def collect_all(
    tasks: Iterable[SourceTask], tools: Tools, now: datetime, *, limits: CollectLimits | None = None
) -> AsyncGenerator[Outcome, None]:
    """Read sources together, and give each one's outcome as soon as it is there.

    Whatever happens to a source becomes its outcome. When the consumer is slow, reading waits for it; when it stops,
    reading ends.

    Args:
        tasks: the sources that are due, taken one by one.
        tools: the way to the network and the parsers.
        now: the present.
        limits: how much is under way at a time.
    """
    limits = limits or CollectLimits()
    queue: asyncio.Queue[Outcome | None] = asyncio.Queue(limits.waiting)
    remaining = iter(tasks)

    async def read() -> None:
        for task in remaining:  # shared: each reader takes the next one
            await queue.put(await attempt(task, tools, now))
        await queue.put(None)

    readers = [asyncio.create_task(read()) for _ in range(limits.sources)]
    try:
        finished = 0
        while finished < len(readers):
            outcome = await queue.get()
            if outcome is None:
                finished += 1
            else:
                yield outcome
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def attempt(task: SourceTask, tools: Tools, now: datetime) -> Outcome:
    """Read one source; an error is its outcome."""
    started = perf_counter()
    result: Fetched | NotModified | SourceError
    with noted() as requests:
        try:
            result = await COLLECTORS[task.source.kind](task, tools, now)
        except SourceError as error:
            result = error
        except Exception:  # the one place that catches everything: a defect must not cost the other sources
            logger.exception("collecting %s failed unexpectedly", task.source.id)
            result = SourceError("internal")
    seconds = perf_counter() - started
    return Outcome(source=task.source, result=result, seconds=seconds, requests=tuple(requests))
