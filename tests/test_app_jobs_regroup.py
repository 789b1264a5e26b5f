"""Editors correct the grouping: at once, for later groupings, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.jobs import regroup
from app.jobs.group import group
from app.office import Office
from app.store import catalogue, documents, stories, story_acts
from app.viewer import Role, Viewer, system
from collectors.types import Item
from digest.constraints import settle
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.story_acts import ActKind, changed_since
from digest.types import Mark
from tests.conftest import MailServer
from tests.store_factory import NOW, add_source, item, made_office, store

MINUTE = timedelta(minutes=1)
EDITOR = Viewer(id="e", name="Edda", role=Role.EDITOR, clearance=Mark.CONFIDENTIAL)
INTERN = Viewer(id="i", name="Ines", role=Role.EDITOR, clearance=Mark.PUBLIC)
TITLES = {
    "tram": "Rails welded on Market Bridge",
    "bakers": "Guild wants Saturday opening in December",
    "flood": "River climbs 40 centimetres, barges wait",
    "museum": "Lotte Brandt painting bought for the east wing",
    "museum-again": "Lotte Brandt painting bought for the east wing",
}
TEXTS = {
    "flood": "Water climbed 40 centimetres within two days, harbour master Ines Vogt warned. Barges wait upstream.",
    "tram": "Line 3 stops running at weekends until Easter because welders replace worn track between depot and zoo.",
    "bakers": "Confectioners asked councillors for longer closing hours; trade unions object, citing night shifts.",
}
REPRINT = (
    "The museum bought a painting of the old harbour by Lotte Brandt for 90,000 euros from a private owner on Monday. "
    "It will hang in the east wing from January, next to the ship models that the city received in 1911."
)


@pytest.fixture
def office(database_url: str, tmp_path: Path, smtp_server: MailServer) -> Iterator[Office]:
    made = made_office(tmp_path / "home", database_url, smtp_server)
    with made.writing.begin() as session:
        daily, post = add_source(session, "Daily"), add_source(session, "Post")
        store(session, daily, *(given(key, text) for key, text in TEXTS.items()), given("museum", REPRINT))
        store(session, post, given("museum-again", REPRINT, 1))
    group(made, NOW)
    yield made
    made.engine.dispose()


def given(key: str, text: str, hours: int = 0) -> Item:
    return item(key, text, title=TITLES[key], published_at=NOW - timedelta(hours=5 - hours))


def grouping(office: Office) -> dict[str, str]:
    """Key -> story id."""
    with office.reading() as session:
        every = documents.every_version(session, system())
        assigned = stories.assignments(session)
        return {each.key: assigned[each.id] for each in every}


def document(office: Office, key: str) -> str:
    with office.reading() as session:
        return next(each.id for each in documents.every_version(session, system()) if each.key == key)


def repeats(office: Office, key: str) -> str | None:
    with office.reading() as session:
        return catalogue.summary(session, system(), document(office, key)).duplicate_of


def do(office: Office, verb, *arguments, by: Viewer = EDITOR, minutes: int = 0) -> int:
    with office.writing.begin() as session:
        return verb(session, by, *arguments, NOW + MINUTE * minutes)


def living(office: Office, story: str) -> str:
    with office.reading() as session:
        return stories.resolve(session, story)


def test_a_merge_is_seen_at_once_leaves_a_redirect_and_survives_the_next_grouping(office: Office):
    before = grouping(office)
    tram, bakers = before["tram"], before["bakers"]
    do(office, regroup.merge, tram, bakers)
    merged = grouping(office)
    assert merged["tram"] == merged["bakers"] in {tram, bakers}
    assert living(office, tram) == living(office, bakers) == merged["tram"]
    group(office, NOW + MINUTE)
    assert grouping(office) == merged


def test_undoing_a_merge_gives_both_their_ids_back_and_undoing_that_merges_again(office: Office):
    before = grouping(office)
    tram, bakers = before["tram"], before["bakers"]
    merge = do(office, regroup.merge, tram, bakers)
    merged = grouping(office)
    group(office, NOW)
    undone = do(office, regroup.undo, merge, minutes=1)
    assert grouping(office) == before
    assert (living(office, tram), living(office, bakers)) == (tram, bakers)
    group(office, NOW + MINUTE)
    assert grouping(office) == before
    do(office, regroup.undo, undone, minutes=2)
    assert grouping(office) == merged
    group(office, NOW + MINUTE)
    assert grouping(office) == merged


def test_nothing_is_undone_twice(office: Office):
    before = grouping(office)
    merge = do(office, regroup.merge, before["tram"], before["bakers"])
    do(office, regroup.undo, merge)
    with pytest.raises(ConflictError, match="undone_already"):
        do(office, regroup.undo, merge)


def test_a_split_keeps_the_id_with_the_larger_part_and_survives_the_next_grouping(office: Office):
    before = grouping(office)
    assert before["museum"] == before["museum-again"]
    merge = do(office, regroup.merge, before["tram"], before["museum"])
    story = grouping(office)["tram"]
    split = do(office, regroup.split, story, [document(office, "tram")], minutes=1)
    after = grouping(office)
    assert after["museum"] == after["museum-again"] == story == before["museum"]
    assert after["tram"] not in {story, before["tram"]}
    group(office, NOW + MINUTE)
    assert grouping(office) == after
    do(office, regroup.undo, split, minutes=2)
    assert len({grouping(office)[each] for each in ("tram", "museum", "museum-again")}) == 1
    with office.reading() as session:
        acts = story_acts.every(session)
        assert [act.kind for act in acts] == [ActKind.MERGE, ActKind.SPLIT, ActKind.UNDO]
        assert [act.id for act in changed_since(acts, NOW - MINUTE)] == [merge]
        assert settle(story_acts.corrections(session)).overruled == ()


def test_a_reprint_that_is_split_from_its_original_counts_by_itself_until_that_is_undone(office: Office):
    story = grouping(office)["museum"]
    original = document(office, "museum")
    assert repeats(office, "museum-again") == original
    split = do(office, regroup.split, story, [document(office, "museum-again")])
    assert repeats(office, "museum-again") is None
    group(office, NOW + MINUTE)
    assert repeats(office, "museum-again") is None
    assert grouping(office)["museum"] != grouping(office)["museum-again"]
    do(office, regroup.undo, split)
    assert repeats(office, "museum-again") == original


def test_a_moved_document_stays_where_it_was_moved_to(office: Office):
    before = grouping(office)
    story, target = before["museum"], before["tram"]
    do(office, regroup.move, story, [document(office, "museum-again")], target)
    after = grouping(office)
    assert after["museum-again"] == after["tram"] != after["museum"]
    group(office, NOW + MINUTE)
    assert grouping(office) == after


def test_the_later_word_wins_and_says_which_earlier_one_it_replaces(office: Office):
    before = grouping(office)
    do(office, regroup.merge, before["tram"], before["bakers"])
    story = grouping(office)["tram"]
    split = do(office, regroup.split, story, [document(office, "tram")])  # of the same moment: the later number counts
    assert grouping(office)["tram"] != grouping(office)["bakers"]
    with office.reading() as session:
        overruled = settle(story_acts.corrections(session)).overruled
    assert {each.by.number for each in overruled} == {split}


def test_undoing_an_earlier_correction_does_not_undo_a_later_one(office: Office):
    before = grouping(office)
    tram, bakers = before["tram"], before["bakers"]
    merge = do(office, regroup.merge, tram, bakers)
    story = grouping(office)["tram"]
    do(office, regroup.move, before["museum"], [document(office, "museum-again")], story, minutes=1)
    do(office, regroup.undo, merge, minutes=2)
    shown = grouping(office)
    assert shown["tram"] == shown["bakers"] == shown["museum-again"]  # the move says: with both
    group(office, NOW + MINUTE)
    assert grouping(office) == shown


def test_an_editor_touches_only_what_the_clearance_shows(office: Office):
    if grouping(office)["dam"] == grouping(office)["museum"]:  # so few documents tell little
        do(office, regroup.split, grouping(office)["dam"], [document(office, "dam")])
    before = grouping(office)
    merge = do(office, regroup.merge, before["tram"], before["dam"])
    story = grouping(office)["tram"]
    with office.reading() as session:
        assert story_acts.of_story(session, INTERN, story) == ()
        assert merge in [act.id for act in story_acts.of_story(session, EDITOR, story)]
    with pytest.raises(NotFoundError):
        do(office, regroup.undo, merge, by=INTERN)
    with pytest.raises(InvalidInputError):  # the only document that the intern can see
        do(office, regroup.split, story, [document(office, "tram")], by=INTERN)
    do(office, regroup.merge, before["bakers"], story, by=INTERN)
    after = grouping(office)
    assert after["tram"] == after["bakers"]
    assert after["dam"] == story


def test_a_form_that_is_out_of_date_or_empty_is_refused(office: Office):
    before = grouping(office)
    story = before["museum"]
    with pytest.raises(ConflictError, match="story_changed"):
        do(office, regroup.split, story, [document(office, "tram")])
    with pytest.raises(InvalidInputError, match="tick"):
        do(office, regroup.split, story, [])
    with pytest.raises(InvalidInputError, match="another story"):
        do(office, regroup.merge, story, story)
    with pytest.raises(NotFoundError):
        do(office, regroup.merge, story, "s-unknown")
