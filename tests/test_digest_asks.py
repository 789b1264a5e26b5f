"""Asks: the order they are read in, what a mail has room for, and when owners are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import asks
from digest.asks import Ask, AskKind, AskState, DueParams, Reminder
from digest.types import Mark

TODAY = date(2026, 11, 26)  # a Thursday
MADE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def ask(identifier: str = "a1", due: date = TODAY, **changes: object) -> Ask:
    made = Ask(
        id=identifier,
        kind=AskKind.DECISION,
        text="Release the reserve",
        owner="Water",
        due=due,
        mark=Mark.PUBLIC,
        made_by="Editor",
        made_at=MADE,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # keywords of a dataclass


def closed(identifier: str, when: datetime = MADE, state: AskState = AskState.DONE) -> Ask:
    return ask(identifier, state=state, closed_at=when, closed_by="Editor", result="Done.")


@st.composite
def some_asks(draw: st.DrawFn) -> list[Ask]:
    numbers = draw(st.lists(st.integers(0, 999), unique=True, max_size=20))
    return [
        ask(
            f"a{number}",
            draw(DAYS),
            due_time=draw(st.sampled_from([None, time(9), time(17)])),
            state=(state := draw(st.sampled_from(AskState))),
            closed_at=None if state is AskState.OPEN else MADE + timedelta(days=draw(st.integers(0, 30))),
            mark=draw(st.sampled_from(Mark)),
            kind=draw(st.sampled_from(AskKind)),
            story_id=draw(st.sampled_from([None, "s1", "s2"])),
        )
        for number in numbers
    ]


def ids(found: Sequence[Ask]) -> list[str]:
    return [each.id for each in found]


def test_overdue_ones_come_first_then_by_due_date_then_the_latest_result() -> None:
    given_asks = [
        closed("old", MADE),
        ask("later", TODAY + timedelta(days=3)),
        ask("late", TODAY - timedelta(days=1)),
        ask("evening", due_time=time(17)),
        ask("noon", due_time=time(12)),
        ask("very-late", TODAY - timedelta(days=9)),
        closed("new", MADE + timedelta(days=1), AskState.DROPPED),
    ]
    assert ids(asks.in_order(given_asks, TODAY)) == ["very-late", "late", "noon", "evening", "later", "new", "old"]


@given(some_asks(), DAYS)
def test_every_ask_stands_in_the_order_once_and_no_open_one_after_a_later_one(found: list[Ask], today: date) -> None:
    ordered = asks.in_order(found, today)
    assert sorted(ids(ordered)) == sorted(ids(found))
    assert ordered == asks.in_order(found[::-1], today)
    still_open = [each for each in ordered if each.open]
    assert [each.due for each in still_open] == sorted(each.due for each in still_open)
    assert not any(each.open for each in ordered[len(still_open) :])


@given(some_asks(), DAYS, st.integers(1, 9), st.integers(0, 3))
def test_a_mail_has_no_more_lines_than_said_and_no_idle_ones(
    found: list[Ask], today: date, lines: int, results: int
) -> None:
    shown = asks.listed(found, today, DueParams(lines=lines, results=min(results, lines)))
    assert len(shown) == min(lines, len(found))
    results_shown = sum(not each.open for each in shown)
    assert results_shown >= min(results, lines, sum(not each.open for each in found))
    still_open = [each for each in shown if each.open]
    assert still_open == [each for each in asks.in_order(found, today) if each.open][: len(still_open)]


def test_many_open_asks_do_not_crowd_out_a_result() -> None:
    many = [ask(f"a{day}", TODAY + timedelta(days=day)) for day in range(9)]
    shown = asks.listed([*many, closed("result")], TODAY)
    assert ids(shown) == ["a0", "a1", "a2", "a3", "a4", "a5", "result"]


@given(some_asks(), st.sampled_from(Mark))
def test_nobody_is_shown_an_ask_marked_higher_than_the_clearance(found: list[Ask], clearance: Mark) -> None:
    assert {each.id for each in asks.permitted(found, clearance)} == {e.id for e in found if e.mark <= clearance}


def test_a_story_waits_for_its_open_decision_that_is_due_first() -> None:
    found = [
        ask("later", TODAY + timedelta(days=2), story_id="s1"),
        ask("first", TODAY, story_id="s1"),
        ask("told", TODAY, kind=AskKind.INFORMATION, story_id="s2"),
        replace(closed("done"), story_id="s3"),
        ask("free", TODAY),
    ]
    assert {story: each.id for story, each in asks.decisions(found).items()} == {"s1": "first"}


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (date(2026, 11, 20), None),
        (date(2026, 11, 22), None),
        (date(2026, 11, 23), Reminder.BEFORE),  # Monday: three working days before Thursday
        (date(2026, 11, 25), Reminder.BEFORE),
        (date(2026, 11, 26), Reminder.DUE),
        (date(2026, 11, 27), Reminder.OVERDUE),
        (date(2026, 11, 28), None),  # Saturday
        (date(2026, 11, 30), Reminder.OVERDUE),
    ],
)
def test_reminders_come_three_working_days_before_on_the_day_and_daily_after(
    today: date, wanted: Reminder | None
) -> None:
    assert asks.reminder(ask(), today) == wanted


def test_a_weekend_does_not_count_among_the_days_before() -> None:
    monday = ask(due=date(2026, 11, 30))
    assert asks.reminder(monday, date(2026, 11, 24)) is None
    assert asks.reminder(monday, date(2026, 11, 25)) is Reminder.BEFORE


def test_holidays_count_as_little_as_weekends() -> None:
    holidays = {date(2026, 11, 25)}
    assert asks.reminder(ask(), date(2026, 11, 20), holidays) is Reminder.BEFORE
    assert asks.reminder(ask(), date(2026, 11, 25), holidays) is None


def test_what_is_due_on_a_sunday_is_reminded_of_on_friday() -> None:
    sunday = ask(due=date(2026, 11, 29))
    assert asks.reminder(sunday, date(2026, 11, 27)) is Reminder.DUE
    assert asks.reminder(sunday, date(2026, 11, 29)) is None
    assert asks.reminder(sunday, date(2026, 11, 30)) is Reminder.OVERDUE


@given(DAYS, DAYS, st.sets(DAYS, max_size=10), st.sampled_from(AskState))
def test_reminders_go_out_on_working_days_for_open_asks_only(
    due: date, today: date, holidays: set[date], state: AskState
) -> None:
    found = asks.reminder(ask(due=due, state=state), today, holidays)
    if found is not None:
        assert state is AskState.OPEN
        assert asks.is_working_day(today, holidays)
        assert (found is Reminder.OVERDUE) == (due < today)


@given(DAYS, st.sets(DAYS, max_size=10))
def test_an_open_ask_gets_each_reminder_on_its_way(due: date, holidays: set[date]) -> None:
    days = [due + timedelta(days=days) for days in range(-40, 40)]
    found = [reminder for day in days if (reminder := asks.reminder(ask(due=due), day, holidays))]
    assert list(dict.fromkeys(found)) == [Reminder.BEFORE, Reminder.DUE, Reminder.OVERDUE]
    assert found.count(Reminder.BEFORE) == asks.DAYS_BEFORE


@given(DAYS, st.integers(0, 20), st.sets(DAYS, max_size=10))
def test_working_days_are_counted(day: date, count: int, holidays: set[date]) -> None:
    before = asks.working_days_before(day, count, holidays)
    between = [before + timedelta(days=each) for each in range((day - before).days)]
    assert sum(asks.is_working_day(each, holidays) for each in between) == count
