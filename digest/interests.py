"""How close a story is to what a leader said or wrote, and by which words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from digest.passages import unit
from digest.text import UNKNOWN, detect, names, search_tokens, sentences, tokens
from digest.text.everyday import EVERYDAY
from digest.types import Document, Statement, StatementKind

Terms = Mapping[str, Mapping[str, float]]
"""Language -> term -> how often a story's documents in that language say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestParams:
    """When a story is close to a statement, and how much that counts.

    Set on the bundled example, ``python -m benchmarks.relevance``.
    """

    threshold: float = 0.12
    """Least cosine: in the example chance meetings stay below 0.11, what is meant has 0.13 to 0.59, most over 0.3."""
    full: float = 0.45
    """The cosine from which a story could not be closer: a report seldom speaks of one matter alone."""
    evidence: int = 3
    """Least number of telling words that both use: two meet by chance. A name of one word counts as two."""
    common: float = 0.2
    """A word that more than this share of the period's stories use tells nothing of any of them."""
    rare: int = 2
    """However few the stories are, a word that as many of them use may still tell something."""
    title: float = 3.0
    """How often a word of a title counts: it says what the whole is about."""
    name: float = 1.5
    """Factor for the words of names: a place or a person is meant, not a manner of speaking."""
    lead_sentences: int = 12
    """Sentences of a document that are compared: what it is about is said by then."""
    window: int = 6
    """Sentences of a statement that are taken together: a speech passes from matter to matter."""
    half_life_days: float = 180.0
    """After half a year what was said counts half; matters of government last longer than news."""
    forgotten: float = 0.15
    """What has come down to this, after some sixteen months, is no reason any more."""
    kinds: Mapping[StatementKind, float] = field(
        default_factory=lambda: {
            StatementKind.INSTRUCTION: 1.0,
            StatementKind.AGENDA: 0.85,
            StatementKind.SPEECH: 0.8,
            StatementKind.NOTE: 0.6,
        }
    )
    """An instruction asks to be followed up, an agenda is about to be needed, a speech has many hearers in mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closeness:
    """That a story is close to a statement."""

    statement: Statement
    strength: float
    """0 to 1."""
    terms: tuple[str, ...]
    """The words that both use, as the statement writes them, the most telling first."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A few sentences of a statement with its title."""

    statement: Statement
    weight: float
    language: str
    terms: Mapping[str, float]
    names: Mapping[str, frozenset[str]]
    """Names as the statement writes them -> their terms."""
    words: Mapping[str, str]
    """Term -> the word as the statement writes it, folded."""

    @property
    def named(self) -> frozenset[str]:
        """Terms that stand in names."""
        return frozenset(term for terms in self.names.values() for term in terms)


def story_terms(documents: Iterable[Document], params: InterestParams = InterestParams()) -> Terms:
    """What a story speaks of, in each of its languages.

    Args:
        documents: those that repeat no other, in any order.
        params: how much titles count and how far texts are read.
    """
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for document in documents:
        spans = sentences(document.text, document.language)[: params.lead_sentences]
        read = document.text[: spans[-1].end] if spans else ""
        _count(found[document.language], tokens(document.title, document.language), params.title)
        _count(found[document.language], tokens(read, document.language), 1.0)
    return {language: dict(sorted(terms.items())) for language, terms in sorted(found.items())}


def _count(into: dict[str, float], terms: Iterable[str], weight: float) -> None:
    for term in terms:
        into[term] += weight


