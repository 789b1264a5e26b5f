"""Documents without their texts, page by page, and where stories were told; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.models import DocumentRow
from app.store import catalogue, documents, sources, stories
from app.viewer import Viewer, system
from collectors.types import Item
from digest.edition import Section, Status
from digest.errors import InvalidInputError, NotFoundError
from digest.types import Mark
from tests.api_office import NOW, english, seed


@pytest.fixture
def ids(session: Session) -> dict[str, str]:
    return seed(session)[0]


def cleared(mark: Mark) -> Viewer:
    return replace(system(), clearance=mark)


def walk(session: Session, viewer: Viewer, limit: int) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = catalogue.changes(session, viewer, limit=limit, after=after)
        found += [item.id for item in page.items]
        after = page.next
        if after is None:
            return found


@pytest.mark.parametrize("limit", [1, 3, 16])
def test_every_document_is_on_exactly_one_page(session: Session, ids: dict[str, str], limit: int) -> None:
    readable = [ids[name] for name in ids if name.startswith("d-") and name != "d-scan"]
    assert sorted(walk(session, system(), limit)) == sorted(readable)
    assert len(walk(session, cleared(Mark.PUBLIC), limit)) == len(readable) - 3


@pytest.mark.usefixtures("ids")
@pytest.mark.parametrize("mark", Mark)
def test_stories_are_counted_as_far_as_the_viewer_may_know(session: Session, mark: Mark) -> None:
    listed = stories.newest(session, cleared(mark), limit=100).items
    assert stories.count(session, cleared(mark)) == len(listed) > 0
    assert (stories.count(session, system()) > len(listed)) == (mark is not max(Mark))


def test_a_document_that_changes_between_two_pages_makes_no_other_appear_twice(
    session: Session, ids: dict[str, str]
) -> None:
    whole = walk(session, system(), 100)
    first = catalogue.changes(session, system(), limit=5)
    last = first.items[-1]
    source = next(each for each in sources.every(session, system()) if each.id == last.source_id)
    key = next(name for name in ids if ids[name] == last.id)
    item = Item(key=key, fingerprint="9", title="Changed", text="Changed text.")
    documents.store(session, source, [item], NOW + timedelta(hours=1), english)
    rest = catalogue.changes(session, system(), limit=100, after=first.next)
    assert [item.id for item in (*first.items, *rest.items)] == whole
    assert walk(session, system(), 100)[0] == last.id


def test_what_a_document_repeats_is_hidden_with_it(session: Session, ids: dict[str, str]) -> None:
    original = session.get_one(DocumentRow, ids["d-courier-rents"])
    repeat = ids["d-coast-rents"]
    assert catalogue.summary(session, cleared(Mark.PUBLIC), repeat).duplicate_of == original.id
    original.mark = int(Mark.INTERNAL)
    session.flush()
    assert catalogue.summary(session, cleared(Mark.PUBLIC), repeat).duplicate_of is None
    assert catalogue.summary(session, cleared(Mark.INTERNAL), repeat).duplicate_of == original.id


def test_a_document_without_text_or_above_the_clearance_is_none(session: Session, ids: dict[str, str]) -> None:
    for viewer, name in ((system(), "d-scan"), (cleared(Mark.INTERNAL), "d-fund"), (system(), "d-unknown")):
        with pytest.raises(NotFoundError):
            catalogue.summary(session, viewer, ids.get(name, name))


def test_a_story_has_its_documents_by_time_within_the_clearance(session: Session, ids: dict[str, str]) -> None:
    found = [[each.id for each in catalogue.of_story(session, cleared(mark), "s-dam")] for mark in Mark]
    assert [set(each) for each in found] == [
        {ids["d-rain"]},
        {ids["d-rain"], ids["d-seep"]},
        {ids["d-rain"], ids["d-seep"], ids["d-fund"]},
    ]
    with pytest.raises(NotFoundError):
        catalogue.of_story(session, cleared(Mark.INTERNAL), "s-sealed")


def test_a_story_is_told_where_each_view_has_it(session: Session, ids: dict[str, str]) -> None:
    (base,) = catalogue.tellings(session, system(), "s-rents", None)
    assert (base.edition_id, base.section, base.status) == ("2026-W47", Section.MUST_KNOW, Status.DEVELOPING)
    assert catalogue.tellings(session, system(), "s-rents", "nobody") == ()
    assert catalogue.tellings(session, cleared(Mark.INTERNAL), "s-sealed", None) == ()


def test_a_story_was_told_wherever_one_that_was_merged_into_it_was(session: Session, ids: dict[str, str]) -> None:
    (before,) = catalogue.tellings(session, system(), "s-gauge", None)
    (merged,) = catalogue.tellings(session, system(), "s-tram", None)
    stories.regroup(session, {ids["d-tram"]: "s-gauge"}, {}, {"s-tram": "s-gauge"}, NOW)
    assert set(catalogue.tellings(session, system(), "s-gauge", None)) == {before, merged}
    assert catalogue.tellings(session, system(), "s-tram", None) == ()


@pytest.mark.parametrize("after", ["x", "1-", "1--\x00", "999999999999999999-d1"])
def test_a_place_is_what_a_page_named(session: Session, after: str) -> None:
    with pytest.raises(InvalidInputError):
        catalogue.changes(session, system(), limit=1, after=after)
