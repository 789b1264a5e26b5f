"""Asks in an edition: decisions have their section, nobody reads above the clearance, nothing shrinks to ongoing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from digest.asks import AskKind
from digest.briefing import ToldStory, compose
from digest.edition import ReasonCode, Section, Status, Told
from digest.lengths import Lengths
from digest.reading import ReadEntry, visible
from digest.stories import features
from digest.types import Mark
from tests.digest_editions import edition, entry, entry_document, place, view
from tests.digest_factory import HOUSING, document, inputs, leader, story
from tests.test_digest_asks import ask, closed

RENTS = "Average rent for a student room reached 540 euros in October, eight per cent above last year. "
BAND = "The brass band played fourteen marches at the harbour on Sunday afternoon to much applause. "


def reads(made: object, clearance: Mark = Mark.CONFIDENTIAL, leader_id: str | None = None) -> dict[str, ReadEntry]:
    reading = visible(made, leader_id, clearance)  # type: ignore[arg-type]
    return {read.entry.story_id: read for section in reading.sections for read in section.entries}


def composed(*asks: object, told: dict[str, ToldStory] | None = None, **changes: object) -> object:
    rents = story("s1", document("rents", "Student rents up 8 per cent", RENTS))
    band = story("s2", document("band", "Brass band plays", BAND))
    made = inputs(rents, band, topics=(HOUSING,), **changes)
    return replace(compose(replace(made, asks=tuple(asks), base_told=told or {})).edition, asks=tuple(asks))


def test_a_story_that_waits_for_a_decision_stands_first_even_when_nobody_would_have_chosen_it() -> None:
    without = compose(inputs(story("s2", document("band", "Brass band plays", BAND)), topics=(HOUSING,)))
    assert without.edition.views[0].entries[0].section is not Section.FOR_DECISION
    made = composed(ask(story_id="s2"))
    found = reads(made)
    assert found["s2"].place.section is Section.FOR_DECISION
    assert found["s2"].number == 1
    reason = found["s2"].place.reasons[0]
    assert (reason.code, reason.params) == (ReasonCode.OPEN_DECISION, {"owner": "Water", "due": "2026-11-26"})
    assert found["s1"].place.section is Section.MUST_KNOW


def test_what_waits_for_a_decision_takes_the_room_of_what_must_be_known() -> None:
    stories = [story(f"r{i}", document(f"rent{i}", f"Rent case {i}", RENTS, hours=24 + i)) for i in range(6)]
    made = replace(inputs(*stories, topics=(HOUSING,)), asks=(ask(story_id="r0"),))
    for most, known in ((5, 4), (1, 0)):
        limited = replace(made, params=replace(made.params, lengths=Lengths(must_know=most)))
        entries = compose(limited).edition.views[0].entries
        assert [each.story_id for each in entries if each.section is Section.FOR_DECISION] == ["r0"]
        assert sum(each.section is Section.MUST_KNOW for each in entries) == known


def test_an_ask_for_information_or_a_closed_decision_moves_nothing() -> None:
    made = composed(ask(kind=AskKind.INFORMATION, story_id="s1"), replace(closed("a2"), story_id="s1"))
    assert reads(made)["s1"].place.section is Section.MUST_KNOW
    assert [each.id for each in reads(made)["s1"].asks] == ["a1"]


def test_a_reader_not_cleared_for_the_ask_gets_the_story_in_its_usual_place() -> None:
    secret = ask(story_id="s1", mark=Mark.CONFIDENTIAL)
    made = composed(
        secret, leaders=(leader("council", clearance=Mark.PUBLIC), leader("mayor", clearance=Mark.CONFIDENTIAL))
    )
    public, cleared = reads(made, leader_id="council"), reads(made, leader_id="mayor")
    assert (public["s1"].place.section, public["s1"].asks) == (Section.MUST_KNOW, ())
    assert (cleared["s1"].place.section, cleared["s1"].asks) == (Section.FOR_DECISION, (secret,))


def test_an_entry_with_an_open_ask_is_not_called_ongoing() -> None:
    told = {
        "s1": ToldStory(told=(Told(edition_id="2026-W46", number=1),), sentences=(RENTS, "Student rents up 8 per cent"))
    }
    assert reads(composed(told=told))["s1"].place.status is Status.ONGOING
    assert reads(composed(ask(story_id="s1"), told=told))["s1"].place.status is Status.OPEN
    assert reads(composed(replace(closed("a1"), story_id="s1"), told=told))["s1"].place.status is Status.ONGOING


def test_what_a_lower_clearance_may_read_of_a_story_is_not_called_ongoing_either() -> None:
    full = entry("s1", entry_document("d1"), entry_document("d2", mark=Mark.INTERNAL))
    public = entry("s1", entry_document("d1"), variant=Mark.PUBLIC)
    base = view(place(full, Section.MUST_KNOW, status=Status.DEVELOPING))
    for asks, status in (((), Status.ONGOING), ((ask(story_id="s1"),), Status.OPEN)):
        made = edition(base, entries=(full, public), asks=asks)
        assert reads(made, Mark.PUBLIC)["s1"].place.status is status


def test_the_reason_of_a_decision_does_not_reach_below_its_clearance() -> None:
    made = composed(ask(story_id="s1", mark=Mark.CONFIDENTIAL, owner="OBSIDIAN"))
    assert "OBSIDIAN" in str(reads(made)["s1"])
    assert "OBSIDIAN" not in str(visible(made, None, Mark.PUBLIC))  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.sampled_from(Mark), st.sampled_from(["s1", "s2", None])), max_size=6), st.sampled_from(Mark)
)
def test_a_reading_holds_exactly_the_asks_that_view_and_viewer_are_cleared_for(
    marks: list[tuple[Mark, str | None]], clearance: Mark
) -> None:
    asks = tuple(ask(f"a{number}", mark=mark, story_id=on) for number, (mark, on) in enumerate(marks))
    one = entry("s1")
    views = (
        view(place(one, Section.MUST_KNOW)),
        view(place(one, Section.MUST_KNOW), leader_id="l", clearance=Mark.INTERNAL),
    )
    made = edition(*views, entries=(one,), asks=asks)
    for leader_id, most in ((None, Mark.CONFIDENTIAL), ("l", Mark.INTERNAL)):
        reading = visible(made, leader_id, clearance)
        allowed = {each.id for each in asks if each.mark <= min(clearance, most)}
        assert {each.id for each in reading.asks} == allowed
        beside = {each.id for section in reading.sections for read in section.entries for each in read.asks}
        assert beside == {each.id for each in asks if each.id in allowed and each.story_id == "s1"}


def test_an_ask_goes_over_to_the_story_that_carries_on_what_was_told() -> None:
    news = document("news", "Student rents: landlords answer", RENTS + "Landlords answered the council on Friday.")
    before = document("before", "Student rents up 8 per cent", RENTS, hours=-72)
    told = {
        "s0": ToldStory(told=(Told(edition_id="2026-W46", number=1),), sentences=(RENTS,), documents=("before",)),
    }
    known = {each.id: features(each) for each in (news, before)}
    made = inputs(story("s1", news), topics=(HOUSING,), base_told=told, features=known)
    asked = ask(story_id="s0")
    edition_ = replace(compose(replace(made, asks=(asked,))).edition, asks=(asked,))
    found = reads(edition_)["s1"]
    assert (found.place.section, found.asks) == (Section.FOR_DECISION, (asked,))
    assert found.place.status is not Status.NEW
    assert found.place.told_before == told["s0"].told
    assert found.place.carries_on == ("s0",)
