"""Languages of the interface: message catalogues, and dates and numbers as each language writes them.

The source language of all messages is English. A catalogue is a ``.po`` file beside this module, read and compiled in
memory when its language is first wanted. To take new messages into it::

    pybabel extract -F app/locale/babel.cfg -o messages.pot .
    pybabel update -i messages.pot -d app/locale -D staffwork
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SOURCE_LANGUAGE = "en"
LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "中文"}
"""The languages of the interface, each by its own name."""

CATALOGUES = Path(__file__).with_name("locale")


@dataclass(frozen=True, slots=True)
class Patterns:
    """How a language writes dates, in the notation of Unicode TR 35, and what it puts between two sentences."""

    day: str
    day_of_year: str
    weekday: str
    weekday_of_year: str
    moment: str
    moment_of_week: str
    sentence_gap: str


_LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh", "CN", script="Hans")}
_PATTERNS = {
    "en": Patterns("d MMM", "d MMM y", "EEE d MMM", "EEE d MMM y", "EEE d MMM y, HH:mm", "EEE HH:mm", " "),
    "zh": Patterns("M月d日", "y年M月d日", "M月d日（EEE）", "y年M月d日（EEE）", "y年M月d日（EEE）HH:mm", "EEEHH:mm", ""),
}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it, which extraction knows
    """Mark a message for the catalogues where it is defined; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True, eq=False)
class Translations:
    """Everything that depends on a reader's language and the office's time zone."""

    language: str
    time_zone: ZoneInfo
    catalogue: NullTranslations

    def gettext(self, message: str, /, **params: object) -> str:
        """The message in this language, with ``%(name)s`` filled from the parameters when there are any."""
        translated = self.catalogue.gettext(message)
        return translated % params if params else translated

    def ngettext(self, singular: str, plural: str, count: int, /, **params: object) -> str:
        """The form of the message that fits the count, filled like :meth:`gettext`."""
        translated = self.catalogue.ngettext(singular, plural, count)
        return translated % params if params else translated

    def sentences(self, parts: Iterable[str]) -> str:
        """Whole sentences in a row; empty ones are passed over."""
        return self.sentence_gap.join(filter(None, parts))

    def aside(self, text: str) -> str:
        """A text in the brackets of this language: ``(office, 19 Nov)``."""
        return f"（{text}）" if self.language == "zh" else f"({text})"

    def label(self, text: str) -> str:
        """A text with the colon of this language, and what parts it from what follows."""
        return self.gettext("%(label)s: %(text)s", label=text, text="")

    @property
    def sentence_gap(self) -> str:
        """What stands between two sentences: a space, or nothing."""
        return self._patterns.sentence_gap

    def number(self, value: float) -> str:
        """A number with this language's separators: ``1,284``."""
        return _decimal(value, self.language)

    def day(self, when: datetime, *, near: datetime | None = None) -> str:
        """A date: ``18 Nov``, with its year unless ``near`` falls into the same one."""
        same_year = near is not None and self._local(when).year == self._local(near).year
        return self._date(when, self._patterns.day if same_year else self._patterns.day_of_year)

    def weekday(self, day: date, *, near: date | None = None) -> str:
        """A day of the calendar: ``Thu 26 Nov``, with its year unless ``near`` falls into the same one."""
        same_year = near is not None and day.year == near.year
        pattern = self._patterns.weekday if same_year else self._patterns.weekday_of_year
        return str(format_date(day, pattern, locale=self._locale))

    def weekday_name(self, day: date) -> str:
        """The weekday alone: ``Thu``."""
        return str(format_date(day, "EEE", locale=self._locale))

    def short_day(self, day: date) -> str:
        """A day of the calendar without its year: ``3 May``."""
        return str(format_date(day, self._patterns.day, locale=self._locale))

    def calendar_day(self, day: date, *, near: datetime | None = None) -> str:
        """A day of the calendar, without time zone: ``3 May``, with its year unless ``near`` is of the same one."""
        same_year = near is not None and day.year == self._local(near).year
        pattern = self._patterns.day if same_year else self._patterns.day_of_year
        return format_date(day, pattern, locale=self._locale)

    def moment(self, when: datetime) -> str:
        """A date with weekday, year and time: ``Fri 20 Nov 2026, 15:42``."""
        return self._date(when, self._patterns.moment)

    def moment_of_week(self, when: datetime) -> str:
        """Weekday and time, for what happened in the week at hand: ``Fri 15:42``."""
        return self._date(when, self._patterns.moment_of_week)

    def language_name(self, code: str) -> str:
        """The name of a language in this language; a code that nobody knows stands for itself."""
        return str(self._locale.languages.get(code, code))

    @property
    def _locale(self) -> Locale:
        return _LOCALES[self.language]

    @property
    def _patterns(self) -> Patterns:
        return _PATTERNS[self.language]

    def _local(self, when: datetime) -> datetime:
        return when.astimezone(self.time_zone)

    def _date(self, when: datetime, pattern: str) -> str:
        return format_datetime(when, pattern, tzinfo=self.time_zone, locale=self._locale)


@lru_cache(maxsize=4096)
def _decimal(value: float, language: str) -> str:
    """Kept, since a ledger says hundreds of numbers, most of them small."""
    return format_decimal(value, locale=_LOCALES[language])


def supported(language: str) -> str:
    """The language of the interface for a wanted one: ``zh-Hans-CN`` is ``zh``; unknown ones are English.

    Args:
        language: a language tag (BCP 47), from anywhere.
    """
    primary = language.replace("_", "-").partition("-")[0].lower()
    return primary if primary in LANGUAGES else SOURCE_LANGUAGE


def translations(language: str, time_zone: str) -> Translations:
    """What is needed to speak a language in a time zone.

    Args:
        language: a language tag; one that is not supported means English.
        time_zone: the office's, as IANA names it.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: no time zone has that name.
    """
    code = supported(language)
    return Translations(code, ZoneInfo(time_zone), _catalogue(code))


@cache  # safe among threads: at worst two of them compile the same file at the same time
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "staffwork.po").open("rb") as po:
        catalogue = read_po(po, locale=language, domain="staffwork")
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
