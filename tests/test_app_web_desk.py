import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import text

from app.auth.visitor import SESSION_COOKIE
from app.jobs.lock import lock
from app.jobs.send import send
from app.office import Office
from app.store import deliveries, editions, people, sources
from app.store.deliveries import DeliveryState
from app.viewer import Role, system
from app.web.desk import neighbour_position
from collectors.opml import parse_opml
from collectors.requests import Request
from collectors.types import Fetched, Item, Outcome
from digest.edition import Edition, Section
from digest.errors import FetchError
from digest.types import Mark
from tests.app_factory import NOW, made_office, post, signed_in, visitor

DRAFT = "/briefings/2026-W47"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def edition_of(office: Office) -> Edition:
    with office.reading() as session:
        return editions.get(session, system(), "2026-W47").edition


def told(office: Office) -> list[tuple[str, Section]]:
    view = edition_of(office).view(None)
    assert view is not None
    return [(place.story_id, place.section) for place in view.entries if place.section is not Section.LEFT_OUT]


def based_on(browser: TestClient, key: str) -> int:
    """Id of the edit that a form of the draft page was loaded with."""
    form = browser.get(f"{DRAFT}/draft").text.split(f'id="field-{key}"')[1]
    found = re.search(r'name="based_on" value="(\d+)"', form)
    assert found is not None
    return int(found[1])


def edit(browser: TestClient, kind: str, **fields: str) -> int:
    return post(browser, f"{DRAFT}/edits", kind=kind, **fields).status_code


def test_an_excluded_story_goes_to_what_is_left_out_and_undo_brings_it_back(office: Office):
    browser, before = signed_in(office, "Edda"), told(office)
    story = before[0][0]
    assert edit(browser, "exclude", story=story) == 303
    assert told(office) == before[1:]
    page = browser.get(f"{DRAFT}/draft").text
    assert page.index('id="left-out"') < page.index(f'id="story-{story}"')
    assert "excluded by Edda Editor" in page
    assert post(browser, f"{DRAFT}/undo").headers["location"] == f"{DRAFT}/draft#story-{story}"
    assert told(office) == before
    assert post(browser, f"{DRAFT}/undo").headers["location"].endswith("said=nothing_to_undo")


def test_a_story_that_was_left_out_is_included_where_the_editor_says(office: Office):
    browser, story = signed_in(office, "Edda"), told(office)[0][0]
    edit(browser, "exclude", story=story)
    assert edit(browser, "include", story=story, section="watch") == 303
    assert (story, Section.WATCH) in told(office)


def test_entries_change_places_with_their_neighbours(office: Office):
    browser = signed_in(office, "Edda")
    for story, _ in told(office):
        edit(browser, "move", story=story, section="worth_knowing")
    stories = [story for story, _ in told(office)]
    assert len(stories) > 1
    assert edit(browser, "move", story=stories[0], step="1") == 303
    assert [story for story, _ in told(office)][:2] == [stories[1], stories[0]]
    assert edit(browser, "move", story=stories[0], step="-1") == 303
    assert edit(browser, "move", story=stories[0], step="-1") == 303
    assert [story for story, _ in told(office)] == stories


def test_a_remark_and_a_bottom_line_carry_author_and_words_and_can_be_removed(office: Office):
    browser, story = signed_in(office, "Edda"), told(office)[0][0]
    edit(browser, "remark", story=story, text="Ask Water <b>today</b>.")
    edit(browser, "bottom_line", text="Decide nothing.\nWatch the river.")
    page = browser.get(DRAFT).text
    assert "Ask Water &lt;b&gt;today&lt;/b&gt;." in page
    assert "office, Edda Editor" in page
    assert "Watch the river." in page
    edit(browser, "bottom_line", text=" ", based_on=str(based_on(browser, "bottom_line")))
    assert edition_of(office).bottom_line is None


def test_an_editor_is_told_who_will_not_read_the_bottom_line(office: Office):
    browser, words = signed_in(office, "Edda"), "Not read by Public Leader: the briefing tells of matters above"
    assert words in browser.get(f"{DRAFT}/draft?language=en").text
    edit(browser, "exclude", story="s-audit")
    assert words not in browser.get(f"{DRAFT}/draft?language=en").text


