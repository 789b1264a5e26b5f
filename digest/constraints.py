"""What editors said of pairs of documents, made free of contradictions: the later word wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digest.types import Correction, CorrectionKind

Documents = tuple[str, str]
"""Two ids of documents, the smaller first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """Pairs that belong to one story, and pairs that do not; no chain of the first contradicts the second."""

    together: tuple[Documents, ...]
    apart: tuple[Documents, ...]


def settle(corrections: Iterable[Correction]) -> Constraints:
    """Decide between contradicting corrections.

    From the latest to the earliest, each is kept unless those kept so far already say the opposite, be it by a chain:
    "a with b", "b with c" forbid an earlier "a not with c".

    Args:
        corrections: in any order; of the same moment, the parting one counts as the later.
    """
    together: list[Documents] = []
    apart: list[Documents] = []
    ordered = sorted(
        corrections, key=lambda c: (c.made_at, c.kind is CorrectionKind.CANNOT_LINK, _pair(c)), reverse=True
    )
    for correction in ordered:
        pair = _pair(correction)
        if correction.kind is CorrectionKind.MUST_LINK:
            if not _contradicts([*together, pair], apart):
                together.append(pair)
        elif not _contradicts(together, [pair]):
            apart.append(pair)
    return Constraints(together=tuple(together), apart=tuple(apart))


def _pair(correction: Correction) -> Documents:
    first, second = sorted((correction.first, correction.second))
    return first, second


def _contradicts(together: list[Documents], apart: list[Documents]) -> bool:
    """Whether a pair that is to be apart is linked by a chain of pairs that are to be together."""
    group: dict[str, str] = {}
    for first, second in together:
        group[_root(group, second)] = _root(group, first)
    return any(_root(group, first) == _root(group, second) for first, second in apart)


def _root(group: dict[str, str], document: str) -> str:
    while (above := group.get(document, document)) != document:
        document = above
    return document
