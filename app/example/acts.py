"""What the people of the example office do about entries of sent briefings: what they ask, and what they correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.example.gold import DocumentKey, document_key
from app.example.office import Unit, Week, load_office, moment, read_json
from digest.asks import AskKind
from digest.types import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An entry of a briefing: the one that tells of a document."""

    week: Week
    document: DocumentKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleAsk:
    """Something that is asked of a unit."""

    on: Target
    asked_at: datetime
    kind: AskKind
    text: str
    owner: Unit
    due: datetime
    mark: Mark
    options: str
    recommendation: str
    consulted: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCorrection:
    """A correction of what a briefing said."""

    on: Target
    written_at: datetime
    text: str
    mark: Mark


def load_asks(anchor: datetime) -> tuple[ExampleAsk, ...]:
    """What is asked, dated by an anchor."""
    units = {unit.id: unit for unit in load_office().units}
    return tuple(
        ExampleAsk(
            on=_target(raw),
            asked_at=moment(anchor, **raw["at"]),
            kind=AskKind(raw["kind"]),
            text=raw["text"],
            owner=units[raw["owner"]],
            due=moment(anchor, **raw["due"]),
            mark=Mark.from_code(raw["mark"]),
            options=raw["options"],
            recommendation=raw["recommendation"],
            consulted=raw["consulted"],
            next_step=raw["next_step"],
        )
        for raw in read_json("acts.json")["asks"]
    )


def load_corrections(anchor: datetime) -> tuple[ExampleCorrection, ...]:
    """What is corrected, dated by an anchor."""
    return tuple(
        ExampleCorrection(
            on=_target(raw),
            written_at=moment(anchor, **raw["at"]),
            text=raw["text"],
            mark=Mark.from_code(raw["mark"]),
        )
        for raw in read_json("acts.json")["corrections"]
    )


def _target(raw: dict[str, Any]) -> Target:
    return Target(week=raw["in_week"], document=document_key(raw["on"]))
