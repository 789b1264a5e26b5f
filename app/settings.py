"""The settings of an office: one frozen class, read once and handed down as arguments.

Everything of an office lives under its home. What a person sets stands in ``HOME/settings.json`` (written by
``staffwork init``) or in environment variables named ``STAFFWORK_…``; secrets are made on first start in
``HOME/secrets.json``.
"""

from __future__ import annotations

import json
import os
import secrets
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from digest.errors import InvalidInputError
from digest.lengths import Lengths

SETTINGS_FILE = "settings.json"
SECRETS_FILE = "secrets.json"


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone of the IANA database, such as Europe/Berlin or Asia/Shanghai") from None


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Rhythm = Literal["weekly", "daily"]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]


class Settings(BaseSettings):
    """What an office has set; each field says what it does."""

    model_config = SettingsConfigDict(env_prefix="STAFFWORK_", env_ignore_empty=True, frozen=True, extra="forbid")

    home: Path = Field(description="The folder everything of the office lives in.")
    office_name: str = Field("Leadership office", min_length=1, max_length=120, description="The office's name.")
    time_zone: TimeZone = Field("UTC", description="The office's time zone (IANA name).")
    languages: tuple[Literal["en", "zh"], ...] = Field(
        ("en",), min_length=1, description="Languages of pages and mail; the first is the default."
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+(/[^?#\s]*)?$",
        description="Address under which readers reach the pages; mail has links only when it is set.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy address of a PostgreSQL database; without it, SQLite in the home."
    )
    smtp_host: str | None = Field(None, description="Mail server; without one, mail goes to the outbox folder.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is protected."
    )
    smtp_user: str | None = Field(None, description="User name at the mail server, when it wants one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_timeout_s: float = Field(30, gt=0, description="Seconds to wait for the mail server.")
    mail_from: str = Field("staffwork@localhost", description="Sender address of the mail.")
    rhythm: Rhythm = Field(
        "weekly", description="A briefing each week, or each working day; then the weekdays below do not count."
    )
    working_days: tuple[Weekday, ...] = Field(
        ("monday", "tuesday", "wednesday", "thursday", "friday"), min_length=1, description="Days the office works on."
    )
    holidays: tuple[date, ...] = Field(
        (),
        description="Days the office does not work on, e.g. 2026-12-25. A cut-off moves to the working day before, "
        "everything else to the one after.",
    )
    cut_off_day: Weekday = Field("friday", description="Weekday of the cut-off.")
    cut_off_time: ClockTime = Field("10:00", description="Time of the cut-off, in the office's time zone.")
    draft_delay_minutes: int = Field(0, ge=0, le=1440, description="How long after the cut-off the draft is made.")
    reminder_day: Weekday | None = Field(
        None, description="Weekday of the reminder to the approvers; without it, the first such time after the draft."
    )
    reminder_time: ClockTime = Field("14:00", description="Time of the reminder, in the office's time zone.")
    approval_day: Weekday | None = Field(
        None, description="Weekday by which to approve; without it, the first such time after the draft."
    )
    approval_time: ClockTime = Field("16:00", description="Time by which to approve, in the office's time zone.")
    sending_day: Weekday = Field("monday", description="Weekday of sending, after the cut-off.")
    sending_time: ClockTime = Field("07:00", description="Time of sending, in the office's time zone.")
    daily_cut_off_time: ClockTime = Field(
        "16:00",
        description="The same for leaders who read daily in a weekly office: time of the cut-off each working day.",
    )
    daily_draft_delay_minutes: int = Field(
        0, ge=0, le=1440, description="How long after the daily cut-off the draft is made."
    )
    daily_reminder_time: ClockTime = Field("17:00", description="Time of the reminder for the daily briefing.")
    daily_approval_time: ClockTime = Field("18:00", description="Time by which to approve the daily briefing.")
    daily_sending_time: ClockTime = Field(
        "07:00", description="Time of sending the daily briefing, the first after its cut-off on a working day."
    )
    weekly_cut_off_day: Weekday = Field(
        "friday", description="The same for leaders who read weekly in a daily office: weekday of the cut-off."
    )
    weekly_cut_off_time: ClockTime = Field("10:00", description="Time of the weekly cut-off.")
    weekly_draft_delay_minutes: int = Field(
        0, ge=0, le=1440, description="How long after the weekly cut-off the draft is made."
    )
    weekly_reminder_day: Weekday | None = Field(
        None, description="Weekday of its reminder; without it, the first such time after the draft."
    )
    weekly_reminder_time: ClockTime = Field("14:00", description="Time of the reminder for the weekly briefing.")
    weekly_approval_day: Weekday | None = Field(
        None, description="Weekday by which to approve it; without it, the first such time after the draft."
    )
    weekly_approval_time: ClockTime = Field("16:00", description="Time by which to approve the weekly briefing.")
    weekly_sending_day: Weekday = Field("monday", description="Weekday of sending the weekly briefing.")
    weekly_sending_time: ClockTime = Field("07:00", description="Time of sending the weekly briefing.")
    unapproved: Literal["hold", "send_marked"] = Field(
        "hold",
        description="What becomes of a briefing that nobody approves: it is held, or sent marked as automatic, not "
        "reviewed.",
    )
    deputy: MailAddress | None = Field(
        None, description="Mail address of whoever is told, with the administrators, that nobody approved in time."
    )
    length_for_decision: int = Field(
        3, ge=1, le=10, description="Decisions told in full; each further one gets a line."
    )
    length_must_know: int = Field(
        5, ge=1, le=20, description="Entries of *For your decision* and *Must know* together."
    )
    length_due: int = Field(7, ge=1, le=50, description="Lines of *Due and open* in a mail; the page has all of them.")
    length_from_units: int = Field(
        5, ge=0, le=30, description="Entries of *From above · from our units*; further ones are noted by title."
    )
    length_worth_knowing: int = Field(7, ge=0, le=30, description="Headlines of *Worth knowing*.")
    length_watch: int = Field(2, ge=0, le=10, description="Entries of *Watch*, which an editor puts there.")
    length_also_noted: int = Field(
        10, ge=0, le=100, description="Titles of *Also noted* in a draft and in a mail; the page has all of them."
    )
    length_near_misses: int = Field(
        20, ge=1, le=200, description="Stories left out that a draft shows at once; the others one click away."
    )
    collect_every_minutes: int = Field(15, ge=1, le=1440, description="How often `serve` looks for due sources.")
    source_interval_minutes: int = Field(60, ge=1, le=10080, description="Pause between two readings of a source.")
    fetch_pace_s: float = Field(1.0, ge=0, description="Seconds between two requests to one host.")
    fetch_timeout_s: float = Field(20, gt=0, description="Seconds one request may take in all.")
    fetch_max_bytes: int = Field(
        15_000_000, gt=0, description="Largest answer that is read, in bytes; a feed may have 5 million at most."
    )
    fetch_allow_hosts: tuple[str, ...] = Field(
        (),
        description="Private hosts, addresses or networks that may be fetched, e.g. intranet.example or 10.1.0.0/16; "
        "they are not paced.",
    )
    fetch_proxy: str | None = Field(None, description="Outbound HTTP proxy.")
    contact: str | None = Field(None, description="Contact named in the User-Agent, an address or a mail address.")
    log_max_bytes: int = Field(5_000_000, gt=0, description="Size at which a log file is rotated; five are kept.")
    example: bool = Field(False, description="The bundled example: every page says so and nothing is sent outside.")

    @model_validator(mode="before")
    @classmethod
    def _empty_is_not_set(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An empty text in the file means the same as none, where none is possible."""
        optional = {name for name, field in cls.model_fields.items() if field.default is None}
        return {name: value for name, value in values.items() if value != "" or name not in optional}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 no .env file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 no secret files
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment variables win over what the file says; the home is the caller's to name."""
        named = {name: value for name, value in init_settings().items() if name == "home"}
        return InitSettingsSource(settings_cls, named), env_settings, init_settings

    @property
    def lengths(self) -> Lengths:
        """How much a briefing of the office holds."""
        return Lengths(
            for_decision=self.length_for_decision,
            must_know=self.length_must_know,
            due=self.length_due,
            from_units=self.length_from_units,
            worth_knowing=self.length_worth_knowing,
            watch=self.length_watch,
            also_noted=self.length_also_noted,
        )

    @property
    def database(self) -> str:
        """SQLAlchemy address of the office's database."""
        return self.database_url or f"sqlite:///{self.home / 'staffwork.db'}"

    @property
    def outbox(self) -> Path:
        """Folder of mail that no server takes."""
        return self.home / "outbox"

    @property
    def logs(self) -> Path:
        """Folder of the log files."""
        return self.home / "logs"


def home_from_environment() -> Path:
    """The home named by ``STAFFWORK_HOME``, else ``~/.local/share/staffwork``."""
    named = os.environ.get("STAFFWORK_HOME")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "staffwork"


def load(home: Path) -> Settings:
    """Settings of the office that lives in a home.

    Raises:
        InvalidInputError: there is no office, or a setting cannot be used; it names the setting and the remedy.
    """
    path = home / SETTINGS_FILE
    if not path.exists():
        raise InvalidInputError("home", str(home), "there is no office here; make one with `staffwork init`")
    try:
        return build(home, json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise InvalidInputError("settings", str(path), f"not JSON (line {error.lineno}); mend the file") from error


def build(home: Path, values: dict[str, Any]) -> Settings:
    """Settings from values as they stand in the file.

    Raises:
        InvalidInputError: the first value that cannot be used.
    """
    try:
        return Settings(**{**values, "home": home.resolve()})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidInputError(name, str(first["input"]), first["msg"]) from error


def save(settings: Settings) -> None:
    """Write the settings into the home, readable by its owner only; unset ones are left out."""
    make_private_folder(settings.home)
    values = settings.model_dump(mode="json", exclude={"home"}, exclude_defaults=True)
    if settings.smtp_password:
        values["smtp_password"] = settings.smtp_password.get_secret_value()
    write_private(settings.home / SETTINGS_FILE, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def set_by_environment(name: str) -> bool:
    """Whether an environment variable says what a setting is; then the file does not count. An empty one does not."""
    return any(known.upper() == f"STAFFWORK_{name.upper()}" and value for known, value in os.environ.items())


def set_in_file(home: Path, name: str) -> bool:
    """Whether the settings file of a home names a setting."""
    return name in _in_file(home)


def with_values(home: Path, values: dict[str, Any]) -> Settings:
    """The settings of a home as they would be with some others; what environment variables say stays.

    Raises:
        InvalidInputError: the first value that cannot be used.
    """
    return build(home, {**_in_file(home), **values})


def change(home: Path, values: dict[str, Any]) -> Settings:
    """Write some settings into the file of a home; what environment variables say is left to them.

    Raises:
        InvalidInputError: the first value that cannot be used; the file is as it was.
    """
    made, known = with_values(home, values), _in_file(home)
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    new = {name: value for name, value in values.items() if name in known or value != defaults[name]}
    text = json.dumps({**known, **new}, indent=2, ensure_ascii=False)
    write_private(home / SETTINGS_FILE, text + "\n")
    return made


def _in_file(home: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((home / SETTINGS_FILE).read_text(encoding="utf-8"))
    return known


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner enters (mode 0700)."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only its owner reads (mode 0600)."""
    draft = path.with_name(path.name + f".{os.getpid()}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def secret(home: Path, name: str) -> str:
    """A secret of the office, made when it is first asked for."""
    path = home / SECRETS_FILE
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if name not in known:
        known[name] = secrets.token_urlsafe(48)
        write_private(path, json.dumps(known, indent=2) + "\n")
    return known[name]
