"""Status names what is wrong in plain words, each with its remedy, and never changes or sends anything."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.jobs.approve import approve
from app.jobs.backup import backup
from app.jobs.compose import compose
from app.jobs.send import send
from app.jobs.status import status
from app.office import Office
from app.store import people, sources
from app.viewer import Role, system
from collectors.types import Fetched, Outcome
from digest.errors import FetchError
from tests.conftest import MailServer, free_port
from tests.store_factory import HOUR, NOW, made_office

DAY = timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path, blank_database_url: str, smtp_server: MailServer) -> Iterator[Office]:
    office = made_office(tmp_path / "office", blank_database_url, smtp_server)
    backup(office, NOW)
    yield office
    office.close()


def read(office: Office, now: datetime, error: FetchError | None = None) -> None:
    """Read every source, with an error or nothing new."""
    with office.writing.begin() as session:
        for each in sources.every(session, system()):
            outcome = Outcome(source=each, result=error or Fetched(items=(), same=1), seconds=0.1)
            sources.record(session, outcome, {}, now, HOUR)


def troubles(office: Office, now: datetime = NOW + HOUR) -> list[str]:
    return [f"{each.words} -> {each.remedy}" for each in status(office, now) if each.remedy]


def test_an_office_that_is_well_has_no_trouble_and_no_mail_is_sent(office: Office, smtp_server: MailServer) -> None:
    read(office, NOW)
    found = status(office, NOW + HOUR)
    assert [each.words for each in found if each.remedy] == []
    words = "\n".join(each.words for each in found)
    for said in (
        "free where the home is",
        "Clock: 2026-11-20 10:00 UTC",
        "Last backup: 2026-11-20 09:00",
        "answers '250",
    ):
        assert said in words
    assert smtp_server.mails == []


def test_a_mail_server_that_does_not_answer(office: Office) -> None:
    settings = office.settings.model_copy(update={"smtp_port": free_port()})
    (trouble,) = troubles(
        Office(settings=settings, engine=office.engine, reading=office.reading, writing=office.writing)
    )
    assert "ConnectionRefusedError" in trouble
    assert "smtp_host" in trouble


def test_a_full_disk(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**10, 10**10, 5_000_000))
    (trouble,) = troubles(office)
    assert "5.0 MB are free" in trouble
    assert "Make room" in trouble


def test_a_clock_behind_what_is_stored(office: Office) -> None:
    read(office, NOW)
    assert any("something was stored at 2026-11-20 09:00" in each and "set-ntp" in each
               for each in troubles(office, NOW - 2 * DAY))  # fmt: skip


def test_sources_that_fail_that_are_silent_and_that_nobody_reads(office: Office) -> None:
    read(office, NOW, FetchError("http_status", status=503))
    words = "Harbour Times: The server answered with error 503 (the last time)"
    assert any(words in each and "source check harbour" in each for each in troubles(office))
    read(office, NOW, FetchError("http_status", status=503))
    assert any("error 503 (2 times running)" in each for each in troubles(office))
    read(office, NOW + 40 * DAY)
    backup(office, NOW + 40 * DAY)
    silent = [each for each in troubles(office, NOW + 40 * DAY + HOUR) if "gave no document" in each]
    assert len(silent) == 2
    assert all("since 2026-11-20" in each and "may have moved" in each for each in silent)
    assert any("2 sources should have been read" in each and "staffwork serve" in each
               for each in troubles(office, NOW + 41 * DAY))  # fmt: skip


def test_a_backup_that_is_old_or_gone(office: Office) -> None:
    assert any("Last backup: 2026-11-20" in each and "`staffwork backup`" in each
               for each in troubles(office, NOW + 8 * DAY))  # fmt: skip
    shutil.rmtree(office.settings.home / "backups")
    (trouble,) = troubles(office)
    assert "not there any more" in trouble


def test_a_draft_nobody_approved_and_mail_nobody_knows_of(office: Office, smtp_server: MailServer) -> None:
    assert compose(office, NOW)
    late = NOW + 6 * DAY
    assert any("2026-W47 is not approved" in each and "staffwork approve" in each for each in troubles(office, late))
    with office.reading() as session:
        approver = people.holders(session, Role.ADMINISTRATOR)[0].viewer
    approve(office, "2026-W47", approver, NOW)
    smtp_server.refused.add("deputy@office.example")
    smtp_server.drops_after_data = True
    send(office, NOW + HOUR)
    smtp_server.drops_after_data = False
    found = troubles(office, NOW + HOUR)
    assert any("mayor@office.example is uncertain" in each and "never sent again" in each for each in found)
    assert any("deputy@office.example was refused: 550" in each for each in found)