def test_a_remark_longer_than_a_page_or_on_nothing_is_refused(office: Office):
    browser = signed_in(office, "Edda")
    assert edit(browser, "remark", story=told(office)[0][0], text="x" * 2001) == 422
    assert edit(browser, "remark", story="s-none", text="x") == 422
    assert edit(browser, "burn", story="s-fair") == 422
    assert edit(browser, "move", story=told(office)[0][0]) == 422


def test_an_editor_changes_nothing_above_the_own_clearance(office: Office):
    secret = "s-audit"
    assert secret in [place.story_id for view in edition_of(office).views for place in view.entries]
    before = told(office)
    assert edit(signed_in(office, "Ines"), "exclude", story=secret) == 422
    assert told(office) == before


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("Public", f"{DRAFT}/edits", 403),
        ("Public", f"{DRAFT}/undo", 403),
        ("Public", f"{DRAFT}/approve", 403),
        ("Edda", f"{DRAFT}/approve", 403),
        ("Edda", "/outbox/send", 403),
        ("Public", "/sources/courier/check", 403),
    ],
)
def test_each_role_may_do_no_more_than_its_own(office: Office, who: str, path: str, status: int):
    before = told(office)
    answer = post(signed_in(office, who), path, kind="exclude", story=before[0][0])
    assert (answer.status_code, told(office)) == (status, before)
    assert "may not do this" in answer.text


