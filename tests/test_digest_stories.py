from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.stories import ALGORITHM, StoryIndex, assign, consolidate, features
from digest.types import Correction, CorrectionKind, Document

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)

TEXTS = {
    "dam1": (
        0, "en", "Seepage at Eastgate dam rises",
        "Seepage through the Eastgate dam rose to 19 litres a minute. Divers go down, the Water Department said.",
    ),
    "dam2": (
        9, "en", "Eastgate dam leaks more, divers sent",
        "The Water Department sends divers to the Eastgate dam. The seepage has risen since early November.",
    ),
    "dam3": (
        26, "en", "Council hears of seepage at the dam",
        "Councillors asked the Water Department on Tuesday why the Eastgate dam lets more seepage through.",
    ),
    "rent1": (
        2, "en", "Student rents up 8 percent",
        "Average rent for a student room reached EUR 540, 8 percent above last year, the Statistics Office said.",
    ),
    "rent2": (
        5, "en", "Rent for a student room reaches EUR 540",
        "Students pay 8 percent more rent than a year ago, figures of the Statistics Office show.",
    ),
    "tram": (
        4, "en", "Tram line 6 closed until Friday",
        "Tracks on the harbour bridge are welded, so trams of line 6 turn back at the market.",
    ),
    "zh1": (1, "zh", "东门水库渗流量上升", "水务局说，东门水库四号测点渗流量升至每分钟十九升，潜水员将检查大坝。"),
    "zh2": (8, "zh", "潜水员检查东门水库", "东门水库渗流量上升，水务局周一派潜水员检查大坝上游坝面。"),
    "zh3": (3, "zh", "学生公寓房租上涨", "统计局公布，十月学生公寓平均房租比去年上涨百分之八。"),
}  # fmt: skip


def document(name: str, text: tuple[int, str, str, str], **changes) -> Document:
    hours, language, title, body = text
    when = MONDAY + timedelta(hours=hours)
    values = {
        "id": name, "source_id": f"source-{name}", "key": name, "version": 1, "title": title, "text": body,
        "language": language, "collected_at": when, "changed_at": when, "published_at": when,
    }  # fmt: skip
    return Document(**values | changes)


FEATURES = {name: features(document(name, text)) for name, text in TEXTS.items()}
STORIES = {
    frozenset({"dam1", "dam2", "dam3"}),
    frozenset({"rent1", "rent2"}),
    frozenset({"tram"}),
    frozenset({"zh1", "zh2"}),
    frozenset({"zh3"}),
}


def said(kind: CorrectionKind, first: str, second: str, minute: int = 0) -> Correction:
    return Correction(kind=kind, first=first, second=second, made_at=MONDAY + timedelta(minutes=minute))


def story_of(partition, name: str) -> frozenset[str]:
    return next(story for story in partition.stories if name in story)


def test_documents_on_one_event_are_one_story_in_english_and_in_chinese():
    assert set(consolidate(FEATURES.values()).stories) == STORIES


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_documents_and_corrections_does_not_matter(rng):
    made = list(FEATURES.values())
    corrections = [said(CorrectionKind.MUST_LINK, "tram", "rent1"), said(CorrectionKind.CANNOT_LINK, "dam1", "dam3", 1)]
    expected = consolidate(made, corrections=corrections)
    rng.shuffle(made)
    rng.shuffle(corrections)
    assert consolidate(made, corrections=corrections) == expected


names = st.sampled_from(sorted(TEXTS))
corrections = st.lists(
    st.tuples(st.sampled_from(CorrectionKind), names, names, st.integers(0, 9)).filter(lambda c: c[1] != c[2]),
    max_size=6,
)


@given(corrections)
@settings(max_examples=60)
def test_every_document_is_in_one_story_and_the_last_word_on_a_pair_holds(made):
    spoken = [said(*correction[:3], minute) for minute, correction in enumerate(made)]
    partition = consolidate(FEATURES.values(), corrections=spoken)
    assert sorted(name for story in partition.stories for name in story) == sorted(TEXTS)
    if spoken:
        together = story_of(partition, spoken[-1].first) == story_of(partition, spoken[-1].second)
        assert together == (spoken[-1].kind is CorrectionKind.MUST_LINK)


def test_a_correction_about_a_document_outside_the_window_is_ignored():
    partition = consolidate(FEATURES.values(), corrections=[said(CorrectionKind.MUST_LINK, "dam1", "gone")])
    assert set(partition.stories) == STORIES


PLACES = ("spillway", "tower", "gallery", "crest", "abutment", "tunnel", "gate", "valve", "road", "forest", "bridge")
LONG = " ".join(f"Gauge {n} near the {place} showed {n * 3} litres." for n, place in enumerate(PLACES))


