"""The child process that parses: ``python -m collectors.formats.worker MAX_MEMORY_BYTES``.

What it parses may be made to crash, hang or eat the memory of its parser; so it happens in a process of its own, which
limits its memory, dies with its parent and holds nothing worth stealing. It lives long, since starting costs more than
parsing, and loads a format when the first document of that kind comes. It must import nothing heavy.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from collectors.formats.frames import Message, pack, read_frame
from collectors.formats.parsed import Format, Hints, Parsed, ParsedFeed
from digest.errors import ParseError

MAX_TEXT = 20_000_000  # characters of one answer
_RETIRE_BYTES = 250_000_000  # resident memory after a document, beyond which a fresh process is better
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, see prctl(2)

MODULES = {kind: f"collectors.formats.{kind}" for kind in Format}
"""Where the ``parse`` of each format is; the module is named after it."""


def main() -> None:
    """Answer requests from standard input until it ends."""
    max_memory = int(sys.argv[1])
    _limit(max_memory)
    source, sink = _private_streams()
    while (request := read_frame(source)) is not None:
        message = answer(*request, max_memory=max_memory)
        message["last"] = message.get("error") == "memory" or _resident_bytes() > _RETIRE_BYTES
        sink.write(pack(message))
        sink.flush()
        if message["last"]:
            return


def answer(request: Message, body: bytes, *, max_memory: int) -> dict[str, Any]:
    """Parse one document: its values, or the code and parameters of the error."""
    try:
        parse: Callable[[bytes, Hints], Parsed | ParsedFeed] = import_module(MODULES[request["format"]]).parse
        parsed = parse(body, Hints(**request["hints"]))
        return {"parsed": _limited(parsed)}
    except ParseError as error:
        return {"error": error.code, "params": dict(error.params)}
    except MemoryError:
        return {"error": "memory", "params": {"limit": max_memory}}
    except Exception as error:  # noqa: BLE001 - parsers of hostile bytes raise anything; each is the document's fault
        return {"error": "broken", "params": {"detail": type(error).__name__}}


def _limited(parsed: Parsed | ParsedFeed) -> dict[str, Any]:
    entries = parsed.entries if isinstance(parsed, ParsedFeed) else ()
    own = len(parsed.text) if isinstance(parsed, Parsed) else 0
    if own + sum(len(entry.summary) + len(entry.content) for entry in entries) > MAX_TEXT:
        raise ParseError("too_large", limit=MAX_TEXT)
    return asdict(parsed)


def _limit(max_memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump holds the document
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output for frames alone: what a library prints must not get between them."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return source, sink


def _resident_bytes() -> int:
    """Resident memory now; getrusage would tell the parent's peak, which a child inherits."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
    except OSError:  # not Linux
        return 0


if __name__ == "__main__":
    main()
