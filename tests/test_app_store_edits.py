"""Edits of a draft: kept, undone, and never written over unseen; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.orm import Session

from app.db import make_engine, writing
from app.store import editions, edits
from app.viewer import system
from digest.edition import Edit, EditKind, Section
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark
from tests.digest_editions import edition, entry, place, view
from tests.store_factory import HOUR, NOW

A, B = entry("a"), entry("b")


@pytest.fixture
def draft(session: Session) -> Session:
    keep(session)
    return session


def keep(session: Session) -> None:
    base = view(place(A, Section.MUST_KNOW), place(B, Section.LEFT_OUT))
    editions.keep_draft(session, edition(base, entries=[A]), [B], NOW + HOUR)


def edit(kind: EditKind, story_id: str | None = None, **changes: object) -> Edit:
    return Edit(id=0, kind=kind, author="Edda", made_at=NOW, story_id=story_id, **changes)  # type: ignore[arg-type]


def add(session: Session, kind: EditKind, story_id: str | None = None, **changes: object) -> Edit:
    based_on = changes.pop("based_on", None)
    editions.add_edit(session, "2026-W47", edit(kind, story_id, **changes), based_on=based_on)  # type: ignore[arg-type]
    return edits.standing(session, "2026-W47")[-1]


def test_an_edit_comes_back_with_all_it_holds(draft: Session) -> None:
    written = add(
        draft,
        EditKind.ENTRY,
        headline="Port closes",
        text="Until Friday.",
        source="Port Authority",
        mark=Mark.INTERNAL,
        language="en",
        section=Section.WATCH,
        position=0,
    )
    assert (written.headline, written.text, written.source) == ("Port closes", "Until Friday.", "Port Authority")
    assert (written.mark, written.language, written.section, written.position) == (
        Mark.INTERNAL,
        "en",
        Section.WATCH,
        0,
    )
    stored = editions.get(draft, system(), "2026-W47").edition
    assert [each.id for each in stored.entries] == ["a", f"h{written.id}"]


@pytest.mark.parametrize("kind", [kind for kind in EditKind if kind.writes and kind is not EditKind.SOURCE])
def test_each_kind_of_text_is_undone_to_the_draft_before_it(draft: Session, kind: EditKind) -> None:
    before = editions.get(draft, system(), "2026-W47").edition
    written = add(draft, kind, None if kind is EditKind.BOTTOM_LINE else "a", text="Dam leaks", language="zh")
    assert editions.get(draft, system(), "2026-W47").edition != before
    assert edits.undo(draft, "2026-W47", NOW + HOUR, last=written.id) == written
    assert editions.get(draft, system(), "2026-W47").edition == before
    assert edits.standing(draft, "2026-W47") == ()


def test_a_text_that_was_changed_meanwhile_is_not_written_over(draft: Session) -> None:
    first = add(draft, EditKind.REMARK, "a", text="Ask Water.", based_on=0)
    for based_on in (0, first.id + 1):
        with pytest.raises(ConflictError) as caught:
            add(draft, EditKind.REMARK, "a", text="Ask Finance.", based_on=based_on)
        assert caught.value.code == "changed_meanwhile"
    assert edits.standing(draft, "2026-W47") == (first,)
    assert add(draft, EditKind.REMARK, "a", text="Ask both.", based_on=first.id).text == "Ask both."


def test_two_texts_of_one_entry_do_not_stand_in_each_others_way(draft: Session) -> None:
    add(draft, EditKind.REMARK, "a", text="Ask Water.", based_on=0)
    add(draft, EditKind.TRANSLATION, "a", text="水坝", language="zh", based_on=0)
    add(draft, EditKind.TRANSLATION, "a", text="Damm", language="de", based_on=0)
    add(draft, EditKind.BOTTOM_LINE, text="Decide.", based_on=0)
    assert len(edits.standing(draft, "2026-W47")) == 4


def test_a_text_that_was_undone_meanwhile_is_a_conflict_too(draft: Session) -> None:
    first = add(draft, EditKind.REMARK, "a", text="Ask Water.", based_on=0)
    edits.undo(draft, "2026-W47", NOW)
    with pytest.raises(ConflictError):
        add(draft, EditKind.REMARK, "a", text="Ask Finance.", based_on=first.id)


def test_undo_takes_back_the_change_that_was_meant_or_none(draft: Session) -> None:
    first = add(draft, EditKind.REMARK, "a", text="Ask Water.")
    second = add(draft, EditKind.INCLUDE, "b")
    with pytest.raises(ConflictError):
        edits.undo(draft, "2026-W47", NOW, last=first.id)
    assert edits.undo(draft, "2026-W47", NOW, last=second.id) == second
    assert edits.undo(draft, "2026-W47", NOW) == first
    assert edits.undo(draft, "2026-W47", NOW) is None


def test_an_edit_of_what_is_not_there_is_refused(draft: Session) -> None:
    with pytest.raises(NotFoundError):
        editions.add_edit(draft, "2026-W01", edit(EditKind.BOTTOM_LINE, text="x"))
    with pytest.raises(InvalidInputError):
        add(draft, EditKind.TRANSLATION, "a", text="x")


def test_of_two_who_write_at_the_same_moment_one_is_told(database_url: str) -> None:
    engine = make_engine(database_url)
    sessions = writing(engine)
    with sessions.begin() as session:
        keep(session)
    together, outcomes = threading.Barrier(2), []

    def write(text: str) -> None:
        together.wait()
        try:
            with sessions.begin() as session:
                add(session, EditKind.REMARK, "a", text=text, based_on=0)
            outcomes.append("saved")
        except ConflictError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=write, args=(text,)) for text in ("Ask Water.", "Ask Finance.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["changed_meanwhile", "saved"]
    with sessions() as session:
        assert len(edits.standing(session, "2026-W47")) == 1
    engine.dispose()