def test_a_reprint_lands_in_the_story_of_what_it_repeats_however_late():
    first = features(document("first", (0, "en", "Gauges read at Eastgate", LONG)))
    late = features(document("late", (2400, "en", "Gauges at Eastgate", LONG), source_id="other"))
    partition = consolidate([*FEATURES.values(), late, first])
    assert partition.duplicates == {"late": "first"}
    assert story_of(partition, "late") == story_of(partition, "first")


def test_an_editor_may_part_a_reprint_from_what_it_repeats():
    pair = [features(document(name, (0, "en", "Gauges", LONG), source_id=name)) for name in ("a", "b")]
    partition = consolidate(pair, corrections=[said(CorrectionKind.CANNOT_LINK, "b", "a")])
    assert set(partition.stories) == {frozenset("a"), frozenset("b")}
    assert partition.duplicates == {}


def test_an_editor_may_part_two_reprints_of_one_document():
    trio = [features(document(name, (hour, "en", "Gauges", LONG), source_id=name)) for hour, name in enumerate("abc")]
    partition = consolidate(trio, corrections=[said(CorrectionKind.CANNOT_LINK, "b", "c")])
    assert story_of(partition, "b") != story_of(partition, "c")


def test_undated_documents_are_grouped_by_when_they_came():
    made = [features(document(name, TEXTS[name], published_at=None)) for name in TEXTS]
    assert set(consolidate(made).stories) == STORIES


def test_of_two_versions_the_later_counts():
    changed = features(document("tram", (4, "en", TEXTS["rent1"][2], TEXTS["rent2"][3]), version=2))
    assert story_of(consolidate([changed, *FEATURES.values()]), "tram") == {"tram", "rent1", "rent2"}


@pytest.mark.parametrize("made", [[], [FEATURES["tram"]]])
def test_none_and_one_are_no_special_case(made):
    assert consolidate(made).stories == tuple(frozenset([f.document_id]) for f in made)


def test_documents_without_words_stay_alone():
    empty = [features(document(name, (0, "und", "", ""))) for name in "ab"]
    assert set(consolidate(empty).stories) == {frozenset("a"), frozenset("b")}


def later(name: str, weeks: float, title: str, body: str, **changes):
    return features(document(name, (int(weeks * 168), "en", title, body), **changes))


def test_a_single_report_weeks_later_joins_the_story_and_a_burst_of_its_own_does_not():
    """Where stories last for weeks, and where each day has its own."""
    lone = later("dam9", 3, "Divers find crack in Eastgate dam", TEXTS["dam1"][3])
    assert story_of(consolidate([*FEATURES.values(), lone]), "dam9") == {"dam1", "dam2", "dam3", "dam9"}
    burst = [
        later(f"fire{n}", 3, "Fire at Eastgate dam control house", f"{words} The Eastgate dam control house burns.")
        for n, words in enumerate(("Smoke rises over the valley.", "Flames seen at night over the valley."))
    ]
    found = consolidate([*FEATURES.values(), *burst])
    assert story_of(found, "fire0") == {"fire0", "fire1"}


def test_features_weigh_title_and_lead_and_drop_nothing():
    made = features(
        document("x", (0, "en", "Dam leaks", "Dam leaks. Nobody left. It rained. It holds. The siren works."))
    )
    assert made.algorithm == ALGORITHM
    assert made.terms["dam"] > made.terms["rain"] > made.terms["siren"] == 1
    assert made.signature.shape == (0,)


def test_the_index_places_documents_as_consolidating_would():
    known = {"dam1": "s1", "dam2": "s1", "rent1": "s2", "tram": "s3", "zh1": "s4"}
    index = StoryIndex().partial_fit([FEATURES[name] for name in known], known)
    placed = {name: assign(FEATURES[name], index) for name in ("rent2", "zh2", "zh3", "dam3")}
    assert placed["rent2"].story_id == "s2"
    assert placed["zh2"].story_id == "s4"
    assert placed["zh3"].opened


def test_hindsight_puts_right_what_was_placed_before_much_was_known():
    index = StoryIndex()
    for each in sorted(FEATURES.values(), key=lambda f: f.when):
        assign(each, index)
    index.consolidate()
    stories = {name: index.stories_[name] for name in FEATURES}
    assert {frozenset(n for n in stories if stories[n] == story) for story in stories.values()} == STORIES


def test_a_reprint_is_placed_with_what_it_repeats():
    first = features(document("first", (0, "en", "Gauges", LONG)))
    late = features(document("late", (999, "en", "Gauges", LONG), source_id="other"))
    placed = assign(late, StoryIndex().partial_fit([first], {"first": "s1"}))
    assert (placed.story_id, placed.duplicate_of) == ("s1", "first")


def test_a_changed_document_is_placed_anew_and_no_id_is_given_twice():
    index = StoryIndex()
    first = assign(FEATURES["tram"], index)
    index.forget(["tram"])
    assert assign(FEATURES["tram"], index).story_id != first.story_id
    changed = features(document("tram", (4, "en", "Ferry stops", "Ice on the river."), version=2))
    assert assign(changed, index).opened
    assert len(index.stories_) == 1
