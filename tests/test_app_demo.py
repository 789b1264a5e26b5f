"""The example office as a newcomer meets it: made with words, served where there is room, and still there next time."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
from sqlalchemy import func, select

from app.demo import open_example
from app.models import Base
from app.office import Office
from app.store import asks, documents, editions, late_notes, statements
from app.store.asks import KeptAsk, Which
from app.store.deliveries import DeliveryState
from app.store.editions import EditionLine, EditionState
from app.store.identity import document_id
from app.viewer import system
from digest.edition import Edition, ReasonCode

STEPS = ["Making the example office", "Collecting week 1", "Grouping week 1", "Composing week 1"]
LINK = re.compile(r"(http://127\.0\.0\.1:(\d+))/sign-in/\S+")


@contextmanager
def demo(folder: Path, *options: str, until: str = "next start") -> Iterator[list[str]]:
    """What ``staffwork demo`` said, line by line, until it was ready; it serves while the context lasts.

    With another word to wait for, it is killed when it says that.
    """
    command = [sys.executable, "-m", "app.cli", "demo", *options]
    child = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True)
    said: list[str] = []
    try:
        for line in child.stdout:
            said.append(line.strip())
            if until in line:
                break
        yield said
        if until == "next start":
            child.terminate()
            assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}


def test_a_real_offices_database_and_mail_server_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = {"STAFFWORK_DATABASE_URL": f"sqlite:///{tmp_path / 'real.db'}", "STAFFWORK_EXAMPLE": "false"}
    usual = environment()
    monkeypatch.setattr("tests.test_app_demo.environment", lambda: {**usual, **real})
    with demo(tmp_path, until="Collecting week 1") as said:
        told = " ".join(said)
    assert "Not used for the example" in told
    assert "STAFFWORK_DATABASE_URL, STAFFWORK_EXAMPLE" in told
    assert not (tmp_path / "real.db").exists()
    assert (tmp_path / "example-office" / "staffwork.db").exists()


def front_page(said: list[str]) -> str:
    """The page that the sign-in link leads to."""
    link = LINK.search("\n".join(said))
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(Request(link[0], data=b"", headers={"Origin": link[1]})) as page:
        return page.read().decode()


BY_SIGNING_IN = {"session", "sign_in_link"}
BY_CHANCE = {"attempt", "trace"}  # how often a source was tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An example that was made on a busy port and left alone: what it said, and its front page."""

    folder: Path
    wanted_port: int
    said: list[str]
    page: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with demo(folder, "--port", str(port)) as said:
            return Made(folder=folder, wanted_port=port, said=said, page=front_page(said))


@pytest.fixture(scope="module")
def folder(made: Made) -> Path:
    return made.folder


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    found = open_example(folder / "example-office")
    yield found
    found.close()


