"""How much of a briefing is read in five minutes: the office's limits, kept in each edition that was made with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """The most entries or lines of each section. What an editor puts above it stays, and the editor is told."""

    for_decision: int = 3
    """Decisions told in full; each further one gets a line. A person weighs three matters in five minutes."""
    must_know: int = 5
    """Entries of the first two sections together: what a person holds in mind."""
    due: int = 7
    """Asks that a mail lists; the page has them all."""
    from_units: int = 5
    """Lines of own units and higher authorities; further ones are noted by name, without limit."""
    worth_knowing: int = 7
    """Headlines that still fit the second screen of a phone."""
    watch: int = 2
    """Early signals."""
    also_noted: int = 10
    """Titles at the foot of a mail, the others stand on the page; what a draft has no room for there is left out."""
