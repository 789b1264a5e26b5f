"""The command line: `staffwork VERB`. Here, and only here, the clock is read for a job."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from app import logs, settings
from app.db import SchemaError
from app.jobs.lock import LockedError
from app.office import Office, open_office
from app.viewer import Role, system
from digest.errors import BrokenCitationError, ConflictError, InvalidInputError, NotFoundError, StaffworkError
from digest.types import Mark, Origin, Source, SourceKind

EX_TEMPFAIL = 75  # sysexits.h: try again later
app = typer.Typer(no_args_is_help=True, help="The information desk of a leadership office.", add_completion=False)
source_app = typer.Typer(no_args_is_help=True, help="Sources: where documents come from.")
topic_app = typer.Typer(no_args_is_help=True, help="Topics: standing subjects the leaders care about.")
leader_app = typer.Typer(no_args_is_help=True, help="Leaders: who reads the briefing.")
statement_app = typer.Typer(no_args_is_help=True, help="Statements: what leaders said or wrote.")
user_app = typer.Typer(no_args_is_help=True, help="People who sign in.")
key_app = typer.Typer(no_args_is_help=True, help="Keys of programs that read the API.")
for name, group_app in (
    ("source", source_app),
    ("topic", topic_app),
    ("leader", leader_app),
    ("statement", statement_app),
    ("user", user_app),
    ("api-key", key_app),
):
    app.add_typer(group_app, name=name)
out = Console()
err = Console(stderr=True)


def _time(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(
            f"{value!r} is not a time as ISO 8601 writes it, e.g. 2026-11-20T10:00:00+01:00"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


Now = Annotated[
    datetime | None, typer.Option("--now", parser=_time, help="Take this as the present (ISO 8601; UTC when no zone).")
]
MarkOption = Annotated[str, typer.Option(help="Handling mark: public, internal or confidential.")]


def _now(given: datetime | None) -> datetime:
    return given or datetime.now(UTC)


def _office() -> Office:
    found = settings.load(settings.home_from_environment())
    logs.configure(found)
    return open_office(found)


@app.command()
def init(
    name: Annotated[str, typer.Option(prompt="Name of the office", help="Name of the office.")],
    time_zone: Annotated[str, typer.Option(prompt="Time zone", help="IANA time zone, e.g. Europe/Berlin.")] = "UTC",
    languages: Annotated[
        str, typer.Option(prompt="Languages (en, zh)", help="Comma-separated; first is default.")
    ] = "en",
    public_url: Annotated[
        str, typer.Option(prompt="Public address (empty: none)", help="Where readers reach the pages.")
    ] = "",
    smtp_host: Annotated[
        str, typer.Option(prompt="Mail server (empty: outbox folder)", help="Mail server; empty: outbox folder.")
    ] = "",
    smtp_port: Annotated[int, typer.Option(help="Port of the mail server.")] = 587,
    smtp_security: Annotated[str, typer.Option(help="starttls, tls or none.")] = "starttls",
    mail_from: Annotated[str, typer.Option(help="Sender address.")] = "staffwork@localhost",
    approver_name: Annotated[
        str, typer.Option(prompt="First approver's name", help="First approver's name.")
    ] = "Approver",
    approver_email: Annotated[
        str, typer.Option(prompt="First approver's address", help="First approver's mail address.")
    ] = "approver@localhost",
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Private host, address or network that may be fetched.")
    ] = None,
    database_url: Annotated[str, typer.Option(help="PostgreSQL address; without it, SQLite in the home.")] = "",
) -> None:
    """Make an office in STAFFWORK_HOME."""
    from app.jobs.setup import make_office

    values = {
        "office_name": name,
        "time_zone": time_zone,
        "languages": [part.strip() for part in languages.split(",") if part.strip()],
        "public_url": public_url or None,
        "smtp_host": smtp_host or None,
        "smtp_port": smtp_port,
        "smtp_security": smtp_security,
        "mail_from": mail_from,
        "fetch_allow_hosts": allow_host or [],
        "database_url": database_url or None,
    }
    made = make_office(settings.home_from_environment(), values, approver_name, approver_email, _now(None))
    out.print(f"Made the office [bold]{name}[/] in {made.home}.")
    out.print(
        f"{approver_name} signs in once, within 30 minutes after `staffwork serve`, at /sign-in/{made.token}",
        soft_wrap=True,
    )


@app.command()
def collect(
    now: Now = None, source: Annotated[str | None, typer.Option(help="Only this source, due or not.")] = None
) -> None:
    """Read every source that is due."""
    from app.jobs.collect import collect as job

    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("Reading sources", total=None)
        done = job(
            _office(), _now(now), only=source, progress=lambda _, total: bar.update(task, total=total, advance=1)
        )
    for each in done:
        if each.error:
            err.print(f"[red]{each.name}[/]: {each.error}")
    counts = {key: sum(each.counts[key] for each in done) for key in ("new", "changed", "same", "unreadable")}
    failed = sum(each.error is not None for each in done)
    out.print(
        f"{len(done)} sources read, {failed} failed: {counts['new']} new documents, {counts['changed']} changed, "
        f"{counts['same']} the same, {counts['unreadable']} unreadable."
    )


@app.command()
def group(now: Now = None) -> None:
    """Put documents into stories."""
    from app.jobs.group import group as job

    with err.status("Grouping documents"):
        done = job(_office(), _now(now))
    out.print(
        f"{done.documents} documents in {done.stories} stories, {done.duplicates} duplicates; {done.moved} moved."
    )


@app.command()
def compose(now: Now = None) -> None:
    """Make the draft of the next edition."""
    from app.jobs.compose import compose as job

    done = job(_office(), _now(now))
    if done is None:
        out.print("Nothing has been collected yet: add sources with `staffwork source add`, then `staffwork collect`.")
    elif done.made:
        out.print(f"Draft {done.edition_id}: {done.documents} documents, {done.entries} entries.")
    else:
        out.print(f"Nothing new since {done.edition_id}, which stands as it is.")


@app.command()
def approve(
    edition: Annotated[str | None, typer.Argument(help="Which edition; the latest when left out.")] = None,
    by: Annotated[str | None, typer.Option(help="Approver's mail address; the first approver when left out.")] = None,
    now: Now = None,
) -> None:
    """Check every citation of an edition and freeze it."""
    from app.jobs.approve import approve as job
    from app.store import editions, people

    office = _office()
    with office.reading() as session:
        person = people.by_email(session, by) if by else next(iter(people.holders(session, Role.APPROVER)), None)
        latest = editions.latest(session, system(), approved_only=False)
    if person is None:
        raise InvalidInputError("by", by or "", "nobody with that address; see `staffwork user add`")
    if edition is None and latest is None:
        out.print("There is no edition yet: `staffwork compose` makes one.")
        return
    chosen = edition or (latest.id if latest else "")
    value = job(office, chosen, person.viewer, _now(now))
    out.print(f"Edition {chosen} is approved. SHA-256 of the frozen value: {value}", soft_wrap=True)


@app.command()
def send(
    now: Now = None, due: Annotated[bool, typer.Option("--due", help="Only what the timetable says is due.")] = False
) -> None:
    """Send what is approved, one message for each reader."""
    from app.jobs.send import send as job

    done = job(_office(), _now(now), due_only=due)
    words = ", ".join(f"{count} {state}" for state, count in sorted(done.states.items())) or "nothing to send"
    out.print(f"Deliveries: {words}.")
    if done.doubted:
        err.print(
            f"[yellow]{done.doubted} uncertain[/]: an earlier run stopped before the server's answer; see the outbox page."
        )
    for each in done.unapproved:
        err.print(f"[yellow]{each} is not approved[/] and its time of sending has passed; it is held.")


@app.command()
def status(now: Now = None) -> None:
    """Say how the office stands."""
    from app.jobs.status import status as job

    for line in job(_office(), _now(now)):
        out.print(line, soft_wrap=True, highlight=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the pages and the API, and run the jobs on time, in one process."""
    from app.server import serve as run

    run(_office(), host, port)


