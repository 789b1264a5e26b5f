"""Names of persons, places and organisations: candidates by form alone, without a model that could miss a new one."""

from __future__ import annotations

import re

from digest.text.spans import sentences
from digest.text.words import fold, segmenter

_CAPITALISED = r"(?:[^\W\d_a-z]['’]?[^\W\d_]*|[A-Z][\w&.-]*\w)"
_JOINING = r"(?:of|the|de|del|der|van|von|da|di|la|le|du|des|al|bin|ibn|and|&)"
_SEQUENCE = re.compile(rf"\b{_CAPITALISED}(?:(?: {_JOINING}){{0,2}} {_CAPITALISED})*\b")
_HAN_RUN = re.compile(r"[\u3400-\u9fff·]{2,}")
_CHINESE_NAME_TAGS = ("nr", "ns", "nt", "nz")  # person, place, organisation, other proper noun
_SMALL_WORDS = "a an the and but or nor of in on at to for by with from as into over after amid is vs via per"
_SMALL = frozenset(_SMALL_WORDS.split())
_LONGEST = 6  # words: a longer run of capitals is a heading


def names(text: str, language: str) -> list[str]:
    """Candidates for names in a text, in order, as written, with repetitions.

    Args:
        text: any text.
        language: ISO 639-1 code. German capitalises nouns, so single words are no candidates there.

    Returns:
        Chinese words tagged as names; capitalised words and their sequences in scripts that have capitals.
        A capitalised word that only opens a sentence is none, unless it also stands capitalised within one.
    """
    latin = _capitalised(text, language)
    return latin + [name for run in _HAN_RUN.findall(text) for name in _chinese(run)]


def _chinese(run: str) -> list[str]:
    return [word for word, tag in segmenter().tag(run) if len(word) > 1 and tag.startswith(_CHINESE_NAME_TAGS)]


def _capitalised(text: str, language: str) -> list[str]:
    opening: list[tuple[int, str]] = []
    inside: list[tuple[int, str]] = []
    for start, end in sentences(text, language):
        if _in_title_case(text[start:end]):
            continue
        for found in _SEQUENCE.finditer(text, start, end):
            alone = " " not in found[0]
            if len(found[0].split()) <= _LONGEST and not (alone and (language == "de" or len(found[0]) < 2)):
                (opening if alone and not _within(text, start, found.start()) else inside).append(
                    (found.start(), found[0])
                )
    known = {fold(part) for _, name in inside for part in name.split()}
    return [name for _, name in sorted(inside + [item for item in opening if fold(item[1]) in known])]


def _within(text: str, start: int, position: int) -> bool:
    """Whether a word comes before the position in the sentence that starts at ``start``."""
    return any(c.isalnum() for c in text[start:position])


def _in_title_case(sentence: str) -> bool:
    """Whether capitals say nothing: five words or more, and none without one but articles and prepositions."""
    words = [word for word in sentence.split() if word[0].isalpha()]
    return len(words) > 4 and all(word[0].isupper() or word in _SMALL for word in words)
