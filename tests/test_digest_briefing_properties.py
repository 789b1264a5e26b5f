"""What holds for every composed edition, whatever the week brought."""

import random
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.briefing import Composed, compose
from digest.citations import broken
from digest.editing import apply
from digest.edition import Bucket, Edit, EditKind, Section
from digest.inputs import BriefingParams, ComposeInputs, FailedDocument, PeriodStory
from digest.lengths import Lengths
from digest.reading import visible
from digest.types import Document, Mark, Origin
from tests.digest_factory import CUT_OFF, document, inputs, leader, source, story

SUBJECTS = ("rents for tenants", "the Eastgate dam", "a flood of the river", "the harbour band", "tram line seven")
SOURCES = {
    f"{mark.code}-{origin}-desk": source(f"{mark.code}-{origin}-desk", origin=origin, mark=mark)
    for mark in Mark
    for origin in (Origin.MEDIA, Origin.OWN, Origin.HIGHER)
}
NARROW = BriefingParams(lengths=Lengths(must_know=1, from_units=1, worth_knowing=1, also_noted=1))


def told(identifier: str, subject: str, source_id: str, hours: int) -> Document:
    """A document each sentence of which names it, so that no word of it can pass for another's."""
    text = (
        f"Officials of {identifier} spoke on {subject} and named {identifier} figures. The {identifier} survey goes on."
    )
    return document(
        identifier,
        f"News {identifier} on {subject}",
        text,
        source_id=source_id,
        hours=hours,
        mark=SOURCES[source_id].mark,
        dated=hours % 5 != 0,
    )


@st.composite
def stories(draw: st.DrawFn) -> tuple[PeriodStory, ...]:
    """Stories of up to five documents of any mark; some repeat another of their story, some one of last week."""
    names = (f"doc{number:03}x" for number in count())
    found = []
    for number in range(draw(st.integers(1, 6))):
        size = draw(st.integers(1, 5))
        drawn = [(draw(st.sampled_from(sorted(SOURCES))), draw(st.integers(0, 160))) for _ in range(size)]
        subject = draw(st.sampled_from(SUBJECTS))
        members = [
            told(next(names), subject, source_id, hours) for source_id, hours in sorted(drawn, key=lambda d: d[1])
        ]
        last_week = told(next(names), subject, draw(st.sampled_from(sorted(SOURCES))), -50)
        originals = [last_week, members[0]]
        repeats = {each.id: draw(st.sampled_from([None, *originals])) for each in members[1:]}
        duplicates = {key: original.id for key, original in repeats.items() if original}
        found.append(story(f"s{number}", *members, duplicates=duplicates, earlier=[last_week]))
    return tuple(found)


FAILED = FailedDocument(document_id="doc999x", source_id="x", title="doc999x", mark=Mark.INTERNAL, error="broken")
LEADERS = (
    leader("chief", weights={"housing": 1.0}),
    leader("deputy", clearance=Mark.INTERNAL, weights={"floods": 2.0}),
    leader("press", clearance=Mark.PUBLIC),
)


def week(told_stories: tuple[PeriodStory, ...]) -> ComposeInputs:
    return inputs(*told_stories, sources=SOURCES, leaders=LEADERS, failed=(FAILED,), params=NARROW)


def everything(composed: Composed) -> Composed:
    """The draft after an editor included every story that any view left out, and remarked on it."""
    edition = composed.edition
    left = {each.story_id for view in edition.views for each in view.entries if each.section is Section.LEFT_OUT}
    edits = [
        Edit(id=1, kind=kind, author="Editor", made_at=CUT_OFF, story_id=each, text=f"Remark on {each}")
        for each in sorted(left)
        for kind in (EditKind.INCLUDE, EditKind.REMARK)
    ]
    candidates = {each.id: each for each in composed.candidates}
    return Composed(edition=apply(edition, candidates, edits), candidates=composed.candidates)


def documents(of: ComposeInputs) -> list[Document]:
    return [each for found in of.stories for each in (*found.documents, *found.earlier)]


@settings(max_examples=60)
@given(stories())
def test_nothing_marked_above_a_clearance_reaches_its_reader(told_stories: tuple[PeriodStory, ...]) -> None:
    given_week = week(told_stories)
    composed = compose(given_week)
    for each in (composed, everything(composed)):
        for leader_id, clearance in [(None, mark) for mark in Mark] + [(each.id, each.clearance) for each in LEADERS]:
            read = repr(visible(each.edition, leader_id, clearance, candidates=each.candidates))
            for hidden in (each for each in documents(given_week) if each.mark > clearance):
                assert hidden.id not in read
                assert hidden.title not in read
            for code in (mark.code for mark in Mark if mark > clearance):
                assert f"{code}-" not in read.lower()  # ids of sources
                assert f"{code.title()} " not in read  # their names


@settings(max_examples=60)
@given(stories())
def test_every_document_of_the_period_is_in_exactly_one_bucket_and_it_is_the_true_one(
    told_stories: tuple[PeriodStory, ...],
) -> None:
    for composed in (compose(week(told_stories)), everything(compose(week(told_stories)))):
        edition = composed.edition
        entries = {entry.id: entry for entry in edition.entries}
        found = {
            kind: {
                document.id
                for view in edition.views
                for place in view.entries
                if place.section is not Section.LEFT_OUT and place.section.told is kind
                for document in entries[place.entry_id].documents
            }
            for kind in (True, False)
        }
        expected = sorted(each.id for one in told_stories for each in one.documents)
        assert sorted(line.document_id for line in edition.ledger) == sorted([*expected, "doc999x"])
        for line in edition.ledger:
            assert (line.bucket is Bucket.DUPLICATE) == (line.duplicate_of is not None)
            if line.bucket not in (Bucket.DUPLICATE, Bucket.FAILED):
                told_or_noted = Bucket.NOTED if line.document_id in found[False] else Bucket.LEFT_OUT
                assert line.bucket is (Bucket.TOLD if line.document_id in found[True] else told_or_noted)


@settings(max_examples=40)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_handed_over_does_not_matter(
    told_stories: tuple[PeriodStory, ...], chance: random.Random
) -> None:
    shuffled = [
        story(
            each.story_id,
            *chance.sample(each.documents, len(each.documents)),
            duplicates=each.duplicates,
            earlier=each.earlier,
        )
        for each in chance.sample(told_stories, len(told_stories))
    ]
    assert compose(week(tuple(shuffled))) == compose(week(told_stories))


@settings(max_examples=40)
@given(stories())
def test_every_sentence_is_found_in_its_document(told_stories: tuple[PeriodStory, ...]) -> None:
    given_week = week(told_stories)
    texts = {(each.id, each.version): each.text for each in documents(given_week)}
    assert broken(everything(compose(given_week)).edition, texts) == ()


@settings(max_examples=40)
@given(stories())
def test_each_entry_stands_once_and_every_place_has_its_entry_and_a_reason(
    told_stories: tuple[PeriodStory, ...],
) -> None:
    composed = compose(week(told_stories))
    ids = [entry.id for entry in (*composed.edition.entries, *composed.candidates)]
    assert len(ids) == len(set(ids))
    for view in composed.edition.views:
        assert len({place.story_id for place in view.entries}) == len(view.entries)
        for place in view.entries:
            assert place.entry_id in ids
            assert place.reasons
