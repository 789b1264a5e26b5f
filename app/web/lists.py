"""Long lists: searched and shown in parts, each part saying how much there is in all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
PER_PAGE = 100  # about ten phone screens


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[T]):
    """A part of a long list."""

    items: tuple[T, ...]
    total: int
    """Items in the whole list."""
    number: int
    """Of this part, from 1."""
    parts: int


def part_of(items: Sequence[T], number: int, per_page: int = PER_PAGE) -> Part[T]:
    """A part of a list; a number beyond its end gives the last part."""
    parts = max(1, -(-len(items) // per_page))
    chosen = min(number, parts)
    start = (chosen - 1) * per_page
    return Part(items=tuple(items[start : start + per_page]), total=len(items), number=chosen, parts=parts)


def matching(items: Iterable[T], search: str, words_of: Callable[[T], str]) -> list[T]:
    """The items that hold every word of a search, whatever its case or width; all of them for an empty search."""
    wanted = _plain(search).split()
    return [item for item in items if not wanted or all(word in _plain(words_of(item)) for word in wanted)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
