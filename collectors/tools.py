"""What collectors work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from collectors.formats.pool import ParseLimits, ParserPool
from collectors.http import Fetcher, FetchLimits
from collectors.types import Fetched, NotModified, SourceTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The way to the network, and the way to parse what comes from it."""

    fetcher: Fetcher
    parser: ParserPool


Collector = Callable[[SourceTask, Tools, datetime], Awaitable[Fetched | NotModified]]
"""Reads one source. Raises SourceError when the source cannot be read; a document's failure is in its item."""


@asynccontextmanager
async def open_tools(fetch: FetchLimits | None = None, parse: ParseLimits | None = None) -> AsyncIterator[Tools]:
    """The tools for one run; connections and children end with it."""
    async with Fetcher(fetch) as fetcher, ParserPool(parse) as parser:
        yield Tools(fetcher=fetcher, parser=parser)
