"""How close stories are to what leaders said: words that tell, dates, kinds, languages; and who learns of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.briefing import compose
from digest.edition import ReasonCode, Section
from digest.interests import Closeness, Interests, story_terms
from digest.types import Mark, Statement, StatementKind
from tests.digest_factory import CUT_OFF, document, inputs, leader, story

TODAY = CUT_OFF.date()
DAM = "Seepage at the Eastgate dam rose to 19 litres a minute. Engineers want to lower the reservoir before winter."
BAND = "The brass band played marches at the harbour on Sunday afternoon, and people danced on the quay."
RENTS = "Average rent for a student room reached 540 euros in October. The university opens emergency places."
CHINESE = "东门水库大坝渗漏量上升到每分钟19升。工程师建议冬季前降低水库水位。"
ORDER = "I want to know of every seepage at the Eastgate dam before the reservoir is lowered for the winter."


def said(text: str = ORDER, **changes: object) -> Statement:
    given = Statement(
        id="t1",
        leader_id="mayor",
        kind=StatementKind.INSTRUCTION,
        said_on=TODAY - timedelta(days=10),
        title="Safety of the Eastgate dam",
        text=text,
        mark=Mark.INTERNAL,
    )
    return replace(given, **changes)  # type: ignore[arg-type]  # fields by name


TEXTS = {"dam": ("Seepage rises", DAM, "en"), "band": ("Band plays", BAND, "en"), "rents": ("Rents up", RENTS, "en")}
STORIES = {
    name: story_terms([document(name, title, text, language=code)]) for name, (title, text, code) in TEXTS.items()
}
STORIES["zh"] = story_terms([document("zh", "大坝渗漏上升", CHINESE, language="zh")])


def close(*statements: Statement, to: str = "dam", today: date = TODAY) -> tuple[Closeness, ...]:
    return Interests(statements, STORIES.values(), today=today).close(STORIES[to])


def test_a_story_is_close_to_a_statement_that_speaks_of_the_same() -> None:
    (found,) = close(said())
    assert found.statement.id == "t1"
    assert "Eastgate" in " ".join(found.terms)
    assert close(said(), to="rents") == close(said(), to="band") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Thank you all. On Sunday afternoon people asked me what comes next; I said that we shall see.",
        "Please report to me by Monday. I expect a good report from every office, and no more than one page.",
        "",
    ],
)
def test_common_words_never_make_a_reason(text: str) -> None:
    statement = said(text, title="To all of you")
    assert all(close(statement, to=name) == () for name in STORIES)


def test_verbs_and_adverbs_that_name_nothing_are_no_evidence() -> None:
    weak = "became dearer behind whether written whom waiting decides propose"
    told = story_terms([document("x", "Fire", f"The tannery {weak}. Smoke rose over Millgate all night.")])
    order = said(f"The lock {weak}. Have the gates inspected.", title="Gates")
    assert Interests([order], [told, *STORIES.values()], today=TODAY).close(told) == ()


def test_a_statement_counts_less_the_older_it_is_and_is_forgotten_in_the_end() -> None:
    ages = (0, 90, 180, 360)
    strengths = [close(said(said_on=TODAY - timedelta(days=age)))[0].strength for age in ages]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[2] == pytest.approx(strengths[0] / 2)
    assert close(said(said_on=TODAY - timedelta(days=800))) == ()


def test_an_instruction_counts_most_and_a_note_least() -> None:
    strengths = [
        close(said(kind=kind))[0].strength
        for kind in (StatementKind.INSTRUCTION, StatementKind.SPEECH, StatementKind.NOTE)
    ]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == 3


def test_only_an_agenda_counts_before_its_day() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert close(said(said_on=tomorrow)) == ()
    assert close(said(said_on=tomorrow, kind=StatementKind.AGENDA))


def test_each_language_is_compared_within_itself() -> None:
    chinese = said("请水务局密切关注东门水库大坝渗漏情况，冬季前降低水库水位。", title="东门水库大坝安全")
    assert close(chinese, to="zh")
    assert close(chinese, to="dam") == close(said(), to="zh") == ()


def test_a_matter_is_found_in_the_middle_of_a_long_speech() -> None:
    before = " ".join(f"Number {number} of our choirs sang of spring and gardens." for number in range(40))
    assert close(said(f"{before} {ORDER} {before}", title="New year", kind=StatementKind.SPEECH))


@given(st.permutations(list(STORIES.values())))
def test_the_order_of_the_stories_does_not_matter(stories: list[object]) -> None:
    found = Interests([said()], stories, today=TODAY).close(STORIES["dam"])  # type: ignore[arg-type]
    assert found == close(said())


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_may_be_a_statement(text: str, title: str) -> None:
    for each in Interests([said(text, title=title)], STORIES.values(), today=TODAY).close(STORIES["dam"]):
        assert 0 < each.strength <= 1


# In the briefing

LINE = document("band", "Brass band plays marches", BAND)
ABOUT = said(
    "I promised the brass band that marches may be played at the harbour on Sunday.", title="Brass band at the harbour"
)


def composed(*statements: Statement):
    others = [
        story(f"s{number}", document(f"o{number}", f"Matter {number}", f"The club {number} met."))
        for number in range(3)
    ]
    week = inputs(story("s-band", LINE), *others, leaders=(leader("mayor"), leader("deputy")), statements=statements)
    return compose(week)


def places(edition, leader_id):
    return {place.story_id: place for place in edition.view(leader_id).entries}


def test_a_story_close_to_a_statement_is_on_topic_for_its_leader_alone() -> None:
    edition = composed(ABOUT).edition
    mine, others = places(edition, "mayor")["s-band"], places(edition, "deputy")["s-band"]
    assert mine.section is Section.MUST_KNOW
    reason = next(each for each in mine.reasons if each.code is ReasonCode.STATEMENT)
    assert (reason.params["title"], reason.params["said_on"]) == (ABOUT.title, ABOUT.said_on.isoformat())
    assert others.section is Section.LEFT_OUT
    assert ABOUT.title not in repr(others)


def test_in_the_base_view_the_reason_names_whose_statement_it_is() -> None:
    base = places(composed(ABOUT).edition, None)["s-band"]
    (reason,) = [each for each in base.reasons if each.code is ReasonCode.STATEMENT]
    assert reason.params["leader"] == "Mayor"
    assert base.section is Section.MUST_KNOW


def test_the_ledger_names_no_statement() -> None:
    assert ABOUT.title not in repr(composed(ABOUT).edition.ledger)
    assert ReasonCode.STATEMENT not in {line.reason.code for line in composed(ABOUT).edition.ledger}


def test_without_statements_nothing_changes() -> None:
    later = replace(ABOUT, said_on=TODAY + timedelta(days=30))
    assert composed().edition.views == composed(later).edition.views