@app.command()
def demo(
    fresh: Annotated[Path | None, typer.Option("--fresh", help="Make another example office in this folder.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; the next free one when it is busy.")] = 8000,
) -> None:
    """Make the example office, once, and serve it. It never sends anything outside."""
    from app.demo import run

    run(fresh, host, port, _now(None), out)


@source_app.command("add")
def source_add(
    address: Annotated[str, typer.Argument(help="Address of a feed, or path of a folder.")],
    name: Annotated[str, typer.Option(help="Name of the source.")] = "",
    origin: Annotated[str, typer.Option(help="higher_authority, own_unit, peer, media or public.")] = "media",
    language: Annotated[str | None, typer.Option(help="Language code, when all of it is in one.")] = None,
    reliability: Annotated[int, typer.Option(min=1, max=5, help="1 (often wrong) to 5 (authoritative).")] = 3,
    mark: MarkOption = "public",
) -> None:
    """Add a source."""
    from app.jobs.setup import add_source

    kind = SourceKind.FEED if address.startswith(("http://", "https://")) else SourceKind.FOLDER
    place = address if kind is SourceKind.FEED else str(Path(address).expanduser().resolve())
    source = Source(
        id="",
        kind=kind,
        name=name or address,
        address=place,
        origin=_choice("origin", Origin, origin),
        language=language,
        reliability=reliability,
        mark=_mark(mark),
    )
    out.print(f"Added source {add_source(_office(), source).id}.")


