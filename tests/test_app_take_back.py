"""Taking an approval back: the edition is a draft again as if nobody had approved it, and who did so is kept."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.jobs.approve import approve, take_back
from app.jobs.compose import compose
from app.jobs.lock import LockedError, lock
from app.jobs.send import send
from app.models import Base
from app.office import Office
from app.store import approvals, asks, deliveries, editions, edits, late_notes
from app.store.deliveries import DeliveryState
from app.store.editions import EditionState
from app.viewer import Role, system
from digest.asks import AskState
from digest.edition import Edit, EditKind
from digest.errors import ConflictError, NotFoundError
from digest.types import Mark
from tests import victim
from tests.ask_factory import wanted
from tests.conftest import MailServer
from tests.store_factory import NOW, made_office, viewer

WEEK = "2026-W47"
HOUR = timedelta(hours=1)
ARNO = viewer(role=Role.APPROVER)
UNTOUCHED = {"edition": {"taken_back"}, "taken_back": None}
"""What taking back leaves: the trace."""


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    made = made_office(tmp_path / "home", database_url, smtp_server)
    with made.writing.begin() as session:
        done = asks.add(session, ARNO, wanted("Matter 1"), NOW)
        asks.close(session, ARNO, done.id, AskState.DONE, "It is done.", NOW)
    compose(made, NOW)
    with made.writing.begin() as session:
        story = editions.get(session, system(), WEEK).edition.entries[0].story_id
        remark = Edit(id=0, kind=EditKind.REMARK, author="V", made_at=NOW, story_id=story, text="A remark.")
        editions.add_edit(session, WEEK, remark)
    yield made
    made.close()


def rows(office: Office) -> dict[str, list[str]]:
    with office.engine.connect() as connection:
        found = {}
        for name, table in Base.metadata.tables.items():
            left = UNTOUCHED.get(name, set())
            if left is not None:
                every = connection.execute(select(table)).mappings()
                found[name] = sorted(repr({key: row[key] for key in row if key not in left}) for row in every)
        return found


def state(office: Office) -> EditionState:
    with office.reading() as session:
        return editions.get(session, system(), WEEK).line.state


def test_everything_that_approving_wrote_is_undone(office: Office) -> None:
    before = rows(office)
    approve(office, WEEK, ARNO, NOW + HOUR)
    assert rows(office) != before
    assert take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert rows(office) == before


def test_asks_that_came_from_another_draft_are_that_drafts_again(office: Office) -> None:
    with office.writing.begin() as session:
        draft = editions.get(session, system(), WEEK).edition
        other = replace(draft, id="2026-W48", cut_off=draft.cut_off + timedelta(days=7), ledger=())
        editions.keep_draft(session, other, (), NOW)
        made = asks.add(session, ARNO, wanted("Matter 2"), NOW, edition_id="2026-W48")
    before = rows(office)
    approve(office, WEEK, ARNO, NOW + HOUR)
    with office.reading() as session:
        assert asks.get(session, system(), made.id).ask.edition_id == WEEK
    take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert rows(office) == before


def test_who_took_it_back_and_the_notes_that_stood_on_it_are_kept(office: Office) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    with office.writing.begin() as session:
        edition = editions.get(session, system(), WEEK).edition
        public = next(entry.story_id for entry in edition.entries if entry.mark is Mark.PUBLIC)
        late_notes.add(session, ARNO, WEEK, public, "It was 6 %.", Mark.INTERNAL, NOW)
    take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    with office.reading() as session:
        (found,) = approvals.history(session, system(), WEEK)
        assert (found.approved_by, found.approved_at, found.author, found.made_at) == (
            "V",
            NOW + HOUR,
            "V",
            NOW + 2 * HOUR,
        )
        assert [note.text for note in found.notes] == ["It was 6 %."]
        (intern,) = approvals.history(session, viewer(Mark.PUBLIC, Role.EDITOR), WEEK)
        assert intern.notes == ()
        assert approvals.history(session, viewer(role=Role.LEADER), WEEK) == ()


def test_it_is_edited_and_approved_anew_and_only_the_new_value_goes_out(
    office: Office, smtp_server: MailServer
) -> None:
    first = approve(office, WEEK, ARNO, NOW + HOUR)
    take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    send(office, NOW + 2 * HOUR)
    assert smtp_server.mails == []
    with office.writing.begin() as session:
        assert len(edits.standing(session, WEEK)) == 1
        text = Edit(id=0, kind=EditKind.BOTTOM_LINE, author="V", made_at=NOW, text="Decide now.")
        editions.add_edit(session, WEEK, text)
    second = approve(office, WEEK, ARNO, NOW + 3 * HOUR)
    assert second != first
    send(office, NOW + 3 * HOUR)
    mayor = next(each for each in smtp_server.mails if each.recipients == ("mayor@office.example",))
    assert "Decide now." in str(mayor.message.get_body(("plain",)).get_content())
    with office.reading() as session:
        value = editions.frozen_bytes(session, system(), WEEK)
    assert hashlib.sha256(value).hexdigest() == second


def test_taking_back_twice_or_a_draft_changes_nothing(office: Office) -> None:
    assert not take_back(office, WEEK, ARNO, NOW)
    approve(office, WEEK, ARNO, NOW + HOUR)
    assert take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert not take_back(office, WEEK, ARNO, NOW + 3 * HOUR)
    with office.reading() as session:
        assert len(approvals.history(session, system(), WEEK)) == 1
    with pytest.raises(NotFoundError):
        take_back(office, "2026-W01", ARNO, NOW)


def test_what_was_begun_or_sent_is_not_taken_back(office: Office, smtp_server: MailServer) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    smtp_server.refused.add("deputy@office.example")
    send(office, NOW + HOUR)
    before = rows(office)
    with pytest.raises(ConflictError, match="sending_begun"):
        take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert rows(office) == before


def test_a_mail_begun_without_an_answer_counts_as_begun_even_when_it_is_planned_again(office: Office) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    with office.writing.begin() as session:
        first = deliveries.planned(session, WEEK)[0]
        deliveries.begin(session, first.id, DeliveryState.WRITING, b"half written", NOW)
        deliveries.end_interrupted(session)
    with pytest.raises(ConflictError, match="sending_begun"):
        take_back(office, WEEK, ARNO, NOW + 2 * HOUR)


def test_mails_that_no_server_was_reached_for_have_not_left(office: Office) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    unreachable = replace(office, settings=office.settings.model_copy(update={"smtp_port": 1}))
    send(unreachable, NOW + HOUR)
    assert take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert state(office) is EditionState.DRAFT


@pytest.mark.parametrize("verb", ["send", "approve"])
def test_it_waits_for_no_sending_and_no_approving_but_says_so(office: Office, verb: str) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    with lock(office, verb), pytest.raises(LockedError, match=verb):
        take_back(office, WEEK, ARNO, NOW + 2 * HOUR)
    assert state(office) is EditionState.APPROVED


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (viewer(role=Role.EDITOR), "not_an_approver"),
        (viewer(clearance=Mark.PUBLIC, role=Role.APPROVER), "clearance_too_low"),
    ],
)
def test_who_may_not_approve_takes_nothing_back(office: Office, who: object, code: str) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    with pytest.raises(ConflictError, match=code):
        take_back(office, WEEK, who, NOW + 2 * HOUR)  # type: ignore[arg-type]  # a viewer
    assert state(office) is EditionState.APPROVED


def test_another_approval_than_the_one_that_was_seen_stays(office: Office) -> None:
    first = approve(office, WEEK, ARNO, NOW + HOUR)
    take_back(office, WEEK, ARNO, NOW + 2 * HOUR, seen=first)
    approve(office, WEEK, ARNO, NOW + 3 * HOUR)
    with pytest.raises(ConflictError, match="approved_anew"):
        take_back(office, WEEK, ARNO, NOW + 4 * HOUR, seen=first)


def test_it_is_held_for_a_person_even_where_unapproved_editions_are_sent_marked(
    office: Office, smtp_server: MailServer
) -> None:
    marking = replace(office, settings=office.settings.model_copy(update={"unapproved": "send_marked"}))
    approve(marking, WEEK, ARNO, NOW + HOUR)
    take_back(marking, WEEK, ARNO, NOW + 2 * HOUR)
    late = NOW + timedelta(days=4)
    for _ in range(2):
        assert send(marking, late).unapproved == (WEEK,)
    assert [mail.recipients for mail in smtp_server.mails] == [("ada@office.example",)]
    assert smtp_server.mails[0].message["Subject"] == "Briefing W47 is held: not approved in time"
    approve(marking, WEEK, ARNO, late)
    take_back(marking, WEEK, ARNO, late)
    send(marking, late)
    assert len(smtp_server.mails) == 2  # told again: it is another approval that is missing


@pytest.mark.parametrize("step", range(2, 27, 6))
def test_killed_at_any_moment_it_is_done_whole_or_not_at_all(office: Office, step: int) -> None:
    before = rows(office)
    approve(office, WEEK, ARNO, NOW + HOUR)
    approved = rows(office)
    place = {"STAFFWORK_HOME": str(office.settings.home)}
    arguments = victim.command("tests.victim", str(step), "approve", "--take-back", WEEK)
    subprocess.run(arguments, cwd=victim.ROOT, env={**victim.os.environ, **place}, stdout=subprocess.DEVNULL)
    assert rows(office) in (approved, before)
    done = victim.run("approve --take-back " + WEEK, place)
    assert done.returncode == 0
    assert rows(office) == before
