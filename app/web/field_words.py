"""What is said of an answer in a form of the settings that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import N_, Translations

WORDS_OF_FIELDS: Mapping[str, str] = {
    "required": N_("Fill this in."),
    "too_long": N_("Shorten this to at most %(most)s characters."),
    "choice": N_("Choose one of those that are offered."),
    "address": N_("Write one mail address, such as name@office.example."),
    "above": N_("This reaches above your own clearance: ask an administrator who is cleared for it."),
    "clock": N_("Write a time of day from 00:00 to 23:59, such as 06:30."),
    "zone": N_("Write a time zone such as Europe/London or Asia/Shanghai."),
}


def field_words(t: Translations) -> dict[str, str]:
    """The words in a reader's language."""
    return {code: t.gettext(message) for code, message in WORDS_OF_FIELDS.items()}


def field_word(code: str, t: Translations) -> str:
    """One of the words in a reader's language."""
    return t.gettext(WORDS_OF_FIELDS[code])
