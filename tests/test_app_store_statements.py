"""Statements: who reads them, taking them out and back; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import people, statements
from app.viewer import Role
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Mark, Statement, StatementKind
from tests.store_factory import NOW, viewer

DAY = date(2026, 5, 3)


def add(session: Session, leader_id: str = "mayor", title: str = "Flood safety", **changes: object) -> Statement:
    if leader_id not in {each.id for each in people.leaders(session)}:
        people.add_leader(session, name=leader_id, email="a@office.example", language="en", clearance=Mark.INTERNAL)
    values: dict[str, object] = {"kind": StatementKind.SPEECH, "said_on": DAY, "text": "Words.", "mark": Mark.INTERNAL}
    return statements.add(session, leader_id=leader_id, title=title, **{**values, **changes})  # type: ignore[arg-type]


def ids(found: tuple[Statement, ...]) -> list[str]:
    return [each.title for each in found]


def test_the_same_words_are_one_statement(session: Session) -> None:
    assert add(session).id == add(session, mark=Mark.PUBLIC).id
    (kept,) = statements.every(session, viewer())
    assert kept.mark is Mark.PUBLIC


def test_a_leader_reads_the_own_statements_only_whatever_their_mark(session: Session) -> None:
    mine, theirs = add(session, mark=Mark.CONFIDENTIAL), add(session, "deputy", "Other", mark=Mark.PUBLIC)
    mayor = viewer(Mark.PUBLIC, Role.LEADER, "mayor")
    assert statements.every(session, mayor) == (mine,)
    with pytest.raises(NotFoundError):
        statements.get(session, mayor, theirs.id)
    assert statements.every(session, viewer(Mark.CONFIDENTIAL, Role.LEADER)) == (), "the key of a reader is no leader"


def test_staff_read_as_far_as_they_are_cleared(session: Session) -> None:
    add(session, title="open", mark=Mark.PUBLIC)
    secret = add(session, title="secret", mark=Mark.CONFIDENTIAL)
    editor = viewer(Mark.INTERNAL, Role.EDITOR)
    assert ids(statements.every(session, editor)) == ["open"]
    with pytest.raises(NotFoundError):
        statements.remove(session, editor, secret.id, NOW)


def test_a_removed_statement_does_not_count_until_it_is_restored(session: Session) -> None:
    kept = add(session)
    statements.remove(session, viewer(), kept.id, NOW)
    assert statements.every(session, viewer()) == ()
    statements.restore(session, viewer(), kept.id)
    assert statements.every(session, viewer()) == (kept,)


def test_pages_follow_one_another_the_latest_first(session: Session) -> None:
    for number in range(5):
        add(session, title=f"s{number}", said_on=DAY + timedelta(days=number // 2))
    seen, after = [], None
    while True:
        page = statements.newest(session, viewer(), limit=2, after=after)
        seen += page.items
        after = page.next
        if after is None:
            break
    assert tuple(seen) == statements.every(session, viewer())
    with pytest.raises(InvalidInputError):
        statements.newest(session, viewer(), limit=2, after="x")
