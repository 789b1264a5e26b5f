"""The verb that lists what is asked."""

from __future__ import annotations

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.table import Table

from app import terminal
from app.store.asks import Which
from app.terminal import Now, out
from app.viewer import system

PER_READING = 200

app = typer.Typer(no_args_is_help=True, help="Asks: what is asked of leaders and owners.")


@app.callback()
def asks() -> None:
    """Asks: what is asked of leaders and owners."""


@app.command("list")
def ask_list(
    which: Annotated[str, typer.Argument(help="open, overdue or closed.")] = "open",
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for another program.")] = False,
    now: Now = None,
) -> None:
    """List what is asked: state, owner, due date."""
    from app.store import asks as store

    office, wanted = terminal.office(), terminal.read_choice("which", Which, which)
    today = terminal.present(now).astimezone(ZoneInfo(office.settings.time_zone)).date()
    found: list[store.KeptAsk] = []
    after: str | None = None
    with office.reading() as session:
        while True:
            page = store.page(session, system(), wanted, today, limit=PER_READING, after=after)
            found += page.items
            if (after := page.next) is None:
                break
    rows = [
        {
            "id": each.ask.id,
            "kind": each.ask.kind.value,
            "state": "overdue" if each.ask.overdue(today) else each.ask.state.value,
            "owner": each.ask.owner,
            "due": " ".join(filter(None, (each.ask.due.isoformat(), f"{each.ask.due_time or '':.5}"))),
            "mark": each.ask.mark.code,
            "text": each.ask.text,
        }
        for each in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif not rows:
        out.print("Nothing is asked in this list. Asks are made in a draft, or on the page of asks.")
    else:
        table = Table(*rows[0])
        for row in rows:
            table.add_row(*row.values())
        out.print(table)
