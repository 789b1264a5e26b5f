"""How a story is called: a headline, key terms and names, drawn from titles and leads."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.boilerplate import without_outlet
from digest.text import names, tokens
from digest.text.everyday import EVERYDAY

_TITLE_WEIGHT = 3.0  # a title names the event, as in digest.stories
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST = 6  # of each: one line on a phone
_CALENDAR = "monday tuesday wednesday thursday friday saturday sunday january february march april may june july"
_LATER_MONTHS_AND_MONEY = "august september october november december eur usd gbp chf cny rmb jpy"
_NO_NAMES = frozenset(f"{_CALENDAR} {_LATER_MONTHS_AND_MONEY}".split())
"""Written like names and in every text: days, months and currencies say nothing of a story."""
_LEAST_LETTERS = 4  # of a term in a script with spaces: shorter ones seldom name a matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What is looked at of a document: its title and how its text begins."""

    title: str
    text: str
    language: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """How a story is called."""

    headline: str
    language: str
    terms: tuple[str, ...]
    """Words that several documents share, as one of them writes them, the commonest first; those of names left out."""
    names: tuple[str, ...]
    """Persons, places and organisations, the commonest first."""


def label(leads: Sequence[Lead]) -> Label:
    """Call a story by its documents.

    Args:
        leads: at least one, the earliest first. Those in the language of most of them count.

    Returns:
        The title nearest to the centre of titles and leads, without its outlet; and what they speak of.
    """
    language = Counter(each.language for each in leads).most_common(1)[0][0]
    chosen = [each for each in leads if each.language == language]
    named = _names(chosen)
    return Label(headline=_headline(chosen), language=language, terms=_terms(chosen, named), names=named)


def _headline(leads: Sequence[Lead]) -> str:
    centre: dict[str, float] = defaultdict(float)
    for each in leads:
        weights: dict[str, float] = defaultdict(float, Counter(tokens(each.text, each.language)))
        for word in tokens(each.title, each.language):
            weights[word] += _TITLE_WEIGHT
        length = math.hypot(*weights.values()) or 1.0
        for word, weight in weights.items():
            centre[word] += weight / length
    best = max(leads, key=lambda each: _nearness(tokens(each.title, each.language), centre))
    return without_outlet(best.title, best.url)


def _nearness(title: Sequence[str], centre: Mapping[str, float]) -> float:
    counts = Counter(title)
    return sum(count * centre.get(word, 0.0) for word, count in counts.items()) / (math.hypot(*counts.values()) or 1.0)


def _names(leads: Sequence[Lead]) -> tuple[str, ...]:
    written = (names(f"{without_outlet(each.title, each.url)}\n{each.text}", each.language) for each in leads)
    found = ({name for name in each if name.lower() not in _NO_NAMES} for each in written)
    return _commonest(found, least=1 if len(leads) < 3 else 2)


def _terms(leads: Sequence[Lead], named: Sequence[str]) -> tuple[str, ...]:
    spoken = {word for name in named for word in tokens(name, leads[0].language)}
    written: dict[str, Counter[str]] = defaultdict(Counter)
    documents: list[set[str]] = []
    for each in leads:
        documents.append(set())
        for surface in _surfaces(f"{without_outlet(each.title, each.url)}\n{each.text}", each.language):
            for stem in tokens(surface, each.language):
                if stem not in EVERYDAY and stem not in spoken:
                    written[stem][surface.lower()] += 1
                    documents[-1].add(stem)
    return tuple(written[stem].most_common(1)[0][0] for stem in _commonest(documents, least=min(2, len(leads))))


def _surfaces(text: str, language: str) -> Iterable[str]:
    if language == "zh":
        return (word for word in tokens(text, language) if len(word) > 1 and not word[0].isdigit())
    return (word for word in _WORD.findall(text) if len(word) >= _LEAST_LETTERS)


def _commonest(documents: Iterable[set[str]], *, least: int) -> tuple[str, ...]:
    counts = Counter(each for found in documents for each in sorted(found))
    ranked = sorted((each for each in counts if counts[each] >= least), key=lambda each: (-counts[each], each))
    return tuple(ranked[:_MOST])
