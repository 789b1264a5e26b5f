from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.citations import broken
from digest.editing import apply, freeze, mark_to_write
from digest.edition import Approval, Bucket, Edit, Edition, EditKind, Entry, Reason, ReasonCode, Section, View
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.office_texts import latest, text_of, untranslated
from digest.reading import visible
from digest.types import Mark
from tests.digest_editions import edition, entry, entry_document, line, place, view
from tests.digest_factory import CUT_OFF

A, B, C, D = (entry(story_id) for story_id in "abcd")
SECRET = entry_document("secret", mark=Mark.CONFIDENTIAL, source="Inspectorate")
DAM = entry("dam", entry_document("open"), SECRET)
DAM_PUBLIC = entry("dam", entry_document("open"), variant=Mark.PUBLIC)
BELOW = Reason(code=ReasonCode.BELOW_LIMIT, params={"rank": 4, "limit": 3})
TOPIC = Reason(code=ReasonCode.TOPIC, params={"topic": "River floods"})
CANDIDATES = {each.id: each for each in (D, DAM, DAM_PUBLIC)}
APPROVAL = Approval(name="Office director", approved_at=CUT_OFF)


def draft() -> Edition:
    """Three stories told or noted, two left out; the mayor reads everything, the deputy what is public."""
    left_out = place(D, Section.LEFT_OUT, BELOW)
    base = view(
        place(A, Section.MUST_KNOW),
        place(B, Section.MUST_KNOW),
        place(C, Section.ALSO_NOTED),
        place(DAM, Section.LEFT_OUT, BELOW, TOPIC),
        left_out,
    )
    mayor = view(place(B, Section.MUST_KNOW), place(A, Section.WORTH_KNOWING), left_out, leader_id="mayor")
    deputy = view(
        place(A, Section.MUST_KNOW), place(DAM_PUBLIC, Section.LEFT_OUT), leader_id="deputy", clearance=Mark.PUBLIC
    )
    ledger = (
        line("d-a", Bucket.TOLD, story_id="a"),
        line("d-b", Bucket.TOLD, story_id="b"),
        line("d-c", Bucket.NOTED, story_id="c"),
        line("d-d", Bucket.LEFT_OUT, story_id="d", reason=BELOW),
        line("open", Bucket.LEFT_OUT, story_id="dam", reason=BELOW),
        line("secret", Bucket.LEFT_OUT, story_id="dam", mark=Mark.CONFIDENTIAL, reason=BELOW),
        line("again", Bucket.DUPLICATE, story_id="dam"),
        line("broken", Bucket.FAILED, story_id=None),
    )
    return edition(base, mayor, deputy, entries=[A, B, C], ledger=ledger)


def edit(kind: EditKind, story_id: str | None = None, **changes: object) -> Edit:
    values = {"id": 1, "author": "Duty editor", "made_at": CUT_OFF + timedelta(hours=1), **changes}
    return Edit(kind=kind, story_id=story_id, **values)  # type: ignore[arg-type]  # fields by name


def edited(*edits: Edit) -> Edition:
    return apply(draft(), CANDIDATES, edits)


def order(of: View | None, section: Section) -> list[str]:
    assert of is not None
    return [each.entry_id for each in of.entries if each.section is section]


def buckets(value: Edition) -> dict[str, Bucket]:
    return {each.document_id: each.bucket for each in value.ledger}


def test_no_edits_change_nothing() -> None:
    assert edited() == draft()


def test_an_included_story_comes_into_every_view_as_its_clearance_permits() -> None:
    value = edited(edit(EditKind.INCLUDE, "dam", section=Section.MUST_KNOW, position=0))
    assert order(value.view(None), Section.MUST_KNOW) == ["dam", "a", "b"]
    assert order(value.view("deputy"), Section.MUST_KNOW) == ["dam.public", "a"]
    assert order(value.view("mayor"), Section.MUST_KNOW) == ["b"]
    assert [each.id for each in value.entries] == ["a", "b", "c", "dam", "dam.public"]


def test_an_included_story_says_who_included_it_and_keeps_what_speaks_for_it() -> None:
    value = edited(edit(EditKind.INCLUDE, "dam"))
    (included,) = (each for each in value.views[0].entries if each.story_id == "dam")
    assert included.reasons == (Reason(code=ReasonCode.EDITOR_INCLUDED, params={"author": "Duty editor"}), TOPIC)
    assert included.section is Section.WORTH_KNOWING