class Interests:
    """What leaders said, ready to be compared with the stories of a period.

    A word weighs by how few of the stories use it; texts are compared within one language only.
    """

    def __init__(
        self,
        statements: Iterable[Statement],
        stories: Iterable[Terms],
        *,
        today: date,
        params: InterestParams = InterestParams(),
    ) -> None:
        """Learn the words.

        Args:
            statements: of one leader, or of several. What is dated after ``today`` counts only as an agenda.
            stories: what the reader may know of each story of the period.
            today: the day of the cut-off.
            params: when a story is close.
        """
        self._params = params
        self._spread: dict[str, Counter[str]] = defaultdict(Counter)
        self._stories: Counter[str] = Counter()
        for story in stories:
            for language, terms in story.items():
                self._stories[language] += 1
                self._spread[language].update(terms.keys())
        weighed = ((each, _weight(each, today, params)) for each in sorted(statements, key=lambda each: each.id))
        kept = ((each, weight) for each, weight in weighed if weight > params.forgotten)
        self._windows = tuple(window for each, weight in kept for window in _windows(each, weight, params))
        self._index: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
        for number, window in enumerate(self._windows):
            for term, share in self._vector(window.terms, window.language, window.named).items():
                self._index[window.language, term].append((number, share))

    def close(self, story: Terms) -> tuple[Closeness, ...]:
        """The statements that a story is close to, the closest first, each once."""
        best: dict[str, Closeness] = {}
        for language, terms in story.items():
            for found in self._close(language, terms):
                known = best.get(found.statement.id)
                if known is None or found.strength > known.strength:
                    best[found.statement.id] = found
        return tuple(sorted(best.values(), key=lambda each: (-each.strength, each.statement.id)))

    def _close(self, language: str, terms: Mapping[str, float]) -> Iterator[Closeness]:
        shared: dict[int, dict[str, float]] = defaultdict(dict)
        for term, share in self._vector(terms, language, frozenset()).items():
            for number, other in self._index.get((language, term), ()):
                shared[number][term] = share * other
        for number, products in sorted(shared.items()):
            window, cosine = self._windows[number], math.fsum(products.values())
            telling = [term for term in products if self._tells(term, language)]
            whole = [name for name, parts in window.names.items() if parts <= products.keys()]
            evidence = len(telling) + sum(len(window.names[name]) == 1 for name in whole)
            if cosine >= self._params.threshold and evidence >= self._params.evidence:
                yield Closeness(
                    statement=window.statement,
                    strength=round(window.weight * min(1.0, cosine / self._params.full), 9),
                    terms=_written(window, whole, sorted(telling, key=lambda term: (-products[term], term))),
                )

    def _vector(self, terms: Mapping[str, float], language: str, named: frozenset[str]) -> Mapping[str, float]:
        """Terms weighed by rarity, at length 1. Words that no story uses say nothing of how close one is."""
        spread, stories = self._spread[language], self._stories[language]
        return unit(
            {
                term: (1 + math.log(count)) * math.log((stories + 1) / (spread[term] + 0.5)) * self._factor(term, named)
                for term, count in terms.items()
                if spread[term] and term not in EVERYDAY
            }
        )

    def _factor(self, term: str, named: frozenset[str]) -> float:
        return self._params.name if term in named else 1.0

    def _tells(self, term: str, language: str) -> bool:
        """Whether a word may count as evidence: few stories use it, and it is no grammar, small number or year."""
        most = max(self._params.rare, self._params.common * self._stories[language])
        return self._spread[language][term] <= most and _says_something(term)


def _weight(statement: Statement, today: date, params: InterestParams) -> float:
    """What a statement counts for its kind and age; 0 when it lies in the future and is no agenda."""
    age = (today - statement.said_on).days
    if age < 0 and statement.kind is not StatementKind.AGENDA:
        return 0.0
    return float(params.kinds[statement.kind] * 0.5 ** (max(0, age) / params.half_life_days))


def _windows(statement: Statement, weight: float, params: InterestParams) -> Iterator[_Window]:
    """A statement a few sentences at a time, each window beginning in the middle of the one before."""
    language = detect(f"{statement.title}\n{statement.text}")
    if language == UNKNOWN:
        return
    whole = f"{statement.title}.\n{statement.text}"
    words = {term: word for word in reversed(search_tokens(whole)) for term in tokens(word, language)}
    named = {name: _naming(name, language) for name in sorted(set(names(whole, language)))}
    named = {name: terms for name, terms in named.items() if terms}
    title = tokens(statement.title, language)
    spans = sentences(statement.text, language)
    step = max(1, params.window // 2)
    for first in range(0, max(1, len(spans) - step), step):
        part = spans[first : first + params.window]
        read = statement.text[part[0].start : part[-1].end] if part else ""
        terms: dict[str, float] = defaultdict(float)
        _count(terms, title, params.title)
        _count(terms, tokens(read, language), 1.0)
        yield _Window(statement, weight, language, dict(sorted(terms.items())), named, words)


def _naming(name: str, language: str) -> frozenset[str]:
    return frozenset(term for term in tokens(name, language) if _says_something(term))


def _written(window: _Window, whole: Sequence[str], terms: Sequence[str]) -> tuple[str, ...]:
    """The terms as the statement writes them, a name whole where all of it is shared; each spelling once."""
    longest = sorted(whole, key=lambda name: (-len(window.names[name]), name))
    spelt = (next((name for name in longest if term in window.names[name]), None) for term in terms)
    found = (name or window.words.get(term, term) for name, term in zip(spelt, terms, strict=True))
    return tuple(dict.fromkeys(found))


def _says_something(term: str) -> bool:
    """Whether a word can mean one matter rather than any: not grammar, no small number, no year."""
    if term in EVERYDAY:
        return False
    if term[0].isdigit():
        return len(term) >= 3 and not (term.isdigit() and len(term) == 4 and term[:2] in ("19", "20"))
    return len(term) >= 2 if "\u3400" <= term[0] <= "\u9fff" else len(term) >= 3
