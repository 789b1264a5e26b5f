"""Which language a text is written in: the script answers first, a statistical model only where scripts are shared."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

EXPECTED = ("en", "zh", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "uk", "ar", "ja", "ko")
"""Languages told apart when an office names none: the model is much surer among a dozen than among a hundred."""

UNKNOWN = "und"
"""ISO 639 code for a text that shows no language, such as a row of figures."""

_SAMPLE = 4_000  # characters: more of a text does not change the answer and costs time
_SHORT = 40  # letters: below, the model is often wrong and the source's own language is the better guess
_SHARE = 0.3  # of the letters: a script below it is a quotation or a name in a text of another language

_LETTERS = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "kana": re.compile(r"[\u3041-\u30ff]"),
    "hangul": re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f]"),
}
_model_lock = threading.Lock()  # setting the languages of a model is not safe between threads


def detect(text: str, *, expected: Sequence[str] = EXPECTED, hint: str | None = None) -> str:
    """Name the language of a text.

    Args:
        text: the text, best title and body together.
        expected: ISO 639-1 codes to choose among where the script leaves a choice.
        hint: the language the source says it uses: a further one to choose, and the answer for texts too short to tell.

    Returns:
        An ISO 639-1 code, or ``"und"`` when neither text nor hint shows one.

    Source:
        Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012 (the model).
    """
    sample = text[:_SAMPLE]
    letters = len(_LETTERS.findall(sample))
    hint = _base(hint)
    written = _by_script(sample, letters)
    if written:
        return written
    if letters < _SHORT and hint:
        return hint
    return _by_model(sample, (*expected, hint or "")) if letters else hint or UNKNOWN


def _base(code: str | None) -> str | None:
    """The language of a code that may carry a region: ``zh-TW`` is ``zh``."""
    return re.split(r"[-_]", code.strip().lower())[0] or None if code else None


def _by_script(sample: str, letters: int) -> str | None:
    """Chinese, Japanese or Korean by their scripts; None when another script prevails."""
    count = {script: len(pattern.findall(sample)) for script, pattern in _SCRIPTS.items()}
    east_asian = sum(count.values())
    if not letters or east_asian / letters < _SHARE:
        return None
    if count["hangul"] > east_asian / 2:
        return "ko"
    return "ja" if count["kana"] > 0.05 * east_asian else "zh"  # Chinese texts quote a kana or two (の in brand names)


def _by_model(sample: str, expected: tuple[str, ...]) -> str:
    with _model_lock:
        return str(_model(expected).classify(sample)[0])


@lru_cache(maxsize=8)
def _model(expected: tuple[str, ...]) -> LanguageIdentifier:
    """A classifier among the expected languages; codes it does not know are left out, none left means all."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    known = set(filter(None, map(_base, expected))) & set(model.labels)
    model.set_languages(sorted(known) or None)
    return model
