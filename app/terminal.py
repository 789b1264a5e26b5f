"""What the verbs of the command line share: the terminal, the present, the office, and reading choices."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from app import logs, settings
from app.office import Office, open_office
from app.viewer import Viewer, system
from digest.errors import InvalidInputError
from digest.types import Mark

T = TypeVar("T")
out = Console()
err = Console(stderr=True)


def read_time(value: str) -> datetime:
    """A time as ISO 8601 writes it; UTC when it names no zone."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(
            f"{value!r} is not a time as ISO 8601 writes it, e.g. 2026-11-20T10:00:00+01:00"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


Now = Annotated[
    datetime | None,
    typer.Option("--now", parser=read_time, help="Take this as the present (ISO 8601; UTC when no zone)."),
]
MarkOption = Annotated[str, typer.Option(help="Handling mark: public, internal or confidential.")]


def present(given: datetime | None) -> datetime:
    """The present that was given, else the clock's."""
    return given or datetime.now(UTC)


def operator() -> Viewer:
    """Whoever works at the command line, who may do everything: named as the system names them."""
    try:
        name = f"{getpass.getuser()} (command line)"
    except (KeyError, OSError, ImportError):  # a user without an entry, as in some containers
        name = "command line"
    return replace(system(), id="command-line", name=name[:120])


def office() -> Office:
    """The office of ``STAFFWORK_HOME``, opened.

    Raises:
        InvalidInputError: there is none, or its settings cannot be used.
        SchemaError: its database is newer than the program.
    """
    found = settings.load(settings.home_from_environment())
    logs.configure(found)
    return open_office(found)


def ask(given: str | None, question: str, default: str | None = None, *, field: str = "") -> str:
    """What was given as an option, else what the person at the terminal answers, else the default.

    Args:
        given: the option's value; None when it was not used.
        question: what to ask.
        default: the answer when nobody is there to be asked; None: there has to be an option.
        field: the option's name, for the error.

    Raises:
        InvalidInputError: nobody is there to be asked, and there is no default.
    """
    if given is not None:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt(question, default=default))
    if default is None:
        raise InvalidInputError(field, "", f"nobody sits at the terminal to be asked: say it with --{field}")
    return default


def read_mark(code: str) -> Mark:
    """A handling mark as it is written.

    Raises:
        InvalidInputError: no mark is written so.
    """
    try:
        return Mark.from_code(code)
    except ValueError as error:
        raise InvalidInputError("mark", code, str(error)) from None


def read_choice(field: str, kind: Callable[[str], T], value: str) -> T:
    """A value of an enumeration.

    Raises:
        InvalidInputError: it has no such value; the error names the field.
    """
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidInputError(field, value, str(error)) from None
