"""The parser children as the program sees them: bytes go out, a parsed document or an error comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from collectors.formats.frames import PREFIX, pack
from collectors.formats.parsed import Format, Hints, Parsed, ParsedEntry, ParsedFeed
from digest.errors import ParseError

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What a parser may take."""

    children: int = 2  # one for each core of a small machine
    timeout_s: float = 20.0  # the slowest real report of 442 took 3 s
    max_memory: int = 600_000_000  # bytes of address space; the libraries map 300 million before the first document
    max_answer: int = 200_000_000  # bytes of JSON: 20 million characters, escaped


class ParserPool:
    """A few long-lived parser processes; one that hangs, crashes or eats too much is killed and replaced.

    Children start when they are needed. A document that kills its child costs nobody else anything.
    """

    def __init__(self, limits: ParseLimits | None = None) -> None:
        self.limits = limits or ParseLimits()
        self._turns = asyncio.Semaphore(self.limits.children)
        self._idle: list[Process] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._idle:
            await _end(self._idle.pop())

    async def parse(self, kind: Format, data: bytes, hints: Hints | None = None) -> Parsed:
        """Read a document.

        Args:
            kind: the format, any but a feed.
            data: the bytes of the document.
            hints: what is known of them from outside.

        Raises:
            ParseError: with any of its codes.
        """
        return Parsed(**await self._ask(kind, data, hints or Hints()))

    async def parse_feed(self, data: bytes, hints: Hints | None = None) -> ParsedFeed:
        """Read a feed.

        Raises:
            ParseError: with any of its codes.
        """
        values = await self._ask(Format.FEED, data, hints or Hints())
        return ParsedFeed(title=values["title"], entries=tuple(ParsedEntry(**entry) for entry in values["entries"]))

    async def _ask(self, kind: Format, data: bytes, hints: Hints) -> dict[str, Any]:
        async with self._turns:
            child = await self._child()
            reusable = False
            try:
                async with asyncio.timeout(self.limits.timeout_s):
                    answer = await _exchange(child, {"format": kind, "hints": asdict(hints)}, data, self.limits)
                reusable = not answer["last"]
            except TimeoutError:
                raise ParseError("timeout", limit=round(self.limits.timeout_s)) from None
            except (asyncio.IncompleteReadError, ConnectionError):
                raise await _obituary(child, self.limits) from None
            finally:
                if reusable:
                    self._idle.append(child)
                else:
                    await _end(child)
        if "error" in answer:
            raise ParseError(answer["error"], **answer["params"])
        parsed: dict[str, Any] = answer["parsed"]
        return parsed

    async def _child(self) -> Process:
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child
        return await _start(self.limits.max_memory)


async def _start(max_memory: int) -> Process:
    """A child in a process group of its own, with nothing of our environment: it holds secrets, a parser needs none."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "collectors.formats.worker", str(max_memory),
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True,
        env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"},
    )  # fmt: skip


async def _exchange(child: Process, message: dict[str, Any], body: bytes, limits: ParseLimits) -> dict[str, Any]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(pack(message, body))
    child.stdin.write(body)
    await child.stdin.drain()
    length, _ = PREFIX.unpack(await child.stdout.readexactly(PREFIX.size))
    if length > limits.max_answer:
        raise ParseError("too_large", limit=limits.max_answer)
    answer: dict[str, Any] = json.loads(await child.stdout.readexactly(length))
    return answer


async def _obituary(child: Process, limits: ParseLimits) -> ParseError:
    """Why a child died. Under a memory limit, native code that gets no memory aborts; anything else is a crash."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.wait(), timeout=1)
    aborted = child.returncode == -signal.SIGABRT
    return ParseError("memory", limit=limits.max_memory) if aborted else ParseError("crashed")


async def _end(child: Process) -> None:
    """Kill a child with whatever it has started, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    if child.stdin is not None:
        child.stdin.close()
    await asyncio.shield(child.wait())
