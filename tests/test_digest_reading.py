from dataclasses import replace

import pytest

from digest.edition import Bucket, Reason, ReasonCode, Section, SourceLine, SourceState, Status, TopicRef
from digest.errors import NotFoundError
from digest.reading import Privy, Reading, visible
from digest.types import Mark
from tests.digest_editions import edition, entry, entry_document, line, place, remark, view

A, B, C = entry("a"), entry("b"), entry("c")
SECRET = entry_document("secret", mark=Mark.CONFIDENTIAL, source="Inspectorate")
OPEN = entry_document("open")
WHOLE = entry("dam", OPEN, SECRET)
PART = entry("dam", OPEN, variant=Mark.PUBLIC)


def numbered(reading: Reading) -> list[tuple[Section, int, str]]:
    return [(each.section, read.number, read.entry.id) for each in reading.sections for read in each.entries]


def reason(code: ReasonCode, **params: str | int) -> Reason:
    return Reason(code=code, params=params)


def test_entries_are_grouped_by_section_and_numbered_through() -> None:
    mixed = view(place(A, Section.ALSO_NOTED), place(B, Section.MUST_KNOW), place(C, Section.WORTH_KNOWING))
    assert numbered(visible(edition(mixed, entries=[A, B, C]), None, Mark.PUBLIC)) == [
        (Section.MUST_KNOW, 1, "b"),
        (Section.WORTH_KNOWING, 2, "c"),
        (Section.ALSO_NOTED, 3, "a"),
    ]


def test_a_leader_reads_the_own_view() -> None:
    views = (view(place(A, Section.MUST_KNOW)), view(place(B, Section.MUST_KNOW), leader_id="mayor"))
    reading = visible(edition(*views, entries=[A, B]), "mayor", Mark.PUBLIC)
    assert numbered(reading) == [(Section.MUST_KNOW, 1, "b")]


def test_a_leader_without_a_view_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        visible(edition(view(), entries=[]), "nobody", Mark.CONFIDENTIAL)


def test_a_lower_clearance_reads_the_entry_made_for_it() -> None:
    base = view(place(WHOLE, Section.MUST_KNOW))
    value = edition(base, entries=[WHOLE, PART])
    assert numbered(visible(value, None, Mark.CONFIDENTIAL)) == [(Section.MUST_KNOW, 1, "dam")]
    assert numbered(visible(value, None, Mark.INTERNAL)) == [(Section.MUST_KNOW, 1, "dam.public")]


def test_the_fullest_entry_below_the_clearance_is_chosen() -> None:
    report = entry_document("report", mark=Mark.INTERNAL)
    middle = entry("dam", OPEN, report, variant=Mark.INTERNAL)
    value = edition(view(place(WHOLE, Section.MUST_KNOW)), entries=[WHOLE, PART, middle])
    assert numbered(visible(value, None, Mark.INTERNAL)) == [(Section.MUST_KNOW, 1, "dam.internal")]


def test_an_entry_above_the_clearance_is_hidden_and_leaves_no_gap_in_the_numbers() -> None:
    base = view(place(WHOLE, Section.MUST_KNOW), place(A, Section.MUST_KNOW))
    reading = visible(edition(base, entries=[WHOLE, A]), None, Mark.PUBLIC)
    assert numbered(reading) == [(Section.MUST_KNOW, 1, "a")]
    assert [each.entry_id for each in reading.view.entries] == ["a"]


def test_reasons_of_a_replaced_entry_name_only_what_it_bears_out() -> None:
    part = replace(PART, topics=(TopicRef(id="floods", name="River floods"),))
    reasons = (
        reason(ReasonCode.TOPIC, topic="River floods", terms="seepage"),
        reason(ReasonCode.TOPIC, topic="Purges", terms="purge"),
        reason(ReasonCode.OWN_UNIT, source="Inspectorate"),
        reason(ReasonCode.INDEPENDENT_SOURCES, count=2),
        reason(ReasonCode.EDITOR_INCLUDED, author="Duty editor"),
        reason(ReasonCode.IMPORTANCE, rank=1),
    )
    value = edition(view(place(WHOLE, Section.MUST_KNOW, *reasons)), entries=[WHOLE, part])
    (read,) = visible(value, None, Mark.PUBLIC).sections[0].entries
    assert read.place.reasons == (
        reason(ReasonCode.TOPIC, topic="River floods"),
        reason(ReasonCode.INDEPENDENT_SOURCES, count=1),
        reason(ReasonCode.EDITOR_INCLUDED, author="Duty editor"),
    )


def test_a_replaced_entry_is_never_without_a_reason() -> None:
    base = view(place(WHOLE, Section.MUST_KNOW, reason(ReasonCode.OWN_UNIT, source="Inspectorate")))
    (read,) = visible(edition(base, entries=[WHOLE, PART]), None, Mark.PUBLIC).sections[0].entries
    assert read.place.reasons == (reason(ReasonCode.INDEPENDENT_SOURCES, count=1),)


