"""Asks as a person writes them down, for tests of the store, the jobs and the pages."""

from __future__ import annotations

from datetime import date

from app.store.asks import Wanted
from digest.asks import AskKind
from digest.types import Mark

DUE = date(2026, 11, 26)  # the Thursday after NOW


def wanted(text: str = "Release the reserve", **changes: object) -> Wanted:
    values: dict[str, object] = {
        "kind": AskKind.DECISION,
        "text": text,
        "owner": "Water Department",
        "address": "water@office.example",
        "due": DUE,
        "due_time": None,
        "mark": Mark.PUBLIC,
    }
    return Wanted(**{**values, **changes})  # type: ignore[arg-type]  # keywords of a dataclass
