"""The command line: `staffwork VERB`. Here, and only here, the clock is read for a job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress
from sqlalchemy.orm import Session

from app import cli_asks, cli_keep, cli_mail, terminal
from app.cli_setup import app, read_sources
from app.db import SchemaError
from app.delivery.plain import counted
from app.jobs.lock import LockedError
from app.store import people
from app.terminal import Now, err, out
from app.timetable import Series
from app.viewer import Role, system
from digest.errors import BrokenCitationError, ConflictError, InvalidInputError, NotFoundError, StaffworkError

EX_NOT_LISTENING = 3  # docs/operate.md names it, for service files
EX_TEMPFAIL = 75  # sysexits.h: try again later


@app.command()
def collect(
    now: Now = None, source: Annotated[str | None, typer.Option(help="Only this source, due or not.")] = None
) -> None:
    """Read every source that is due."""
    read_sources(terminal.present(now), source)


@app.command()
def group(now: Now = None) -> None:
    """Put documents into stories."""
    from app.jobs.group import group as job

    with err.status("Grouping documents"):
        done = job(terminal.office(), terminal.present(now))
    out.print(
        f"{counted(done.documents, 'document')} in {counted(done.stories, 'story', 'stories')}, "
        f"{counted(done.duplicates, 'duplicate')}; {done.moved} moved."
    )


@app.command()
def compose(
    now: Now = None,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Up to the timetable's last cut-off; nothing when one reaches it.")
    ] = False,
) -> None:
    """Make the draft of the next edition, and that of leaders with a rhythm of their own."""
    from app.jobs.compose import compose_every

    done = compose_every(terminal.office(), terminal.present(now), scheduled=scheduled)
    if not done:
        out.print("Nothing has been collected yet: add sources with `staffwork source add`, then `staffwork collect`.")
    for each in done:
        if each.made:
            out.print(f"Draft {each.edition_id}: {_contents(each.documents, each.entries)}.")
        else:
            out.print(f"Nothing new since {each.edition_id}, which stands as it is.")


@app.command()
def approve(
    edition: Annotated[str | None, typer.Argument(help="Which edition; the latest when left out.")] = None,
    by: Annotated[str | None, typer.Option(help="Approver's mail address; the first approver when left out.")] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Make an approved one that is not sent yet a draft again.")
    ] = False,
    now: Now = None,
) -> None:
    """Check every citation of an edition and freeze it."""
    from app.jobs.approve import approve as job
    from app.jobs.approve import take_back as undo

    office = terminal.office()
    if take_back and edition is None:
        raise InvalidInputError("edition", "", "name the one to take back: staffwork approve --take-back 2026-W47")
    with office.reading() as session:
        person = people.by_email(session, by) if by else _first_approver(people.holders(session, *APPROVERS))
        chosen = edition or _to_approve(session)
    if person is None:
        raise InvalidInputError("by", by or "", "nobody with that address; see `staffwork user add`")
    if chosen is None:
        out.print("There is no edition yet: `staffwork compose` makes one.")
        return
    if take_back:
        done = undo(office, chosen, person.viewer, terminal.present(now))
        words = "is a draft again, with its edits" if done else "is not approved; nothing was done"
        out.print(f"Edition {chosen} {words}.")
        return
    value = job(office, chosen, person.viewer, terminal.present(now))
    out.print(f"Edition {chosen} is approved. SHA-256 of the frozen value: {value}", soft_wrap=True)


@app.command()
def send(
    now: Now = None, due: Annotated[bool, typer.Option("--due", help="Only what the timetable says is due.")] = False
) -> None:
    """Send what is approved, one message for each reader."""
    from app.jobs.send import send as job

    done = job(terminal.office(), terminal.present(now), due_only=due)
    words = ", ".join(f"{count} {state}" for state, count in sorted(done.states.items())) or "nothing to send"
    out.print(f"Deliveries: {words}.")
    if done.doubted:
        err.print(
            f"[yellow]{done.doubted} uncertain[/]: an earlier run stopped before the server's answer; "
            "see the outbox page."
        )
    for each in done.unapproved:
        err.print(f"[yellow]{each} is not approved[/] and its deadline has passed; it is not sent.")
    for each in done.released:
        err.print(f"[yellow]{each} is not approved[/]; it goes out marked as automatic, not reviewed.")


app.command()(cli_keep.status)
app.command()(cli_keep.backup)
app.command()(cli_keep.restore)
app.add_typer(cli_mail.app, name="mail")
app.add_typer(cli_asks.app, name="ask")


@app.command()
def remind(now: Now = None) -> None:
    """Remind the owners of what is due soon, today, or overdue."""
    from app.jobs.remind import remind as job

    done = job(terminal.office(), terminal.present(now))
    words = ", ".join(f"{count} {state}" for state, count in sorted(done.states.items())) or "nobody to remind"
    out.print(f"Reminders: {words}.")
    if done.doubted:
        err.print(f"[yellow]{done.doubted} uncertain[/]: an earlier run stopped before the server's answer.")


@app.command()
def reindex(
    everything: Annotated[bool, typer.Option("--all", help="Also what is up to date.")] = False,
) -> None:
    """Make the words that searching needs, where they are lacking or an older program made them."""
    from app.jobs.reindex import reindex as job

    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("Indexing documents", total=None)
        done = job(
            terminal.office(),
            everything=everything,
            progress=lambda made, total: bar.update(task, completed=made, total=total),
        )
    out.print(f"{counted(done.documents, 'document')}, {counted(done.editions, 'edition')} indexed.")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the API, and run the jobs on time, in one process."""
    from app.server import NotListeningError, web_address
    from app.server import serve as run

    office = terminal.office()
    public = office.settings.public_url
    readers = f"; readers reach them at {public}" if public else ""
    words = f"Pages: {web_address(host, port)}{readers}. Stop with Ctrl-C."
    try:
        run(office, host, port, ready=lambda: out.print(words, soft_wrap=True))
    except NotListeningError as error:
        err.print(f"[red]Not served[/]: {error}.", soft_wrap=True)
        raise typer.Exit(EX_NOT_LISTENING) from error


