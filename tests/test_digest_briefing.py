from dataclasses import replace
from datetime import timedelta

import pytest

from digest.briefing import Composed, FailedDocument, ToldStory, compose
from digest.citations import broken
from digest.edition import Bucket, Entry, LedgerLine, Reason, ReasonCode, Section, Status, Told, View, ViewEntry
from digest.errors import InvalidInputError
from digest.inputs import BriefingParams, PeriodStory
from digest.lengths import Lengths
from digest.types import Document, Mark
from tests.digest_factory import FLOODS, HOUSING, START, document, inputs, leader, story

RENTS = "Average rent for a student room reached 540 euros in October, eight per cent above last year. "
RENTS_MORE = "The tenants' union counts eleven per cent, but only for private rooms. "
SEEPAGE = "Seepage at gauge 4 of the Eastgate dam rose from 12 to 19 litres a minute within two weeks. "
CLOSED = "The Inspectorate closed the lower gallery after its night visit and ordered a second survey. "


def rents(**changes: object) -> Document:
    return document("rents", "Student rents up 8 per cent", RENTS, **changes)


def rents_again() -> Document:
    return document("rents2", "Rents for students rise", RENTS_MORE, source_id="herald", hours=30)


def seepage() -> Document:
    return document("seepage", "Seepage rises at Eastgate dam", SEEPAGE, source_id="tribune")


def report() -> Document:
    return document(
        "report", "Lower gallery of Eastgate dam closed", CLOSED, source_id="inspectorate", mark=Mark.CONFIDENTIAL
    )


def noise(number: int, **changes: object) -> PeriodStory:
    """A story outside all topics that one newspaper tells."""
    words = f"The brass band number {number} played {number + 3} marches at the harbour on Sunday afternoon. "
    return story(f"n{number:02}", document(f"noise{number:02}", f"Brass band {number} plays", words, **changes))


def places(view: View | None, section: Section) -> list[str]:
    assert view is not None
    return [each.entry_id for each in view.entries if each.section is section]


def place(composed: Composed, entry_id: str, leader_id: str | None = None) -> ViewEntry:
    view = composed.edition.view(leader_id)
    assert view is not None
    return next(each for each in view.entries if each.entry_id == entry_id)


def entries(composed: Composed) -> dict[str, Entry]:
    return {each.id: each for each in (*composed.edition.entries, *composed.candidates)}


def ledger(composed: Composed) -> dict[str, LedgerLine]:
    return {each.document_id: each for each in composed.edition.ledger}


def reason(code: ReasonCode, **params: str | int) -> Reason:
    return Reason(code=code, params=params)


def test_an_entry_tells_its_story_in_verbatim_cited_sentences() -> None:
    documents = (rents(), rents_again())
    composed = compose(inputs(story("s1", *documents)))
    (entry,) = composed.edition.entries
    assert entry.headline in {each.title for each in documents}
    assert entry.gist is not None
    assert entry.independent_sources == 2
    assert [each.name for each in entry.topics] == ["Housing"]
    assert [each.source for each in entry.documents] == ["Courier", "Herald"]
    assert broken(composed.edition, {(each.id, each.version): each.text for each in documents}) == ()


def test_a_chinese_story_is_composed_like_any_other() -> None:
    text = (
        "市统计局周四公布，十月学生公寓平均房租升至五百四十欧元，比去年上涨百分之八。学校周一新开一百二十个应急床位。"
    )
    told = document("zh", "学生房租上涨百分之八", text, language="zh", source_id="gazette")
    composed = compose(inputs(story("s1", told)))
    (entry,) = composed.edition.entries
    assert (entry.headline, entry.language) == ("学生房租上涨百分之八", "zh")
    assert [each.name for each in entry.topics] == ["Housing"]
    assert entry.gist is not None
    assert entry.gist.text in text
    assert broken(composed.edition, {("zh", 1): text}) == ()


def test_a_week_without_stories_is_an_edition_with_empty_views() -> None:
    composed = compose(inputs(leaders=(leader("mayor"),)))
    assert [(view.leader_id, view.entries) for view in composed.edition.views] == [(None, ()), ("mayor", ())]
    assert (composed.edition.entries, composed.edition.ledger, composed.candidates) == ((), (), ())


