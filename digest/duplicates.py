"""Near-duplicates: reprints, re-posts and tracking links, which are no second confirmation of anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digest.types import Features

PERMUTATIONS = 128
"""Length of a signature: the standard error of the estimated resemblance is at most 0.045."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateParams:
    """What counts as the same text."""

    shingle: int = 4
    """Words in a shingle: fewer let two reports on one event resemble each other, more let an edited reprint escape."""
    least_shingles: int = 12
    """Texts with fewer are compared as a whole: a MinHash of a headline says little."""
    threshold: float = 0.7
    """Least resemblance: a reprint with another first and last paragraph keeps about that much."""
    bands: int = 32
    """Bands of 4 rows find 0.9998 of the pairs that resemble each other by 0.7, and few below 0.3."""


_PARAMS = DuplicateParams()
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_PRIME = np.uint64(2**31 - 1)
_generator = np.random.RandomState(20_180_501)  # any fixed seed: stored signatures must stay comparable
_FACTORS = _generator.randint(1, 2**31 - 1, size=(PERMUTATIONS, 1), dtype=np.int64).astype(np.uint64)
_ADDENDS = _generator.randint(0, 2**31 - 1, size=(PERMUTATIONS, 1), dtype=np.int64).astype(np.uint64)


def signature(tokens: Sequence[str], *, params: DuplicateParams = _PARAMS) -> NDArray[np.uint32]:
    """MinHash of the shingles of a text.

    Args:
        tokens: the words of title and text, as :func:`digest.text.tokens` gives them.
        params: the length of a shingle and the least number of them.

    Returns:
        Shape (128,); empty, shape (0,), for a text too short to compare.

    Source:
        Broder, "On the resemblance and containment of documents", 1997.
    """
    size = params.shingle
    shingles = {"\x1f".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}
    if len(shingles) < params.least_shingles:
        return np.empty(0, dtype=np.uint32)
    keys = np.array([crc32(shingle.encode()) for shingle in shingles], dtype=np.uint64)  # alike in every process
    least = np.full((PERMUTATIONS, 1), np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(keys), 4096):  # a book must not need a table of gigabytes
        block = (_FACTORS * keys[start : start + 4096] + _ADDENDS) % _PRIME
        least = np.minimum(least, block.min(axis=1, keepdims=True))
    return least[:, 0].astype(np.uint32)


def resemblance(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> float:
    """Estimated Jaccard resemblance of two texts, 0 to 1, from their signatures; 0 when one was too short."""
    if not len(first) or not len(second):
        return 0.0
    return float(np.mean(first == second))


class DuplicateIndex:
    """Originals, ready to be asked what a document repeats.

    Source:
        Indyk and Motwani, "Approximate nearest neighbors", STOC 1998 (banded signatures).
    """

    def __init__(self, params: DuplicateParams = _PARAMS) -> None:
        self.params = params
        self._originals: dict[int, list[Features]] = defaultdict(list)

    def original(self, features: Features) -> str | None:
        """Id of the earliest original, by (when, id), that the document repeats."""
        shared = (f for key in keys(features, self.params).tolist() for f in self._originals.get(key, ()))
        found = {f.document_id: f for f in shared if same(f, features, self.params)}
        return min(found.values(), key=chronology).document_id if found else None

    def add(self, features: Features) -> str | None:
        """Add a document, and answer as :meth:`original` did before; what repeats nothing becomes an original."""
        original = self.original(features)
        if original is None:
            for key in keys(features, self.params).tolist():
                self._originals[key].append(features)
        return original


def chronology(features: Features) -> tuple[datetime, str]:
    """The sort key that puts the earliest document first."""
    return features.when, features.document_id


def find(features: Iterable[Features], *, params: DuplicateParams = _PARAMS) -> dict[str, str]:
    """Name for each near-duplicate the earliest document it repeats.

    A document repeats the earliest original it resembles enough; what repeats nothing is an original. So chains point
    at their first, and the order of the input does not matter. Texts too short for a signature repeat each other only
    when their words, and where they stand in title and lead, are the same.

    Args:
        features: of any documents, each once; earliest means smallest (when, id).
        params: the threshold and the bands.

    Returns:
        Document id -> id of the original, for documents that are not originals.
    """
    index = DuplicateIndex(params)
    answers = ((f.document_id, index.add(f)) for f in sorted(features, key=chronology))
    return {document: original for document, original in answers if original is not None}


def keys(features: Features, params: DuplicateParams = _PARAMS) -> NDArray[np.uint64]:
    """Numbers of the buckets that resembling documents are likely to share; equal short texts always do."""
    if len(features.signature):
        bands = features.signature.reshape(params.bands, -1).astype(np.uint64)
        mixed = np.arange(params.bands, dtype=np.uint64)
        for row in bands.T:
            mixed = (mixed + row) * _MIXER
            mixed ^= mixed >> np.uint64(29)
        return mixed
    if not features.terms:
        return np.empty(0, dtype=np.uint64)
    text = repr(sorted((term, float(count)) for term, count in features.terms.items())).encode()
    return np.frombuffer(blake2b(text, digest_size=8).digest(), dtype=np.uint64)


def same(first: Features, second: Features, params: DuplicateParams = _PARAMS) -> bool:
    """Whether two texts are the same; a report that its own source repeats with new figures is a new report."""
    if not len(first.signature) and not len(second.signature):
        return dict(first.terms) == dict(second.terms)
    if resemblance(first.signature, second.signature) < params.threshold:
        return False
    return first.source_id != second.source_id or _figures(first) == _figures(second)


def _figures(features: Features) -> set[str]:
    return {term for term in features.terms if term[0].isdigit()}
