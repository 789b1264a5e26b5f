"""A draft on its way to its sending: reminder, deadline, the deputy, and what becomes of it when nobody approves."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app import settings
from app.api.briefings import Desk
from app.i18n import translations
from app.jobs.approve import approve, release
from app.jobs.compose import compose
from app.jobs.group import group
from app.jobs.send import send
from app.jobs.setup import add_leader, add_person
from app.jobs.status import status
from app.office import Office, open_office
from app.store import deliveries, editions, sources
from app.store.editions import EditionState
from app.timetable import cut_off_to_draft
from app.viewer import Role, system
from digest.errors import InvalidInputError
from digest.types import Mark
from tests.conftest import MailServer
from tests.store_factory import NOW, item, made_office, store, viewer

WEEK = "2026-W47"
REMINDER, DEADLINE = NOW.replace(hour=14), NOW.replace(hour=16)
SENDING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
APPROVER = viewer(role=Role.APPROVER)
TOLD_OF_CHANGES = ("arno@office.example",)


def having(office: Office, **values: object) -> Office:
    """The office with other settings."""
    return replace(office, settings=office.settings.model_copy(update=values))


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    made = made_office(tmp_path / "home", database_url, smtp_server)
    add_person(made, "Arno", "arno@office.example", Role.APPROVER, Mark.CONFIDENTIAL, "en", None, NOW)
    office = having(made, deputy="deputy-director@office.example")
    compose(office, NOW)
    yield office
    office.close()


def mails(server: MailServer) -> list[tuple[str, str]]:
    """Address and subject of each mail since the last asking."""
    found = sorted((mail.recipients[0], str(mail.message["Subject"])) for mail in server.mails)
    server.mails.clear()
    return found


def body(server: MailServer, address: str) -> str:
    mail = next(mail for mail in server.mails if mail.recipients == (address,))
    return " ".join(str(mail.message.get_body(("plain",)).get_content()).split())


def rounds(office: Office, start: datetime, end: datetime) -> None:
    """What the scheduler does, at a few moments from the first to the last."""
    for number in range(5):
        send(office, start + number * (end - start) / 4, due_only=True)


def test_a_held_edition_is_told_of_in_steps_each_once_and_goes_out_when_it_is_approved(
    office: Office, smtp_server: MailServer
) -> None:
    rounds(office, NOW, REMINDER - MINUTE)
    assert mails(smtp_server) == []
    rounds(office, REMINDER, DEADLINE - MINUTE)
    assert mails(smtp_server) == [("arno@office.example", "Briefing W47 waits for approval")]
    rounds(office, DEADLINE, SENDING + 3 * HOUR)
    held = "Briefing W47 is held: not approved in time"
    told = ("ada@office.example", "arno@office.example", "deputy-director@office.example")
    assert mails(smtp_server) == [(address, held) for address in told]
    approve(office, WEEK, APPROVER, SENDING + 4 * HOUR)
    send(office, SENDING + 4 * HOUR, due_only=True)
    assert [address for address, _ in mails(smtp_server)] == ["deputy@office.example", "mayor@office.example"]


def test_an_edition_approved_in_time_is_told_of_to_nobody(office: Office, smtp_server: MailServer) -> None:
    approve(office, WEEK, APPROVER, REMINDER - MINUTE)
    rounds(office, NOW, SENDING - MINUTE)
    assert mails(smtp_server) == []
    send(office, SENDING, due_only=True)
    assert len(mails(smtp_server)) == 2


def test_a_deputy_who_signs_in_is_told_once(office: Office, smtp_server: MailServer) -> None:
    send(having(office, deputy="Ada@office.example"), DEADLINE, due_only=True)
    assert [address for address, _ in mails(smtp_server)] == ["ada@office.example", "arno@office.example"]


def test_where_the_office_wants_it_the_edition_goes_out_marked_in_mail_page_and_json(
    office: Office, smtp_server: MailServer
) -> None:
    office = having(office, unapproved="send_marked")
    rounds(office, DEADLINE, SENDING - MINUTE)
    assert {subject for _, subject in mails(smtp_server)} == {
        "Briefing W47 will be sent unreviewed: not approved in time"
    }
    assert send(office, SENDING, due_only=True).released == (WEEK,)
    words = "Automatic, not reviewed: nobody had approved it by Mon 07:00."
    assert words in body(smtp_server, "mayor@office.example")
    sent = dict(mails(smtp_server))
    assert sent["mayor@office.example"].startswith("W47, automatic, not reviewed: ")
    assert len(sent["mayor@office.example"]) <= 60
    assert sent["deputy-director@office.example"] == "Briefing W47 was sent unreviewed"
    with office.reading() as session:
        stored = editions.get(session, system(), WEEK)
        shown = Desk(session, system(), translations("en", "UTC"), None).briefing(WEEK, "mayor")
    assert stored.line.state is EditionState.SENT
    assert (stored.line.approved_by, stored.line.approved_at) == (None, SENDING)
    assert shown.state.label == "Automatic, not reviewed"
    assert shown.approval is not None
    assert (shown.approval.reviewed, shown.approval.line) == (False, words)
    send(office, SENDING + HOUR, due_only=True)
    assert mails(smtp_server) == []


def test_what_was_approved_meanwhile_is_not_released(office: Office) -> None:
    first = approve(office, WEEK, APPROVER, SENDING)
    assert not release(office, WEEK, SENDING)
    with office.reading() as session:
        assert editions.frozen_hash(session, system(), WEEK) == first


def test_a_broken_citation_keeps_even_a_marked_edition_back_and_is_told_of(
    office: Office, smtp_server: MailServer
) -> None:
    office = having(office, unapproved="send_marked")
    with office.writing.begin() as session:
        session.execute(text("UPDATE version SET text = 'something else entirely'"))
    rounds(office, SENDING, SENDING + HOUR)
    assert {subject for _, subject in mails(smtp_server)} == {"Briefing W47 is held: a citation is not where it says"}
    with office.reading() as session:
        assert editions.get(session, system(), WEEK).line.state is EditionState.DRAFT
        assert deliveries.every(session, system()) == ()


def test_an_edition_that_lay_for_a_week_is_no_longer_sent_by_itself(office: Office, smtp_server: MailServer) -> None:
    send(having(office, unapproved="send_marked"), SENDING + timedelta(days=8), due_only=True)
    assert {subject for _, subject in mails(smtp_server)} == {"Briefing W47 is held: not approved in time"}


def test_the_status_says_by_when_to_approve_and_what_happens_otherwise(office: Office) -> None:
    marked = having(office, unapproved="send_marked")
    said = [finding.words for finding in status(office, NOW)]
    assert "To be approved by Fri 2026-11-20 16:00, to be sent Mon 2026-11-23 07:00." in said
    assert any("it is held" in finding.words for finding in status(office, DEADLINE))
    assert any("it goes out unreviewed Mon 2026-11-23 07:00" in finding.words for finding in status(marked, DEADLINE))


# --- readers' own times ---


def test_a_reader_with_a_time_of_their_own_gets_the_mail_then(office: Office, smtp_server: MailServer) -> None:
    add_leader(office, "Night owl", "owl@office.example", "en", Mark.PUBLIC, [], "friday 22:00")
    add_leader(office, "Late riser", "riser@office.example", "en", Mark.PUBLIC, [], "09:30")
    with office.writing.begin() as session:
        press = next(each for each in sources.every(session, system()) if each.mark is Mark.PUBLIC)
        store(session, press, item("quay", "The quay is closed for 3 days.\nShips wait."), now=NOW + MINUTE)
    group(office, NOW + MINUTE)
    later = compose(office, NOW + 2 * MINUTE)
    assert later is not None
    assert later.made
    approve(office, WEEK, APPROVER, NOW + HOUR)
    approve(office, later.edition_id, APPROVER, NOW + HOUR)
    got: dict[str, datetime] = {}
    moment = NOW + HOUR
    while moment <= SENDING + 3 * HOUR:
        send(office, moment, due_only=True)
        got |= {address: moment for address, _ in mails(smtp_server) if address not in TOLD_OF_CHANGES}
        moment += timedelta(minutes=90)
    assert got == {
        "owl@office.example": NOW.replace(hour=22),
        "mayor@office.example": SENDING,
        "deputy@office.example": SENDING,
        "riser@office.example": SENDING.replace(hour=10),
    }


@pytest.mark.parametrize("written", ["someday", "friday 25:00", "18 o'clock", "friday monday"])
def test_a_time_of_sending_that_cannot_be_used_is_named(office: Office, written: str) -> None:
    with pytest.raises(InvalidInputError, match=r"sending .*friday 18:00"):
        add_leader(office, "Owl", "owl@office.example", "en", Mark.PUBLIC, [], written)


# --- a machine that slept ---


def test_one_draft_makes_up_for_all_the_cut_offs_that_were_slept_over(office: Office) -> None:
    approve(office, WEEK, APPROVER, NOW + HOUR)
    with office.writing.begin() as session:
        press = next(each for each in sources.every(session, system()) if each.mark is Mark.PUBLIC)
        store(session, press, item("quay", "The quay is closed for 3 days.\nShips wait."), now=NOW + HOUR)
    group(office, NOW + HOUR)
    woken = NOW + timedelta(days=25)  # a Tuesday: three cut-offs were slept over
    for moment in (woken, woken + MINUTE, woken + timedelta(days=1)):
        compose(office, moment, cut_off=cut_off_to_draft(moment, office.settings))
    with office.reading() as session:
        lines = editions.newest(session, system(), limit=9).items
    assert [line.id for line in lines] == ["2026-W50", WEEK]
    assert lines[0].period_start == lines[1].cut_off
    assert lines[0].cut_off == datetime(2026, 12, 11, 10, 0, tzinfo=UTC)


def test_a_draft_that_was_slept_over_is_not_sent_before_anybody_could_approve_it(
    office: Office, smtp_server: MailServer
) -> None:
    office = having(office, unapproved="send_marked")
    approve(office, WEEK, APPROVER, NOW + HOUR)
    send(office, SENDING, due_only=True)
    with office.writing.begin() as session:
        press = next(each for each in sources.every(session, system()) if each.mark is Mark.PUBLIC)
        store(session, press, item("quay", "The quay is closed for 3 days.\nShips wait."), now=NOW + HOUR)
    group(office, NOW + HOUR)
    mails(smtp_server)
    woken = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # a Tuesday; sending was due on Monday
    done = compose(office, woken, cut_off=cut_off_to_draft(woken, office.settings))
    assert done is not None
    assert done.made
    send(office, woken, due_only=True)
    assert mails(smtp_server) == [("arno@office.example", "Briefing W48 waits for approval")]
    rounds(office, woken, woken + 2 * HOUR)
    assert {subject for _, subject in mails(smtp_server)} == {
        "Briefing W48 will be sent unreviewed: not approved in time"
    }
    rounds(office, woken + 2 * HOUR, datetime(2026, 12, 2, 6, 59, tzinfo=UTC))
    assert mails(smtp_server) == []
    assert send(office, datetime(2026, 12, 2, 7, 0, tzinfo=UTC), due_only=True).released == ("2026-W48",)


def test_on_the_command_line_a_week_is_lived_through_with_now_across_the_change_of_clocks(
    tmp_path: Path, smtp_server: MailServer
) -> None:
    home, reports = tmp_path / "home", tmp_path / "reports"
    reports.mkdir()
    (reports / "dam.md").write_text("# The dam leaks\n\nThe dam leaks 19 litres a minute. A survey is planned.\n")

    def staffwork(*arguments: str) -> str:
        command = [sys.executable, "-m", "app.cli", *arguments]
        done = subprocess.run(
            command, env={**os.environ, "STAFFWORK_HOME": str(home)}, capture_output=True, text=True, stdin=-3
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    staffwork("init", "--name", "City", "--time-zone", "Europe/Berlin", "--approver-email", "ada@office.example")
    values = {"smtp_host": smtp_server.hostname, "smtp_port": smtp_server.port, "smtp_security": "none"}
    values |= {"unapproved": "send_marked", "deputy": "deputy@office.example", "holidays": ["2026-10-23"]}
    settings.save(settings.build(home, {"office_name": "City", "time_zone": "Europe/Berlin", **values}))
    staffwork("source", "add", str(reports), "--origin", "own_unit")
    staffwork("leader", "add", "Mayor", "mayor@office.example", "--sending", "07:30")
    assert "Mayor, mayor@office.example, en, public, sent 07:30" in staffwork("leader", "list")
    staffwork("collect", "--now", "2026-10-20T08:00:00Z")
    staffwork("group", "--now", "2026-10-20T08:00:00Z")
    thursday = "2026-10-22T08:01:00Z"  # 10:01 summer time; Friday is a holiday
    assert "Draft 2026-W43" in staffwork("compose", "--scheduled", "--now", thursday)
    assert "Nothing new" in staffwork("compose", "--scheduled", "--now", "2026-10-23T09:00:00Z")
    for moment in ("22T11:59", "22T12:00", "22T13:59", "22T14:00", "26T05:59", "26T06:00", "26T06:29", "26T06:30"):
        staffwork("send", "--due", "--now", f"2026-10-{moment}:00Z")
    assert [subject for _, subject in mails(smtp_server)] == [
        "Briefing W43 waits for approval",
        "Briefing W43 was sent unreviewed",
        "Briefing W43 will be sent unreviewed: not approved in time",
        "Briefing W43 was sent unreviewed",
        "Briefing W43 will be sent unreviewed: not approved in time",
        "W43, automatic, not reviewed: The dam leaks",
    ]
    office = open_office(settings.load(home))
    with office.reading() as session:
        mail = deliveries.every(session, system())[0]
    assert mail.sent_at == datetime(2026, 10, 26, 6, 30, tzinfo=UTC)  # 07:30 winter time
    office.close()
