"""What became of an approved edition's stories since its cut-off: the arrivals an approver has to hear of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from digest.text import sentences, tokens
from digest.types import Document, Origin, Source

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATES = re.compile(
    rf"""
      \d{{4}}-\d\d-\d\d | \d{{1,2}}:\d\d
    | \b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:{_MONTHS})\w*(?:\s+\d{{4}})?
    | \b(?:{_MONTHS})\w*\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?
    | \d{{4}}\s*年(?:\s*\d{{1,2}}\s*月)?(?:\s*\d{{1,2}}\s*[日号])? | \d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*[日号])?
    | \b(?:19|20)\d\d\b(?!\s?%)
    """,
    re.VERBOSE,
)
"""Days, hours and years: each report has its own, and none of them is a figure."""
_FIGURE = re.compile(r"\d+(?:\.\d+)*")


class ChangeCode(StrEnum):
    """Why an arrival counts."""

    NEW_FIGURE = "new_figure"
    """It states figures that nothing the entry was made from has."""
    FROM_UNIT = "from_unit"
    """An own unit or a higher authority reports anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A document that came, or changed, after the cut-off, and the story of the edition it belongs to."""

    story_id: str
    document: Document
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An arrival that counts, and why."""

    arrival: Arrival
    code: ChangeCode
    figures: tuple[str, ...]
    """New ones, in the order they are stated; may be empty for a report of a unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeParams:
    """How far into a report figures are looked for."""

    lead_sentences: int = 12
    """As far as an entry may quote: figures below are background."""


def changes(
    arrivals: Iterable[Arrival], approved: Mapping[str, Sequence[Document]], params: ChangeParams = ChangeParams()
) -> tuple[Change, ...]:
    """Which arrivals the approver of an edition has to hear of.

    Args:
        arrivals: original documents; one that repeats another brings nothing.
        approved: story id -> the documents its entry was made from, as they were.
        params: how far to look.

    Returns:
        One change for each arrival that counts, by story, time and document.
    """
    known = {story: _every_figure(documents) for story, documents in approved.items()}
    judged = (_judged(each, known.get(each.story_id, frozenset()), params) for each in arrivals)
    found = [change for change in judged if change is not None]
    return tuple(sorted(found, key=_order))


def _order(change: Change) -> tuple[str, str, str]:
    document = change.arrival.document
    return change.arrival.story_id, document.changed_at.isoformat(), document.id


def _judged(arrival: Arrival, known: Collection[str], params: ChangeParams) -> Change | None:
    document = arrival.document
    leading = [document.text[start:end] for start, end in islice(_sentences(document), params.lead_sentences)]
    found = tuple(
        each for each in figures_of("\n".join([document.title, *leading]), document.language) if each not in known
    )
    if found:
        return Change(arrival=arrival, code=ChangeCode.NEW_FIGURE, figures=found)
    if arrival.source.origin in (Origin.OWN, Origin.HIGHER):
        return Change(arrival=arrival, code=ChangeCode.FROM_UNIT, figures=())
    return None


def _sentences(document: Document) -> Iterable[tuple[int, int]]:
    return iter(sentences(document.text, document.language))


def _every_figure(documents: Iterable[Document]) -> frozenset[str]:
    return frozenset(figure for each in documents for figure in figures_of(f"{each.title}\n{each.text}", each.language))


def figures_of(text: str, language: str) -> dict[str, None]:
    """The figures of a text, each once and written alike: ``1,284`` and ``1284`` are one."""
    return dict.fromkeys(token for token in tokens(_DATES.sub(" ", text), language) if _FIGURE.fullmatch(token))
