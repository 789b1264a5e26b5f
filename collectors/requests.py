"""What was asked of the network for one attempt at a source, noted while it happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request and how it was answered."""

    address: str
    status: int | None = None
    """The HTTP status; None when no answer came."""
    bytes: int = 0
    """How many were received, as sent."""
    seconds: float = 0.0
    leads_to: str | None = None
    """Where a redirect leads."""
    error: str | None = None
    """The code of what went wrong."""


# An attempt is a task of its own, and what it starts inherits its context: nobody has to hand the list down.
_noted: ContextVar[list[Request] | None] = ContextVar("requests", default=None)


@contextmanager
def noted() -> Iterator[list[Request]]:
    """The requests that are made meanwhile, by this task and those it starts, in the order of their ends."""
    requests: list[Request] = []
    before = _noted.set(requests)
    try:
        yield requests
    finally:
        _noted.reset(before)


def note(request: Request) -> None:
    """Note a request, when somebody wants to know."""
    requests = _noted.get()
    if requests is not None:
        requests.append(request)
