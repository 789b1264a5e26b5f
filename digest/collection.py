"""Documents as grouping holds them: numbered, in arrays, a kilobyte or two each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from digest.duplicates import PERMUTATIONS
from digest.growing import Column, Rows
from digest.types import Features

DAY_S = 86_400
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LETTERS = 5  # bytes of a term that its place goes by: of words equally heavy figures come first, and name an event


class Collection:
    """Features of documents under slots, numbers that count up; a changed document gets a new one.

    Attributes:
        ids: document id of each slot.
        slots: document id -> slot of its latest version, of documents that are held.
        terms: weighted counts of each slot's terms; columns are numbers of terms.
        titles: those of its title alone.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.slots: dict[str, int] = {}
        self.terms, self.titles = Rows(), Rows()
        self._vocabulary: dict[str, int] = {}
        self._words: list[str] = []
        self._order = Column(np.uint64)
        self._sources: dict[str, int] = {}
        self._source_ids: list[str] = []
        self._of_source = Column(np.int64)
        self._versions = Column(np.int64)
        self._when, self._days = Column(np.int64), Column(np.float64)
        self._signed = Column(np.bool_)
        self._signatures = Column(np.uint32, PERMUTATIONS)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def width(self) -> int:
        """Number of terms known."""
        return len(self._words)

    @property
    def order(self) -> NDArray[np.uint64]:
        """Of each term a number that depends on its letters alone, by the alphabet; shape (width,)."""
        return self._order.values

    @property
    def days(self) -> NDArray[np.float64]:
        """Time of each slot in days."""
        made, when = len(self._days), self._when.values
        if made < len(when):
            self._days.extend(when[made:] / (DAY_S * 1e6))
        return self._days.values

    @property
    def sources(self) -> NDArray[np.int64]:
        """Number of the source of each slot."""
        return self._of_source.values

    def held(self) -> dict[str, int]:
        """Version of each document that is held, by id."""
        versions = self._versions.values
        return {document: int(versions[slot]) for document, slot in self.slots.items()}

    def add(self, features: Features) -> int:
        """Hold a document; an earlier version of it is forgotten.

        Returns:
            Its slot.
        """
        slot = len(self.ids)
        self.ids.append(features.document_id)
        self.slots[features.document_id] = slot
        self.terms.append(self._numbers(features.terms), list(features.terms.values()))
        self.titles.append(self._numbers(features.title), list(features.title.values()))
        source = self._sources.setdefault(features.source_id, len(self._sources))
        if source == len(self._source_ids):
            self._source_ids.append(features.source_id)
        signed = bool(len(features.signature))
        signature = features.signature if signed else np.zeros(PERMUTATIONS, dtype=np.uint32)
        for column, value in (
            (self._of_source, [source]),
            (self._versions, [features.version]),
            (self._when, [(features.when - _BEGINNING) // _MICROSECOND]),
            (self._signed, [signed]),
            (self._signatures, [signature]),
        ):
            column.extend(np.asarray(value))
        return slot

    def version(self, slot: int) -> int:
        """The version of a document that a slot holds."""
        return int(self._versions.values[slot])

    def chronology(self, slot: int) -> tuple[datetime, str]:
        """The sort key that puts the earliest document first."""
        return _BEGINNING + int(self._when.values[slot]) * _MICROSECOND, self.ids[slot]

    def features(self, slot: int) -> Features:
        """What was added, but for the language and the number of the algorithm."""
        return Features(
            document_id=self.ids[slot],
            version=self.version(slot),
            algorithm=0,
            source_id=self._source_ids[int(self._of_source.values[slot])],
            language="und",
            when=_BEGINNING + int(self._when.values[slot]) * _MICROSECOND,
            terms=self._named(self.terms.row(slot)),
            title=self._named(self.titles.row(slot)),
            signature=self._signatures.values[slot] if self._signed.values[slot] else np.empty(0, dtype=np.uint32),
        )

    def _named(self, row: tuple[NDArray[np.int32], NDArray[np.float32]]) -> dict[str, float]:
        columns, weights = row
        words = self._words
        return {words[column]: weight for column, weight in zip(columns.tolist(), weights.tolist(), strict=True)}

    def compact(self) -> None:
        """Give the slots of forgotten documents away; all others are numbered anew, in their order."""
        kept = np.array(sorted(self.slots.values()), dtype=np.int64)
        self.ids = [self.ids[slot] for slot in kept.tolist()]
        self.slots = {document: slot for slot, document in enumerate(self.ids)}
        self.terms.keep(kept)
        self.titles.keep(kept)
        _ = self.days
        for column in (self._of_source, self._versions, self._when, self._days, self._signed, self._signatures):
            column.keep(kept)

    def _numbers(self, terms: Iterable[str]) -> list[int]:
        vocabulary = self._vocabulary
        new = [term for term in terms if term not in vocabulary]
        for term in new:
            vocabulary[term] = len(self._words)
            self._words.append(term)
        if new:
            keys = b"".join(_key(term) for term in new)
            self._order.extend(np.frombuffer(keys, dtype=">u8").astype(np.uint64))
        return [vocabulary[term] for term in terms]


def _key(term: str) -> bytes:
    """Eight bytes for the letters of a term: in the order of the alphabet, and as good as different for each."""
    written = term.encode()
    return written[:_LETTERS].ljust(_LETTERS, b"\0") + blake2b(written, digest_size=8 - _LETTERS).digest()
