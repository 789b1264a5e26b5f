from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.text import EXPECTED, UNKNOWN, detect

LONG = {
    "en": "The city council decided on Tuesday evening to close the old bridge for repairs until the end of the year.",
    "de": "Der Stadtrat hat am Dienstagabend beschlossen, die alte Brücke bis zum Jahresende für Arbeiten zu sperren.",
    "fr": "Le conseil municipal a décidé mardi soir de fermer le vieux pont jusqu'à la fin de l'année.",
    "es": "El ayuntamiento decidió el martes por la noche cerrar el puente viejo por obras hasta el final del año.",
    "zh": "市议会周二晚上决定，旧桥因维修关闭至年底。",
    "ja": "市議会は火曜日の夜、古い橋を年末まで閉鎖することを決めました。",
    "ko": "시의회는 화요일 저녁 오래된 다리를 연말까지 폐쇄하기로 결정했다.",
    "ru": "Городской совет во вторник вечером решил закрыть старый мост на ремонт до конца года.",
    "ar": "قرر مجلس المدينة مساء الثلاثاء إغلاق الجسر القديم للإصلاح حتى نهاية العام",
}


@pytest.mark.parametrize(("language", "text"), LONG.items())
def test_a_sentence_shows_its_language(language, text):
    assert detect(text) == language


def test_a_long_text_is_believed_more_than_its_source():
    assert detect(LONG["de"], hint="en") == "de"


@pytest.mark.parametrize(("text", "hint", "language"), [("Budget audit", "nl", "nl"), ("2026", "zh-TW", "zh")])
def test_a_short_text_falls_back_to_the_hint(text, hint, language):
    assert detect(text, hint=hint) == language


def test_two_chinese_characters_are_enough_whatever_the_hint():
    assert detect("领导", hint="en") == "zh"


def test_a_chinese_name_does_not_make_an_english_text_chinese():
    assert detect("The mayor of Linjiang (临江) opened the new hospital together with the minister of health.") == "en"


def test_no_letters_and_no_hint_is_unknown():
    assert detect("12.5 % 2026") == UNKNOWN


def test_only_expected_languages_are_chosen():
    assert detect(LONG["fr"], expected=("en", "de", "xx")) in {"en", "de"}


def test_languages_the_model_does_not_know_leave_it_all_its_choice():
    assert detect(LONG["fr"], expected=("xx",)) == "fr"


@given(st.text())
@settings(max_examples=50)
def test_any_text_gets_one_of_the_possible_answers(text):
    assert detect(text) in {*EXPECTED, UNKNOWN}


def test_threads_with_different_languages_do_not_disturb_each_other():
    wrong: list[str] = []

    def ask(expected: tuple[str, ...], right: str) -> None:
        wrong.extend(found for _ in range(50) if (found := detect(LONG["de"], expected=expected)) != right)

    threads = [threading.Thread(target=ask, args=(e, r)) for e, r in ((("de", "fr"), "de"), (("nl",), "nl")) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