@app.command()
def demo(
    fresh: Annotated[Path | None, typer.Option("--fresh", help="Make another example office in this folder.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; the next free one when it is busy.")] = 8000,
) -> None:
    """Make the example office, once, and serve it. It never sends anything outside."""
    from app.demo import run

    run(fresh, host, port, terminal.present(None), out)


def _contents(documents: int, entries: int) -> str:
    return f"{counted(documents, 'document')}, {counted(entries, 'entry', 'entries')}"


def _to_approve(session: Session) -> str | None:
    """The latest edition of the office, or the one draft that is the latest of a series.

    Raises:
        InvalidInputError: there are two such drafts.
    """
    from app.store import editions

    found = [editions.latest(session, system(), approved_only=False, series=series) for series in Series]
    drafts = [line.id for line in found if line is not None and line.state is editions.EditionState.DRAFT]
    if len(drafts) > 1:
        raise InvalidInputError("edition", "", f"{' and '.join(drafts)} wait for approval: name the one that is meant")
    return next(iter([*drafts, *(line.id for line in found if line is not None)]), None)


APPROVERS = (Role.APPROVER, Role.ADMINISTRATOR)


def _first_approver(found: Sequence[people.Person]) -> people.Person | None:
    """An approver before an administrator, then by name."""
    return min(found, key=lambda person: (APPROVERS.index(person.role), person.name), default=None)


def main() -> None:
    """Run the command line; what went wrong is said in one line, with what to do."""
    sys.exit(_guarded(app)())


def _guarded(run: Callable[..., Any]) -> Callable[[], int]:
    @wraps(run)
    def guarded() -> int:
        try:
            run()
        except LockedError as error:
            err.print(f"[yellow]{error}[/]; try again when it is done.")
            return EX_TEMPFAIL
        except SchemaError as error:
            err.print(f"[red]This database is newer than the program[/] ({error}): install the newer Staffwork.")
            return 1
        except BrokenCitationError as error:
            err.print(f"[red]Not approved[/]: {error}. Exclude the entry, or compose the edition again.")
            return 1
        except ConflictError as error:
            err.print(f"[red]Not now[/]: {error}.{_REMEDIES.get(error.code, '')}")
            return 1
        except (InvalidInputError, NotFoundError) as error:
            err.print(f"[red]{error}[/]")
            return 2
        except StaffworkError as error:
            err.print(f"[red]{error}[/]")
            return 1
        return 0

    return guarded


_REMEDIES = {
    "not_grouped": " Run `staffwork group` first.",
    "sending_begun": " A mail cannot be called back: add a late note or a correction on the page of the briefing.",
    "clearance_too_low": " An approver cleared for every document of the edition is needed.",
}

if __name__ == "__main__":
    main()
