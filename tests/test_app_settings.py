"""Settings: private files, secrets made once, clear words for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import settings
from digest.errors import InvalidInputError


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
