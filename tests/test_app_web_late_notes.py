"""Late notes on the page: who may write one, what stands there, and what changed since the cut-off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from app.jobs.approve import approve
from app.jobs.send import send
from app.office import Office
from app.store import documents, editions, late_notes, people, sources, stories
from app.store.identity import document_id
from app.viewer import Role, system
from tests.app_factory import NOW, item, made_office, post, signed_in

W46, W47 = "/briefings/2026-W46", "/briefings/2026-W47"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = made_office(tmp_path_factory.mktemp("office") / "home")
    with made.reading() as session:
        approver = people.holders(session, Role.APPROVER)[0].viewer
    approve(made, "2026-W47", approver, NOW + HOUR)
    with made.writing.begin() as session:
        courier = next(each for each in sources.every(session, system()) if each.name == "The Courier")
        late = item("late", "Gauge reaches 4.70 metres", "The gauge stood at 4.70 metres at noon.", NOW + HOUR)
        documents.store(session, courier, [late], NOW + HOUR, lambda _text, hint: hint or "en")
        stories.regroup(session, {document_id(courier.id, "late"): "s-flood"}, {}, {}, NOW)
    yield made
    made.close()


def text_of(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


def test_an_approved_briefing_whose_time_has_passed_says_that_it_goes_out_at_once(office: Office) -> None:
    assert "to be sent Mon" in text_of(signed_in(office, "Arno").get(W47).text)
    late = text_of(signed_in(office, "Arno", NOW + timedelta(days=4)).get(W47).text)
    assert "it goes out at once" in late


def test_staff_see_what_changed_since_the_cut_off_and_readers_do_not(office: Office) -> None:
    for name, sees in (("Edda", True), ("Arno", True), ("Cleared", False)):
        page = text_of(signed_in(office, name, NOW + HOUR).get(f"{W47}?language=en").text)
        assert ("Gauge reaches 4.70 metres” (new figures: 4.70)" in page) is sees, name


def test_an_approver_adds_a_late_note_and_every_page_of_the_entrys_readers_shows_it(office: Office) -> None:
    arno = signed_in(office, "Arno", NOW + HOUR)
    assert "Add a late note" in arno.get(W47).text
    with office.reading() as session:
        before = editions.frozen_hash(session, system(), "2026-W47")
    answer = post(arno, f"{W47}/notes", story="s-flood", text="  The gauge is at 4.70 metres <now>.  ")
    assert answer.headers["location"] == f"{W47}?said=late_note"
    shown = arno.get(answer.headers["location"])
    assert "The note is added." in shown.text
    for name in ("Arno", "Public", "Cleared"):
        page = signed_in(office, name, NOW + HOUR).get(f"{W47}?language=en").text
        assert "The gauge is at 4.70 metres &lt;now&gt;." in page
        assert "Late note to number" in text_of(page)
    with office.reading() as session:
        assert editions.frozen_hash(session, system(), "2026-W47") == before


def test_after_sending_it_is_a_correction_and_stands_in_the_outbox(office: Office) -> None:
    arno = signed_in(office, "Arno", NOW + HOUR)
    assert "Add a correction" in arno.get(W46).text
    answer = post(arno, f"{W46}/notes", story="s-flood", text="The fair drew 3,000 visitors.", mark="public")
    assert answer.headers["location"] == f"{W46}?said=correction"
    send(office, NOW + HOUR, due_only=True)
    page = text_of(arno.get("/outbox").text)
    assert page.count("The fair drew 3,000 visitors.") == 2
    written = sorted(each.name for each in office.settings.outbox.glob("*correction*"))
    assert written == ["2026-W46-correction-2-cleared-leader.eml", "2026-W46-correction-2-public-leader.eml"]


def test_a_note_on_an_entry_marked_higher_stays_with_those_who_read_it(office: Office) -> None:
    post(signed_in(office, "Arno", NOW + HOUR), f"{W46}/notes", story="s-gauge", text="COBALT gauge was read twice.")
    assert "COBALT" not in signed_in(office, "Public", NOW + HOUR).get(W46).text
    assert "COBALT gauge was read twice." in signed_in(office, "Cleared", NOW + HOUR).get(W46).text


@pytest.mark.parametrize(
    ("name", "path", "fields", "status"),
    [
        ("Edda", W46, {"story": "s-flood", "text": "x"}, 403),
        ("Public", W46, {"story": "s-flood", "text": "x"}, 403),
        ("Arno", W46, {"story": "s-none", "text": "x"}, 404),
        ("Arno", "/briefings/2026-W01", {"story": "s-flood", "text": "x"}, 404),
        ("Arno", W46, {"story": "s-flood", "text": "  "}, 422),
        ("Arno", W46, {"story": "s-flood", "text": "x" * 2001}, 422),
        ("Arno", W46, {"story": "s-flood", "text": "x", "mark": "secret"}, 422),
        ("Arno", W46, {"story": "../x", "text": "x"}, 422),
    ],
)
def test_what_cannot_be_added_is_refused(
    office: Office, name: str, path: str, fields: dict[str, str], status: int
) -> None:
    with office.reading() as session:
        before = [len(late_notes.of_edition(session, system(), each)) for each in ("2026-W46", "2026-W47")]
    assert post(signed_in(office, name, NOW + HOUR), f"{path}/notes", **fields).status_code == status
    with office.reading() as session:
        assert [len(late_notes.of_edition(session, system(), each)) for each in ("2026-W46", "2026-W47")] == before


def test_a_draft_takes_no_note(tmp_path: Path) -> None:
    made = made_office(tmp_path / "home")
    answer = post(signed_in(made, "Arno"), f"{W47}/notes", story="s-tram", text="x")
    assert answer.status_code == 409
    assert "still a draft" in answer.text
    made.close()


def test_a_note_names_its_entry_as_the_office_does(tmp_path: Path) -> None:
    made = made_office(tmp_path / "home")
    arno = signed_in(made, "Arno")
    post(arno, f"{W47}/edits", kind="headline", story="s-flood", text="Dike road is closed", based_on="0")
    with made.reading() as session:
        approver = people.holders(session, Role.APPROVER)[0].viewer
    approve(made, "2026-W47", approver, NOW)
    assert "· Dike road is closed</option>" in arno.get(f"{W47}?language=en").text
    post(arno, f"{W47}/notes", story="s-flood", text="It opens at six.")
    note = html.fromstring(arno.get(W47).text).xpath("//section[@class='late-note']//a/text()")
    assert note == ["Dike road is closed"]
    made.close()


def test_the_form_picks_no_entry_unless_its_own_link_led_here(office: Office) -> None:
    browser = signed_in(office, "Arno")
    chosen = "//select[@id='note-story']/option[@selected]/@value"
    assert html.fromstring(browser.get(W47).text).xpath(chosen) == []
    own = html.fromstring(browser.get(W47).text).xpath("//article//a[contains(@href, '?note=')]/@href")[0]
    assert html.fromstring(browser.get(own).text).xpath(chosen) == [own.partition("=")[2].partition("#")[0]]
    assert html.fromstring(browser.get(f"{W47}?note=s-none").text).xpath(chosen) == []
    assert post(browser, f"{W47}/notes", story="", text="x").status_code == 422