def test_the_ledger_follows_what_is_included() -> None:
    before, value = draft(), edited(edit(EditKind.INCLUDE, "dam"))
    assert buckets(value) == {**buckets(before), "open": Bucket.TOLD, "secret": Bucket.TOLD}
    reasons = {each.document_id: each.reason.code for each in value.ledger}
    assert reasons["open"] is ReasonCode.EDITOR_INCLUDED
    assert reasons["d-d"] is ReasonCode.BELOW_LIMIT


def test_an_excluded_story_leaves_every_view_and_the_ledger_says_who_excluded_it() -> None:
    value = edited(edit(EditKind.EXCLUDE, "a"))
    for each in value.views:
        assert "a" in order(each, Section.LEFT_OUT)
    (excluded,) = (each for each in value.ledger if each.document_id == "d-a")
    assert excluded.bucket is Bucket.LEFT_OUT
    assert excluded.reason == Reason(code=ReasonCode.EDITOR_EXCLUDED, params={"author": "Duty editor"})


def test_an_excluded_story_can_be_included_again() -> None:
    value = edited(edit(EditKind.EXCLUDE, "a"), edit(EditKind.INCLUDE, "a", section=Section.MUST_KNOW, position=0))
    assert order(value.view(None), Section.MUST_KNOW) == ["a", "b"]
    assert buckets(value) == buckets(draft())


def test_a_story_moved_to_another_section_moves_in_every_view_that_may_read_it() -> None:
    value = edited(edit(EditKind.MOVE, "b", section=Section.FOR_DECISION))
    assert order(value.view(None), Section.FOR_DECISION) == ["b"]
    assert order(value.view("mayor"), Section.FOR_DECISION) == ["b"]
    assert order(value.view("deputy"), Section.FOR_DECISION) == []  # its view never knew the story
    assert next(each.section for each in value.views[0].entries) is Section.FOR_DECISION


def test_a_story_moved_to_another_section_reaches_a_reader_whose_view_left_it_out() -> None:
    include = edit(EditKind.INCLUDE, "d", section=Section.WORTH_KNOWING)
    exclude_everywhere = edit(EditKind.EXCLUDE, "d")
    value = edited(include, exclude_everywhere, include, edit(EditKind.MOVE, "d", section=Section.FOR_DECISION))
    assert order(value.view("mayor"), Section.FOR_DECISION) == ["d"]


def test_a_story_is_reordered_within_its_section_only_where_it_stands_there() -> None:
    value = edited(edit(EditKind.MOVE, "a", section=Section.MUST_KNOW, position=1))
    assert order(value.view(None), Section.MUST_KNOW) == ["b", "a"]
    assert order(value.view("mayor"), Section.WORTH_KNOWING) == ["a"]
    assert order(value.view("deputy"), Section.MUST_KNOW) == ["a"]


def test_a_position_past_the_end_is_the_last() -> None:
    value = edited(edit(EditKind.MOVE, "a", position=99))
    assert order(value.view(None), Section.MUST_KNOW) == ["b", "a"]


def test_a_noted_story_moved_up_is_told_in_the_ledger() -> None:
    value = edited(edit(EditKind.MOVE, "c", section=Section.WORTH_KNOWING))
    assert buckets(value)["d-c"] is Bucket.TOLD


def test_a_remark_carries_author_time_and_the_mark_of_the_entry() -> None:
    value = edited(edit(EditKind.INCLUDE, "dam"), edit(EditKind.REMARK, "dam", text=" 请财政局先看。 "))
    remarks = {each.id: each.remark for each in value.entries}
    assert remarks["dam"] is not None
    assert (remarks["dam"].text, remarks["dam"].author) == ("请财政局先看。", "Duty editor")
    assert remarks["dam"].written_at == CUT_OFF + timedelta(hours=1)
    assert remarks["dam"].mark is Mark.CONFIDENTIAL
    assert remarks["dam.public"] is None


def test_an_empty_remark_removes_the_one_before() -> None:
    value = edited(edit(EditKind.REMARK, "a", text="Wrong."), edit(EditKind.REMARK, "a", text="  "))
    assert value == draft()


def test_the_bottom_line_is_marked_as_high_as_what_the_base_view_tells() -> None:
    write = edit(EditKind.BOTTOM_LINE, text="Decide on the dam by Thursday.")
    assert edited(write).bottom_line.mark is Mark.PUBLIC
    assert edited(write, edit(EditKind.INCLUDE, "dam")).bottom_line.mark is Mark.CONFIDENTIAL


def test_an_empty_bottom_line_removes_it() -> None:
    assert edited(edit(EditKind.BOTTOM_LINE, text="x"), edit(EditKind.BOTTOM_LINE, text="")).bottom_line is None


