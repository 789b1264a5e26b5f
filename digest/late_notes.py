"""Late notes: what a person adds to an entry of an approved edition, whose frozen value never changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.reading import ReadEntry, ReadSection
from digest.types import Mark


class NoteKind(StrEnum):
    """What a note is, by when it was written."""

    LATE_NOTE = "late_note"
    """Before the edition was sent to anybody: it goes out with it."""
    CORRECTION = "correction"
    """Afterwards: those who have the edition already get it by a mail of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateNote:
    """A note on one story of an edition. ``mark``: only viewers cleared for it read it."""

    id: int
    edition_id: str
    story_id: str
    kind: NoteKind
    text: str
    author: str
    written_at: datetime
    mark: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNote:
    """A note with the entry that one reader has of its story."""

    note: LateNote
    read: ReadEntry


def readable(notes: Iterable[LateNote], sections: Iterable[ReadSection], clearance: Mark) -> tuple[ReadNote, ...]:
    """The notes that a reader may read, oldest first: the clearance reaches them, and the reader has the entry.

    Args:
        notes: of the edition.
        sections: what the reader is shown of it.
        clearance: of the reader.
    """
    entries = {read.entry.story_id: read for section in sections for read in section.entries}
    found = [each for each in notes if each.mark <= clearance and each.story_id in entries]
    ordered = sorted(found, key=lambda each: (each.written_at, each.id))
    return tuple(ReadNote(note=each, read=entries[each.story_id]) for each in ordered)