def test_views_are_the_base_first_then_the_leaders_by_name() -> None:
    composed = compose(inputs(leaders=(leader("zoe"), leader("adam", clearance=Mark.PUBLIC))))
    views = composed.edition.views
    assert [view.name for view in views] == ["Office of the Mayor", "Adam", "Zoe"]
    assert [view.clearance for view in views] == [Mark.CONFIDENTIAL, Mark.PUBLIC, Mark.CONFIDENTIAL]


def test_topic_stories_are_musts_and_what_two_sources_tell_is_worth_knowing() -> None:
    text = "The old cinema on Mill Street opens again after nine years. "
    told = [document(f"film{s}", "Cinema opens again", f"{text}Says {s}.", source_id=s) for s in ("courier", "herald")]
    composed = compose(inputs(story("s1", rents()), story("film", *told), noise(1)))
    base = composed.edition.view(None)
    assert places(base, Section.MUST_KNOW) == ["s1"]
    assert places(base, Section.WORTH_KNOWING) == ["film"]
    assert places(base, Section.LEFT_OUT) == ["n01"]


def test_an_office_without_topics_has_nothing_outside_them() -> None:
    base = compose(inputs(noise(1), topics=())).edition.view(None)
    assert places(base, Section.WORTH_KNOWING) == ["n01"]


def test_a_story_that_many_sources_tell_is_a_must_outside_all_topics() -> None:
    text = "The central bank of the neighbouring country closed its counters on Tuesday. "
    told = [
        document(
            f"bank{i}", "Central bank closes its counters", text + f"Queues were {i + 2} streets long.", source_id=s
        )
        for i, s in enumerate(("courier", "herald", "tribune"))
    ]
    base = compose(inputs(story("bank", *told))).edition.view(None)
    assert places(base, Section.MUST_KNOW) == ["bank"]


def test_what_does_not_fit_is_noted_and_then_left_out_with_rank_and_limit() -> None:
    params = BriefingParams(lengths=Lengths(must_know=1, worth_knowing=1, also_noted=1))
    stories = [story(f"r{i}", document(f"rent{i}", f"Rent case {i}", RENTS, hours=24 + i)) for i in range(4)]
    composed = compose(inputs(*stories, params=params))
    base = composed.edition.view(None)
    assert places(base, Section.MUST_KNOW) == ["r3"]  # equal but for the hour: the latest first
    assert places(base, Section.WORTH_KNOWING) == ["r2"]
    assert places(base, Section.ALSO_NOTED) == ["r1"]
    assert places(base, Section.LEFT_OUT) == ["r0"]
    assert [each.id for each in composed.candidates] == ["r0"]
    assert ledger(composed)["rent0"].reason == reason(ReasonCode.BELOW_LIMIT, rank=4, of=4, limit=3)
    assert place(composed, "r0").reasons[0] == reason(ReasonCode.BELOW_LIMIT, rank=4, of=4, limit=3)
    assert [ledger(composed)[f"rent{i}"].bucket for i in (3, 1, 0)] == [Bucket.TOLD, Bucket.NOTED, Bucket.LEFT_OUT]


def test_what_is_left_out_outside_all_topics_says_so() -> None:
    composed = compose(inputs(*(noise(i) for i in range(20))))
    left_out = places(composed.edition.view(None), Section.LEFT_OUT)
    assert len(left_out) == 20
    assert {place(composed, each).reasons[0].code for each in left_out} == {ReasonCode.OUTSIDE_TOPICS}


def test_stories_of_own_units_and_higher_authorities_are_told_or_noted_however_many() -> None:
    params = BriefingParams(lengths=Lengths(from_units=2, also_noted=0))
    told = [noise(i, source_id="water", mark=Mark.INTERNAL) for i in range(9)]
    composed = compose(inputs(*told, story("x", document("x", "Notice", CLOSED, source_id="ministry")), params=params))
    base = composed.edition.view(None)
    assert len(places(base, Section.FROM_UNITS)) == 2
    assert len(places(base, Section.ALSO_NOTED)) == 8
    assert places(base, Section.LEFT_OUT) == []
    assert {line.reason.code for line in composed.edition.ledger} == {
        ReasonCode.OWN_UNIT,
        ReasonCode.HIGHER_AUTHORITY,
    }


