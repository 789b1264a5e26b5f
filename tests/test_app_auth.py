from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.auth import forms, passwords
from app.auth.attempts import AttemptLimits, Attempts
from app.auth.visitor import SESSION_COOKIE
from app.office import Office
from app.store.people import LINK_LIFE, SESSION_LIFE
from app.web.paths import own_path
from digest.errors import InvalidInputError
from tests.app_factory import NOW, PASSWORD, form_token, give_password, link_of, made_office, post, signed_in, visitor


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def by_password(browser: TestClient, email: str, password: str, **fields: str):
    return browser.post("/sign-in", data={"email": email, "password": password, **fields}, follow_redirects=False)


def test_a_link_signs_in_only_when_its_button_is_pressed_and_only_once(office: Office):
    browser, link = visitor(office), f"/sign-in/{link_of(office, 'Arno')}"
    assert browser.get(link).status_code == browser.get(link).status_code == 200
    assert SESSION_COOKIE not in browser.cookies
    assert browser.post(link, follow_redirects=False).status_code == 303
    assert browser.get("/account").text.count("Arno Approver") == 1
    again = visitor(office).post(link)
    assert again.status_code == 422
    assert "used already" in again.text


def test_a_link_is_worthless_after_its_time(office: Office):
    link = f"/sign-in/{link_of(office, 'Arno')}"
    assert visitor(office, NOW + LINK_LIFE + timedelta(seconds=1)).post(link).status_code == 422


def test_a_session_ends_after_its_time(office: Office):
    token = signed_in(office, "Arno").cookies[SESSION_COOKIE]
    late = visitor(office, NOW + SESSION_LIFE + timedelta(seconds=1))
    late.cookies.set(SESSION_COOKIE, token)
    assert late.get("/briefings", follow_redirects=False).headers["location"] == "/sign-in?next=%2Fbriefings"


def test_a_password_signs_in_and_leads_on_to_the_page_that_was_wanted(office: Office):
    give_password(office, "Edda")
    browser = visitor(office)
    answer = by_password(browser, "EDDA@office.example", PASSWORD, next="/sources")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")
    assert browser.get("/sources").status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(office: Office):
    give_password(office, "Edda")
    wrong = by_password(visitor(office), "edda@office.example", "not the password")
    unknown = by_password(visitor(office), "nobody@office.example", PASSWORD)
    without = by_password(visitor(office), "arno@office.example", PASSWORD)
    assert wrong.status_code == unknown.status_code == without.status_code == 422
    assert wrong.text.replace("edda", "nobody") == unknown.text == without.text.replace("arno", "nobody")


def test_an_unknown_address_costs_a_comparison_too(monkeypatch: pytest.MonkeyPatch):
    compared: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            compared.append(kept)
            return verify(kept, password)

        hash = passwords._hasher.hash

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert passwords.matches("nobody's password", None) is False
    assert len(compared) == 1


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_not_kept(password: str):
    with pytest.raises(InvalidInputError):
        passwords.hashed(password)


def test_guessing_at_one_account_is_stopped_even_from_many_addresses(office: Office):
    attempts = Attempts(AttemptLimits(per_address=100, per_account=3, minutes=10))
    assert [attempts.allowed(f"10.0.0.{n}", "Edda@office.example ") for n in range(5)] == [True] * 3 + [False] * 2
    assert attempts.allowed("10.0.0.9", "arno@office.example")


def test_guessing_from_one_address_is_stopped_whatever_the_account():
    attempts = Attempts(AttemptLimits(per_address=3, per_account=100, minutes=10))
    assert [attempts.allowed("10.0.0.1", f"person-{n}") for n in range(4)] == [True] * 3 + [False]


def test_too_many_attempts_are_refused_with_429_although_the_password_is_right(office: Office):
    give_password(office, "Edda")
    browser = visitor(office)
    answers = [by_password(browser, "edda@office.example", "wrong wrong wrong").status_code for _ in range(9)]
    assert answers == [422] * 8 + [429]
    assert by_password(browser, "edda@office.example", PASSWORD).status_code == 429


def test_signing_out_ends_the_session_on_the_server(office: Office):
    browser = signed_in(office, "Arno")
    token = browser.cookies[SESSION_COOKIE]
    assert post(browser, "/sign-out").headers["location"] == "/sign-in"
    browser.cookies.set(SESSION_COOKIE, token)
    assert browser.get("/briefings", follow_redirects=False).status_code == 303


def test_a_new_password_ends_every_other_session(office: Office):
    here, elsewhere = signed_in(office, "Arno"), signed_in(office, "Arno")
    assert post(here, "/account/password", wanted=PASSWORD).headers["location"] == "/account?said=changed"
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account", follow_redirects=False).status_code == 303
    assert post(here, "/account/password", present="wrong", wanted=PASSWORD + "!").status_code == 422


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(office: Office):
    browser = visitor(office)
    answer = browser.post(f"/sign-in/{link_of(office, 'Arno')}", follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


def test_the_session_cookie_is_secure_behind_https(office: Office):
    browser = visitor(office)
    browser.base_url = "https://testserver"
    answer = browser.post(f"/sign-in/{link_of(office, 'Arno')}", follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, ""),
        ({}, "0" * 64),
        ({"Origin": "https://evil.example"}, "right"),
        ({"Origin": "null"}, "right"),
        ({"Sec-Fetch-Site": "cross-site"}, "right"),
        ({"Sec-Fetch-Site": "same-site"}, "right"),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(office: Office, headers: dict[str, str], token: str):
    browser = signed_in(office, "Arno")
    fields = {"csrf_token": form_token(browser) if token == "right" else token}
    answer = browser.post("/briefings/2026-W47/approve", data=fields, headers=headers, follow_redirects=False)
    assert answer.status_code == 403
    assert browser.get("/briefings/2026-W47/draft", follow_redirects=False).status_code == 200


def test_another_session_token_is_no_token(office: Office):
    mine, other = signed_in(office, "Arno"), signed_in(office, "Arno")
    answer = mine.post("/sign-out", data={"csrf_token": form_token(other)}, follow_redirects=False)
    assert answer.status_code == 403


def test_nobody_can_be_signed_in_from_another_site(office: Office):
    browser = visitor(office)
    link = f"/sign-in/{link_of(office, 'Arno')}"
    assert browser.post(link, headers={"Origin": "https://evil.example"}).status_code == 403
    del browser.headers["Origin"]
    assert browser.post(link).status_code == 403
    assert SESSION_COOKIE not in browser.cookies


@pytest.mark.parametrize(
    ("site", "origin", "ours"),
    [
        ("same-origin", None, True),
        ("none", None, False),
        (None, "http://desk.example", True),
        (None, "https://PUBLIC.example", True),
        (None, "https://public.example.evil.example", False),
        (None, None, None),
    ],
)
def test_the_browsers_word_decides_where_a_form_came_from(site: str | None, origin: str | None, ours: bool | None):
    found = forms.same_origin(
        fetch_site=site, origin=origin, host="desk.example", public_url="https://public.example/staffwork"
    )
    assert found is ours


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/briefings?after=1", "/briefings?after=1"),
        (None, "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_never_leads_to_another_server(wanted: str | None, led: str):
    assert own_path(wanted) == led