@pytest.mark.parametrize("kind", [EditKind.INCLUDE, EditKind.EXCLUDE, EditKind.MOVE, EditKind.REMARK])
def test_a_story_the_draft_does_not_know_is_not_found(kind: EditKind) -> None:
    with pytest.raises(NotFoundError):
        edited(edit(kind, "nothing", section=Section.MUST_KNOW, text="x"))


def test_a_story_whose_entry_was_not_handed_over_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        apply(draft(), {}, [edit(EditKind.INCLUDE, "dam")])


@pytest.mark.parametrize(
    ("impossible", "code"),
    [
        (edit(EditKind.INCLUDE, "a"), "already_included"),
        (edit(EditKind.EXCLUDE, "dam"), "already_excluded"),
        (edit(EditKind.MOVE, "dam", section=Section.MUST_KNOW), "left_out"),
    ],
)
def test_what_does_not_fit_the_draft_is_a_conflict(impossible: Edit, code: str) -> None:
    with pytest.raises(ConflictError) as caught:
        edited(impossible)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        edit(EditKind.MOVE, "a"),
        edit(EditKind.MOVE, "a", section=Section.LEFT_OUT),
        edit(EditKind.INCLUDE, "dam", section=Section.LEFT_OUT),
        edit(EditKind.MOVE, "a", position=-1),
        edit(EditKind.EXCLUDE),
    ],
)
def test_what_no_draft_could_do_is_invalid(wrong: Edit) -> None:
    with pytest.raises(InvalidInputError):
        edited(wrong)


def test_an_approved_edition_is_not_edited_or_approved_again() -> None:
    frozen = freeze(draft(), APPROVAL)
    with pytest.raises(ConflictError):
        apply(frozen, CANDIDATES, [])
    with pytest.raises(ConflictError):
        freeze(frozen, APPROVAL)


def test_a_frozen_edition_holds_only_what_somebody_gets() -> None:
    frozen = freeze(edited(edit(EditKind.EXCLUDE, "b")), APPROVAL)
    assert [each.id for each in frozen.entries] == ["a", "c"]
    assert all(each.section is not Section.LEFT_OUT for of in frozen.views for each in of.entries)
    assert frozen.approval == APPROVAL
    assert frozen.ledger == edited(edit(EditKind.EXCLUDE, "b")).ledger


def dam_and(*edits: Edit) -> dict[str, Entry]:
    return {each.id: each for each in edited(edit(EditKind.INCLUDE, "dam"), *edits).entries}


def by_hand(**changes: object) -> Edit:
    values = {"headline": "Port closes at noon", "source": "Port Authority, by telephone", "mark": Mark.INTERNAL}
    return edit(EditKind.ENTRY, **{"id": 7, "text": "The port closes until Friday.", **values, **changes})


TEXTS = [EditKind.HEADLINE, EditKind.GIST, EditKind.WHY_HERE, EditKind.RECOMMENDATION, EditKind.REMARK]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_of_the_office_reaches_no_lower_clearance_and_leaves_the_original(kind: EditKind) -> None:
    entries = dam_and(edit(kind, "dam", text="Spillway leaks"))
    assert text_of(entries["dam"], kind) == "Spillway leaks"
    assert entries["dam"].headline == DAM.headline
    assert entries["dam.public"] == DAM_PUBLIC
    value = edited(edit(EditKind.INCLUDE, "dam"), edit(kind, "dam", text="Spillway leaks"))
    assert "Spillway leaks" in repr(visible(value, None, Mark.CONFIDENTIAL))
    assert "Spillway leaks" not in repr(visible(value, None, Mark.INTERNAL))


@pytest.mark.parametrize("kind", TEXTS)
def test_an_emptied_text_leaves_the_original(kind: EditKind) -> None:
    assert edited(edit(kind, "a", text="Other"), edit(kind, "a", text=" ")) == draft()


def test_an_original_sent_back_unchanged_is_no_text_of_the_office() -> None:
    assert edited(edit(EditKind.HEADLINE, "a", text=f" {A.headline} ")) == draft()


def test_an_edited_headline_carries_author_and_time() -> None:
    (changed,) = (each for each in edited(edit(EditKind.HEADLINE, "a", text="Dam leaks")).entries if each.id == "a")
    assert changed.office_headline is not None
    assert (changed.office_headline.author, changed.office_headline.written_at) == (
        "Duty editor",
        CUT_OFF + timedelta(hours=1),
    )


