"""Editors correct the grouping on a page; others cannot, and nobody beyond the clearance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.office import Office
from app.store import stories
from tests.app_factory import document_of, made_office, post, signed_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


def story_of(office: Office, key: str) -> str:
    with office.reading() as session:
        return stories.assignments(session)[document_of(office, key)]


def test_a_merge_shows_in_the_history_of_the_story_and_is_undone_with_a_click(office: Office):
    edda = signed_in(office, "Edda")
    answer = post(edda, "/stories/s-tram/correct", do="merge", other="s-bakers")
    assert answer.status_code == 303
    assert story_of(office, "tram") == story_of(office, "bakers")
    page = edda.get(answer.headers["location"]).text
    assert "The stories are one now." in page
    assert "Merged with another story" in page
    assert "Edda Editor" in page
    assert edda.get("/stories/s-bakers").url.path == edda.get("/stories/s-tram").url.path
    post(edda, f"/stories/{story_of(office, 'tram')}/corrections/1/undo")
    assert (story_of(office, "tram"), story_of(office, "bakers")) == ("s-tram", "s-bakers")
    page = edda.get("/stories/s-tram").text
    assert "Undone: Merged with another story" in page
    post(edda, "/stories/s-tram/corrections/2/undo")
    assert story_of(office, "tram") == story_of(office, "bakers")


def test_documents_are_ticked_to_be_split_off_or_moved(office: Office):
    edda = signed_in(office, "Edda")
    fall = document_of(office, "fall")
    answer = post(edda, "/stories/s-flood/correct", do="split", document=fall)
    assert answer.status_code == 303
    assert story_of(office, "fall") != "s-flood" == story_of(office, "flood-courier")
    answer = post(edda, f"/stories/{story_of(office, 'fall')}/correct", do="move", document=fall, other="s-tram")
    assert story_of(office, "fall") == story_of(office, "tram")
    assert "The documents are moved" in edda.get(answer.headers["location"]).text


def test_the_nearest_stories_are_offered_and_others_are_searched_for(office: Office):
    edda = signed_in(office, "Edda")
    assert "Bakers ask for later hours" in edda.get("/stories/s-tram/correct").text
    found = edda.get("/stories/s-tram/correct?q=bakers").text
    assert 'value="s-bakers"' in found
    assert "No other story was found" in edda.get("/stories/s-tram/correct?q=zebra").text


def test_leaders_neither_see_nor_use_the_page_and_a_lesser_clearance_shows_less(office: Office):
    leader, intern = signed_in(office, "Cleared"), signed_in(office, "Ines")
    assert leader.get("/stories/s-flood/correct").status_code == 403
    assert post(leader, "/stories/s-tram/correct", do="merge", other="s-bakers").status_code == 403
    assert "Correct the grouping" not in leader.get("/stories/s-flood").text
    assert "OBSIDIAN" not in intern.get("/stories/s-flood/correct").text
    assert post(intern, "/stories/s-tram/correct", do="merge", other="s-audit").status_code == 404
    post(intern, "/stories/s-flood/correct", do="merge", other="s-tram")
    assert story_of(office, "fund") == "s-flood"
    hidden = document_of(office, "fund")
    assert post(intern, "/stories/s-tram/correct", do="split", document=hidden).status_code in (404, 409)


def test_what_is_lacking_in_the_form_is_said(office: Office):
    edda = signed_in(office, "Edda")
    for lacking, words in (("merge", "choose another story in the list"), ("split", "tick the documents")):
        answer = post(edda, "/stories/s-tram/correct", do=lacking)
        assert words in edda.get(answer.headers["location"]).text
    assert post(edda, "/stories/s-tram/corrections/99/undo").status_code == 404


def test_draft_and_approved_briefing_say_that_a_story_was_corrected_since(office: Office):
    edda = signed_in(office, "Edda")
    approved, draft = edda.get("/briefings/2026-W46").text, edda.get("/briefings/2026-W47/draft").text
    assert "corrected since" not in approved + draft
    post(edda, "/stories/s-flood/correct", do="split", document=document_of(office, "fall"))
    assert "This briefing stays as it was composed." in edda.get("/briefings/2026-W46").text
    assert "corrected since" in edda.get("/briefings/2026-W47/draft").text
    post(edda, "/stories/s-flood/corrections/1/undo")
    assert "corrected since" not in edda.get("/briefings/2026-W46").text


def test_a_later_word_says_that_it_replaces_an_earlier_one(office: Office):
    edda = signed_in(office, "Edda")
    post(edda, "/stories/s-tram/correct", do="merge", other="s-bakers")
    story = story_of(office, "tram")
    post(edda, f"/stories/{story}/correct", do="split", document=document_of(office, "tram"))
    assert "replaced by the later word of Edda Editor" in edda.get(f"/stories/{story_of(office, 'tram')}").text