@source_app.command("list")
def source_list() -> None:
    """List the sources and how they do."""
    from app.store import sources

    with _office().reading() as session:
        found = sources.health(session, system())
    table = Table("id", "name", "kind", "origin", "documents", "state")
    for each in found:
        attempt = each.last_attempt
        state = "not read yet" if attempt is None else f"failing: {attempt.error}" if attempt.error else "ok"
        source = each.source
        table.add_row(source.id, source.name, source.kind, source.origin, str(each.documents), state)
    out.print(
        table if found else "No sources yet: `staffwork source add ADDRESS` or `staffwork source import-opml FILE`."
    )


@source_app.command("check")
def source_check(source: Annotated[str, typer.Argument(help="Id of the source.")], now: Now = None) -> None:
    """Read one source now and say what came of it."""
    from app.store import sources

    office = _office()
    with office.reading() as session:
        sources.get(session, system(), source)
    collect(now=now, source=source)


@source_app.command("import-opml")
def source_import(
    file: Annotated[str, typer.Argument(help="OPML file, or its http(s) address.")],
    origin: Annotated[str, typer.Option(help="Origin of the sources in it.")] = "media",
    mark: MarkOption = "public",
) -> None:
    """Add every feed of an OPML file."""
    from app.jobs.setup import import_opml

    added, known = import_opml(_office(), file, _choice("origin", Origin, origin), _mark(mark), _now(None))
    out.print(f"{added} sources added, {known} known already.")


@topic_app.command("add")
def topic_add(
    name: str,
    description: Annotated[str, typer.Option(help="One or two sentences.")] = "",
    keyword: Annotated[list[str] | None, typer.Option(help="Word or phrase, in any language; may be repeated.")] = None,
) -> None:
    """Add a topic."""
    from app.store import stories

    with _office().writing.begin() as session:
        out.print(f"Added topic {stories.add_topic(session, name, description, keyword or []).id}.")


