"""Sources: what is due, what an attempt leaves behind, how a failing one is treated; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import sources
from collectors.types import Fetched, NotModified, Outcome
from digest.edition import SourceState
from digest.errors import FetchError, InvalidInputError, NotFoundError
from digest.types import Mark, Source
from tests.store_factory import HOUR, NOW, add_source, item, store, viewer


def failed(source: Source, *, retry_after_s: float | None = None) -> Outcome:
    error = FetchError("http_status", status=503, retry_after_s=retry_after_s)
    return Outcome(source=source, result=error, seconds=0.1)


def test_a_source_is_due_at_once_then_after_its_interval(session: Session) -> None:
    source = add_source(session)
    assert [task.source.id for task in sources.due(session, NOW)] == [source.id]
    sources.record(session, Outcome(source=source, result=NotModified(), seconds=0.1), {}, NOW, HOUR)
    assert sources.due(session, NOW + HOUR / 2) == ()
    assert len(sources.due(session, NOW + HOUR)) == 1


def test_a_named_source_is_read_whether_it_is_due_or_not(session: Session) -> None:
    source = add_source(session)
    sources.record(session, Outcome(source=source, result=NotModified(), seconds=0.1), {}, NOW, HOUR)
    assert len(sources.due(session, NOW, only=source.id)) == 1


def test_a_failing_source_waits_longer_each_time_and_is_never_off(session: Session) -> None:
    source = add_source(session)
    waits = []
    for _ in range(12):
        sources.record(session, failed(source), {}, NOW, HOUR)
        health = sources.health(session, viewer())[0]
        assert health.next_fetch_at is not None
        waits.append(health.next_fetch_at - NOW)
    assert waits[:3] == [HOUR, 2 * HOUR, 4 * HOUR]
    assert waits[-1] == timedelta(hours=24)


def test_retry_after_is_honoured(session: Session) -> None:
    source = add_source(session)
    sources.record(session, failed(source, retry_after_s=90_000), {}, NOW, HOUR)
    assert sources.health(session, viewer())[0].next_fetch_at == NOW + timedelta(seconds=90_000)


def test_a_success_ends_the_failing_and_keeps_the_validators(session: Session) -> None:
    source = add_source(session)
    sources.record(session, failed(source), {}, NOW, HOUR)
    fetched = Fetched(items=(), same=0, etag='"x"', last_modified="Fri")
    sources.record(session, Outcome(source=source, result=fetched, seconds=0.1), {}, NOW, HOUR)
    task = sources.due(session, NOW + HOUR)[0]
    assert (task.etag, task.last_modified, sources.health(session, viewer())[0].failures) == ('"x"', "Fri", 0)


def test_a_task_knows_what_its_source_last_said_of_each_document(session: Session) -> None:
    source = add_source(session)
    store(session, source, item(complete=False, error=FetchError("timeout")), item("b2"))
    task = sources.due(session, NOW)[0]
    assert dict(task.known) == {"a1": item().fingerprint, "b2": item("b2").fingerprint}


def test_the_ledger_line_of_a_failing_source_names_the_failure(session: Session) -> None:
    source = add_source(session)
    sources.record(session, failed(source), {}, NOW, HOUR)
    line = sources.lines(session, NOW, {})[0]
    assert (line.state, line.error) == (SourceState.FAILED, "http_status")
    assert sources.lines(session, NOW - HOUR, {})[0].state is SourceState.OK


def test_the_same_address_is_added_once(session: Session) -> None:
    add_source(session)
    with pytest.raises(InvalidInputError, match="harbour-times"):
        add_source(session)


def test_names_that_are_alike_get_ids_of_their_own(session: Session) -> None:
    ids = {add_source(session, name).id for name in ("Post", "Post!", "晚报", "日报")}
    assert len(ids) == 4


def test_who_is_not_cleared_does_not_know_of_the_source(session: Session) -> None:
    source = add_source(session, mark=Mark.CONFIDENTIAL)
    assert sources.every(session, viewer(Mark.INTERNAL)) == ()
    assert sources.health(session, viewer(Mark.INTERNAL)) == ()
    with pytest.raises(NotFoundError):
        sources.get(session, viewer(Mark.INTERNAL), source.id)
