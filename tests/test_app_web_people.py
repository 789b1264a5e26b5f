"""The page of people: adding, changing, withdrawing and taking back, by administrators alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.office import Office
from app.store import people
from app.viewer import system
from tests.app_factory import made_office, post, signed_in, visitor

EDDA = {
    "name": "Edda Editor",
    "email": "edda@office.example",
    "role": "editor",
    "clearance": "confidential",
    "language": "en",
    "leader": "",
}
NEW = {**EDDA, "name": "Nora New", "email": "nora@office.example", "clearance": "internal"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def based_on(browser: TestClient, path: str) -> str:
    found = re.search(r'name="based_on" value="([0-9a-f]{32})"', browser.get(path).text)
    assert found is not None
    return found[1]


def changed(browser: TestClient, path: str = "/settings/people/edda-editor", **fields: str):
    return post(browser, path, **{"based_on": based_on(browser, path), **EDDA, **fields})


def test_a_new_person_gets_a_link_that_is_shown_once_and_signs_in(office: Office) -> None:
    admin = signed_in(office, "Admin")
    page = post(admin, "/settings/people", **NEW)
    assert page.status_code == 200
    link = re.search(r"<code>http://testserver(/sign-in/[\w-]+)</code>", page.text)
    assert link is not None
    assert visitor(office).post(link[1], follow_redirects=False).headers["location"] == "/"
    listed = admin.get("/settings/people").text
    assert "nora@office.example · Editor · reads up to Internal" in listed
    assert "last signed in Fri 20 Nov 2026, 10:00" in listed
    assert "never signed in" in listed
    assert link[1] not in admin.get("/settings/people/nora-new").text


def test_a_change_shows_who_made_it_and_what_stood_there(office: Office) -> None:
    admin = signed_in(office, "Admin")
    answer = changed(admin, role="approver")
    assert answer.headers["location"] == "/settings/people/edda-editor?said=person_changed"
    page = admin.get(answer.headers["location"]).text
    assert "The person is changed." in page
    assert "Changed by Ada Admin, Fri 20 Nov 2026, 10:00" in page
    assert "Role: Editor → Approver" in page
    assert changed(admin, role="approver").headers["location"].endswith("said=nothing_changed")


def test_whoever_is_withdrawn_is_out_at_once_and_can_be_taken_back(office: Office) -> None:
    admin, edda = signed_in(office, "Admin"), signed_in(office, "Edda")
    assert post(admin, "/settings/people/edda-editor/withdraw").status_code == 303
    assert edda.get("/account", follow_redirects=False).status_code == 303
    page = admin.get("/settings/people/edda-editor?said=withdrawn").text
    assert "cannot sign in" in page
    assert "Take this person back" in page
    assert post(admin, "/settings/people/edda-editor/invite").status_code == 409
    assert post(admin, "/settings/people/edda-editor/reinstate").status_code == 303
    assert post(admin, "/settings/people/edda-editor/invite").status_code == 200


def test_a_second_saver_sees_both_values_and_writes_over_nothing(office: Office) -> None:
    admin = signed_in(office, "Admin")
    path = "/settings/people/edda-editor"
    seen = based_on(admin, path)
    assert changed(admin, language="zh").status_code == 303
    clash = post(admin, path, **{**EDDA, "based_on": seen, "name": "Edda Example"})
    assert clash.status_code == 409
    assert re.search(r"Name</th><td>Edda Editor</td><td>Edda Example</td>", clash.text)
    assert re.search(r"Language</th><td>中文</td><td>English</td>", clash.text)
    assert 'value="Edda Example"' in clash.text
    with office.reading() as session:
        assert people.by_email(session, "edda@office.example").name == "Edda Editor"
    newer = re.search(r'name="based_on" value="([0-9a-f]{32})"', clash.text)[1]
    assert post(admin, path, **{**EDDA, "based_on": newer, "name": "Edda Example"}).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Name</a>: Fill this in."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"email": "nobody"}, "Write one mail address"),
        ({"email": "arno@office.example"}, "Somebody has this address"),
        ({"role": "king"}, "Choose one of those"),
        ({"role": "leader"}, "Name the leader for the role"),
        ({"leader": "public-leader"}, "and none for any other role"),
        ({"language": "xx"}, "Choose one of those"),
    ],
)
def test_what_cannot_be_taken_is_named_at_its_field_and_what_was_typed_stays(
    office: Office, fields: dict[str, str], words: str
) -> None:
    admin = signed_in(office, "Admin")
    typed = {**NEW, "name": "Typed Name", **fields}
    for answer in (post(admin, "/settings/people", **typed), changed(admin, **{**typed, "email": typed["email"]})):
        assert answer.status_code == 422
        assert words in answer.text
        assert 'role="alert"' in answer.text
        assert 'aria-invalid="true"' in answer.text
    if "name" not in fields:
        assert 'value="Typed Name"' in answer.text


def test_the_last_administrator_is_neither_withdrawn_nor_demoted(office: Office) -> None:
    admin = signed_in(office, "Admin")
    refused = post(admin, "/settings/people/ada-admin/withdraw")
    assert refused.status_code == 409
    assert "Make somebody else an administrator first." in refused.text
    ada = {**EDDA, "name": "Ada Admin", "email": "admin@office.example", "role": "editor"}
    answer = changed(admin, "/settings/people/ada-admin", **ada)
    assert answer.status_code == 422
    assert "make somebody else one first" in answer.text


def test_an_administrator_sees_but_does_not_change_who_reads_more(office: Office) -> None:
    admin = signed_in(office, "Admin")
    low = {**EDDA, "name": "Lars Low", "email": "lars@office.example", "role": "administrator", "clearance": "public"}
    assert post(admin, "/settings/people", **low).status_code == 200
    lars = signed_in(office, "Lars")
    assert "This person reads more than you may." in lars.get("/settings/people/edda-editor").text
    for action in ("withdraw", "invite"):
        assert post(lars, f"/settings/people/edda-editor/{action}").status_code == 409
    assert post(lars, "/settings/people", **{**NEW, "clearance": "confidential"}).status_code == 422
    path = "/settings/people/edda-editor"
    assert post(lars, path, **{**EDDA, "based_on": based_on(admin, path), "name": "Mine"}).status_code == 422


def test_nobody_but_administrators_comes_near_the_page(office: Office) -> None:
    for name in ("Arno", "Edda", "Public"):
        browser = signed_in(office, name)
        assert browser.get("/settings/people").status_code == 403
        assert post(browser, "/settings/people", **NEW).status_code == 403
        for action in ("", "/withdraw", "/reinstate", "/invite"):
            assert post(browser, f"/settings/people/edda-editor{action}", **EDDA).status_code == 403
    assert visitor(office).get("/settings/people", follow_redirects=False).status_code == 303


def test_a_form_from_elsewhere_changes_nothing(office: Office) -> None:
    admin = signed_in(office, "Admin")
    assert admin.post("/settings/people/edda-editor/withdraw", follow_redirects=False).status_code == 403
    with office.reading() as session:
        assert all(each.withdrawn_at is None for each in people.everybody(session, system()))


def test_the_index_says_how_each_part_stands(office: Office) -> None:
    page = signed_in(office, "Admin").get("/settings").text
    for words in (
        "6 people who sign in",
        "2 leaders get the briefing",
        "Cut-off Friday 10:00, sent Monday 07:00, Europe/Berlin",
        "Mail goes to the outbox folder: no server set",
        'href="/settings/people"',
    ):
        assert words in page
    edda = signed_in(office, "Edda").get("/settings").text
    assert 'href="/settings/people"' not in edda
    assert signed_in(office, "Public").get("/settings").status_code == 403
