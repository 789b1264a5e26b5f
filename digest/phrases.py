"""How a phrase is found in a text: as whole words, graded by how closely they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from digest.text import search_tokens, tokens

_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,4}")
_IDEOGRAPHS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
_PLURAL = re.compile(r"(?<=\w\w)(?:(?P<y>ies)|(?<=ss|sh|ch)es|(?<=x)es|(?<!s)s)$")


class Agreement(Enum):
    """How a phrase agrees with what stands in a text."""

    WORDS = "words"
    """The same words; singular and plural are one in English, all forms of a word in other languages."""
    STEM = "stem"
    """An English word of the same stem, which may mean something else: "house" for "housing".

    Also Chinese characters that were divided otherwise: 水位 in 河水位, rightly, but 洪水 in 防洪水库.
    """
    SCATTERED = "scattered"
    """All its words, not side by side."""
    NONE = "none"


@dataclass(frozen=True)  # no slots: the cached properties need a __dict__
class Phrase:
    """A word or phrase to look for in texts of one language."""

    written: str
    language: str

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Its words as they are compared; empty when there is none."""
        return tuple(tokens(self.written, self.language))

    @cached_property
    def joined_stems(self) -> str:
        """The stems, to be counted in a passage's."""
        return _joined(self.stems)

    @cached_property
    def joined_words(self) -> str:
        """The words in the singular, to be counted in a passage's."""
        return _joined(_singular_words(self.written, self.language))

    @cached_property
    def ideographs(self) -> bool:
        """Whether it is written in Chinese characters alone, at least two."""
        return bool(_IDEOGRAPHS.fullmatch(self.written))

    @cached_property
    def capitals(self) -> re.Pattern[str] | None:
        """Where capitals carry the meaning: "IT" and "WHO" are not "it" and "who"."""
        acronym = _ACRONYM.fullmatch(self.written)
        return re.compile(rf"(?<![A-Za-z0-9]){acronym[0]}(?![A-Za-z0-9])") if acronym else None


class Searched:
    """A text made ready for many phrases of its language."""

    def __init__(self, text: str, language: str, *, scattered: bool = True) -> None:
        """Prepare a text.

        Args:
            text: any text.
            language: ISO 639-1 code of it and of the phrases.
            scattered: whether words of a phrase count when they stand apart, as in a short text they may.
        """
        self._text = text
        self._language = language
        self._scattered = scattered
        stems = tokens(text, language)
        self._stems = _joined(stems)
        self._vocabulary = frozenset(stems)

    @cached_property
    def _words(self) -> str:
        """Made only when the stems leave a doubt: most phrases stand in no text."""
        return _joined(_singular_words(self._text, self._language))

    def find(self, phrase: Phrase) -> tuple[int, Agreement]:
        """How often a phrase stands in the text (scattered counts once), and how closely it agrees."""
        if phrase.capitals:
            count = len(phrase.capitals.findall(self._text))
            return count, Agreement.WORDS if count else Agreement.NONE
        if self._vocabulary.issuperset(phrase.stems):
            return self._of_known_words(phrase)
        if phrase.ideographs and (count := self._text.count(phrase.written)):
            return self._graded(phrase, count)
        return 0, Agreement.NONE

    def _of_known_words(self, phrase: Phrase) -> tuple[int, Agreement]:
        count = self._stems.count(phrase.joined_stems)
        if not count:
            return (1, Agreement.SCATTERED) if self._scattered else (0, Agreement.NONE)
        alone = self._language == "en" and len(phrase.stems) == 1
        return self._graded(phrase, count) if alone else (count, Agreement.WORDS)

    def _graded(self, phrase: Phrase, count: int) -> tuple[int, Agreement]:
        """Whether what was found loosely stands there word for word as well."""
        exact = self._words.count(phrase.joined_words)
        return (exact, Agreement.WORDS) if exact else (count, Agreement.STEM)


def _singular_words(text: str, language: str) -> list[str]:
    words = search_tokens(text)
    return [_PLURAL.sub(_singular, word) for word in words] if language == "en" else words


def _singular(ending: re.Match[str]) -> str:
    return "y" if ending["y"] else ""


def _joined(words: Iterable[str]) -> str:
    """Words in a form in which whole words and rows of them can be counted, neighbours included."""
    return "".join(f" {word} " for word in words)
