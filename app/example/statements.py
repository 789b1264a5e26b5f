"""What the leaders of the example said, dated by an anchor."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.example.office import load_office, read_json
from digest.types import Mark, Statement, StatementKind


def load_statements(anchor: datetime, until: datetime) -> tuple[Statement, ...]:
    """What all leaders have said until a day, that day included.

    Args:
        anchor: the last week's cut-off, aware.
        until: a moment of that day, aware.
    """
    zone = load_office().zone
    today, last = anchor.astimezone(zone).date(), until.astimezone(zone).date()
    every = (
        Statement(
            id=raw["id"],
            leader_id=raw["leader"],
            kind=StatementKind(raw["kind"]),
            said_on=today - timedelta(days=raw["days_before"]),
            title=raw["title"],
            text="\n".join(raw["paragraphs"]),
            mark=Mark.from_code(raw["mark"]),
        )
        for raw in read_json("statements.json")
    )
    return tuple(each for each in every if each.said_on <= last)
