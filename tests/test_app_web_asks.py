"""The pages of asks: raised on an entry, listed, changed, closed and opened again; clearances and bad input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html

from app.jobs.approve import approve
from app.office import Office
from app.store import asks, editions, edits
from app.viewer import Role, system
from digest.asks import AskState
from digest.edition import Section
from digest.types import Mark
from tests.app_factory import NOW, made_office, post, signed_in
from tests.ask_factory import wanted
from tests.store_factory import viewer

FIELDS = {
    "kind": "decision",
    "text": "Decide on the tram line",
    "owner": "Transport",
    "address": "transport@office.example",
    "due": "2026-11-26",
    "due_time": "12:00",
    "mark": "public",
    "next_step": "Costs by Monday",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = made_office(tmp_path / "home")
    yield office
    office.close()


@pytest.fixture
def editor(office: Office) -> TestClient:
    return signed_in(office, "Edda")


def kept(office: Office, text: str = "Count the rooms", **changes: object) -> str:
    with office.writing.begin() as session:
        return asks.add(session, viewer(role=Role.EDITOR), wanted(text, **changes), NOW).id


def every(office: Office) -> list[str]:
    with office.reading() as session:
        return sorted(ask.text for ask in asks.every_open(session, system()))


def words(text: str) -> str:
    return " ".join(html.fromstring(text).text_content().split())


def test_an_ask_is_raised_on_an_entry_of_the_draft_and_a_decision_moves_it(office: Office, editor: TestClient) -> None:
    draft = editor.get("/briefings/2026-W47/draft").text
    (way,) = (link for link in html.fromstring(draft).xpath("//a/@href") if "story=s-flood" in link)
    form = editor.get(way)
    assert form.status_code == 200
    assert "River falls again after a week" in words(form.text)
    answer = post(editor, "/asks", edition="2026-W47", story="s-flood", **FIELDS)
    assert answer.headers["location"] == "/briefings/2026-W47/draft?said=asked#story-s-flood"
    shown = editor.get(answer.headers["location"]).text
    page = html.fromstring(shown)
    (section,) = page.xpath("//section[@aria-labelledby='for_decision']")
    assert "Decide on the tram line" in section.text_content()
    assert "Costs by Monday" in section.text_content()
    assert "see 1" in words(page.xpath("//section[@aria-labelledby='due_and_open']")[0].text_content())
    with office.reading() as session:
        view = editions.get(session, system(), "2026-W47").edition.view(None)
    assert view is not None
    assert [place.story_id for place in view.entries if place.section is Section.FOR_DECISION] == ["s-flood"]


def test_a_decision_takes_its_place_by_its_due_date_and_the_draft_says_which_are_told_in_full(
    office: Office, editor: TestClient
) -> None:
    with office.reading() as session:
        view = editions.get(session, system(), "2026-W47").edition.view(None)
    assert view is not None
    stories = [place.story_id for place in view.entries if place.section is not Section.LEFT_OUT][:4]
    dues = ("2026-12-04", "2026-12-02", "2026-12-03", "2026-12-01")
    for story, due in zip(stories, dues, strict=False):
        fields = {**FIELDS, "text": f"Decide by {due}", "due": due}
        assert post(editor, "/asks", edition="2026-W47", story=story, **fields).status_code == 303
    with office.reading() as session:
        view = editions.get(session, system(), "2026-W47").edition.view(None)
    assert view is not None
    wait = [place.story_id for place in view.entries if place.section is Section.FOR_DECISION]
    assert wait == [story for _, story in sorted(zip(dues, stories, strict=False))]
    shown = words(editor.get("/briefings/2026-W47/draft").text)
    assert ("Only the first 3 are told in full" in shown) == (len(wait) > 3)
    assert shown.count("Decide by 2026-12-04") == 1  # beside its entry; what is due points to it


def test_another_ask_leaves_the_entry_where_it_is_and_a_form_sent_twice_is_one(
    office: Office, editor: TestClient
) -> None:
    for _ in range(2):
        post(editor, "/asks", edition="2026-W47", story="s-flood", **{**FIELDS, "kind": "information"})
    assert every(office) == ["Decide on the tram line"]
    with office.reading() as session:
        assert edits.standing(session, "2026-W47") == ()


def test_the_page_lists_what_is_due_overdue_first(office: Office, editor: TestClient) -> None:
    kept(office, "Later", due=(NOW + timedelta(days=9)).date())
    kept(office, "Overdue one", due=(NOW - timedelta(days=2)).date())
    closed = kept(office, "Closed one")
    with office.writing.begin() as session:
        asks.close(session, viewer(role=Role.EDITOR), closed, AskState.DONE, "Counted.", NOW)
    titles = html.fromstring(editor.get("/asks").text).xpath("//a[@class='title']/text()")
    assert titles == ["Overdue one", "Later"]
    assert "Overdue one" in editor.get("/asks?show=overdue").text
    assert "Later" not in words(editor.get("/asks?show=overdue").text)
    assert "Counted." in words(editor.get("/asks?show=closed").text)


@pytest.mark.parametrize(("path", "hint"), [("/asks", "Raise an ask"), ("/asks?show=closed", "Raise an ask")])
def test_an_empty_list_says_what_to_do_next(editor: TestClient, path: str, hint: str) -> None:
    assert hint in words(editor.get(path).text)


def test_a_long_list_goes_on_on_further_pages(office: Office, editor: TestClient) -> None:
    for number in range(60):
        kept(office, f"Matter {number}")
    seen: list[str] = []
    path: str | None = "/asks"
    while path:
        page = html.fromstring(editor.get(path).text)
        seen += page.xpath("//a[@class='title']/text()")
        path = next((f"/asks{link}" for link in page.xpath("//a[@rel='next']/@href")), None)
    assert sorted(seen) == sorted(f"Matter {number}" for number in range(60))


def test_an_ask_is_changed_closed_and_opened_again_and_its_page_tells_it_all(
    office: Office, editor: TestClient
) -> None:
    made = kept(office)
    form = editor.get(f"/asks/{made}/edit").text
    assert "Count the rooms" in form
    changed = post(editor, f"/asks/{made}/edit", **{**FIELDS, "text": "Count all rooms", "reason": "Hotels too."})
    assert changed.headers["location"] == f"/asks/{made}?said=ask_changed"
    assert post(editor, f"/asks/{made}/close", state="done").headers["location"].endswith("said=no_reason")
    post(editor, f"/asks/{made}/close", state="done", reason="There are 1,204.")
    assert "There are 1,204." in words(editor.get(f"/asks/{made}").text)
    assert post(editor, f"/asks/{made}/close", state="done", reason="Twice").status_code == 409
    assert post(editor, f"/asks/{made}/edit", **{**FIELDS, "reason": "Late"}).status_code == 409
    post(editor, f"/asks/{made}/reopen", reason="The harbour was forgotten.")
    text = words(editor.get(f"/asks/{made}").text)
    for part in (
        "Count all rooms",
        "What is asked, before: Count the rooms",
        "Hotels too.",
        "The harbour was forgotten.",
    ):
        assert part in text
    assert every(office) == ["Count all rooms"]


@pytest.mark.parametrize(
    ("field", "value", "hint"),
    [
        ("kind", "wish", "Choose one of the list."),
        ("text", " \u200b ", "This cannot be empty."),
        ("text", "x" * 501, "Too long: at most 500 characters."),
        ("owner", "", "This cannot be empty."),
        ("address", "transport at office", "Not a mail address"),
        ("address", "a@b.example\r\nBcc: c@d.example", "Not a mail address"),
        ("due", "26.11.2026", "Write year-month-day"),
        ("due", "2026-02-30", "Write year-month-day"),
        ("due", "0001-01-01", "Write year-month-day"),
        ("due_time", "noon", "Write hours and minutes"),
        ("due_time", "25:00", "Write hours and minutes"),
        ("mark", "secret", "Choose one of the list."),
        ("next_step", "x" * 1001, "Too long: at most 1,000 characters."),
    ],
)
def test_what_cannot_be_used_is_named_beside_its_field_and_nothing_is_lost(
    office: Office, editor: TestClient, field: str, value: str, hint: str
) -> None:
    answer = post(editor, "/asks", **{**FIELDS, field: value})
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert hint in page.get_element_by_id(f"{field}-wrong").text_content()
    assert page.get_element_by_id(field).get("aria-invalid" if field not in ("kind", "mark") else "id")
    if field != "owner":
        assert page.get_element_by_id("owner").get("value") == "Transport"
    assert every(office) == []


def test_hostile_text_is_shown_as_text(office: Office, editor: TestClient) -> None:
    post(editor, "/asks", **{**FIELDS, "text": "<script>alert(1)</script>", "owner": "<b>O</b>"})
    for path in ("/asks", "/briefings/2026-W47/draft", "/briefings/2026-W47"):
        text = editor.get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


def test_an_editor_neither_sees_nor_marks_above_the_own_clearance(office: Office) -> None:
    made = kept(office, "Sell OBSIDIAN quay", mark=Mark.CONFIDENTIAL)
    intern = signed_in(office, "Ines")
    assert "OBSIDIAN quay" not in intern.get("/asks").text
    assert "OBSIDIAN quay" not in intern.get("/briefings/2026-W47/draft").text
    for path in (f"/asks/{made}", f"/asks/{made}/edit", "/asks/anobody"):
        assert intern.get(path).status_code == 404
    assert post(intern, f"/asks/{made}/close", state="done", reason="x").status_code == 404
    assert post(intern, "/asks", **{**FIELDS, "mark": "internal"}).status_code == 422
    assert post(intern, "/asks", edition="2026-W47", story="s-audit", **FIELDS).status_code == 422
    assert intern.get("/asks/new?edition=2026-W47&story=s-audit").status_code == 422


def test_a_leader_reads_asks_once_they_are_approved_and_changes_none(office: Office, editor: TestClient) -> None:
    post(editor, "/asks", edition="2026-W47", story="s-flood", **FIELDS)
    leader = signed_in(office, "Public")
    assert "tram line" not in leader.get("/asks").text
    with office.reading() as session:
        (ask,) = asks.every_open(session, system())
    assert leader.get(f"/asks/{ask.id}").status_code == 404
    approve(office, "2026-W47", viewer(role=Role.APPROVER), NOW)
    assert "Decide on the tram line" in leader.get("/asks").text
    page = leader.get(f"/asks/{ask.id}").text
    assert "transport@office.example" not in page
    assert "<form" not in page
    assert leader.get("/asks/new").status_code == 403
    for act in ("close", "reopen", "edit"):
        assert post(leader, f"/asks/{ask.id}/{act}", state="done", reason="x", **FIELDS).status_code == 403
    briefing = html.fromstring(leader.get("/briefings/2026-W47").text)
    assert "Decide on the tram line" in briefing.xpath("//section[@aria-labelledby='for_decision']")[0].text_content()
    assert "see 1" in words(briefing.xpath("//section[@aria-labelledby='due_and_open']")[0].text_content())


def test_a_story_the_visitor_may_not_read_is_not_linked(office: Office) -> None:
    with office.writing.begin() as session:
        made = asks.add(session, viewer(role=Role.EDITOR), wanted(), NOW, story_id="s-audit").id
    assert "/stories/s-audit" in signed_in(office, "Edda").get(f"/asks/{made}").text
    assert "/stories/s-audit" not in signed_in(office, "Public").get(f"/asks/{made}").text


def test_a_form_of_another_page_is_refused(office: Office, editor: TestClient) -> None:
    assert editor.post("/asks", data={**FIELDS, "csrf_token": "0"}, follow_redirects=False).status_code == 403
    assert every(office) == []


def test_entries_of_a_briefing_can_be_answered_by_mail(office: Office) -> None:
    settings = office.settings.model_copy(update={"mail_from": "desk@office.example"})
    from dataclasses import replace

    text = signed_in(replace(office, settings=settings), "Public").get("/briefings/2026-W46").text
    assert re.search(r'href="mailto:desk@office\.example\?subject=%5B2026-W46%20%231%5D', text)


def test_the_pages_speak_chinese(office: Office, editor: TestClient) -> None:
    made = kept(office)
    for path, part in (("/asks", "到期与未结事项"), (f"/asks/{made}", "办结"), ("/asks/new", "提出事项")):
        assert part in editor.get(f"{path}?language=zh").text


def test_a_list_takes_as_many_queries_for_many_as_for_one(office: Office, editor: TestClient) -> None:
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _k, statement, *_: statements.append(statement))
    counts = []
    for number in (1, 30):
        for each in range(number):
            kept(office, f"{number} {each}")
        statements.clear()
        editor.get("/asks")
        counts.append(len(statements))
    assert counts[0] == counts[1]
