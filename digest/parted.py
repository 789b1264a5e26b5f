"""Near-duplicates that editors parted: they stand alone, or repeat the earliest of those that they still go with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from digest.constraints import Documents


def without_parted(
    repeats: Mapping[str, str], apart: Iterable[Documents], order: Callable[[str], tuple[datetime, str]]
) -> dict[str, str]:
    """Duplicates, without those that an editor parted from their original or from another that repeats it.

    Of those that lose an original, the earliest becomes the original of the others, unless they were parted as well.

    Args:
        repeats: document -> the original it repeats.
        apart: pairs that never come into one story.
        order: sort key of a document, the earliest first.
    """
    parted = {frozenset(pair) for pair in apart}
    left: dict[str, str] = {}
    bases: dict[str, list[str]] = {}
    """Original -> the documents with its text that others may repeat, itself the first."""
    members: dict[str, list[str]] = {}
    for document in sorted(repeats, key=order):
        original = repeats[document]
        for base in bases.setdefault(original, [original]):
            if not any(frozenset((document, other)) in parted for other in members.setdefault(base, [base])):
                left[document] = base
                members[base].append(document)
                break
        else:
            bases[original].append(document)
            members[document] = [document]
    return left
