"""Documents that come one by one, as the service gets them: a story at arrival, and what hindsight makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from time import perf_counter

from digest.stories import StoryIndex, assign
from digest.types import Document, Features

_FEWEST = 32  # documents between two consolidations at the beginning
_PART = 50  # later a fiftieth of what is held


@dataclass(slots=True, kw_only=True)
class Streamed:
    """What became of a stream."""

    arrived: dict[str, str] = field(default_factory=dict)
    """Document id -> the story it got when it came; never rewritten."""
    index: StoryIndex = field(default_factory=StoryIndex)
    redirects: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    """Of each placing."""
    consolidations: int = 0
    consolidating_s: float = 0.0


def stream(features: Iterable[Features], progress: Callable[[Streamed], None] | None = None) -> Streamed:
    """Place documents in order of time, and consolidate now and then what was touched.

    Args:
        features: the earliest first.
        progress: told after each consolidation.
    """
    result, waiting = Streamed(), 0
    for each in features:
        started = perf_counter()
        result.arrived[each.document_id] = assign(each, result.index).story_id
        result.seconds.append(perf_counter() - started)
        waiting += 1
        if waiting >= max(_FEWEST, len(result.index.stories_) // _PART):
            _consolidate(result)
            waiting = 0
            if progress:
                progress(result)
    _consolidate(result)
    return result


def _consolidate(result: Streamed) -> None:
    started = perf_counter()
    result.redirects |= result.index.consolidate().redirects
    result.consolidations += 1
    result.consolidating_s += perf_counter() - started


def invented(count: int) -> Iterator[Document]:
    """Documents of about 300 words in stories of about four, over 90 days; words are as frequent as in texts."""
    chance = Random(20261124)
    words = [f"w{number}" for number in range(20_000)]
    weights = list(accumulate(1 / (rank + 1) for rank in range(len(words))))
    begin = datetime(2026, 8, 1, tzinfo=UTC)
    number = story = 0
    while number < count:
        names = [f"name{story}x{place}" for place in range(12)]
        own = chance.sample(words, 20)
        day = chance.uniform(0, 87)
        for _ in range(min(chance.randint(1, 7), count - number)):
            said = chance.choices(words, cum_weights=weights, k=240) + chance.choices(names + own, k=60)
            chance.shuffle(said)
            when = begin + timedelta(days=day + chance.expovariate(1))
            yield Document(
                id=str(number),
                source_id=f"source {chance.randrange(60)}",
                key=str(number),
                version=1,
                title=" ".join(chance.sample(names, 4) + chance.sample(own, 3)),
                text=". ".join(" ".join(said[start : start + 20]) for start in range(0, 300, 20)),
                language="en",
                collected_at=when,
                changed_at=when,
                published_at=when,
            )
            number += 1
        story += 1
