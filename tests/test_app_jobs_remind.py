"""Reminding: three working days before, on the day, daily when overdue; each reminder once, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.jobs.lock import LockedError, lock
from app.jobs.remind import remind
from app.jobs.send import send
from app.office import Office
from app.store import asks, deliveries, people
from app.store.deliveries import DeliveryState
from app.viewer import Role, system
from digest.asks import AskState
from digest.errors import NotFoundError
from digest.types import Mark
from tests.ask_factory import wanted
from tests.conftest import MailServer
from tests.store_factory import NOW, made_office, viewer

EDITOR = viewer(role=Role.EDITOR)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # three working days before Thursday the 26th


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    office = made_office(tmp_path / "home", database_url, smtp_server)
    yield office
    office.close()


def asked(office: Office, text: str = "Release the reserve", **changes: object) -> str:
    with office.writing.begin() as session:
        return asks.add(session, EDITOR, wanted(text, **changes), NOW).id


def notices(office: Office) -> dict[str, DeliveryState]:
    with office.reading() as session:
        return {each.code: each.state for each in deliveries.notices(session, system())}


def subjects(server: MailServer) -> list[str]:
    return [str(mail.message["Subject"]) for mail in server.mails]


def test_an_ask_is_reminded_of_until_it_is_closed(office: Office, smtp_server: MailServer) -> None:
    made = asked(office)
    sent_on: list[date] = []
    for hours in range(0, 24 * 14, 6):  # Friday the 20th to Thursday the 3rd, four times a day
        now = NOW + timedelta(hours=hours)
        if now == datetime(2026, 12, 2, 9, 0, tzinfo=UTC):
            with office.writing.begin() as session:
                asks.close(session, EDITOR, made, AskState.DONE, "Released.", now)
        sent_on += [now.date()] * remind(office, now).states[DeliveryState.SENT]
    assert sent_on == [*(date(2026, 11, day) for day in (23, 26, 27, 30)), date(2026, 12, 1), date(2026, 12, 2)]
    assert {mail.recipients for mail in smtp_server.mails} == {("water@office.example",)}
    assert len({mail.message["Message-ID"] for mail in smtp_server.mails}) == 6
    assert subjects(smtp_server)[0] == "Reminder: Decision, due Thu 26 Nov – Release the reserve"
    assert subjects(smtp_server)[2] == "OVERDUE: Decision, was due Thu 26 Nov – Release the reserve"


def test_a_second_run_sends_nothing(office: Office, smtp_server: MailServer) -> None:
    asked(office)
    assert remind(office, MONDAY).states == {DeliveryState.SENT: 1}
    assert remind(office, MONDAY + timedelta(hours=1)).states == {}
    assert len(smtp_server.mails) == 1


def test_a_day_on_which_nothing_ran_is_made_up_for(office: Office, smtp_server: MailServer) -> None:
    asked(office)
    remind(office, MONDAY + timedelta(days=2))
    assert len(smtp_server.mails) == 1


def test_another_due_date_is_another_reminder(office: Office, smtp_server: MailServer) -> None:
    made = asked(office)
    remind(office, MONDAY)
    with office.writing.begin() as session:
        asks.change(session, EDITOR, made, wanted(due=date(2026, 11, 27)), "The survey is late.", MONDAY)
    remind(office, MONDAY + timedelta(days=1))
    assert len(smtp_server.mails) == 2


def test_holidays_are_kept(office: Office, smtp_server: MailServer) -> None:
    asked(office)
    closed = replace(office, settings=office.settings.model_copy(update={"holidays": (MONDAY.date(),)}))
    assert remind(closed, MONDAY).states == {}
    assert remind(closed, NOW).states == {DeliveryState.SENT: 1}


def test_it_speaks_the_owners_language_when_that_is_known(office: Office, smtp_server: MailServer) -> None:
    with office.writing.begin() as session:
        people.add_person(
            session, name="水务", email="water@office.example", role=Role.EDITOR, clearance=Mark.PUBLIC, language="zh"
        )
    asked(office)
    asked(office, "Count the rooms", address="housing@elsewhere.example")
    remind(office, MONDAY)
    words = {mail.recipients[0]: str(mail.message["Subject"]) for mail in smtp_server.mails}
    assert words["water@office.example"].startswith("提醒")
    assert words["housing@elsewhere.example"].startswith("Reminder")


def test_what_is_marked_does_not_stand_in_a_subject(office: Office, smtp_server: MailServer) -> None:
    asked(office, "Sell the quay", mark=Mark.CONFIDENTIAL)
    remind(office, MONDAY)
    (mail,) = smtp_server.mails
    assert "quay" not in str(mail.message["Subject"])
    assert "quay" in str(mail.message.get_body(("plain",)).get_content())


def test_an_unreachable_server_is_tried_again_and_what_is_no_longer_due_is_forgotten(
    office: Office, smtp_server: MailServer
) -> None:
    made = asked(office)
    deaf = replace(office, settings=office.settings.model_copy(update={"smtp_port": 1}))
    assert remind(deaf, MONDAY).states == {DeliveryState.PLANNED: 1}
    assert remind(office, MONDAY).states == {DeliveryState.SENT: 1}
    assert remind(deaf, MONDAY + timedelta(days=3)).states == {DeliveryState.PLANNED: 1}
    with office.writing.begin() as session:
        asks.close(session, EDITOR, made, AskState.DONE, "Released.", MONDAY)
    assert remind(office, MONDAY + timedelta(days=3)).states == {}
    assert notices(office) == {"ask_before": DeliveryState.SENT}
    assert len(smtp_server.mails) == 1


def test_a_message_without_an_answer_is_never_sent_again(office: Office, smtp_server: MailServer) -> None:
    asked(office)
    smtp_server.drops_after_data = True
    assert remind(office, MONDAY).states == {DeliveryState.UNCERTAIN: 1}
    smtp_server.drops_after_data = False
    assert remind(office, MONDAY).states == {}
    assert len(smtp_server.mails) == 1


def test_what_a_crash_left_without_an_answer_is_uncertain(office: Office, smtp_server: MailServer) -> None:
    made = asked(office)
    with office.writing.begin() as session:
        for key, state in (
            (f"ask_before/{made}.before.20261126", DeliveryState.SENDING),
            ("other", DeliveryState.SENDING),
        ):
            code = "ask_before" if key != "other" else "unapproved"
            deliveries.notify_once(
                session, key=key, code=code, edition_id=None, address="a@office.example", state=state, now=NOW
            )
    assert remind(office, MONDAY).doubted == 1
    assert notices(office) == {"ask_before": DeliveryState.UNCERTAIN, "unapproved": DeliveryState.SENDING}
    assert send(office, MONDAY).doubted == 1
    assert smtp_server.mails == []


def test_one_owner_whom_the_server_refuses_does_not_stop_the_others(office: Office, smtp_server: MailServer) -> None:
    smtp_server.refused.add("water@office.example")
    asked(office)
    asked(office, "Count the rooms", address="housing@office.example")
    assert remind(office, MONDAY).states == {DeliveryState.REFUSED: 1, DeliveryState.SENT: 1}


def test_a_reminder_is_read_as_it_was_sent_by_its_addressee_and_by_whoever_is_cleared_for_all(
    office: Office, smtp_server: MailServer
) -> None:
    asked(office)
    remind(office, MONDAY)
    high, low = viewer(role=Role.EDITOR, clearance=Mark.CONFIDENTIAL), viewer(role=Role.EDITOR, clearance=Mark.PUBLIC)
    with office.writing.begin() as session:
        owner = people.add_person(
            session,
            name="Water",
            email="Water@office.example",
            role=Role.EDITOR,
            clearance=Mark.PUBLIC,
            language="en",
        )
    own = replace(low, id=owner.id)
    with office.reading() as session:
        (kept,) = deliveries.notices(session, high)
        for each in (high, own):
            assert "Release the reserve" in str(deliveries.notice(session, each, kept.key)[1])
        assert [each.readable for who in (high, own, low) for each in deliveries.notices(session, who)] == [
            True,
            True,
            False,
        ]
        for key, who in ((kept.key, low), (kept.key, viewer(role=Role.LEADER)), ("nothing", high)):
            with pytest.raises(NotFoundError):
                deliveries.notice(session, who, key)


def test_a_second_caller_is_told_who_is_at_work(office: Office) -> None:
    with lock(office, "remind"), pytest.raises(LockedError):
        remind(office, MONDAY)
