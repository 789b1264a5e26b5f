"""The command line as a person uses it: from nothing to a sent edition, and what is said when it cannot be."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app import settings
from app.office import open_office
from app.store import setting_changes
from app.viewer import system

NOW = "2026-11-20T09:00:00Z"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "office"


def staffwork(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STAFFWORK_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def said(home: Path, *arguments: str) -> str:
    done = staffwork(home, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def said_of_trouble(home: Path, *arguments: str) -> str:
    done = staffwork(home, *arguments)
    assert done.returncode == 1, done.stderr
    return done.stdout


def init(home: Path) -> str:
    approver = ("--approver-name", "Ada", "--approver-email", "ada@office.example")
    address = ("--public-url", "https://briefing.example", "--smtp-host", "", "--time-zone", "Europe/Berlin")
    return said(home, "init", "--name", "City office", "--languages", "en,zh", *address, *approver)


def test_an_office_goes_from_nothing_to_a_sent_edition(home: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    (reports / "dam.md").write_text("# The dam leaks\n\nThe dam leaks 19 litres a minute. A survey is planned.\n")
    assert "/sign-in/" in init(home)
    assert "Added source" in said(home, "source", "add", str(reports), "--name", "Water", "--origin", "own_unit")
    said(home, "topic", "add", "Dams", "--keyword", "dam", "--keyword", "大坝")
    said(home, "leader", "add", "Mayor", "mayor@office.example", "--topic", "Dams=2")
    with open_office(settings.load(home)).reading() as session:
        (added,) = setting_changes.history(session, system(), setting_changes.leader("mayor"))
    assert added.kind is setting_changes.SettingChangeKind.ADDED
    assert added.author.endswith("command line)")
    assert added.after["email"] == "mayor@office.example"
    assert "1 source tried, 0 failed: 1 new document, 0 changed" in said(home, "collect", "--now", NOW)
    said(home, "group", "--now", NOW)
    assert "Draft 2026-W47" in said(home, "compose", "--now", NOW)
    assert "SHA-256" in said(home, "approve", "--now", NOW)
    assert "name the one to take back" in staffwork(home, "approve", "--take-back").stderr
    assert "is a draft again" in said(home, "approve", "--take-back", "2026-W47", "--now", NOW)
    assert "nothing was done" in said(home, "approve", "--take-back", "2026-W47", "--now", NOW)
    assert "SHA-256" in said(home, "approve", "--now", NOW)
    assert "1 outbox" in said(home, "send", "--now", NOW)
    assert "19 litres" in (home / "outbox" / "2026-W47-mayor.eml").read_text()
    assert "2026-W47, sent" in said_of_trouble(home, "status", "--now", NOW)
    made = said(home, "backup", str(tmp_path / "office.zip"), "--now", NOW)
    assert "secrets" in made
    assert "2026-W47, sent" in said(home, "status", "--now", NOW)
    assert "City office, as it was on 2026-11-20" in said(tmp_path / "again", "restore", str(tmp_path / "office.zip"))
    assert said(tmp_path / "again", "source", "list") == said(home, "source", "list")
    again = staffwork(tmp_path / "again", "restore", str(tmp_path / "office.zip"))
    assert (again.returncode, "not empty" in again.stderr) == (2, True)


def test_nobody_at_the_terminal_is_asked_nothing(home: Path) -> None:
    done = staffwork(home, "init", "--name", "City office")
    assert "/sign-in/" in done.stdout
    assert "First administrator: Approver, approver@localhost" in done.stdout
    assert "No --approver-email was given" in done.stderr
    kept = settings.load(home)
    assert (kept.office_name, kept.time_zone, kept.languages) == ("City office", "UTC", ("en",))


def test_a_restored_office_that_would_mail_its_readers_says_so(home: Path, tmp_path: Path) -> None:
    said(home, "init", "--name", "X", "--smtp-host", "mail.office.example", "--approver-email", "ada@office.example")
    said(home, "backup", str(tmp_path / "office.zip"), "--now", NOW)
    again = staffwork(tmp_path / "again", "restore", str(tmp_path / "office.zip"))
    assert "would mail them" in again.stderr
    assert "STAFFWORK_EXAMPLE=true" in again.stderr
    assert "reindexed" not in again.stdout + again.stderr


def test_an_office_without_a_name_is_not_made(home: Path) -> None:
    done = staffwork(home, "init")
    assert done.returncode == 2
    assert "--name" in done.stderr
    assert not (home / "settings.json").exists()


def test_whoever_sits_at_the_terminal_is_asked(home: Path) -> None:
    answers = ["City office", "Europe/Berlin", "en,zh", "", "", "Ada", "ada@office.example"]
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "init"],
        env={**os.environ, "STAFFWORK_HOME": str(home)},
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(controller, "".join(f"{answer}\n" for answer in answers).encode())
    shown, _ = process.communicate(timeout=60)
    os.close(controller)
    os.close(terminal)
    assert process.returncode == 0, shown
    kept = settings.load(home)
    assert (kept.office_name, kept.time_zone, kept.languages) == ("City office", "Europe/Berlin", ("en", "zh"))


def test_an_unreadable_setting_is_named_with_the_remedy(home: Path) -> None:
    done = staffwork(home, "init", "--name", "X", "--time-zone", "Berlin", "--languages", "en", "--public-url", "",
                     "--smtp-host", "", "--approver-name", "A", "--approver-email", "a@b.example")  # fmt: skip
    assert done.returncode == 2
    assert "time_zone" in done.stderr
    assert "Europe/Berlin" in done.stderr
    assert not (home / "settings.json").exists()


def test_a_source_that_cannot_be_read_is_told_in_words_with_the_remedy_and_exits_with_1(home: Path) -> None:
    init(home)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/feed"
    added = said(home, "source", "add", address, "--name", "Daily [Post]")
    identifier = added.split()[-1].rstrip(".")
    done = staffwork(home, "source", "check", identifier, "--now", NOW)
    assert done.returncode == 1
    assert "! Daily [Post]: The address leads into a private network" in done.stderr
    assert "1 source tried, 1 failed" in done.stdout
    assert staffwork(home, "collect", "--source", identifier, "--now", NOW).returncode == 0


def test_without_an_office_it_says_how_to_make_one(home: Path) -> None:
    done = staffwork(home, "collect")
    assert done.returncode == 2
    assert "staffwork init" in done.stderr


def test_composing_before_anything_was_collected_says_what_to_do(home: Path) -> None:
    init(home)
    assert "source add" in said(home, "compose", "--now", NOW)


def test_somebody_whose_link_has_lapsed_gets_a_new_one(home: Path) -> None:
    init(home)
    assert "/sign-in/" in said(home, "user", "link", "ada@office.example")
    assert staffwork(home, "user", "link", "nobody@office.example").returncode == 2


def test_a_link_is_a_whole_address_once_the_office_has_one(home: Path) -> None:
    made = said(home, "init", "--name", "City office", "--public-url", "https://briefing.example/", "--smtp-host", "")
    assert "https://briefing.example/sign-in/" in made
    assert "https://briefing.example/sign-in/" in said(home, "user", "add", "Eva", "eva@office.example")
    assert "https://briefing.example/sign-in/" in said(home, "user", "link", "eva@office.example")


@pytest.mark.parametrize("words", [("collect", "--source", "nowhere"), ("source", "check", "nowhere")])
def test_a_source_that_is_not_there_is_not_said_to_be_read(home: Path, words: tuple[str, ...]) -> None:
    init(home)
    done = staffwork(home, *words)
    assert (done.returncode, "nowhere" in done.stderr) == (2, True)


def test_the_feeds_of_one_office_are_taken_to_another(home: Path, tmp_path: Path) -> None:
    init(home)
    said(home, "source", "add", "https://gazette.example/feed", "--name", "Gazette & more")
    said(home, "source", "add", str(tmp_path), "--name", "Reports")
    file = tmp_path / "feeds.opml"
    export = ("source", "export-opml")
    assert "1 feeds" in said(home, *export, str(file))
    assert staffwork(home, *export, str(file)).returncode == 2
    shown, kept = (
        re.sub("<dateCreated>.*</dateCreated>", "", text)
        for text in (said(home, "source", "export-opml"), file.read_text())
    )
    assert shown == kept
    init(tmp_path / "other")
    assert "1 sources added" in said(tmp_path / "other", "source", "import-opml", str(file))


def test_a_key_is_shown_once_and_can_be_revoked(home: Path) -> None:
    init(home)
    assert "sw_" in said(home, "api-key", "add", "dashboard", "--clearance", "internal")
    said(home, "api-key", "revoke", "dashboard")
    assert staffwork(home, "api-key", "revoke", "another").returncode == 2


def test_an_unknown_mark_is_answered_with_the_marks_there_are(home: Path) -> None:
    init(home)
    done = staffwork(home, "leader", "add", "M", "m@office.example", "--clearance", "secret")
    assert done.returncode == 2
    assert "public, internal, confidential" in done.stderr