def test_translations_are_kept_for_each_language() -> None:
    write = [
        edit(EditKind.TRANSLATION, "a", text=text, language=code) for code, text in (("zh", "水坝"), ("de", "Damm"))
    ]
    (entry_a,) = (each for each in edited(*write).entries if each.id == "a")
    assert {code: each.text for code, each in entry_a.translations.items()} == {"zh": "水坝", "de": "Damm"}
    assert edited(*write, edit(EditKind.TRANSLATION, "a", text="", language="zh")).entries[0].translations.keys() == {
        "de"
    }
    with pytest.raises(InvalidInputError):
        edited(edit(EditKind.TRANSLATION, "a", text="x"))


def test_untranslated_entries_are_counted_for_the_readers_of_each_language() -> None:
    chinese = view(place(A, Section.MUST_KNOW), place(D, Section.LEFT_OUT), leader_id="zhou")
    value = edition(*draft().views, replace(chinese, language="zh"), entries=[A, B, C])
    assert untranslated(value, Mark.CONFIDENTIAL) == {"en": (), "zh": ("a",)}
    translate = edit(EditKind.TRANSLATION, "a", text="水坝", language="zh")
    assert untranslated(apply(value, CANDIDATES, [translate]), Mark.CONFIDENTIAL) == {"en": (), "zh": ()}
    secret = edition(replace(view(place(DAM, Section.MUST_KNOW)), language="zh"), entries=[DAM])
    assert untranslated(secret, Mark.CONFIDENTIAL) == {"zh": ("dam",)}
    assert untranslated(secret, Mark.INTERNAL) == {"zh": ()}


def test_a_hand_written_entry_comes_into_every_view_cleared_for_it_and_changes_no_ledger() -> None:
    value = edited(by_hand(section=Section.MUST_KNOW, position=0))
    assert order(value.view(None), Section.MUST_KNOW) == ["h7", "a", "b"]
    assert order(value.view("mayor"), Section.MUST_KNOW) == ["h7", "b"]
    assert order(value.view("deputy"), Section.MUST_KNOW) == ["a"]
    assert value.ledger == draft().ledger
    assert "Port" not in repr(visible(value, None, Mark.PUBLIC))
    assert broken(value, {}) == ()


def test_every_word_of_a_hand_written_entry_is_office_text_with_its_source() -> None:
    written = next(each for each in edited(by_hand()).entries if each.by_hand)
    texts = (written.office_headline, written.office_gist, written.source)
    assert [each.text for each in texts if each] == [
        "Port closes at noon",
        "The port closes until Friday.",
        "Port Authority, by telephone",
    ]
    assert {(each.author, each.mark) for each in texts if each} == {("Duty editor", Mark.INTERNAL)}
    assert (written.gist, written.sentences, written.documents) == (None, (), ())


def test_a_hand_written_entry_is_edited_moved_excluded_and_brought_back_like_any_other() -> None:
    value = edited(
        by_hand(),
        edit(EditKind.HEADLINE, "h7", text="Port closes"),
        edit(EditKind.SOURCE, "h7", text="Port Authority, fax"),
        edit(EditKind.MOVE, "h7", section=Section.WATCH),
        edit(EditKind.EXCLUDE, "h7"),
        edit(EditKind.INCLUDE, "h7", section=Section.MUST_KNOW),
    )
    assert order(value.view(None), Section.MUST_KNOW) == ["a", "b", "h7"]
    written = next(each for each in value.entries if each.by_hand)
    assert (text_of(written, EditKind.HEADLINE), text_of(written, EditKind.SOURCE)) == (
        "Port closes",
        "Port Authority, fax",
    )


def test_an_excluded_hand_written_entry_stays_with_the_draft_and_goes_when_it_is_approved() -> None:
    value = edited(by_hand(), edit(EditKind.EXCLUDE, "h7"))
    assert "h7" in [each.id for each in value.entries]
    assert "h7" not in [each.id for each in freeze(value, APPROVAL).entries]


@pytest.mark.parametrize("missing", ["headline", "source", "mark"])
def test_a_hand_written_entry_without_headline_source_or_mark_is_refused(missing: str) -> None:
    with pytest.raises(InvalidInputError):
        edited(by_hand(**{missing: None}))


@pytest.mark.parametrize(
    ("kind", "story"), [(EditKind.HEADLINE, "h7"), (EditKind.SOURCE, "h7"), (EditKind.SOURCE, "a")]
)
def test_a_hand_written_entry_keeps_headline_and_source_and_others_have_none_of_their_own(
    kind: EditKind, story: str
) -> None:
    with pytest.raises(InvalidInputError):
        edited(by_hand(), edit(kind, story, text="" if story == "h7" else "Hearsay"))


