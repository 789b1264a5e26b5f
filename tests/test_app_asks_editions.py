"""An ask followed over three editions: raised, overdue, closed with its result; each frozen as it stood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.group import group
from app.jobs.send import send
from app.office import Office
from app.store import asks, editions, sources, stories
from app.store.identity import document_id
from app.viewer import Role, system
from digest.asks import AskKind, AskState
from digest.edition import Edition, Section, Status
from digest.errors import ConflictError
from digest.reading import visible
from digest.types import Mark
from tests.ask_factory import wanted
from tests.conftest import MailServer
from tests.store_factory import NOW, item, made_office, store, viewer

WEEK = timedelta(days=7)
APPROVER = viewer(role=Role.APPROVER)
SAME = "Rents rose by 8 % in October.\nThe Statistics Office says so."


@pytest.fixture
def office(tmp_path: Path, database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    office = made_office(tmp_path / "home", database_url, smtp_server)
    yield office
    office.close()


def edition_of(office: Office, identifier: str) -> Edition:
    with office.reading() as session:
        return editions.get(session, system(), identifier).edition


def collected(office: Office, key: str, text: str, title: str, weeks: int) -> None:
    now = NOW + weeks * WEEK
    with office.writing.begin() as session:
        press = next(each for each in sources.every(session, system()) if each.name == "Harbour Times")
        store(session, press, item(key, text, title=title, published_at=now), now=now - timedelta(hours=1))
    group(office, now)


def told_again(office: Office, story: str, weeks: int) -> None:
    """The same words once more, in the same story."""
    now = NOW + weeks * WEEK
    with office.writing.begin() as session:
        press = next(each for each in sources.every(session, system()) if each.name == "Harbour Times")
        store(session, press, item("again", SAME, title="Rents up", published_at=now), now=now - timedelta(hours=1))
        stories.regroup(session, {document_id(press.id, "again"): story}, {}, {}, now)


def released(office: Office, weeks: int) -> str:
    """Compose, approve and send a week's edition; its id."""
    now = NOW + weeks * WEEK
    done = compose(office, now)
    assert done is not None
    approve(office, done.edition_id, APPROVER, now)
    send(office, now)
    return done.edition_id


def mailed(server: MailServer, address: str) -> list[tuple[str, str]]:
    """Subject and text of each mail to an address, in order."""
    mails = [mail.message for mail in server.mails if mail.recipients == (address,)]
    return [(str(mail["Subject"]), str(mail.get_body(("plain",)).get_content())) for mail in mails]


def story_of(edition: Edition, title: str) -> str:
    return next(entry.story_id for entry in edition.entries if entry.documents[0].title == title)


def test_an_ask_comes_back_in_every_edition_until_it_is_closed_and_then_once_with_its_result(
    office: Office, smtp_server: MailServer
) -> None:
    compose(office, NOW)
    story = story_of(edition_of(office, "2026-W47"), "Rents up")
    with office.writing.begin() as session:
        decision = wanted("Decide on a rent cap", due=date(2026, 11, 26), next_step="Draft by Legal")
        made = asks.add(session, viewer(role=Role.EDITOR), decision, NOW, story_id=story, edition_id="2026-W47")
    approve(office, "2026-W47", APPROVER, NOW)
    send(office, NOW)

    collected(office, "rents-again", SAME, "Rents up", 1)
    second = released(office, 1)
    with office.writing.begin() as session:
        asks.close(session, viewer(role=Role.EDITOR), made.id, AskState.DONE, "The cap is 3 %.", NOW + WEEK)
    collected(office, "market", "The fish market moves to the north quay.\nIt opens in May.", "Market moves", 2)
    third = released(office, 2)
    collected(office, "bridge", "The bridge is painted.\nIt is closed on Sunday.", "Bridge painted", 3)
    fourth = released(office, 3)

    states = [[ask.state for ask in edition_of(office, each).asks] for each in ("2026-W47", second, third, fourth)]
    assert states == [[AskState.OPEN], [AskState.OPEN], [AskState.DONE], []]
    for address in ("mayor@office.example", "deputy@office.example"):
        first_mail, second_mail, third_mail, fourth_mail = mailed(smtp_server, address)
        assert "Open · Decision · Water Department · due Thu 26 Nov" in first_mail[1]
        assert "Next step: Draft by Legal" in first_mail[1]
        assert "OVERDUE · Decision · Water Department · was due Thu 26 Nov" in second_mail[1]
        assert second_mail[0] == "W48: 1 overdue"
        assert "Nothing new to decide; 1 open decision stands under “Due and open”." in " ".join(second_mail[1].split())
        assert "No decisions needed" in third_mail[1]
        assert "Result: The cap is 3 %." in third_mail[1]
        assert "overdue" not in third_mail[0]
        assert "rent cap" not in fourth_mail[1]


def test_a_story_with_an_open_decision_stands_for_decision_in_the_next_edition_and_is_not_ongoing(
    office: Office,
) -> None:
    compose(office, NOW)
    story = story_of(edition_of(office, "2026-W47"), "Rents up")
    with office.writing.begin() as session:
        asks.add(session, viewer(role=Role.EDITOR), wanted(due=date(2026, 12, 20)), NOW, story_id=story)
    approve(office, "2026-W47", APPROVER, NOW)
    send(office, NOW)
    told_again(office, story, 1)
    edition = edition_of(office, released(office, 1))
    (read,) = (
        read
        for section in visible(edition, "deputy", Mark.PUBLIC).sections
        for read in section.entries
        if read.entry.story_id == story
    )
    assert (read.place.section, read.place.status) == (Section.FOR_DECISION, Status.OPEN)


def test_an_approver_not_cleared_for_an_ask_does_not_approve_it(office: Office) -> None:
    compose(office, NOW)
    with office.writing.begin() as session:
        secret = wanted(mark=Mark.CONFIDENTIAL, kind=AskKind.INFORMATION)
        asks.add(session, viewer(role=Role.EDITOR), secret, NOW)
    with pytest.raises(ConflictError, match="clearance_too_low"):
        approve(office, "2026-W47", viewer(Mark.INTERNAL, Role.APPROVER), NOW)


def test_a_reader_is_mailed_no_ask_above_the_clearance(office: Office, smtp_server: MailServer) -> None:
    compose(office, NOW)
    with office.writing.begin() as session:
        asks.add(session, viewer(role=Role.EDITOR), wanted("Sell OBSIDIAN quay", mark=Mark.INTERNAL), NOW)
    approve(office, "2026-W47", APPROVER, NOW)
    send(office, NOW)
    contents = {mail.recipients[0]: str(mail.message) for mail in smtp_server.mails}
    assert "OBSIDIAN" in contents["mayor@office.example"]
    assert "OBSIDIAN" not in contents["deputy@office.example"]
