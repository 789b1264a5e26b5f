"""Documents: identity, versions, clamped dates, clearance; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.store import documents
from digest.errors import NotFoundError, ParseError
from digest.types import Mark
from tests.store_factory import HOUR, NOW, add_source, item, store, viewer


def only(session: Session) -> documents.Document:
    return documents.get(session, viewer(), next(documents.every_version(session, viewer())).id)


def test_a_new_item_becomes_version_one(session: Session) -> None:
    assert store(session, add_source(session), item()) == {"new": 1}
    assert (only(session).version, only(session).text) == (1, "The dam holds.\nRain is forecast.")


def test_an_edited_item_is_a_new_version_and_the_old_text_stays(session: Session) -> None:
    source = add_source(session)
    store(session, source, item())
    assert store(session, source, item(text="The dam leaks."), now=NOW + HOUR) == {"changed": 1}
    first = documents.get(session, viewer(), only(session).id, 1)
    assert (first.text, only(session).text, only(session).version) == (
        "The dam holds.\nRain is forecast.",
        "The dam leaks.",
        2,
    )
    assert [each.number for each in documents.versions(session, viewer(), first.id)] == [2, 1]
    every = documents.every_version(session, viewer())
    assert [(each.version, each.text) for each in every] == [(1, first.text), (2, "The dam leaks.")]


def test_the_same_words_are_not_a_new_version(session: Session) -> None:
    source = add_source(session)
    store(session, source, item())
    assert store(session, source, item(fingerprint="another"), now=NOW + HOUR) == {"same": 1}
    assert only(session).changed_at == NOW


def test_a_date_in_the_future_is_clamped_and_marked(session: Session) -> None:
    store(session, add_source(session), item(published_at=NOW + timedelta(days=400)))
    assert (only(session).published_at, only(session).published_clamped) == (NOW, True)


def test_a_teaser_never_replaces_a_text_that_was_had(session: Session) -> None:
    source = add_source(session)
    store(session, source, item())
    assert store(session, source, item(text="The dam …", complete=False)) == {"same": 1}
    assert only(session).complete


def test_an_unreadable_document_is_kept_and_waits_for_the_ledger(session: Session) -> None:
    source = add_source(session, mark=Mark.INTERNAL)
    assert store(session, source, item(text="", error=ParseError("encrypted"))) == {"unreadable": 1}
    found = documents.unreadable(session, NOW)
    assert [(each.error, each.mark) for each in found] == [("encrypted", Mark.INTERNAL)]


def test_an_item_may_carry_a_higher_mark_than_its_source_and_never_a_lower_one(session: Session) -> None:
    source = add_source(session, mark=Mark.INTERNAL)
    store(session, source, item("high", mark=Mark.CONFIDENTIAL), item("low", mark=Mark.PUBLIC))
    assert {each.key: each.mark for each in documents.every_version(session, viewer())} == {
        "high": Mark.CONFIDENTIAL,
        "low": Mark.INTERNAL,
    }


def test_text_is_stored_in_nfc(session: Session) -> None:
    store(session, add_source(session), item(text="Cafe\u0301 opens"))
    assert only(session).text == "Café opens"


def test_who_is_not_cleared_neither_finds_nor_reads_nor_counts(session: Session) -> None:
    source = add_source(session, mark=Mark.INTERNAL)
    store(session, source, item())
    public = viewer(Mark.PUBLIC)
    identifier = only(session).id
    assert tuple(documents.every_version(session, public)) == ()
    assert documents.texts(session, public, [(identifier, 1)]) == {}
    with pytest.raises(NotFoundError):
        documents.get(session, public, identifier)
    with pytest.raises(NotFoundError):
        documents.versions(session, public, identifier)


def test_a_document_whose_text_no_edition_accounts_for_is_unaccounted_up_to_the_cut_off(session: Session) -> None:
    source = add_source(session)
    store(session, source, item("early"))
    store(session, source, item("late"), now=NOW + HOUR)
    assert [each.key for each, _, _ in documents.unaccounted(session, NOW)] == ["early"]