def test_a_text_is_marked_like_what_it_is_written_about() -> None:
    value = edited(by_hand())
    assert mark_to_write(value, CANDIDATES, "dam") is Mark.CONFIDENTIAL
    assert mark_to_write(value, CANDIDATES, "h7") is Mark.INTERNAL
    assert mark_to_write(value, CANDIDATES, None) is Mark.INTERNAL
    with pytest.raises(NotFoundError):
        mark_to_write(value, CANDIDATES, "nothing")


def test_the_last_edit_of_a_text_is_the_one_that_counts() -> None:
    edits = [
        edit(EditKind.REMARK, "a", id=1),
        edit(EditKind.MOVE, "a", id=2),
        edit(EditKind.REMARK, "a", id=3),
        edit(EditKind.TRANSLATION, "a", id=4, language="zh"),
        edit(EditKind.BOTTOM_LINE, id=5),
    ]
    assert {field: found.id for field, found in latest(edits).items()} == {
        (EditKind.REMARK, "a", None): 3,
        (EditKind.TRANSLATION, "a", "zh"): 4,
        (EditKind.BOTTOM_LINE, None, None): 5,
    }


STORIES = st.sampled_from(["a", "b", "c", "d", "dam", "h1", "h2"])
SECTIONS = st.sampled_from([section for section in Section if section is not Section.LEFT_OUT])
EDITS = st.one_of(
    st.builds(
        lambda story, section, at: edit(EditKind.INCLUDE, story, section=section, position=at),
        STORIES,
        SECTIONS,
        st.integers(0, 4),
    ),
    st.builds(lambda story: edit(EditKind.EXCLUDE, story), STORIES),
    st.builds(
        lambda story, section, at: edit(EditKind.MOVE, story, section=section, position=at),
        STORIES,
        SECTIONS,
        st.none() | st.integers(0, 4),
    ),
    st.builds(
        lambda kind, story, text: edit(kind, story, text=text, language="zh"),
        st.sampled_from([kind for kind in EditKind if kind.writes]),
        STORIES,
        st.sampled_from(["Noted.", "Other.", ""]),
    ),
    st.builds(
        lambda mark, section, at: by_hand(mark=mark, section=section, position=at),
        st.sampled_from(Mark),
        SECTIONS,
        st.none() | st.integers(0, 4),
    ),
)


def possible(edits: list[Edit]) -> Edition:
    """The draft after those of the edits that fit when their turn comes."""
    done: list[Edit] = []
    for number, each in enumerate(edits, start=1):
        numbered = replace(each, id=number)
        try:
            edited(*done, numbered)
        except (ConflictError, NotFoundError, InvalidInputError):
            continue
        done.append(numbered)
    return edited(*done)


def readable(of: View, entries: dict[str, Entry]) -> bool:
    return all(entries[each.entry_id].mark <= of.clearance for each in of.entries if each.entry_id in entries)


@given(st.lists(EDITS, max_size=6))
def test_whatever_is_edited_views_keep_their_stories_and_the_ledger_agrees_with_them(edits: list[Edit]) -> None:
    before, value = draft(), possible(edits)
    entries = {each.id: each for each in value.entries}
    for was, now in zip(before.views, value.views, strict=True):
        written = [each.id for each in value.entries if each.by_hand and each.mark <= now.clearance]
        assert sorted([*(each.entry_id for each in was.entries), *written]) == sorted(
            each.entry_id for each in now.entries
        )
        sections = [list(Section).index(each.section) for each in now.entries]
        assert sections == sorted(sections)
        assert readable(now, entries)
    told = {
        document.id
        for of in value.views
        for each in of.entries
        if each.section.told
        for document in entries[each.entry_id].documents
    }
    assert told == {document_id for document_id, bucket in buckets(value).items() if bucket is Bucket.TOLD}
    assert [each.document_id for each in value.ledger] == [each.document_id for each in before.ledger]


@given(st.lists(EDITS, max_size=6), st.sampled_from(Mark))
def test_whatever_is_written_nobody_reads_a_text_above_the_clearance(edits: list[Edit], clearance: Mark) -> None:
    for of in draft().views:
        reading = visible(possible(edits), of.leader_id, min(clearance, of.clearance), candidates=CANDIDATES.values())
        for read in (read for section in reading.sections for read in section.entries):
            texts = (read.entry.office_headline, read.entry.office_gist, read.entry.source, read.entry.why_here)
            others = (read.entry.recommendation, read.entry.remark, *read.entry.translations.values())
            assert all(text.mark <= clearance for text in (*texts, *others) if text)
