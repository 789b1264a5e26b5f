"""Language, sentences, tokens and names: nothing outside this package knows what a word is."""

from digest.text.language import EXPECTED, UNKNOWN, detect
from digest.text.normal import normalise
from digest.text.places import holds_phrase, phrase_runs, word_places
from digest.text.proper import in_title_case, names
from digest.text.spans import Span, sentences
from digest.text.words import fold, search_tokens, tokens

__all__ = [
    "EXPECTED",
    "UNKNOWN",
    "Span",
    "detect",
    "fold",
    "holds_phrase",
    "in_title_case",
    "names",
    "normalise",
    "phrase_runs",
    "search_tokens",
    "sentences",
    "tokens",
    "word_places",
]