def test_without_a_session_no_form_does_anything(office: Office):
    for path in (f"{DRAFT}/approve", f"{DRAFT}/undo", "/outbox/send", "/sources/courier/check"):
        answer = visitor(office).post(path, data={}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert edition_of(office).approval is None


def test_approving_freezes_the_edition_and_plans_its_mails(office: Office):
    browser = signed_in(office, "Arno")
    assert "Every quoted sentence was found" in browser.get(f"{DRAFT}/draft").text
    assert post(browser, f"{DRAFT}/approve").headers["location"] == f"{DRAFT}?said=approved"
    approval = edition_of(office).approval
    assert approval is not None
    assert (approval.name, approval.approved_at) == ("Arno Approver", NOW)
    assert "Until sending begins, the approval can be taken back." in browser.get(f"{DRAFT}?said=approved").text
    assert browser.get(f"{DRAFT}/draft", follow_redirects=False).headers["location"] == DRAFT
    assert edit(browser, "exclude", story=told(office)[0][0]) == 409
    assert "2 mails wait for their time." in browser.get("/outbox").text


def test_an_approver_without_clearance_for_all_of_it_is_told_so(office: Office):
    with office.writing.begin() as session:
        people.add_person(
            session,
            name="Low",
            email="low@office.example",
            role=Role.APPROVER,
            clearance=Mark.PUBLIC,
            language="en",
        )
    answer = post(signed_in(office, "Low"), f"{DRAFT}/approve")
    assert answer.status_code == 409
    assert "above your clearance" in answer.text


def test_a_broken_citation_blocks_approval_and_is_named(office: Office):
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE version SET text = 'replaced' WHERE document_id IN (SELECT id FROM document)"))
    browser = signed_in(office, "Arno")
    page = browser.get(f"{DRAFT}/draft").text
    assert "before the briefing can be approved" in page
    assert f'action="{DRAFT}/approve"' not in page
    assert post(browser, f"{DRAFT}/approve").status_code == 409
    assert edition_of(office).approval is None


def test_work_that_is_being_done_already_is_said_to_be(office: Office):
    browser = signed_in(office, "Arno")
    with lock(office, "approve"):
        answer = post(browser, f"{DRAFT}/approve")
    assert answer.status_code == 423
    assert "being done already" in answer.text


def test_where_readers_differ_is_shown_by_name(office: Office):
    page = signed_in(office, "Arno").get(f"{DRAFT}/draft").text
    differing = page[page.index('id="differences"') :]
    assert re.search("Public Leader.*Not told:.*OBSIDIAN audit", differing, re.DOTALL)


def test_the_outbox_shows_each_mail_as_it_was_sent(office: Office):
    browser = signed_in(office, "Arno")
    with office.reading() as session:
        mail = next(each for each in deliveries.every(session, system()) if each.leader_id == "public-leader")
        sent = deliveries.message(session, system(), mail.id)
    assert f'href="/outbox/{mail.id}"' in browser.get("/outbox").text
    page = browser.get(f"/outbox/{mail.id}")
    assert "Subject" in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    html = browser.get(f"/outbox/{mail.id}/html")
    assert html.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "River rises by 40 centimetres" in html.text
    eml = browser.get(f"/outbox/{mail.id}/eml")
    assert eml.content == sent
    assert eml.headers["content-disposition"].startswith("attachment")


def test_the_outbox_shows_reminders_and_notices_the_newest_first(office: Office):
    empty = signed_in(office, "Arno").get("/outbox").text
    assert "reminders of asks and notices to the approvers stand here" in empty
    sent = b"Subject: Asked\r\nContent-Type: text/html\r\n\r\n<p>Answer by Friday</p>"
    with office.writing.begin() as session:
        for hours, code in enumerate(("reminder", "ask_due")):
            deliveries.notify_once(
                session,
                key=f"{code}/1.a",
                code=code,
                edition_id="2026-W46",
                address="water@office.example",
                state=DeliveryState.WRITING,
                now=NOW + timedelta(hours=hours),
            )
        deliveries.end_notice(session, "ask_due/1.a", DeliveryState.OUTBOX, sent)
    listed = signed_in(office, "Arno").get("/outbox").text
    assert listed.index("Reminder on the due date") < listed.index("Waits for approval")
    assert listed.count("/outbox/notice?") == 1  # the other one has no bytes yet
    browser = signed_in(office, "Arno")
    page = browser.get("/outbox/notice?key=ask_due%2F1.a")
    assert "Asked" in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    html = browser.get("/outbox/notice/html?key=ask_due%2F1.a")
    assert "Answer by Friday" in html.text
    assert html.headers["content-security-policy"].startswith("sandbox")
    eml = browser.get("/outbox/notice/eml?key=ask_due%2F1.a")
    assert eml.content == sent
    assert eml.headers["content-disposition"] == 'attachment; filename="ask-due-1-a.eml"'
    low = signed_in(office, "Ines")
    assert "/outbox/notice?" not in low.get("/outbox").text
    assert low.get("/outbox/notice?key=ask_due%2F1.a").status_code == 404


def test_an_uncertain_mail_says_what_a_person_has_to_do(office: Office):
    with office.writing.begin() as session:
        mail = deliveries.every(session, system())[0]
        deliveries.end(session, mail.id, DeliveryState.UNCERTAIN, "", NOW)
    page = signed_in(office, "Arno").get("/outbox").text
    assert "Ask the reader whether it arrived." in page


def test_send_now_sends_what_is_approved_and_a_second_time_nothing(office: Office):
    browser = signed_in(office, "Arno")
    post(browser, f"{DRAFT}/approve")
    for _ in range(2):
        assert post(browser, "/outbox/send").headers["location"] == "/outbox?said=sent"
        with office.reading() as session:
            states = [(each.state, each.attempts) for each in deliveries.every(session, system(), "2026-W47")]
        assert states == [(DeliveryState.OUTBOX, 1)] * 2


def test_checking_a_source_tries_it_at_once(office: Office):
    answer = post(signed_in(office, "Edda"), "/sources/courier/check")
    assert answer.headers["location"] == "/sources/courier?said=grouped"
    page = signed_in(office, "Edda", NOW + timedelta(days=1)).get("/sources").text
    assert "The address leads into a private network" in page


def test_the_page_of_a_source_shows_its_last_attempt_in_full(office: Office):
    """Requests with redirects, status and sizes, what was found, and each document with an error."""
    requests = (
        Request(
            address="http://courier.example/feed", status=301, bytes=12, seconds=0.1, leads_to="https://c.example/f"
        ),
        Request(address="https://c.example/f", status=200, bytes=34_567, seconds=0.25),
        Request(address="https://c.example/page", status=404, bytes=9, error="http_status"),
    )
    broken = Item(key="k", fingerprint="k", title="Gate <report>", text="t", url="javascript:x", complete=False,
                  error=FetchError("http_status", status=404))  # fmt: skip
    with office.writing.begin() as session:
        source = sources.get(session, system(), "courier")
        result = Fetched(items=(broken,), same=4)
        outcome = Outcome(source=source, result=result, seconds=1.5, requests=requests)
        sources.record(session, outcome, {"new": 1, "same": 4}, NOW, timedelta(hours=1))
    page = " ".join(signed_in(office, "Edda").get("/sources/courier").text.split())
    for shown in ("http://courier.example/feed", "status 301, 12 bytes", "leads on to <code>https://c.example/f</code>",
                  "status 200, 34,567 bytes", "5 documents", "Gate &lt;report&gt;", "error 404"):  # fmt: skip
        assert shown in page
    assert "javascript:" not in page
    assert signed_in(office, "Ines").get("/sources/finance").status_code == 404
    assert signed_in(office, "Public").get("/sources/courier").status_code == 403


def test_a_source_that_nobody_may_know_of_is_not_checked(office: Office):
    assert post(signed_in(office, "Ines"), "/sources/finance/check").status_code == 404


def test_a_position_counts_the_entries_that_the_editor_does_not_see(office: Office):
    view = edition_of(office).view(None)
    assert view is not None
    section = view.entries[0].section
    order = [place.story_id for place in view.entries if place.section is section]
    assert neighbour_position(view, order, order[0], -1) is None
    assert neighbour_position(view, [order[0], order[-1]], order[0], 1) == len(order) - 1
    assert neighbour_position(view, order, "s-none", 1) is None


def test_a_session_that_was_never_given_is_nobodys(office: Office):
    browser = visitor(office)
    browser.cookies.set(SESSION_COOKIE, "x" * 43)
    assert browser.get("/outbox", follow_redirects=False).status_code == 303


def test_the_feeds_can_be_taken_along_as_far_as_the_visitor_is_cleared(office: Office):
    page = signed_in(office, "Ines").get("/sources").text
    assert 'href="/sources.opml"' in page
    taken = {name: signed_in(office, name).get("/sources.opml") for name in ("Ines", "Arno")}
    assert taken["Ines"].headers["content-disposition"] == 'attachment; filename="sources.opml"'
    assert "OBSIDIAN" not in taken["Ines"].text
    assert {each.title for each in parse_opml(taken["Arno"].content)} >= {"The Courier", "OBSIDIAN Finance"}
    assert signed_in(office, "Public").get("/sources.opml").status_code == 403


def test_the_draft_says_when_its_deadline_and_when_its_time_of_sending_have_passed(office: Office) -> None:
    def shown(after: timedelta) -> str:
        page = signed_in(office, "Edda", NOW + after).get("/briefings/2026-W47/draft").text
        return " ".join(html.fromstring(page).text_content().split())

    assert "To be approved by" in shown(timedelta(0))
    held = shown(timedelta(days=1))
    assert "has passed and nobody has approved it. It is held. Once approved, it goes out Mon" in held
    assert "To be approved by" not in held
    assert "Once approved, it goes out at once." in shown(timedelta(days=4))


def test_an_approver_takes_an_approval_back_on_the_page_and_the_draft_says_who_did(office: Office) -> None:
    browser, editor = signed_in(office, "Arno"), signed_in(office, "Edda")
    page, draft = "/briefings/2026-W47", "/briefings/2026-W47/draft"
    assert browser.get(f"{page}/take-back", follow_redirects=False).headers["location"] == draft
    post(browser, f"{page}/approve")
    assert f'href="{page}/take-back"' in browser.get(page).text
    assert f'href="{page}/take-back"' not in editor.get(page).text
    assert post(editor, f"{page}/take-back").status_code == 403
    assert browser.post(f"{page}/take-back").status_code == 403  # without the form's token
    confirm = browser.get(f"{page}/take-back")
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', confirm.text)
    assert seen is not None
    assert post(browser, f"{page}/take-back", seen="0" * 64).status_code == 409
    assert post(browser, f"{page}/take-back", seen=seen[1]).headers["location"] == f"{draft}?said=taken_back"
    assert "taken back by Arno Approver" in editor.get(draft).text
    assert post(browser, f"{page}/take-back", seen=seen[1]).status_code == 303  # the button pressed twice
    post(browser, f"{page}/approve")
    assert "taken back by Arno Approver" in browser.get(page).text
    send(office, NOW)
    assert "take-back" not in browser.get(page).text
    refused = browser.get(f"{page}/take-back")
    assert (refused.status_code, "Sending has begun" in refused.text) == (409, True)
