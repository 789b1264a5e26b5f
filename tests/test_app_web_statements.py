"""The page of statements: pasting, uploading, undoing, and who sees which; and reasons in what each person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.example.office import HERE
from app.jobs.compose import compose
from app.office import Office
from app.store import people, statements
from app.viewer import system
from digest.types import Mark, Statement
from tests.app_factory import NOW, form_token, made_office, post, signed_in

WORDS = "Tram line 3 must not stay closed at weekends; I want to hear of every weekend the tram line is closed."


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def kept(office: Office) -> tuple[Statement, ...]:
    with office.reading() as session:
        return statements.every(session, system())


def leader_of(office: Office, name: str) -> str:
    with office.reading() as session:
        return next(each.id for each in people.leaders(session) if each.name == name)


def fields(office: Office, **changes: str) -> dict[str, str]:
    leader = leader_of(office, "Cleared Leader")
    given = {"leader": leader, "kind": "instruction", "said_on": "2026-11-03", "mark": "internal"}
    return {**given, "title": "Trams at weekends", "text": WORDS, **changes}


def upload(browser: TestClient, name: str, content: bytes, **given: str):
    data = {"csrf_token": form_token(browser), **given}
    return browser.post("/statements", data=data, files={"file": (name, content)}, follow_redirects=False)


def test_a_pasted_statement_is_shown_removed_and_brought_back(office: Office) -> None:
    browser = signed_in(office, "Edda")
    assert "Add a statement" in browser.get("/statements").text
    assert post(browser, "/statements", **fields(office)).headers["location"] == "/statements?said=stated"
    (made,) = kept(office)
    page = browser.get("/statements").text
    assert "Cleared Leader · Instruction · 3 Nov 2026 · Internal" in page
    gone = post(browser, f"/statements/{made.id}/remove").headers["location"]
    assert kept(office) == ()
    assert "Removed: Trams at weekends" in browser.get(gone).text
    post(browser, f"/statements/{made.id}/restore")
    assert kept(office) == (made,)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("week3/water-lock-inspection.docx", "diving inspection"),
        ("week3/office-linlan-visit.pdf", "临澜"),
        ("week4/transport-week.md", "Transport: the week in figures"),
    ],
)
def test_a_file_is_read_by_the_parsers_of_reports(office: Office, path: str, title: str) -> None:
    file = HERE / "reports" / path
    given = fields(office, title="", text="")
    assert upload(signed_in(office, "Edda"), file.name, file.read_bytes(), **given).status_code == 303
    (made,) = kept(office)
    assert title in made.title
    assert len(made.text) > 200


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [
        ({"title": " "}, "Give the statement a title."),
        ({"text": ""}, "The text is too long, or there is none."),
        ({"said_on": "yesterday"}, "Write the day as YYYY-MM-DD."),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_words_stay_in_the_form(
    office: Office, changes: dict[str, str], trouble: str
) -> None:
    given = fields(office, **changes)
    answer = post(signed_in(office, "Edda"), "/statements", **given)
    assert answer.status_code == 422
    assert trouble in answer.text
    assert given["text"] in answer.text
    assert kept(office) == ()


@pytest.mark.parametrize(
    ("name", "content"), [("talk.exe", b"MZ" * 20), ("talk.pdf", b"%PDF-1.7 broken"), ("a.txt", b"")]
)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(office: Office, name: str, content: bytes) -> None:
    answer = upload(signed_in(office, "Edda"), name, content, **fields(office, text=""))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert kept(office) == ()


def test_a_leader_adds_and_sees_only_the_own(office: Office) -> None:
    post(signed_in(office, "Edda"), "/statements", **fields(office))
    stranger = signed_in(office, "Public")
    assert "Trams at weekends" not in stranger.get("/statements").text
    assert post(stranger, "/statements", **fields(office)).status_code == 404
    (made,) = kept(office)
    assert post(stranger, f"/statements/{made.id}/remove").status_code == 404
    assert stranger.get(f"/statements?removed={made.id}").status_code == 404
    own = signed_in(office, "Cleared")
    assert "Trams at weekends" in own.get("/statements").text
    assert post(own, "/statements", **fields(office, title="Mine")).status_code == 303


def test_staff_give_no_mark_above_their_clearance_and_see_none_above_it(office: Office) -> None:
    intern = signed_in(office, "Ines")
    assert post(intern, "/statements", **fields(office, mark="confidential")).status_code == 422
    post(signed_in(office, "Edda"), "/statements", **fields(office, mark="internal"))
    assert "Trams at weekends" not in intern.get("/statements").text


def test_the_reason_names_the_statement_to_its_leader_and_cleared_staff_and_to_nobody_else(office: Office) -> None:
    post(signed_in(office, "Edda"), "/statements", **fields(office, mark=Mark.CONFIDENTIAL.code))
    with office.writing.begin() as session:
        from sqlalchemy import text

        for table in ("candidate", "ledger_line", "edit", "reader"):
            session.execute(text(f"DELETE FROM {table} WHERE edition_id = '2026-W47'"))
        session.execute(text("DELETE FROM edition WHERE id = '2026-W47'"))
    assert compose(office, NOW)
    post(signed_in(office, "Arno"), "/briefings/2026-W47/approve")
    pages = {
        name: re.sub(r"\s+", " ", signed_in(office, name).get("/briefings/2026-W47").text)
        for name in ("Cleared", "Public", "Edda", "Ines")
    }
    assert "您11月3日的批示《Trams at weekends》" in pages["Cleared"]
    assert "Cleared Leader: instruction of 3 Nov, “Trams at weekends”" in pages["Edda"]
    assert "Trams at weekends" not in pages["Public"] + pages["Ines"]
    leader = leader_of(office, "Cleared Leader")
    assert "Trams at weekends" not in signed_in(office, "Ines").get(f"/briefings/2026-W47?leader={leader}").text
