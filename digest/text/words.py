"""What a word is: folded, stemmed tokens to compare texts by, and unstemmed ones to search them by."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import rjieba

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_UNSPACED = r"\u3005\u3040-\u30ff\u0e00-\u0eff\u1780-\u17d3"  # kana, Thai, Lao, Khmer: written without spaces
_SIGNS = r"\u0900-\u0963\u0966-\u0dff\u0f40-\u0fbc\u1000-\u1049"  # vowel signs that re takes for no part of a word
_LETTER = rf"[^\W_{_HAN}{_UNSPACED}]"
_WORD = rf"{_LETTER}+(?:[{_SIGNS}]++{_LETTER}*+)*+"
_PIECES = re.compile(
    r"(?P<address>(?:https?://|www\.)[!-~]+|(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9.-]+)"
    rf"|(?P<run>[{_HAN}]*[{_UNSPACED}][{_HAN}{_UNSPACED}]*)"
    rf"|(?P<han>[{_HAN}]+)"
    rf"|(?P<number>\d+(?:[.,]\d+)*(?!{_LETTER}))"
    rf"|(?P<word>{_WORD}(?:['’]{_WORD})*)"
)
_RUNS = re.compile(_WORD)
_ELISION = re.compile(r"^(?:l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|dell|all|nell|sull|un)['’](?=\w{2})")
_POSSESSIVE = re.compile(r"['’]s$")
_DECIMAL_COMMA = frozenset(
    ["cs", "da", "de", "el", "es", "fi", "fr", "id", "it", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk"]
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")  # thousands as English and Chinese write them

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "fi": "finnish", "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_local = threading.local()  # a stemmer keeps a cache that two threads must not write at once


def tokens(text: str, language: str) -> list[str]:
    """The words of a text for comparing: folded, stemmed where the language has a stemmer, in order.

    Web and mail addresses are dropped: tracking links differ between reprints and name nothing. Numbers are written one
    way: ``"1,200.5"`` in English and ``"1.200,5"`` in German are ``"1200.5"``. ``"mayor's"`` is the mayor, ``"l'eau"``
    the water. Scripts without spaces and without a segmenter give pairs of characters.

    Args:
        text: any text.
        language: ISO 639-1 code; it chooses the stemmer and how numbers are read. Chinese is segmented wherever it is.

    Source:
        Porter, "Snowball: A language for stemming algorithms", 2001 (the stemmers).
    """
    found: list[str] = []
    for piece in _pieces(text):
        match piece.lastgroup:
            case "han":
                found.extend(segmenter().cut(piece[0]))
            case "run":
                found.extend(_character_pairs(piece[0]))
            case "number":
                found.append(_number(piece[0], language))
            case "word":
                found.append(_plain(fold(piece[0])))
    return _stemmed([word for word in found if word], language)


def search_tokens(text: str) -> list[str]:
    """The words of a text for the full-text index and for queries: folded, unstemmed, of any language, in order.

    Letters and digits only, for an index would split others again, and no two indexes alike. Long Chinese words also
    give the words within them, so that 卫生 finds 世界卫生组织.
    """
    found: list[str] = []
    for piece in _pieces(text):
        match piece.lastgroup:
            case "han":
                found.extend(segmenter().cut_for_search(piece[0]))
            case "run":
                found.extend(_character_pairs(piece[0]))
            case _:
                found.extend(_RUNS.findall(_POSSESSIVE.sub("", fold(piece[0]))))
    return found


def fold(word: str) -> str:
    """One spelling for a word: lower case, full-width forms made plain, accents of Latin, Greek and Cyrillic off."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not "\u0300" <= c <= "\u036f"))


def _pieces(text: str) -> Iterator[re.Match[str]]:
    return _PIECES.finditer(unicodedata.normalize("NFKC", text))


def _plain(word: str) -> str:
    """A folded word without what an apostrophe ties to it."""
    if word.isalnum():
        return word
    return re.sub("['’]", "", _POSSESSIVE.sub("", _ELISION.sub("", word)))


def _number(written: str, language: str) -> str:
    """A number with a point before its fraction and nothing between its thousands."""
    if language in _DECIMAL_COMMA:
        written = written.translate({ord("."): ",", ord(","): "."})
    return written.replace(",", "") if _GROUPED.fullmatch(written) else written.replace(",", ".")


def _character_pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(max(1, len(run) - 1))]


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
