"""The verb that tests the mail."""

from __future__ import annotations

from typing import Annotated

import typer

from app import terminal
from app.terminal import Now, err, out
from app.viewer import system

app = typer.Typer(no_args_is_help=True, help="Mail: how it goes out.")


@app.callback()
def mail() -> None:
    """Mail: how it goes out."""


@app.command("test")
def mail_test(address: Annotated[str, typer.Argument(help="Where the test message goes.")], now: Now = None) -> None:
    """Send a test message and say what came of each step; exits with 1 when it did not go out."""
    from app.delivery.mail_words import remedy, step_words
    from app.i18n import translations
    from app.jobs.mail_trial import try_mail

    office = terminal.office()
    t = translations("en", office.settings.time_zone)
    with err.status("Sending"):
        tried = try_mail(office, system(), address, t, terminal.present(now))
    for each in tried:
        reply = f" ({each.reply})" if each.reply else ""
        out.print(f"{step_words(each, t)}{reply}", soft_wrap=True, highlight=False, markup=False)
    if (what_to_do := remedy(tried[-1], t)) is not None:
        err.print(f"    -> {what_to_do}", soft_wrap=True, highlight=False, markup=False)
        raise typer.Exit(1)
