"""The account page: where somebody is signed in, and how that is ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.office import Office
from tests.app_factory import NOW, made_office, post, signed_in

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def names(page: str) -> list[str]:
    return re.findall(r"/account/sessions/([0-9a-f]{16})/end", page)


def test_the_own_sessions_are_listed_with_their_last_use_and_ended_one_by_one(office: Office) -> None:
    here, there = signed_in(office, "Edda"), signed_in(office, "Edda")
    there.app.state.clock = lambda: LATER
    assert there.get("/account").status_code == 200
    page = here.get("/account").text
    assert len(names(page)) == 1
    assert "This browser" in page
    assert "testclient" in page
    assert "last used Fri 20 Nov 2026, 12:00" in page
    assert post(here, f"/account/sessions/{names(page)[0]}/end").headers["location"] == "/account?said=ended"
    assert there.get("/account", follow_redirects=False).status_code == 303
    assert names(here.get("/account").text) == []


def test_every_other_session_is_ended_at_once_and_nobody_elses(office: Office) -> None:
    here, others = signed_in(office, "Edda"), [signed_in(office, "Edda") for _ in range(2)]
    stranger = signed_in(office, "Arno")
    (foreign,) = names(signed_in(office, "Arno").get("/account").text)
    assert post(here, f"/account/sessions/{foreign}/end").status_code == 404
    assert post(here, "/account/sessions/end-others").status_code == 303
    assert [each.get("/account", follow_redirects=False).status_code for each in (here, *others)] == [200, 303, 303]
    assert stranger.get("/account").status_code == 200


def test_a_session_is_not_ended_by_a_form_from_elsewhere(office: Office) -> None:
    here = signed_in(office, "Edda")
    signed_in(office, "Edda")
    (other,) = names(here.get("/account").text)
    assert here.post(f"/account/sessions/{other}/end", follow_redirects=False).status_code == 403


def test_where_a_form_was_answered_the_other_language_leads_to_its_page(office: Office) -> None:
    here = signed_in(office, "Edda")
    answer = post(here, "/account/password", present="", wanted="short")
    assert answer.status_code == 422
    assert 'href="/account?language=zh"' in answer.text
    nowhere = post(here, "/nothing/here/at-all")
    assert 'href="/?language=zh"' in nowhere.text
