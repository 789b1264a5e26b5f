"""Settings: private files, secrets made once, clear words for what cannot be used."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from app import settings
from app.delivery.mail import SmtpMailer, mailer
from app.jobs.collect import collect
from app.jobs.setup import add_source, make_office
from app.office import open_office
from app.store import documents
from digest.errors import InvalidInputError
from digest.types import Source, SourceKind


def mode(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_what_is_saved_is_loaded_again_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = settings.build(tmp_path / "home", {"office_name": "城市办公室", "smtp_password": "s3cret"})
    settings.save(made)
    assert settings.load(tmp_path / "home") == made
    assert (mode(made.home), mode(made.home / "settings.json")) == ("0o700", "0o600")


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = settings.secret(tmp_path, "session")
    assert settings.secret(tmp_path, "session") == first
    assert settings.secret(tmp_path, "other") != first
    assert mode(tmp_path / "secrets.json") == "0o600"
    assert len(first) >= 48


def test_an_empty_variable_means_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.Settings.model_fields:
        if name != "home":
            monkeypatch.setenv(f"STAFFWORK_{name.upper()}", "")
    found = settings.build(tmp_path, {"smtp_host": "mail.office.example", "languages": ["zh"]})
    assert (found.smtp_host, found.languages, found.smtp_port) == ("mail.office.example", ("zh",), 587)
    assert not settings.set_by_environment("smtp_host")
    assert not isinstance(mailer(settings.build(tmp_path, {})), SmtpMailer)


def test_an_empty_text_in_the_file_means_none(tmp_path: Path) -> None:
    assert not isinstance(mailer(settings.build(tmp_path, {"smtp_host": ""})), SmtpMailer)
    assert settings.build(tmp_path, {"database_url": ""}).database.startswith("sqlite")
    with pytest.raises(InvalidInputError, match="office_name"):
        settings.build(tmp_path, {"office_name": ""})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("languages", ["xx"]),
        ("public_url", "javascript:x"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(tmp_path: Path, field: str, value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        settings.build(tmp_path, {field: value})
    assert caught.value.field.startswith(field)
    assert caught.value.remedy


def test_a_setting_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="smtp_hots"):
        settings.build(tmp_path, {"smtp_hots": "x"})


def test_every_setting_is_read_by_the_program() -> None:
    program = "".join(path.read_text(encoding="utf-8") for path in Path(settings.__file__).parent.rglob("*.py"))
    unread = [name for name in settings.Settings.model_fields if not re.search(rf"(settings|self)\.{name}\b", program)]
    assert {name for name in unread if name.partition("_")[2] not in settings.Settings.model_fields} == set()
    assert {name.partition("_")[0] for name in unread} == {"daily", "weekly"}  # read for the one they are named after


def test_a_page_larger_than_the_office_allows_is_not_read(tmp_path: Path, httpserver: HTTPServer) -> None:
    link = httpserver.url_for("/long")
    feed = f"<rss version='2.0'><channel><item><title>Long</title><link>{link}</link></item></channel></rss>"
    httpserver.expect_request("/feed").respond_with_data(feed)
    httpserver.expect_request("/long").respond_with_data("x" * 1001)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    make_office(tmp_path, {"fetch_max_bytes": 1000, "fetch_allow_hosts": ["localhost"]}, "A", "a@office.example", now)
    office = open_office(settings.load(tmp_path))
    source = Source(id="", kind=SourceKind.FEED, name="Feed", address=httpserver.url_for("/feed"))
    add_source(office, source)
    (done,) = collect(office, now)
    with office.reading() as session:
        (found,) = documents.unreadable(session, now)
    office.close()
    assert (done.error, found.error, found.error_params) == (None, "too_large", {"limit": 1000})


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(settings.build(tmp_path, {"smtp_port": 25}))
    monkeypatch.setenv("STAFFWORK_SMTP_PORT", "2525")
    assert settings.load(tmp_path).smtp_port == 2525


def test_a_home_without_an_office_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="staffwork init"):
        settings.load(tmp_path)


def test_a_broken_file_is_named_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text('{"office_name":\n oops}')
    with pytest.raises(InvalidInputError, match="line 2"):
        settings.load(tmp_path)


def test_a_change_writes_what_is_named_and_leaves_the_rest_and_the_secrets(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings.save(settings.build(home, {"office_name": "城市办公室", "smtp_password": "s3cret"}))
    made = settings.change(home, {"cut_off_time": "09:00", "sending_time": "07:00", "deputy": None})
    assert made == settings.load(home)
    assert made.smtp_password is not None
    assert made.smtp_password.get_secret_value() == "s3cret"
    raw = json.loads((home / "settings.json").read_text(encoding="utf-8"))
    assert raw == {"office_name": "城市办公室", "smtp_password": "s3cret", "cut_off_time": "09:00"}
    assert mode(home / "settings.json") == "0o600"
    assert settings.change(home, {"cut_off_time": "10:00"}).cut_off_time == "10:00"


def test_a_change_that_cannot_be_used_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings.save(settings.build(home, {"cut_off_time": "09:00"}))
    with pytest.raises(InvalidInputError):
        settings.change(home, {"cut_off_time": "26:00"})
    assert settings.load(home).cut_off_time == "09:00"


def test_what_the_environment_says_is_not_written_into_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    settings.save(settings.build(home, {}))
    monkeypatch.setenv("STAFFWORK_SMTP_PASSWORD", "s3cret")
    assert settings.set_by_environment("smtp_password")
    assert settings.change(home, {"cut_off_time": "09:00"}).smtp_password is not None
    assert "s3cret" not in (home / "settings.json").read_text()
    assert (settings.set_in_file(home, "cut_off_time"), settings.set_in_file(home, "deputy")) == (True, False)