@topic_app.command("list")
def topic_list() -> None:
    """List the topics."""
    from app.store import stories

    with _office().reading() as session:
        found = stories.topics(session)
    for each in found:
        out.print(f"{each.id}: {each.name} ({', '.join(each.keywords)})", highlight=False)
    if not found:
        out.print("No topics yet: `staffwork topic add NAME --keyword WORD`.")


@leader_app.command("add")
def leader_add(
    name: str,
    email: str,
    language: Annotated[str, typer.Option(help="Language of the mail and pages: en or zh.")] = "en",
    clearance: MarkOption = "public",
    topic: Annotated[list[str] | None, typer.Option(help="TOPIC or TOPIC=WEIGHT; none: every topic.")] = None,
) -> None:
    """Add a leader."""
    from app.jobs.setup import add_leader

    made = add_leader(_office(), name, email, language, _mark(clearance), topic or [])
    out.print(f"Added leader {made.id}.")


@leader_app.command("list")
def leader_list() -> None:
    """List the leaders."""
    from app.store import people

    with _office().reading() as session:
        found = people.leaders(session)
    for each in found:
        out.print(f"{each.id}: {each.name}, {each.email}, {each.language}, {each.clearance.code}", highlight=False)
    if not found:
        out.print("No leaders yet: `staffwork leader add NAME ADDRESS`.")


@statement_app.command("add")
def statement_add(
    leader: str,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Text file with the statement.")],
    said_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day it was said.")],
    kind: Annotated[str, typer.Option(help="speech, instruction, agenda or note.")] = "speech",
    title: Annotated[str, typer.Option(help="Title; the file's name when left out.")] = "",
) -> None:
    """Add what a leader said or wrote."""
    from app.jobs.setup import add_statement

    made = add_statement(_office(), leader, file, said_on.date(), kind, title or file.stem)
    out.print(f"Added statement {made.id}.")


@user_app.command("add")
def user_add(
    name: str,
    email: str,
    role: Annotated[str, typer.Option(help="administrator, approver, editor or leader.")] = "editor",
    clearance: MarkOption = "internal",
    language: Annotated[str, typer.Option(help="Language of the pages: en or zh.")] = "en",
    leader: Annotated[str | None, typer.Option(help="For role leader: id of the leader this is.")] = None,
) -> None:
    """Add someone who signs in, and print a one-time sign-in link."""
    from app.jobs.setup import add_person

    person, token = add_person(
        _office(), name, email, _choice("role", Role, role), _mark(clearance), language, leader, _now(None)
    )
    out.print(f"Added {person.id}. One-time sign-in, within 30 minutes: /sign-in/{token}", soft_wrap=True)


@key_app.command("add")
def key_add(
    name: str,
    clearance: MarkOption = "public",
    role: Annotated[str, typer.Option(help="editor sees drafts; leader does not.")] = "leader",
) -> None:
    """Add an API key and print it, once."""
    from app.store import people

    with _office().writing.begin() as session:
        identifier, key = people.add_key(
            session, name=name, role=_choice("role", Role, role), clearance=_mark(clearance), now=_now(None)
        )
    out.print(f"Key {identifier}, shown once: {key}", soft_wrap=True, highlight=False)


@key_app.command("revoke")
def key_revoke(key: str) -> None:
    """Revoke an API key by its id."""
    from app.store import people

    with _office().writing.begin() as session:
        people.revoke_key(session, key, _now(None))
    out.print(f"Key {key} is revoked.")


def _mark(code: str) -> Mark:
    try:
        return Mark.from_code(code)
    except ValueError as error:
        raise InvalidInputError("mark", code, str(error)) from None


def _choice(field: str, kind: Callable[[str], Any], value: str) -> Any:  # noqa: ANN401 the enumeration asked for
    try:
        return kind(value)
    except ValueError as error:
        raise InvalidInputError(field, value, str(error)) from None


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
    "clearance_too_low": " An approver cleared for every document of the edition is needed.",
}

if __name__ == "__main__":
    main()
