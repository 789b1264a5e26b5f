"""What the leaders of the example said, dated by an anchor."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.example.office import load_office, read_json
from digest.types import Mark, Statement, StatementKind


def load_statements(anchor: datetime) -> tuple[Statement, ...]:
    """The statements of all leaders.

    Args:
        anchor: the second week's cut-off, aware.
    """
    today = anchor.astimezone(load_office().zone).date()
    return tuple(
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
