"""What a word is: folded, stemmed tokens to compare texts by, and unstemmed ones to search them by."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import rjieba

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"
_PIECES = re.compile(
    rf"(?P<address>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.-]+)"
    rf"|(?P<han>{_HAN}+)"
    rf"|(?P<number>\d+(?:[.,]\d+)+(?!\w)|\d+)"
    rf"|(?P<word>(?:(?!{_HAN})\w)+(?:['’](?:(?!{_HAN})\w)+)*)"
)
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?:\D|$))")
_ELISION = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|dell|all|nell|sull|un)['’](?=\w{2})")
_POSSESSIVE = re.compile(r"['’]s?$")

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_local = threading.local()  # a stemmer keeps a cache that two threads must not write at once


def tokens(text: str, language: str) -> list[str]:
    """The words of a text for comparing: folded, stemmed where the language has a stemmer, in order.

    Web and mail addresses are dropped: tracking links differ between reprints and name nothing. ``"1,200"`` and
    ``"1.200"`` are one number, ``"4.5"`` keeps its point; ``"mayor's"`` is the mayor, ``"l'eau"`` is the water.

    Args:
        text: any text.
        language: ISO 639-1 code; it chooses the stemmer. Chinese is segmented wherever it occurs.

    Source:
        Porter, "Snowball: A language for stemming algorithms", 2001 (the stemmers).
    """
    return _stemmed(_words(text, _segment), language)


def search_tokens(text: str) -> list[str]:
    """The words of a text for the full-text index and for queries: folded, unstemmed, of any language, in order.

    Long Chinese words also give the words within them, so that 卫生 finds 世界卫生组织.
    """
    return _words(text, _segment_for_search)


def fold(word: str) -> str:
    """One spelling for a word: lower case, full-width forms made plain, accents of Latin, Greek and Cyrillic off."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def _words(text: str, segment: Callable[[str], Iterable[str]]) -> list[str]:
    found: list[str] = []
    for piece in _PIECES.finditer(unicodedata.normalize("NFKC", text)):
        if piece.lastgroup == "han":
            found.extend(segment(piece[0]))
        elif piece.lastgroup == "number":
            found.append(_THOUSANDS.sub("", piece[0]).replace(",", "."))
        elif piece.lastgroup == "word":
            found.append(_plain(fold(piece[0])))
    return [word for word in found if word]


def _plain(word: str) -> str:
    """A folded word without what an apostrophe ties to it."""
    if word.isalnum():
        return word
    return re.sub(r"['’_]", "", _POSSESSIVE.sub("", _ELISION.sub("", word)))


def _stemmed(words: list[str], language: str) -> list[str]:
    stemmer = _stemmer(language)
    return stemmer(words) if stemmer else words


def _stemmer(language: str) -> Callable[[list[str]], list[str]] | None:
    """The stemming function of this thread, None for languages without one."""
    if language not in _STEMMERS:
        return None
    made: dict[str, Any] = _local.__dict__
    if language not in made:
        from Stemmer import Stemmer

        made[language] = Stemmer(_STEMMERS[language]).stemWords
    stem: Callable[[list[str]], list[str]] = made[language]
    return stem


@lru_cache(maxsize=1)
def segmenter() -> rjieba.Jieba:
    """The Chinese segmenter with its own dictionary, loaded on first use."""
    import rjieba

    return rjieba.Jieba()


def _segment(run: str) -> list[str]:
    words: list[str] = segmenter().cut(run)
    return words


def _segment_for_search(run: str) -> list[str]:
    words: list[str] = segmenter().cut_for_search(run)
    return words
