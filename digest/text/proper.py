"""Names of persons, places and organisations: candidates by form alone, without a model that could miss a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.text.abbreviations import STARTERS
from digest.text.spans import sentences
from digest.text.words import fold, segmenter

_WORD = re.compile(r"[^\W\d_](?:[\w'’&-]*\w)?")
_JOINING_WORDS = "of the de del der van von da di la le du des al bin ibn and"
_JOINING = frozenset(_JOINING_WORDS.split())
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
    found = [
        (name, first)
        for start, end in sentences(text, language)
        if not in_title_case(text[start:end])
        for name, first in _sequences(text, start, end)
        if len(name.split()) <= _LONGEST and (" " in name or (language != "de" and len(name) > 1))
    ]
    known = {fold(part) for name, first in found if " " in name or not first for part in name.split()}
    return [name for name, first in found if " " in name or not first or fold(name) in known]


def _sequences(text: str, start: int, end: int) -> Iterator[tuple[str, bool]]:
    """Longest runs of capitalised words, with small words between them, and whether they open the sentence."""
    words = list(_WORD.finditer(text, start, end))
    run: list[re.Match[str]] = []
    for number, word in enumerate(words):
        follows = bool(run) and text[run[-1].end() : word.start()] == " "
        if word[0][0].isupper() and not (number == 0 and word[0].lower() in STARTERS):
            if run and not follows:
                yield _named(text, run, words[0])
                run = []
            run.append(word)
        elif not (follows and word[0] in _JOINING and number + 1 < len(words)):
            if run:
                yield _named(text, run, words[0])
            run = []
        else:
            run.append(word)
    if run:
        yield _named(text, run, words[0])


def _named(text: str, run: list[re.Match[str]], opening: re.Match[str]) -> tuple[str, bool]:
    """The text of a run up to its last capitalised word; and whether it opens its sentence."""
    last = next(word for word in reversed(run) if word[0][0].isupper())
    return text[run[0].start() : last.end()], run[0].start() == opening.start()


def in_title_case(sentence: str) -> bool:
    """Whether capitals say nothing: five words or more, and none without one but articles and prepositions.

    Headings are so, and captions that are but names: "Tesla and SpaceX CEO Elon Musk."
    """
    words = [word for word in sentence.split() if word[0].isalpha()]
    return len(words) > 4 and all(word[0].isupper() or word in _SMALL for word in words)