def test_each_leader_gets_what_the_own_topics_weigh() -> None:
    params = BriefingParams(lengths=Lengths(must_know=1, worth_knowing=0, also_noted=0))
    leaders = (leader("anna", weights={HOUSING.id: 1.0}), leader("bo", weights={FLOODS.id: 1.0}))
    composed = compose(inputs(story("s1", rents()), story("s2", seepage()), leaders=leaders, params=params))
    assert places(composed.edition.view("anna"), Section.MUST_KNOW) == ["s1"]
    assert places(composed.edition.view("bo"), Section.MUST_KNOW) == ["s2"]


def test_the_ledger_names_the_leaders_who_alone_are_told() -> None:
    params = BriefingParams(lengths=Lengths(must_know=1, worth_knowing=0, also_noted=0))
    leaders = (
        leader("anna", weights={HOUSING.id: 1.0}),
        leader("ben", weights={HOUSING.id: 1.0}),
        leader("cleo", weights={FLOODS.id: 1.0}),
    )
    composed = compose(inputs(story("s1", rents()), story("s2", seepage()), leaders=leaders, params=params))
    assert places(composed.edition.view(None), Section.MUST_KNOW) == ["s1"]
    line = ledger(composed)["seepage"]
    assert (line.bucket, line.reason) == (Bucket.TOLD, reason(ReasonCode.TOLD_ELSEWHERE, leaders="Cleo"))


def told(*sentences: str) -> ToldStory:
    return ToldStory(told=(Told(edition_id="2026-W46", number=4),), sentences=sentences)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (None, Status.NEW),
        (told(RENTS.strip(), RENTS_MORE.strip()), Status.ONGOING),
        (told("The mayor opened a new bridge over the canal."), Status.DEVELOPING),
        (told(), Status.DEVELOPING),
    ],
)
def test_status_is_against_what_the_reader_was_told(before: ToldStory | None, status: Status) -> None:
    history = {"anna": {"s1": before}} if before else {}
    news = document("rents", "Student rents up 8 per cent", RENTS + RENTS_MORE)
    composed = compose(inputs(story("s1", news), leaders=(leader("anna"), leader("bo")), told=history))
    read = place(composed, "s1", "anna")
    assert read.status is status
    assert read.told_before == (before.told if before else ())
    assert place(composed, "s1", "bo").status is Status.NEW
    assert place(composed, "s1").status is Status.NEW


def test_the_status_of_the_base_view_is_against_what_any_reader_was_told() -> None:
    composed = compose(
        inputs(story("s1", rents()), base_told={"s1": told(RENTS.strip(), "Student rents up 8 per cent")})
    )
    assert place(composed, "s1").status is Status.ONGOING


def test_a_reprint_is_listed_but_confirms_nothing() -> None:
    copy = document("copy", "Student rents up 8 per cent", RENTS, source_id="herald", hours=30)
    composed = compose(inputs(story("s1", rents(), copy, duplicates={"copy": "rents"})))
    (entry,) = composed.edition.entries
    assert (entry.independent_sources, entry.reprints) == (1, 1)
    assert [each.duplicate_of for each in entry.documents] == [None, "rents"]
    line = ledger(composed)["copy"]
    assert (line.bucket, line.duplicate_of) == (Bucket.DUPLICATE, "rents")
    assert line.reason == reason(ReasonCode.REPEATS, source="Courier")


def test_a_story_with_nothing_but_repetitions_of_earlier_periods_makes_no_entry() -> None:
    earlier = rents(source_id="tribune", hours=-100)
    copy = replace(rents(), id="copy")
    composed = compose(inputs(story("s1", copy, duplicates={"copy": "rents"}, earlier=[earlier])))
    assert (composed.edition.entries, composed.candidates) == ((), ())
    line = ledger(composed)["copy"]
    assert (line.bucket, line.reason) == (Bucket.DUPLICATE, reason(ReasonCode.REPEATS, source="Tribune"))


def test_a_repeated_document_that_was_not_handed_over_is_an_error() -> None:
    with pytest.raises(InvalidInputError):
        compose(inputs(story("s1", rents(), duplicates={"rents": "unknown"})))