def test_what_is_new_only_in_held_back_documents_is_not_called_developing() -> None:
    base = view(place(WHOLE, Section.MUST_KNOW, status=Status.DEVELOPING))
    value = edition(base, entries=[WHOLE, PART])
    assert visible(value, None, Mark.PUBLIC).sections[0].entries[0].place.status is Status.ONGOING
    assert visible(value, None, Mark.CONFIDENTIAL).sections[0].entries[0].place.status is Status.DEVELOPING


def test_a_remark_above_the_clearance_is_hidden() -> None:
    noted = replace(A, remark=remark("Ask Finance first.", Mark.INTERNAL))
    value = edition(view(place(noted, Section.MUST_KNOW)), entries=[noted])
    assert visible(value, None, Mark.PUBLIC).sections[0].entries[0].entry.remark is None
    assert visible(value, None, Mark.INTERNAL).sections[0].entries[0].entry.remark == noted.remark


def test_a_bottom_line_above_the_clearance_is_hidden() -> None:
    value = edition(view(), entries=[], bottom_line=remark("Decide on the dam.", Mark.INTERNAL))
    assert visible(value, None, Mark.PUBLIC).bottom_line is None
    assert visible(value, None, Mark.INTERNAL).bottom_line == value.bottom_line


def test_ledger_and_sources_are_filtered_and_counted_after_filtering() -> None:
    ledger = (
        line("d1", Bucket.TOLD, story_id="a"),
        line("d2", Bucket.LEFT_OUT, story_id="a"),
        line("d3", Bucket.NOTED, story_id="b"),
        line("d4", Bucket.LEFT_OUT, story_id="c"),
        line("d5", Bucket.DUPLICATE, story_id="a"),
        line("d6", Bucket.FAILED, story_id=None),
        line("d7", Bucket.TOLD, story_id="hidden", mark=Mark.CONFIDENTIAL),
    )
    states = (
        SourceLine(source_id="courier", name="Courier", mark=Mark.PUBLIC, state=SourceState.OK, documents=5),
        SourceLine(source_id="port", name="Port", mark=Mark.PUBLIC, state=SourceState.FAILED, documents=0),
        SourceLine(source_id="x", name="Inspectorate", mark=Mark.CONFIDENTIAL, state=SourceState.FAILED, documents=0),
    )
    reading = visible(edition(view(), entries=[], ledger=ledger, sources=states), None, Mark.PUBLIC)
    counts = reading.counts
    assert [each.document_id for each in reading.ledger] == ["d1", "d2", "d3", "d4", "d5", "d6"]
    assert (counts.documents, counts.duplicates, counts.failed) == (6, 1, 1)
    assert (counts.stories, counts.told, counts.noted, counts.left_out) == (3, 1, 1, 1)
    assert (counts.sources_ok, counts.sources_failed) == (1, ("Port",))


def test_left_out_stories_are_read_when_their_entries_are_handed_over() -> None:
    value = edition(view(place(A, Section.MUST_KNOW), place(WHOLE, Section.LEFT_OUT)), entries=[A])
    assert numbered(visible(value, None, Mark.PUBLIC)) == [(Section.MUST_KNOW, 1, "a")]
    assert numbered(visible(value, None, Mark.PUBLIC, candidates=[WHOLE, PART])) == [
        (Section.MUST_KNOW, 1, "a"),
        (Section.LEFT_OUT, 2, "dam.public"),
    ]


def test_whoever_may_read_the_whole_is_never_given_an_entry_made_for_others() -> None:
    value = edition(view(place(WHOLE, Section.LEFT_OUT)), entries=[PART])
    assert numbered(visible(value, None, Mark.CONFIDENTIAL)) == []


def said(mark: Mark) -> Reason:
    return reason(ReasonCode.STATEMENT, leader_id="mayor", mark=int(mark), title="Flood safety")


@pytest.mark.parametrize(
    ("privy", "shown"),
    [
        (Privy(), False),
        (Privy(leader_id="mayor"), True),
        (Privy(leader_id="deputy"), False),
        (Privy(cleared=Mark.PUBLIC), False),
        (Privy(cleared=Mark.INTERNAL), True),
        (Privy(leader_id="deputy", cleared=None), False),
    ],
)
@pytest.mark.parametrize("leader_id", [None, "mayor"])
def test_a_statement_is_named_only_to_its_leader_and_to_staff_cleared_for_it(
    privy: Privy, shown: bool, leader_id: str | None
) -> None:
    value = edition(view(place(A, Section.MUST_KNOW, said(Mark.INTERNAL)), leader_id=leader_id), entries=[A])
    (read,) = visible(value, leader_id, Mark.CONFIDENTIAL, privy=privy).sections[0].entries
    assert (ReasonCode.STATEMENT in [each.code for each in read.place.reasons]) == shown
    assert read.place.reasons, "an entry always has a reason"
    assert ("Flood safety" in repr(read)) == shown


def test_a_statement_is_not_named_beside_an_entry_that_holds_something_back() -> None:
    base = view(place(WHOLE, Section.MUST_KNOW, said(Mark.PUBLIC)))
    value = edition(base, entries=[WHOLE, PART])
    (read,) = visible(value, None, Mark.PUBLIC, privy=Privy(cleared=Mark.PUBLIC)).sections[0].entries
    assert "Flood safety" not in repr(read)
