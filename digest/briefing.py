"""From the stories of a period to a draft edition: the stages in their order, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from digest.continuation import Continuation
from digest.edition import Edition, Entry, Section, View
from digest.entries import Material, entry, materials
from digest.inputs import BriefingParams, ComposeInputs, FailedDocument, PeriodStory
from digest.ledger import ledger, showings
from digest.novelty import ToldStory
from digest.types import Mark
from digest.views import Reader, base_weights, readers, standings, view

__all__ = [
    "BriefingParams",
    "ComposeInputs",
    "Composed",
    "FailedDocument",
    "PeriodStory",
    "ToldStory",
    "compose",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A draft, and what an editor may still put into it."""

    edition: Edition
    """Its views end with what they leave out; ``entries`` holds what any view tells or notes."""
    candidates: tuple[Entry, ...]
    """The entries that no view tells or notes, complete, with those made for lower clearances."""


def compose(inputs: ComposeInputs) -> Composed:
    """Compose the draft of an edition: a pure function of the period's stories, the readers and what they were told.

    Args:
        inputs: see :class:`~digest.inputs.ComposeInputs`; the order of stories and documents does not matter.

    Raises:
        InvalidInputError: a document repeats one that was not handed over.
    """
    known = materials(inputs)
    earlier = Continuation(inputs.features, inputs.cut_off, inputs.params.continuation)
    views = tuple(
        view(reader, _not_had(known[reader.clearance], reader, inputs), inputs, earlier) for reader in readers(inputs)
    )
    entries = _entries(views, known, inputs)
    shown = {place.entry_id for each in views for place in each.entries if place.section is not Section.LEFT_OUT}
    weights = base_weights(inputs)
    places = {mark: {s.story_id: s for s in standings(known[mark], weights, inputs)} for mark in Mark}
    edition = Edition(
        id=inputs.edition_id,
        office=inputs.office,
        time_zone=inputs.time_zone,
        period_start=inputs.period_start,
        cut_off=inputs.cut_off,
        made_at=inputs.made_at,
        entries=tuple(entry for key, entry in entries.items() if key in shown),
        views=views,
        ledger=ledger(inputs, materials=known, standings=places, shown=showings(views, entries)),
        sources=inputs.source_lines,
        example=inputs.example,
        lengths=inputs.params.lengths,
    )
    return Composed(edition=edition, candidates=tuple(e for key, e in entries.items() if key not in shown))


def _not_had(known: Mapping[str, Material], reader: Reader, inputs: ComposeInputs) -> Mapping[str, Material]:
    """The stories without those of which the reader had every document in another series of editions."""
    had = inputs.had.get(reader.leader_id or "", frozenset())
    return {key: each for key, each in known.items() if any(document.id not in had for document in each.documents)}


def _entries(
    views: tuple[View, ...], known: Mapping[Mark, Mapping[str, Material]], inputs: ComposeInputs
) -> dict[str, Entry]:
    """Each entry that a view has a place for, made once, in the order in which the views meet them."""
    places = {place.entry_id: known[each.clearance][place.story_id] for each in views for place in each.entries}
    return {entry_id: entry(material, inputs) for entry_id, material in places.items()}
