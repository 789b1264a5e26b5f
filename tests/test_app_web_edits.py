"""What the forms of the draft page do: texts, hand-written entries, places; and two people at one draft."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.auth.visitor import SESSION_COOKIE
from app.delivery.present import present
from app.delivery.render import mail
from app.office import Office
from app.store import editions, edits
from app.viewer import system
from digest.edition import Edition, Section
from digest.types import Mark
from tests.app_factory import made_office, post, signed_in

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


def number_of_edits(office: Office) -> int:
    with office.reading() as session:
        return len(edits.standing(session, "2026-W47"))


def open_story(office: Office) -> str:
    """A story of the draft that everybody may read."""
    public = {entry.story_id for entry in edition_of(office).entries if entry.mark is Mark.PUBLIC}
    return next(story for story, _ in told(office) if story in public)


def draft(browser: TestClient) -> str:
    return browser.get(f"{DRAFT}/draft").text


def based_on(page: str, key: str) -> str:
    found = re.search(r'name="based_on" value="(\d+)"', page.split(f'id="field-{key}"')[1])
    assert found is not None
    return found[1]


def write(browser: TestClient, kind: str, **fields: str):
    return post(browser, f"{DRAFT}/edits", kind=kind, **fields)


@pytest.mark.parametrize("kind", ["headline", "gist", "why_here", "recommendation", "remark"])
def test_each_text_is_saved_marked_as_the_offices_and_shown_everywhere(office: Office, kind: str):
    browser, story = signed_in(office, "Edda"), open_story(office)
    answer = write(browser, kind, story=story, text="Gauge <4> rose")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DRAFT}/draft#story-{story}")
    shown = present(edition_of(office), leader_id="public-leader", clearance=Mark.PUBLIC, language="en")
    sent = mail(shown)
    for rendering in (draft(browser), browser.get(DRAFT).text, sent.html):
        assert "Gauge &lt;4&gt; rose" in rendering
        assert "office, Edda Editor, 20 Nov" in rendering
    assert "Gauge <4> rose" in sent.text
    assert "office, Edda Editor, 20 Nov" in re.sub(r"\s+", " ", sent.text)


def test_the_original_of_an_edited_headline_and_gist_is_one_click_away(office: Office):
    browser, story = signed_in(office, "Edda"), open_story(office)
    original = next(entry for entry in edition_of(office).entries if entry.story_id == story)
    assert original.gist is not None
    write(browser, "headline", story=story, text="Another headline")
    write(browser, "gist", story=story, text="Another gist.")
    page = browser.get(DRAFT).text
    kept = page[page.index('<details class="original">') :]
    assert kept.index(original.headline) < kept.index(original.gist.text) < kept.index("</details>")
    write(browser, "gist", story=story, text="", based_on=based_on(draft(browser), f"gist-{story}"))
    write(browser, "headline", story=story, text="", based_on=based_on(draft(browser), f"headline-{story}"))
    assert 'class="original"' not in browser.get(DRAFT).text


def test_a_text_sent_as_it_stands_is_no_change(office: Office):
    browser, story = signed_in(office, "Edda"), open_story(office)
    original = next(entry for entry in edition_of(office).entries if entry.story_id == story)
    for _ in range(2):
        write(browser, "headline", story=story, text=original.headline)
        write(browser, "remark", story=story, text="")
    assert number_of_edits(office) == 0
    for _ in range(2):
        assert write(browser, "remark", story=story, text="Ask Water.").status_code == 303
    assert number_of_edits(office) == 1


def test_whoever_saves_second_sees_both_texts_and_decides(office: Office):
    edda, arno, story = signed_in(office, "Edda"), signed_in(office, "Arno"), open_story(office)
    seen = based_on(draft(arno), f"remark-{story}")
    write(edda, "remark", story=story, text="Ask Water.", based_on=seen)
    answer = write(arno, "remark", story=story, text="Ask Finance.", based_on=seen)
    assert answer.status_code == 409
    assert "Edda Editor, Fri 20 Nov 2026" in answer.text
    assert answer.text.index("Ask Water.") < answer.text.index("Ask Finance.")
    other_language = re.search(r'href="([^"]+language=zh)"', answer.text)
    assert other_language is not None
    assert other_language[1] == f"{DRAFT}/draft?language=zh"
    assert arno.get(other_language[1]).status_code == 200
    assert number_of_edits(office) == 1
    decided = based_on(answer.text, f"remark-{story}")
    assert write(arno, "remark", story=story, text="Ask both.", based_on=decided).status_code == 303
    assert "Ask both." in draft(edda)


def test_keeping_what_stands_changes_nothing(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    write(edda, "remark", story=story, text="Ask Water.")
    answer = write(edda, "remark", story=story, text="Ask Finance.")
    kept = based_on(answer.text, f"remark-{story}")
    assert write(edda, "remark", story=story, text="Ask Water.", based_on=kept).status_code == 303
    assert number_of_edits(office) == 1


def test_two_bottom_lines_are_a_conflict_too_and_two_different_texts_are_none(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    assert write(edda, "bottom_line", text="Decide.").status_code == 303
    assert write(edda, "bottom_line", text="Know.").status_code == 409
    assert write(edda, "remark", story=story, text="Ask Water.").status_code == 303
    assert write(edda, "recommendation", story=story, text="Release it.").status_code == 303


def test_undo_takes_back_only_the_change_that_the_page_showed(office: Office):
    edda, arno, story = signed_in(office, "Edda"), signed_in(office, "Arno"), open_story(office)
    write(edda, "remark", story=story, text="Ask Water.")
    shown = re.search(r'name="last" value="(\d+)"', draft(edda))
    assert shown is not None
    write(arno, "recommendation", story=story, text="Release it.")
    answer = post(edda, f"{DRAFT}/undo", last=shown[1])
    assert answer.status_code == 409
    assert "Somebody changed the draft since you loaded it." in answer.text
    assert number_of_edits(office) == 2


def test_an_approver_approves_the_draft_that_the_page_showed(office: Office):
    arno, edda, story = signed_in(office, "Arno"), signed_in(office, "Edda"), open_story(office)
    page = draft(arno)
    shown = re.search(r'name="last" value="(\d+)"', page[page.index(f'action="{DRAFT}/approve"') :])
    assert shown is not None
    write(edda, "remark", story=story, text="Ask Water.")
    assert post(arno, f"{DRAFT}/approve", last=shown[1]).status_code == 409
    assert edition_of(office).approval is None
    with office.reading() as session:
        last = edits.standing(session, "2026-W47")[-1].id
    assert post(arno, f"{DRAFT}/approve", last=str(last)).status_code == 303
    assert edition_of(office).approval is not None


def test_whoever_comes_second_to_a_place_is_told(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    assert write(edda, "exclude", story=story).status_code == 303
    again = write(edda, "exclude", story=story)
    assert (again.status_code, "somebody excluded it" in again.text) == (409, True)
    assert f'href="{DRAFT}/draft"' in again.text
    assert write(edda, "move", story=story, section="watch").status_code == 409
    assert write(edda, "include", story=story, section="watch").status_code == 303
    assert write(edda, "include", story=story, section="watch").status_code == 409


def test_an_entry_goes_right_before_the_one_it_was_dropped_on(office: Office):
    edda = signed_in(office, "Edda")
    for story, _ in told(office):
        write(edda, "move", story=story, section="worth_knowing")
    stories = [story for story, _ in told(office)]
    assert write(edda, "move", story=stories[-1], section="worth_knowing", before=stories[0]).status_code == 303
    assert [story for story, _ in told(office)] == [stories[-1], *stories[:-1]]
    assert write(edda, "move", story=stories[0], section="watch", before=stories[1]).status_code == 409
    assert write(edda, "move", story=stories[0], section="watch").status_code == 303
    assert told(office)[-1] == (stories[0], Section.WATCH)


ENTRY = {"headline": "Port closes\nat noon", "source": "Port Authority, by telephone", "text": "Until Friday."}


def test_a_hand_written_entry_stands_in_the_draft_with_its_source_and_reaches_whom_its_mark_permits(office: Office):
    edda = signed_in(office, "Edda")
    answer = post(edda, f"{DRAFT}/entries", **ENTRY, mark="internal", section="must_know")
    written = next(entry for entry in edition_of(office).entries if entry.by_hand)
    assert answer.headers["location"] == f"{DRAFT}/draft#story-{written.story_id}"
    assert written.headline == "Port closes at noon"
    for page in (draft(edda), edda.get(DRAFT).text):
        assert "Written by the office" in page
        assert "Source: Port Authority, by telephone." in page
        assert f"/stories/{written.story_id}" not in page
    with_it = present(edition_of(office), leader_id="cleared-leader", clearance=Mark.CONFIDENTIAL, language="en")
    without = present(edition_of(office), leader_id="public-leader", clearance=Mark.PUBLIC, language="en")
    assert "Port closes at noon" in mail(with_it).text
    assert "Port closes at noon" not in mail(without).text
    assert with_it.ledger.counts.documents == 4


def test_a_hand_written_entry_is_approved_and_frozen_with_the_others(office: Office):
    edda, arno = signed_in(office, "Edda"), signed_in(office, "Arno")
    post(edda, f"{DRAFT}/entries", **ENTRY, mark="internal")
    assert post(arno, f"{DRAFT}/approve").status_code == 303
    assert [entry.headline for entry in edition_of(office).entries if entry.by_hand] == ["Port closes at noon"]
    assert "Port closes at noon" in edda.get(DRAFT).text


def test_a_button_pressed_twice_writes_one_entry(office: Office):
    edda = signed_in(office, "Edda")
    locations = {post(edda, f"{DRAFT}/entries", **ENTRY, mark="public").headers["location"] for _ in range(2)}
    assert (len(locations), number_of_edits(office)) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [{"headline": ""}, {"headline": "   "}, {"source": ""}, {"source": "x" * 301}, {"mark": "secret"}]
)
def test_an_entry_without_headline_source_or_mark_is_refused(office: Office, wrong: dict[str, str]):
    edda = signed_in(office, "Edda")
    assert post(edda, f"{DRAFT}/entries", **{**ENTRY, "mark": "public", **wrong}).status_code == 422
    assert number_of_edits(office) == 0


@pytest.mark.parametrize(("who", "mark"), [("Edda", "internal"), ("Ines", "public")])
def test_the_mark_of_a_hand_written_entry_begins_at_internal_or_the_own_clearance(office: Office, who: str, mark: str):
    page = signed_in(office, who).get(f"{DRAFT}/draft").text
    form = page.split('id="entry-mark"')[1].split("</select>")[0]
    assert f'<option value="{mark}" selected>' in form
    assert form.count("selected") == 1


def test_an_editor_marks_no_entry_above_the_own_clearance(office: Office):
    assert post(signed_in(office, "Ines"), f"{DRAFT}/entries", **ENTRY, mark="confidential").status_code == 422


def test_an_editor_writes_no_text_that_rests_on_what_the_clearance_hides(office: Office):
    ines, before = signed_in(office, "Ines"), number_of_edits(office)
    page = draft(ines)
    assert "an editor who is cleared for them writes the bottom line" in page
    answer = write(ines, "bottom_line", text="Decide.")
    assert answer.status_code == 409
    assert "rest on documents above your clearance" in answer.text
    assert number_of_edits(office) == before


def test_a_translation_is_for_the_readers_of_its_language_and_is_counted(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    with office.reading() as session:
        languages = {view.language for view in editions.get(session, system(), "2026-W47").edition.views}
    assert languages == {"en", "zh"}
    before = re.search(r"(\d+) entr\w+ (?:is|are) not translated for readers of Chinese", draft(edda))
    assert before is not None
    assert write(edda, "translation", story=story, text="河水上涨", language="zh").status_code == 303
    after = re.search(r"(\d+) entr\w+ (?:is|are) not translated for readers of Chinese", draft(edda))
    assert int(before[1]) - (int(after[1]) if after else 0) == 1
    assert "河水上涨" in edda.get(f"{DRAFT}?language=zh").text
    assert "河水上涨" not in edda.get(f"{DRAFT}?language=en").text
    assert write(edda, "translation", story=story, text="x", language="xx").status_code == 422


def test_the_draft_page_is_whole_in_chinese_with_changes_and_conflicts(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    write(edda, "headline", story=story, text="Another headline")
    post(edda, f"{DRAFT}/entries", **ENTRY, mark="internal")
    page = edda.get(f"{DRAFT}/draft?language=zh")
    assert page.status_code == 200
    assert "已改动 2 处" in page.text or "2 处" in page.text
    assert "标题经编辑" in page.text
    assert "两份文字" in write(edda, "headline", story=story, text="A third").text


def test_a_form_of_nobody_writes_nothing(office: Office):
    edda, story = signed_in(office, "Edda"), open_story(office)
    edda.cookies.delete(SESSION_COOKIE)
    answer = edda.post(f"{DRAFT}/edits", data={"kind": "remark", "story": story, "text": "x"}, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert number_of_edits(office) == 0
    assert post(signed_in(office, "Public"), f"{DRAFT}/entries", **ENTRY, mark="public").status_code == 403
