"""Sending: one message for each reader, once; what is not approved in time is reported once, and held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.send import send
from app.office import Office
from app.store import deliveries, editions
from app.store.deliveries import DeliveryState
from app.store.editions import EditionState
from app.viewer import Role, Viewer, system
from digest.errors import BrokenCitationError, ConflictError
from digest.types import Mark
from tests.conftest import MailServer
from tests.store_factory import NOW, made_office, viewer

WEEK = "2026-W47"


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    office = made_office(tmp_path / "home", database_url, smtp_server)
    compose(office, NOW)
    yield office
    office.close()


def states(office: Office) -> dict[str, DeliveryState]:
    with office.reading() as session:
        return {each.address: each.state for each in deliveries.every(session, system())}


def approved(office: Office) -> Office:
    approve(office, WEEK, viewer(role=Role.APPROVER), NOW)
    return office


def test_each_reader_gets_one_message_however_often_it_is_sent(office: Office, smtp_server: MailServer) -> None:
    approved(office)
    for _ in range(3):
        send(office, NOW)
    assert sorted(mail.recipients for mail in smtp_server.mails) == [
        ("deputy@office.example",),
        ("mayor@office.example",),
    ]
    assert set(states(office).values()) == {DeliveryState.SENT}
    with office.reading() as session:
        assert editions.get(session, system(), WEEK).line.state is EditionState.SENT


def test_the_exact_bytes_are_kept(office: Office, smtp_server: MailServer) -> None:
    send(approved(office), NOW)
    with office.reading() as session:
        kept = [deliveries.message(session, system(), each.id) for each in deliveries.every(session, system())]
    normal = [content.replace(b"\r\n", b"\n").rstrip() for content in kept]
    assert sorted(normal) == sorted(mail.content.replace(b"\r\n", b"\n").rstrip() for mail in smtp_server.mails)


def test_what_is_not_due_waits_for_its_time(office: Office, smtp_server: MailServer) -> None:
    send(approved(office), NOW, due_only=True)
    assert smtp_server.mails == []
    send(office, NOW + timedelta(days=4), due_only=True)
    assert len(smtp_server.mails) == 2


def test_a_refused_reader_does_not_stop_the_others(office: Office, smtp_server: MailServer) -> None:
    smtp_server.refused.add("deputy@office.example")
    send(approved(office), NOW)
    assert states(office) == {
        "deputy@office.example": DeliveryState.REFUSED,
        "mayor@office.example": DeliveryState.SENT,
    }


def test_a_message_without_an_answer_is_uncertain_and_never_sent_again(office: Office, smtp_server: MailServer) -> None:
    smtp_server.drops_after_data = True
    send(approved(office), NOW)
    smtp_server.drops_after_data = False
    send(office, NOW)
    assert set(states(office).values()) == {DeliveryState.UNCERTAIN}
    assert len(smtp_server.mails) == 2


def test_a_delivery_left_without_an_answer_by_a_crash_is_uncertain(office: Office, smtp_server: MailServer) -> None:
    approved(office)
    with office.writing.begin() as session:
        first = deliveries.planned(session, WEEK)[0]
        deliveries.begin(session, first.id, DeliveryState.SENDING, b"handed over", NOW)
    assert send(office, NOW).doubted == 1
    assert states(office)[first.address] is DeliveryState.UNCERTAIN
    assert len(smtp_server.mails) == 1


def test_what_a_server_may_have_stays_uncertain_when_the_server_is_no_longer_set(office: Office) -> None:
    approved(office)
    with office.writing.begin() as session:
        first, second = deliveries.planned(session, WEEK)
        deliveries.begin(session, first.id, DeliveryState.SENDING, b"handed over", NOW)
        deliveries.begin(session, second.id, DeliveryState.WRITING, b"half written", NOW)
    without = replace(office, settings=office.settings.model_copy(update={"smtp_host": None}))
    assert send(without, NOW).doubted == 1
    assert states(office) == {first.address: DeliveryState.UNCERTAIN, second.address: DeliveryState.OUTBOX}


def test_an_unreachable_server_leaves_it_planned_for_the_next_run(office: Office, smtp_server: MailServer) -> None:
    approved(office)
    settings = office.settings.model_copy(update={"smtp_port": 1})
    send(replace(office, settings=settings), NOW)
    assert set(states(office).values()) == {DeliveryState.PLANNED}
    send(office, NOW)
    assert set(states(office).values()) == {DeliveryState.SENT}


def test_nobody_approved_in_time_is_told_once_and_nothing_goes_out(office: Office, smtp_server: MailServer) -> None:
    late = NOW + timedelta(days=4)
    assert send(office, late).unapproved == (WEEK,)
    send(office, late + timedelta(hours=1))
    assert [mail.recipients for mail in smtp_server.mails] == [("ada@office.example",)]
    assert states(office) == {}


def test_a_reader_gets_nothing_above_the_clearance(office: Office, smtp_server: MailServer) -> None:
    send(approved(office), NOW)
    texts = {mail.recipients[0]: str(mail.message.get_body(("plain",)).get_content()) for mail in smtp_server.mails}
    assert "spillway" in texts["mayor@office.example"]
    assert "spillway" not in texts["deputy@office.example"]


def test_approving_again_changes_nothing(office: Office) -> None:
    first = approve(office, WEEK, viewer(role=Role.APPROVER), NOW)
    assert approve(office, WEEK, viewer(role=Role.APPROVER), NOW + timedelta(hours=1)) == first


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (viewer(role=Role.EDITOR), "not_an_approver"),
        (viewer(clearance=Mark.PUBLIC, role=Role.APPROVER), "clearance_too_low"),
    ],
)
def test_who_may_not_approve_does_not(office: Office, who: Viewer, code: str) -> None:
    with pytest.raises(ConflictError, match=code):
        approve(office, WEEK, who, NOW)
    with office.reading() as session:
        assert editions.get(session, system(), WEEK).line.state is EditionState.DRAFT


def test_a_broken_citation_blocks_approval(office: Office) -> None:
    from sqlalchemy import text

    with office.writing.begin() as session:
        session.execute(text("UPDATE version SET text = 'something else entirely'"))
    with pytest.raises(BrokenCitationError):
        approve(office, WEEK, viewer(role=Role.APPROVER), NOW)
    assert states(office) == {}


def test_composing_again_changes_nothing(office: Office) -> None:
    done = compose(office, NOW)
    assert done is not None
    assert (done.made, done.edition_id) == (False, WEEK)