def test_late_and_undated_documents_are_marked() -> None:
    members = (
        rents(hours=30),
        replace(rents_again(), published_at=START - timedelta(days=9)),
        replace(seepage(), published_at=None),
        replace(rents_again(), id="night", published_at=START - timedelta(hours=20)),
    )
    (entry,) = compose(inputs(story("s1", *members))).edition.entries
    assert {each.id: each.late for each in entry.documents} == {
        "rents": False,
        "rents2": True,
        "seepage": True,
        "night": False,
    }


def test_no_dated_document_is_late_for_the_first_edition() -> None:
    (entry,) = compose(inputs(story("s1", rents(hours=-9000)), period_start=None)).edition.entries
    assert [each.late for each in entry.documents] == [False]


def test_a_document_that_could_not_be_read_is_accounted_for() -> None:
    failed = FailedDocument(document_id="pdf", source_id="water", title="Report", mark=Mark.INTERNAL, error="encrypted")
    line = ledger(compose(inputs(failed=(failed,))))["pdf"]
    assert (line.bucket, line.version, line.mark) == (Bucket.FAILED, 0, Mark.INTERNAL)
    assert line.reason == reason(ReasonCode.UNREADABLE, error="encrypted")


def test_a_document_with_a_readable_version_is_accounted_for_by_that() -> None:
    failed = FailedDocument(document_id="rents", source_id="courier", title="x", mark=Mark.PUBLIC, error="broken")
    composed = compose(inputs(story("s1", rents()), failed=(failed,)))
    assert [(line.document_id, line.bucket) for line in composed.edition.ledger] == [("rents", Bucket.TOLD)]


def test_a_lower_clearance_gets_an_entry_made_without_what_it_may_not_read() -> None:
    leaders = (leader("chief"), leader("press", clearance=Mark.PUBLIC))
    composed = compose(inputs(story("dam", seepage(), report()), leaders=leaders))
    made = entries(composed)
    assert place(composed, "dam", "chief").story_id == "dam"
    assert place(composed, "dam.public", "press").story_id == "dam"
    assert [each.id for each in made["dam"].documents] == ["report", "seepage"]
    assert [each.id for each in made["dam.public"].documents] == ["seepage"]
    assert (made["dam"].mark, made["dam.public"].mark) == (Mark.CONFIDENTIAL, Mark.PUBLIC)
    assert made["dam.public"].headline == "Seepage rises at Eastgate dam"


def test_a_story_whole_for_every_reader_has_one_entry() -> None:
    composed = compose(inputs(story("s1", rents()), leaders=(leader("press", clearance=Mark.PUBLIC),)))
    assert [each.id for each in composed.edition.entries] == ["s1"]


def test_a_document_that_repeats_a_secret_one_is_no_duplicate_to_those_who_may_not_know() -> None:
    leak = document("leak", "Gallery of the dam closed", CLOSED, source_id="herald", hours=40)
    again = document("again", "Gallery of the dam closed", CLOSED, source_id="gazette", hours=50)
    duplicates = {"leak": "report", "again": "report"}
    leaders = (leader("press", clearance=Mark.PUBLIC),)
    composed = compose(inputs(story("dam", report(), leak, again, duplicates=duplicates), leaders=leaders))
    made = entries(composed)
    assert {each.id: each.duplicate_of for each in made["dam"].documents} == {"report": None, **duplicates}
    assert {each.id: each.duplicate_of for each in made["dam.public"].documents} == {"leak": None, "again": "leak"}
    lines = ledger(composed)
    assert (lines["leak"].bucket, lines["leak"].duplicate_of) == (Bucket.TOLD, None)
    assert (lines["again"].bucket, lines["again"].duplicate_of) == (Bucket.DUPLICATE, "leak")


def test_the_reason_in_a_ledger_line_rests_on_nothing_marked_higher_than_the_line() -> None:
    open_word = document("fair", "Autumn fair opens", "The autumn fair opened on Saturday with forty stalls. ")
    composed = compose(inputs(story("fair", open_word, report())))
    lines = ledger(composed)
    assert lines["report"].reason.code is ReasonCode.TOPIC or "Inspectorate" in str(lines["report"].reason.params)
    assert "Inspectorate" not in str(lines["fair"].reason.params)