def kept(folder: Path) -> dict[str, int]:
    """How many rows each table of an example holds, and how many mails its outbox."""
    office = open_example(folder / "example-office")
    tables = [table for table in Base.metadata.sorted_tables if table.name not in BY_SIGNING_IN | BY_CHANCE]
    with office.reading() as session:
        rows = {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    office.close()
    return {**rows, "outbox": len(list((folder / "example-office" / "outbox").glob("*.eml")))}


def test_the_example_is_made_with_a_word_for_each_step_where_there_is_room(made: Made) -> None:
    assert made.said[:4] == STEPS
    assert int(LINK.search("\n".join(made.said))[2]) > made.wanted_port
    assert "EXAMPLE" in made.page
    assert "Briefing" in made.page


def test_a_second_start_shows_the_same_and_adds_nothing(made: Made) -> None:
    before = kept(made.folder)
    with demo(made.folder, "--port", str(made.wanted_port)) as said:
        assert said[0].startswith("EXAMPLE")
        again = front_page(said)
    assert re.findall(r"<h\d.*?</h\d>", again, re.DOTALL) == re.findall(r"<h\d.*?</h\d>", made.page, re.DOTALL)
    assert kept(made.folder) == before


def test_a_making_that_was_killed_ends_in_the_same_office(folder: Path, tmp_path: Path) -> None:
    with demo(tmp_path, "--port", "8100", until="Collecting week 3") as said:
        pass
    assert "Approving and sending week 2" in said
    with demo(tmp_path, "--port", "8100") as said:
        assert said[:4] == STEPS
    assert kept(tmp_path) == kept(folder)


def newest(office: Office) -> list[EditionLine]:
    with office.reading() as session:
        return list(editions.newest(session, system(), limit=10).items)


def test_three_briefings_are_sent_and_the_fourth_is_a_draft(office: Office, folder: Path) -> None:
    assert [line.state for line in newest(office)] == [EditionState.DRAFT, *[EditionState.SENT] * 3]
    brought = re.compile(r"\d{4}-W\d\d-[a-z]+\.eml")
    sent = Counter(
        mail.name[:8] for mail in (folder / "example-office" / "outbox").iterdir() if brought.fullmatch(mail.name)
    )
    assert sorted(sent.values()) == [3, 3, 3]


def test_statements_are_reasons_and_each_only_from_its_day_on(office: Office) -> None:
    with office.reading() as session:
        assert Counter(each.leader_id for each in statements.every(session, system())) == {
            "halvers": 3,
            "brandvold": 3,
            "zhou": 4,
        }
        for line in newest(office):
            edition = editions.get(session, system(), line.id).edition
            for leader_id in ("halvers", "brandvold", "zhou"):
                said = [
                    datetime.fromisoformat(str(reason.params["said_on"])).date()
                    for place in edition.view(leader_id).entries
                    for reason in place.reasons
                    if reason.code is ReasonCode.STATEMENT
                ]
                assert said, (line.id, leader_id)
                assert max(said) <= line.cut_off.date()


def test_two_asks_hang_on_entries_of_sent_briefings_and_one_is_overdue(office: Office) -> None:
    draft, *sent = newest(office)
    with office.reading() as session:
        day = draft.cut_off.date()
        found = asks.page(session, system(), Which.OPEN, day, limit=10).items
        assert [each.ask.owner for each in found] == ["Water and Civil Protection", "Housing and Planning"]
        assert [each.ask.overdue(day) for each in found] == [True, False]
        assert {each.ask.edition_id for each in found} <= {line.id for line in sent}
        for each in found:
            assert hangs_on_a_told_entry(editions.get(session, system(), each.ask.edition_id).edition, each)
        assert {each.id for each in editions.get(session, system(), draft.id).edition.asks} == {
            each.ask.id for each in found
        }


def hangs_on_a_told_entry(edition: Edition, kept_ask: KeptAsk) -> bool:
    return any(place.story_id == kept_ask.ask.story_id and place.section.told for place in edition.view(None).entries)


def test_a_correction_of_a_sent_briefing_went_out_to_every_reader_once(office: Office, folder: Path) -> None:
    with office.reading() as session:
        mails = late_notes.mails(session, system())
    assert {(each.leader_id, each.state) for each in mails} == {
        (leader_id, DeliveryState.OUTBOX) for leader_id in ("halvers", "brandvold", "zhou")
    }
    assert {each.note.edition_id for each in mails} == {newest(office)[1].id}
    assert all("four weeks, not for six" in each.note.text for each in mails)
    assert len(list((folder / "example-office" / "outbox").glob("*-correction-*.eml"))) == 3


def test_the_urgent_report_stands_in_the_draft(office: Office) -> None:
    urgent = document_id("departments", "water-lock-urgent.md")
    with office.reading() as session:
        assert documents.get(session, system(), urgent).title.startswith("URGENT")
        draft = editions.get(session, system(), newest(office)[0].id).edition
    assert urgent in {each.id for entry in draft.entries for each in entry.documents}
