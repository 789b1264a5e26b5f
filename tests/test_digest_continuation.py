from __future__ import annotations

from datetime import UTC, datetime, timedelta

from digest.continuation import Continuation, with_followed
from digest.edition import Told
from digest.novelty import ToldStory
from digest.stories import features
from digest.types import Document

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
TEXTS = {
    "cracks": (-8, "en", "Cracks in the gates of St Anne's Lock, barges wait at the quay."),
    "survey": (-7, "en", "Engineers survey St Anne's Lock; its gates hold, barges wait."),
    "rent": (-8, "en", "Average rent for a student room reached EUR 540 in October."),
    "closed": (0, "en", "St Anne's Lock closed: gates repaired until spring, barges unload at the quay."),
    "trams": (0, "en", "Trams of line 6 turn back at the market while tracks are welded."),
    "zh": (0, "zh", "圣安妮船闸关闭，闸门维修到春天。"),
}


def made(name: str):
    days, language, text = TEXTS[name]
    when = MONDAY + timedelta(days=days)
    return features(
        Document(
            id=name, source_id=name, key=name, version=1, title=text.split(",")[0], text=text, language=language,
            collected_at=when, changed_at=when, published_at=when,
        )
    )  # fmt: skip


FEATURES = {name: made(name) for name in TEXTS}
STORIES = {"s3": ["closed"], "s4": ["trams"], "s5": ["zh"]}


def told(number: int, *documents: str, edition: str = "2026-W46", sentences: tuple[str, ...] = ()) -> ToldStory:
    return ToldStory(told=(Told(edition_id=edition, number=number),), sentences=sentences, documents=documents)


TOLD = {"s1": told(1, "cracks", "survey", sentences=("Cracks.",)), "s2": told(2, "rent")}


def followed(stories, before, now=MONDAY):
    return Continuation(FEATURES, now).followed(stories, before)


def test_the_next_burst_of_a_matter_carries_on_what_was_told():
    assert followed(STORIES, TOLD) == {"s3": "s1"}


def test_a_story_that_is_most_like_what_was_told_of_itself_carries_on_nothing():
    assert followed(STORIES, TOLD | {"s3": told(3, "closed")}) == {}


def test_a_story_of_which_a_lesser_part_was_told_carries_on_the_greater_as_well():
    before = TOLD | {"s3": told(7, "trams", edition="2026-W45", sentences=("Trams.",))}
    assert followed({"s3": ["closed"]}, before) == {"s3": "s1"}
    whole = with_followed(before, {"s3": "s1"})["s3"]
    assert [(place.edition_id, place.number) for place in whole.told] == [("2026-W45", 7), ("2026-W46", 1)]
    assert whole.sentences == ("Trams.", "Cracks.")


def test_what_is_long_past_is_not_carried_on():
    assert followed(STORIES, TOLD, now=MONDAY + timedelta(days=88)) == {}


def test_unknown_documents_and_nothing_told_are_no_special_case():
    assert followed(STORIES, {}) == {}
    assert followed({"s9": ["gone"]}, TOLD) == {}
    assert followed(STORIES, {"s8": told(1, "gone")}) == {}


def test_of_two_told_stories_the_one_more_alike_is_carried_on():
    before = {"a": told(1, "rent", "cracks"), "b": told(2, "cracks", "survey")}
    assert followed({"s3": ["closed"]}, before) == {"s3": "b"}


def test_places_and_sentences_of_the_whole_matter_count_as_told():
    first = ToldStory(told=(Told(edition_id="2026-W45", number=4),), sentences=("Barges wait.",), documents=())
    second = ToldStory(
        told=(Told(edition_id="2026-W45", number=4), Told(edition_id="2026-W46", number=1)),
        sentences=("Cracks.",),
        documents=("cracks",),
    )
    before = {"s0": first, "s1": second, "s2": told(2, "rent", sentences=("Rent.",))}
    whole = with_followed(before, {"s3": "s1"})
    assert whole["s3"].told == second.told
    assert set(whole["s3"].sentences) == {"Barges wait.", "Cracks."}
    assert {key: whole[key] for key in before} == before
