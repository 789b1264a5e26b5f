"""One form for every text that enters: what is stored, cited and compared has no invisible differences."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PLANE_ENDS = "".join(f"\\U{plane:04x}fffe-\\U{plane:04x}ffff" for plane in range(0x11))
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    rf"\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f{_PLANE_ENDS}]"
)
_JOINERS = frozenset("\u200c\u200d")  # Persian, Indic scripts and emoji cannot be written without them
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")


def normalise(text: str) -> str:
    r"""Bring a text into the form in which it is stored: offsets of citations count in this form.

    Unicode normalisation form C (UAX #15); control characters, lone surrogates, noncharacters, soft hyphens,
    directional, zero-width and tag characters are taken out; every kind of line break becomes ``\n`` and at most one
    empty line stays; other white space becomes single spaces. Doing it twice changes nothing.

    Args:
        text: any string, however broken.

    Returns:
        The tidied text, stripped at both ends.
    """
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    text = _UNSEEN.sub(lambda found: found[0] if _joins(found) else "", text)
    text = _AROUND_BREAK.sub("\n", _BLANKS.sub(" ", text))
    return unicodedata.normalize("NFC", _MANY_BREAKS.sub("\n\n", text)).strip()  # taking out may let marks compose


def _joins(found: re.Match[str]) -> bool:
    """Whether a joiner stands between two characters of the scripts and symbols that need it."""
    text, start, end = found.string, found.start(), found.end()
    return found[0] in _JOINERS and _takes_joiner(text[start - 1 : start]) and _takes_joiner(text[end : end + 1])


def _takes_joiner(char: str) -> bool:
    return char > "\u0590" and unicodedata.category(char)[0] in "LMS"
