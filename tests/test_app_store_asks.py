"""Asks in the database: who may know of which, every change kept, lists page by page, results brought back once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import asks, documents, editions, stories
from app.store.asks import ChangeKind, Which
from app.viewer import Role, system
from digest.asks import AskKind, AskState
from digest.edition import Approval, Edition, Section
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark
from tests.ask_factory import DUE, wanted
from tests.digest_editions import edition, entry, place, view
from tests.store_factory import NOW, add_source, item, store, viewer

EDITOR = viewer(role=Role.EDITOR)
LEADER = viewer(role=Role.LEADER)
TODAY = NOW.date()


def made_edition(session: Session, identifier: str, weeks: int = 0) -> Edition:
    one = entry("s1")
    cut_off = NOW + timedelta(weeks=weeks)
    made = edition(view(place(one, Section.MUST_KNOW)), entries=(one,), id=identifier, cut_off=cut_off)
    editions.keep_draft(session, made, (), cut_off)
    return made


def approve(session: Session, identifier: str) -> Edition:
    value = replace(editions.get(session, system(), identifier).edition, approval=Approval(name="A", approved_at=NOW))
    editions.freeze(session, value)
    asks.mark_told(session, value)
    return value


def walked(session: Session, which: Which, limit: int) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = asks.page(session, EDITOR, which, TODAY, limit=limit, after=after)
        found += [kept.ask.text for kept in page.items]
        after = page.next
        if after is None:
            return found


def test_an_ask_is_kept_as_it_was_written(session: Session) -> None:
    full = wanted(due_time=time(12, 30), options="a; b", recommendation="a", consulted="Finance", next_step="Survey")
    made = asks.add(session, EDITOR, full, NOW, story_id="s1")
    kept = asks.get(session, EDITOR, made.id)
    assert (kept.ask, kept.address) == (made, "water@office.example")
    assert (made.due, made.due_time, made.options, made.next_step) == (DUE, time(12, 30), "a; b", "Survey")
    assert (made.made_by, made.made_at, made.state, made.story_id) == ("V", NOW, AskState.OPEN, "s1")


def test_a_form_sent_twice_makes_one_ask_and_what_was_closed_may_be_asked_again(session: Session) -> None:
    first = asks.add(session, EDITOR, wanted(), NOW)
    assert asks.add(session, EDITOR, wanted(), NOW + timedelta(seconds=2)).id == first.id
    asks.close(session, EDITOR, first.id, AskState.DONE, "Released.", NOW)
    again = asks.add(session, EDITOR, wanted(), NOW)
    assert again.id != first.id
    assert asks.add(session, EDITOR, wanted(), NOW).id == again.id
    assert walked(session, Which.OPEN, 10) == ["Release the reserve"]


def test_what_was_changed_by_whom_and_why_is_kept(session: Session) -> None:
    made = asks.add(session, EDITOR, wanted(), NOW)
    later = replace(wanted(), due=DUE + timedelta(days=2), next_step="Wait for the survey")
    asks.change(session, EDITOR, made.id, later, "The survey is late.", NOW)
    asks.change(session, EDITOR, made.id, later, "Nothing, in fact.", NOW)
    asks.close(session, EDITOR, made.id, AskState.DROPPED, "Not needed.", NOW)
    asks.reopen(session, EDITOR, made.id, "It leaks again.", NOW)
    changes = asks.history(session, EDITOR, made.id)
    assert [(each.kind, each.reason) for each in changes] == [
        (ChangeKind.MADE, ""),
        (ChangeKind.EDITED, "The survey is late."),
        (ChangeKind.CLOSED, "Not needed."),
        (ChangeKind.REOPENED, "It leaks again."),
    ]
    assert changes[1].before == {"due": "2026-11-26", "next_step": ""}
    assert changes[3].before == {"state": "dropped", "result": "Not needed."}
    ask = asks.get(session, EDITOR, made.id).ask
    assert (ask.state, ask.closed_at, ask.result) == (AskState.OPEN, None, "")


def test_what_does_not_fit_the_state_is_refused(session: Session) -> None:
    made = asks.add(session, EDITOR, wanted(), NOW)
    with pytest.raises(ConflictError, match="ask_open"):
        asks.reopen(session, EDITOR, made.id, "", NOW)
    asks.close(session, EDITOR, made.id, AskState.DONE, "Done.", NOW)
    with pytest.raises(ConflictError, match="ask_closed"):
        asks.close(session, EDITOR, made.id, AskState.DONE, "Done.", NOW)
    with pytest.raises(ConflictError, match="ask_closed"):
        asks.change(session, EDITOR, made.id, wanted("x"), "", NOW)


def test_nobody_knows_of_an_ask_above_the_clearance(session: Session) -> None:
    made = asks.add(session, EDITOR, wanted(mark=Mark.INTERNAL), NOW)
    below = viewer(Mark.PUBLIC, Role.EDITOR)
    for act in (
        lambda: asks.get(session, below, made.id),
        lambda: asks.history(session, below, made.id),
        lambda: asks.change(session, below, made.id, wanted(), "", NOW),
        lambda: asks.close(session, below, made.id, AskState.DONE, "", NOW),
        lambda: asks.get(session, below, "nobody"),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert asks.page(session, below, Which.OPEN, TODAY, limit=9).items == ()
    assert asks.counts(session, below, TODAY)[Which.OPEN] == 0
    assert asks.every_open(session, below) == asks.for_edition(session, below) == ()
    with pytest.raises(InvalidInputError, match="mark"):
        asks.add(session, below, wanted("Another", mark=Mark.INTERNAL), NOW)


def test_addresses_and_histories_are_for_those_who_make_editions(session: Session) -> None:
    made = asks.add(session, EDITOR, wanted(), NOW)
    assert asks.get(session, LEADER, made.id).address is None
    assert asks.history(session, LEADER, made.id) == ()


def test_an_ask_of_a_draft_reaches_leaders_and_owners_when_an_edition_with_it_is_approved(session: Session) -> None:
    made_edition(session, "2026-W47")
    made_edition(session, "2026-W48", 1)
    made = asks.add(session, EDITOR, wanted(), NOW, story_id="s1", edition_id="2026-W47")
    free = asks.add(session, EDITOR, wanted("Free"), NOW)
    assert {kept.ask.id for kept in asks.to_remind(session, system())} == {free.id}
    assert [kept.ask.text for kept in asks.page(session, LEADER, Which.OPEN, TODAY, limit=9).items] == ["Free"]
    with pytest.raises(NotFoundError):
        asks.get(session, LEADER, made.id)
    approve(session, "2026-W48")  # 2026-W47 was never approved: the later edition is the first that asked it
    assert asks.get(session, LEADER, made.id).ask.edition_id == "2026-W48"
    assert {kept.ask.id for kept in asks.to_remind(session, system())} == {made.id, free.id}


def test_nobody_is_reminded_without_an_address(session: Session) -> None:
    asks.add(session, EDITOR, wanted(address=None), NOW)
    assert asks.to_remind(session, system()) == ()


def test_a_result_comes_back_in_one_edition(session: Session) -> None:
    for weeks, identifier in enumerate(("2026-W47", "2026-W48", "2026-W49")):
        made_edition(session, identifier, weeks)
    made = asks.add(session, EDITOR, wanted(), NOW)
    assert [ask.state for ask in approve(session, "2026-W47").asks] == [AskState.OPEN]
    asks.close(session, EDITOR, made.id, AskState.DONE, "Released.", NOW)
    told = approve(session, "2026-W48").asks
    assert [(ask.state, ask.result) for ask in told] == [(AskState.DONE, "Released.")]
    assert approve(session, "2026-W49").asks == ()
    assert [ask.state for ask in editions.get(session, system(), "2026-W47").edition.asks] == [AskState.OPEN]
    asks.reopen(session, EDITOR, made.id, "Again.", NOW)
    assert [ask.state for ask in asks.for_edition(session, system())] == [AskState.OPEN]


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_lists_are_in_order_and_pages_neither_skip_nor_repeat(session: Session, limit: int) -> None:
    days = (-3, 0, -1, 5, 5, 5, 2)
    for number, days_left in enumerate(days):
        asks.add(session, EDITOR, wanted(f"{days_left:+d} {number}", due=TODAY + timedelta(days=days_left)), NOW)
    for number in range(3):
        made = asks.add(session, EDITOR, wanted(f"closed {number}", due=TODAY + timedelta(days=number)), NOW)
        asks.close(session, EDITOR, made.id, AskState.DONE, "Done.", NOW)
    found = walked(session, Which.OPEN, limit)
    assert [each.split()[0] for each in found] == ["-3", "-1", "+0", "+2", "+5", "+5", "+5"]
    assert len(set(found)) == 7
    assert walked(session, Which.OVERDUE, limit) == ["-3 0", "-1 2"]
    assert walked(session, Which.CLOSED, limit) == ["closed 2", "closed 1", "closed 0"]
    assert asks.counts(session, EDITOR, TODAY) == {Which.OPEN: 7, Which.OVERDUE: 2, Which.CLOSED: 3}


@pytest.mark.parametrize("cursor", ["x", "20261126-a1", "739946", "739946-", "739946-A1", "9" * 40])
def test_a_cursor_that_no_page_gave_is_refused(session: Session, cursor: str) -> None:
    with pytest.raises(InvalidInputError, match="after"):
        asks.page(session, EDITOR, Which.OPEN, TODAY, limit=1, after=cursor)


def test_an_ask_follows_its_story_through_merges(session: Session) -> None:
    source = add_source(session)
    store(session, source, item())
    (document,) = (each.id for each in documents.every_version(session, system()))
    for old, new in (("s1", "s2"), ("s2", "s3")):
        stories.regroup(session, {document: old}, {}, {}, NOW)
        stories.regroup(session, {document: new}, {}, {old: new}, NOW)
    asks.add(session, EDITOR, wanted(), NOW, story_id="s1")
    assert [ask.story_id for ask in asks.every_open(session, system())] == ["s3"]


def test_an_approved_edition_is_byte_for_byte_for_those_cleared_for_its_asks(session: Session) -> None:
    made_edition(session, "2026-W47")
    asks.add(session, EDITOR, wanted(mark=Mark.INTERNAL, kind=AskKind.INFORMATION, due=date(2026, 12, 1)), NOW)
    approve(session, "2026-W47")
    assert editions.frozen_bytes(session, viewer(Mark.INTERNAL), "2026-W47")
    with pytest.raises(NotFoundError):
        editions.frozen_bytes(session, viewer(Mark.PUBLIC), "2026-W47")
