"""The page of the lengths, and what a draft says that holds more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app import settings
from app.i18n import translations
from app.office import Office
from app.web.desk import readings
from app.web.lengths_fields import length_fields
from app.web.overfull import overfull
from digest.edition import Section
from digest.lengths import Lengths
from digest.types import Mark
from tests.app_factory import form_token, made_office, signed_in
from tests.test_app_delivery_present import golden

PATH = "/settings/lengths"
EN = translations("en", "UTC")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def sent(browser: TestClient, office: Office, **fields: str):
    found = re.search(r'name="based_on" value="([0-9a-f]{32})"', browser.get(PATH).text)
    assert found is not None
    known = {each.name: each.value for each in length_fields(office.settings, EN)}
    data = {"csrf_token": form_token(browser), "based_on": found[1], **known, **fields}
    return browser.post(PATH, data=data, follow_redirects=False)


def test_what_is_saved_counts_and_says_who_changed_it(office: Office) -> None:
    admin = signed_in(office, "Admin")
    answer = sent(admin, office, length_must_know="4", length_also_noted="0")
    assert answer.headers["location"] == f"{PATH}?said=lengths_changed"
    page = admin.get(answer.headers["location"]).text
    assert "Changed by Ada Admin" in page
    assert "For your decision and Must know together: 5 → 4" in page
    assert settings.load(office.settings.home).lengths == Lengths(must_know=4, also_noted=0)
    assert "At most 4 entries to decide or to know" in admin.get("/settings").text


@pytest.mark.parametrize("value", ["0", "21", "-1", "five", "", "٣"])
def test_what_is_out_of_its_range_is_named_with_the_range(office: Office, value: str) -> None:
    answer = sent(signed_in(office, "Admin"), office, length_must_know=value)
    assert answer.status_code == 422
    assert "Write a whole number from 1 to 20." in answer.text
    assert settings.load(office.settings.home) == office.settings


def test_an_environment_variable_locks_its_field(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAFFWORK_LENGTH_DUE", "9")
    found = {each.name: each.locked for each in length_fields(settings.load(office.settings.home), EN)}
    assert found["length_due"] == "STAFFWORK_LENGTH_DUE"
    assert found["length_watch"] is None


def test_an_editor_reads_the_lengths_and_cannot_change_them(office: Office) -> None:
    page = signed_in(office, "Edda").get(PATH).text
    assert "An administrator changes the lengths." in page
    assert "<form" not in page.partition("<main")[2]


def test_a_draft_that_holds_more_says_so_and_what_would_mend_it() -> None:
    draft = replace(golden(), approval=None)
    assert overfull(draft, readings(draft, Mark.CONFIDENTIAL), EN) == ()
    short = replace(draft, lengths=Lengths(must_know=2, watch=0))
    found = overfull(short, readings(short, Mark.CONFIDENTIAL), EN)
    assert [each.words for each in found if each.reader is None] == [
        "3 entries stand in For your decision and Must know; 2 are what five minutes hold.",
        "Entries in Watch: 1; five minutes hold 0.",
    ]
    assert (found[0].remedy, found[0].section) == ("Move #3 to Worth knowing", Section.WORTH_KNOWING)
    assert found[0].story_id == "s-cold"
