"""The verbs that keep an office: how it stands, its backup, and making it again of one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app import settings, terminal
from app.terminal import Now, err, out


def status(now: Now = None) -> None:
    """Say how the office stands, and what to do about what is wrong; exits with 1 when something is."""
    from app.jobs.status import status as job

    findings = job(terminal.office(), terminal.present(now))
    for each in findings:
        sign = "[red]![/] " if each.remedy else "  "
        out.print(sign, end="")
        out.print(each.words, soft_wrap=True, highlight=False, markup=False)
        if each.remedy:
            out.print(f"    -> {each.remedy}", soft_wrap=True, highlight=False, markup=False)
    if any(each.remedy for each in findings):
        raise typer.Exit(1)


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; a new one in HOME/backups when left out.")
    ] = None,
    now: Now = None,
) -> None:
    """Write the whole office into one file, consistently and while it is used. The file holds secrets."""
    from app.jobs.backup import backup as job

    with err.status("Backing up"):
        made = job(terminal.office(), terminal.present(now), file)
    out.print(f"Backed up {made.rows} rows: {made.path}, {made.bytes} bytes.", soft_wrap=True, highlight=False)
    out.print("It holds the office's secrets: keep it where only its administrators read, and on another machine.")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `staffwork backup` made.")],
    database_url: Annotated[
        str | None,
        typer.Option(help="Address of an empty PostgreSQL database, or `sqlite`; without it, as the backup says."),
    ] = None,
) -> None:
    """Make the office of a backup again, in an empty STAFFWORK_HOME and an empty database."""
    from app.jobs.restore import restore as job

    with err.status("Restoring"):
        made = job(settings.home_from_environment(), file, database_url)
    out.print(
        f"Restored {made.office}, as it was on {made.made_at:%Y-%m-%d %H:%M} UTC, into {made.home} ({made.database}): "
        f"{made.rows} rows of {made.tables} tables and {made.files} files, each compared with its checksum.",
        soft_wrap=True,
        highlight=False,
    )
    if made.doubted:
        err.print(
            f"[yellow]{made.doubted} uncertain[/]: they waited to be sent when the backup was made, and may have gone "
            "out since. Ask their readers; see the outbox page."
        )
    if made.mails:
        err.print(
            "[yellow]It knows its mail server and its readers[/]: `staffwork serve` and `staffwork send` would mail "
            "them. Where it takes the old office's place, stop that one first; where it is only tried, set "
            "STAFFWORK_EXAMPLE=true for each verb: then nothing is sent (docs/operate.md).",
            soft_wrap=True,
        )
    out.print("See how it stands with `staffwork status`.")
