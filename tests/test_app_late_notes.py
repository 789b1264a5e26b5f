"""Late notes and corrections: what is added after approval reaches every reader of the entry once, and freezes stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.api.briefings import Desk
from app.i18n import translations
from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.group import group
from app.jobs.send import send
from app.jobs.setup import add_leader, add_person
from app.office import Office
from app.store import deliveries, documents, editions, late_notes, sources, stories
from app.store.deliveries import DeliveryState
from app.viewer import Role, system
from digest.errors import ConflictError, NotFoundError
from digest.late_notes import LateNote, NoteKind
from digest.types import Mark
from tests.conftest import MailServer
from tests.store_factory import NOW, item, made_office, store, viewer

WEEK = "2026-W47"
SENDING = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ARNO = viewer(role=Role.APPROVER)
TEXT = "The Statistics Office withdrew its figure:\nit was 6 %."


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    made = made_office(tmp_path / "home", database_url, smtp_server)
    add_person(made, "Arno", "arno@office.example", Role.APPROVER, Mark.CONFIDENTIAL, "en", None, NOW)
    add_leader(made, "Owl", "owl@office.example", "en", Mark.PUBLIC, [], "friday 18:00")
    compose(made, NOW)
    yield made
    made.close()


def story_of(office: Office, title: str) -> str:
    with office.reading() as session:
        edition = editions.get(session, system(), WEEK).edition
        return next(entry.story_id for entry in edition.entries if entry.headline == title)


def written(office: Office, now: datetime, title: str = "Rents up", mark: Mark = Mark.PUBLIC) -> LateNote:
    with office.writing.begin() as session:
        return late_notes.add(session, ARNO, WEEK, story_of(office, title), TEXT, mark, now)


def frozen(office: Office) -> tuple[str, bytes]:
    with office.reading() as session:
        value = editions.frozen_bytes(session, system(), WEEK)
        return editions.frozen_hash(session, system(), WEEK), value


def mails(server: MailServer) -> dict[str, str]:
    """Text of each mail since the last asking, on one line, by address; two to one address are an error."""
    addresses = [mail.recipients[0] for mail in server.mails]
    assert len(addresses) == len(set(addresses)), addresses
    texts = [" ".join(str(mail.message.get_body(("plain",)).get_content()).split()) for mail in server.mails]
    server.mails.clear()
    return dict(zip(addresses, texts, strict=True))


def test_a_note_written_before_sending_stands_dated_on_top_of_the_mail(office: Office, smtp_server: MailServer) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    before = frozen(office)
    note = written(office, NOW + 2 * HOUR)
    assert note.kind is NoteKind.LATE_NOTE
    send(office, SENDING, due_only=True)
    for text in mails(smtp_server).values():
        assert "Late note to number" in text
        assert "| The Statistics Office withdrew its figure: | it was 6 %." in text
        assert "(office, V, Fri 20 Nov 2026, 11:00)" in text
        assert text.index("withdrew") < text.index("No decisions needed this week.")
    assert frozen(office) == before
    send(office, SENDING + HOUR)
    assert mails(smtp_server) == {}


def test_after_sending_it_is_a_correction_which_each_reader_of_the_entry_gets_once(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    before = frozen(office)
    send(office, SENDING)
    mails(smtp_server)
    note = written(office, SENDING + HOUR, "Eastgate dam", Mark.INTERNAL)
    assert note.kind is NoteKind.CORRECTION
    send(office, SENDING + HOUR, due_only=True)
    correction = smtp_server.mails[0].message
    assert correction["Subject"] == "Correction to briefing W47: Eastgate dam"
    with office.reading() as session:
        brought = next(each for each in deliveries.every(session, system()) if each.leader_id == "mayor")
    assert correction["In-Reply-To"] == brought.message_id
    got = mails(smtp_server)
    assert list(got) == ["mayor@office.example"]  # the others do not know of the dam
    assert "it was 6 %." in got["mayor@office.example"]
    for _ in range(2):
        send(office, SENDING + 2 * HOUR)
    assert mails(smtp_server) == {}
    assert frozen(office) == before


def test_a_note_between_two_readers_sendings_is_a_correction_for_one_and_comes_along_for_the_others(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    send(office, NOW.replace(hour=18), due_only=True)
    assert list(mails(smtp_server)) == ["owl@office.example"]
    assert written(office, NOW.replace(hour=20)).kind is NoteKind.CORRECTION
    send(office, NOW.replace(hour=20), due_only=True)
    assert list(mails(smtp_server)) == ["owl@office.example"]
    send(office, SENDING, due_only=True)
    got = mails(smtp_server)
    assert sorted(got) == ["deputy@office.example", "mayor@office.example"]
    assert all("Correction to number" in text for text in got.values())


def test_a_correction_that_a_crash_left_without_an_answer_is_uncertain_and_not_sent_again(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    send(office, SENDING)
    mails(smtp_server)
    written(office, SENDING + HOUR, "Eastgate dam", Mark.INTERNAL)
    with office.writing.begin() as session:
        late_notes.begin(session, late_notes.planned(session)[0], DeliveryState.SENDING, b"handed over", SENDING)
    assert send(office, SENDING + HOUR).doubted == 1
    assert mails(smtp_server) == {}
    with office.reading() as session:
        assert [each.state for each in late_notes.mails(session, system())] == [DeliveryState.UNCERTAIN]


def test_a_correction_waits_for_the_mail_server_and_a_refused_reader_does_not_stop_the_others(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    send(office, SENDING)
    mails(smtp_server)
    written(office, SENDING + HOUR)
    gone = office.settings.model_copy(update={"smtp_port": 1})
    send(replace(office, settings=gone), SENDING + HOUR)
    assert mails(smtp_server) == {}
    smtp_server.refused.add("mayor@office.example")
    send(office, SENDING + HOUR)
    with office.reading() as session:
        states = {each.address: each.state for each in late_notes.mails(session, system())}
    assert states.pop("mayor@office.example") is DeliveryState.REFUSED
    assert set(states.values()) == {DeliveryState.SENT}


def test_page_and_json_show_a_note_to_those_who_read_the_entry_and_are_cleared(office: Office) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    written(office, NOW + 2 * HOUR, "Eastgate dam", Mark.INTERNAL)
    written(office, NOW + 3 * HOUR)

    def shown(clearance: Mark, leader: str | None) -> list[tuple[str, str]]:
        with office.reading() as session:
            desk = Desk(session, viewer(clearance), translations("en", "UTC"), None)
            return [(each.kind.code, each.headline) for each in desk.briefing(WEEK, leader).late_notes]

    assert shown(Mark.CONFIDENTIAL, "mayor") == [("late_note", "Eastgate dam"), ("late_note", "Rents up")]
    assert shown(Mark.CONFIDENTIAL, "deputy") == [("late_note", "Rents up")]
    assert shown(Mark.PUBLIC, None) == [("late_note", "Rents up")]


def test_a_note_needs_an_approved_edition_a_story_of_it_and_the_authors_clearance(office: Office) -> None:
    with pytest.raises(ConflictError, match="not_approved"):
        written(office, NOW)
    approve(office, WEEK, ARNO, NOW + HOUR)
    intern = viewer(Mark.PUBLIC, Role.APPROVER)
    dam, rents = story_of(office, "Eastgate dam"), story_of(office, "Rents up")
    for author, story, mark, error in (
        (ARNO, "s-none", Mark.PUBLIC, NotFoundError),
        (intern, dam, Mark.PUBLIC, NotFoundError),
        (intern, rents, Mark.INTERNAL, ConflictError),
    ):
        with pytest.raises(error), office.writing.begin() as session:
            late_notes.add(session, author, WEEK, story, TEXT, mark, NOW)


# --- what changed after approval ---


def comes(
    office: Office, text: str, *, source: str = "Harbour Times", key: str = "later", to: str = "Rents up"
) -> None:
    """A document comes after approval, and is put into a story of the edition."""
    with office.writing.begin() as session:
        known = next(each for each in sources.every(session, system()) if each.name == source)
        store(session, known, item(key, text, title=f"Report {key}"), now=NOW + 2 * HOUR)
    group(office, NOW + 2 * HOUR)
    with office.writing.begin() as session:
        found = next(each for each in documents.every_version(session, system()) if each.key == key)
        stories.regroup(session, {found.id: story_of(office, to)}, {}, {}, NOW)


def told(server: MailServer) -> list[tuple[str, str]]:
    return [(mail.recipients[0], str(mail.message["Subject"])) for mail in server.mails]


def test_the_approver_is_told_once_of_a_new_figure_in_a_story_before_it_is_sent(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    send(office, NOW + HOUR, due_only=True)
    assert told(smtp_server) == []
    comes(office, "On 20 November 2026 rents in October were said to be 11 % up.")
    send(office, NOW + 2 * HOUR, due_only=True)
    send(office, NOW + 3 * HOUR, due_only=True)
    assert told(smtp_server) == [("arno@office.example", "Briefing W47: a story changed after the cut-off")]
    text = mails(smtp_server)["arno@office.example"]
    assert "“Rents up” has newer reports: Harbour Times, “Report later” (new figures: 11)." in text
    assert "Sending is due Mon 23 Nov 2026, 07:00." in text


def test_a_report_without_a_new_figure_is_no_news_unless_a_unit_hands_it_in(
    office: Office, smtp_server: MailServer
) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    comes(office, "Tenants spoke again of the 8 % on Friday.")
    send(office, NOW + 2 * HOUR, due_only=True)
    assert told(smtp_server) == []


def test_a_change_above_an_approvers_clearance_is_told_to_those_who_may_know(
    office: Office, smtp_server: MailServer
) -> None:
    add_person(office, "Ines", "ines@office.example", Role.APPROVER, Mark.PUBLIC, "zh", None, NOW)
    approve(office, WEEK, ARNO, NOW + HOUR)
    comes(office, "The spillway now leaks 33 litres.", source="Water Department", to="Eastgate dam")
    send(office, NOW + 2 * HOUR, due_only=True)
    assert [address for address, _ in told(smtp_server)] == ["arno@office.example"]


def test_once_every_mail_is_out_nobody_is_told_of_changes(office: Office, smtp_server: MailServer) -> None:
    approve(office, WEEK, ARNO, NOW + HOUR)
    send(office, SENDING)
    mails(smtp_server)
    comes(office, "Rents in October were 11 % up.")
    send(office, SENDING + HOUR, due_only=True)
    assert told(smtp_server) == []
