import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from app.i18n import CATALOGUES, LANGUAGES, SOURCE_LANGUAGE, Translations, supported, translations

ROOT = Path(__file__).parents[1]
MOMENT = datetime(2026, 11, 20, 14, 42, tzinfo=UTC)


def wanted_messages() -> dict[str, str | tuple[str, ...]]:
    """Every message of code and templates; the first form of a plural is its key."""
    with (CATALOGUES / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(
        ROOT, methods, options, directory_filter=lambda path: Path(path).name not in (".venv", ".git")
    )
    return {message if isinstance(message, str) else message[0]: message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "staffwork.po").open("rb") as po:
        return read_po(po, locale=language)


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE_LANGUAGE])
def test_every_message_is_translated_and_no_translation_is_a_guess(language: str) -> None:
    translated = {
        message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue(language)
    }
    wanted = wanted_messages()
    assert len(wanted) > 150
    missing = [key for key in wanted if key not in translated or not all(forms(translated[key]))]
    guessed = [key for key in wanted if key in translated and translated[key].fuzzy]
    unused = [key for key in translated if key and key not in wanted]
    assert (missing, guessed, unused) == ([], [], [])


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE_LANGUAGE])
def test_a_translation_names_only_parameters_that_its_message_has(language: str) -> None:
    for message in catalogue(language):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        named = {name for text in ids for name in re.findall(r"%\((\w+)\)s", text)}
        for form in forms(message):
            assert set(re.findall(r"%\((\w+)\)s", form)) <= named, message.id
            assert form.count("%") == form.count("%("), message.id


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("zh", "zh"), ("zh-Hans-CN", "zh"), ("ZH_cn", "zh"), ("en-US", "en"), ("fr", "en"), ("", "en"), ("../zh", "en")],
)
def test_an_unknown_language_is_english(wanted: str, language: str) -> None:
    assert supported(wanted) == language
    assert translations(wanted, "UTC").language == language


@pytest.mark.parametrize(
    ("language", "day", "moment", "moment_of_week", "number"),
    [
        ("en", "20 Nov", "Fri 20 Nov 2026, 15:42", "Fri 15:42", "1,284"),
        ("zh", "11月20日", "2026年11月20日（周五）15:42", "周五15:42", "1,284"),
    ],
)
def test_dates_stand_in_the_offices_time_zone(
    language: str, day: str, moment: str, moment_of_week: str, number: str
) -> None:
    t = translations(language, "Europe/Berlin")
    assert t.day(MOMENT, near=MOMENT) == day
    assert t.moment(MOMENT) == moment
    assert t.moment_of_week(MOMENT) == moment_of_week
    assert t.number(1284) == number


def test_a_date_of_another_year_names_its_year() -> None:
    t = translations("en", "Asia/Shanghai")
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert t.day(new_year, near=MOMENT) == "1 Jan 2027"


def test_chinese_words_for_quotation_and_original_differ_and_no_mark_is_a_legal_grade_of_secrecy() -> None:
    t = translations("zh", "Asia/Shanghai")
    assert t.gettext("Quoted") != t.gettext("The original")
    grades = ("秘密", "机密", "绝密", "密级")
    assert not [str(each.string) for each in catalogue("zh") if any(grade in str(each.string) for grade in grades)]


def test_plural_forms_follow_the_language() -> None:
    def duplicates(t: Translations, count: int) -> str:
        return t.ngettext("%(count)s duplicate", "%(count)s duplicates", count, count=t.number(count))

    assert [duplicates(translations("en", "UTC"), count) for count in (0, 1, 2)] == [
        "0 duplicates",
        "1 duplicate",
        "2 duplicates",
    ]
    assert duplicates(translations("zh", "UTC"), 1) == "重复 1 份"


def test_a_language_that_nobody_knows_stands_for_itself() -> None:
    t = translations("en", "UTC")
    assert (t.language_name("zh"), t.language_name("xx")) == ("Chinese", "xx")
