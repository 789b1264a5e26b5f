"""The verbs that set an office up: making it, and its sources, topics, leaders, statements, people and keys."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from app import settings, terminal
from app.delivery.plain import counted
from app.terminal import MarkOption, Now, err, out
from app.viewer import Role, system
from digest.errors import InvalidInputError
from digest.types import Origin, Source, SourceKind, StatementKind

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


@app.command()
def init(
    name: Annotated[str | None, typer.Option(help="Name of the office.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="IANA time zone, e.g. Europe/Berlin; UTC unless said.")] = None,
    languages: Annotated[str | None, typer.Option(help="Comma-separated, the first is the default: en,zh.")] = None,
    public_url: Annotated[str | None, typer.Option(help="Where readers reach the pages; empty: nowhere.")] = None,
    smtp_host: Annotated[str | None, typer.Option(help="Mail server; empty: outbox folder.")] = None,
    smtp_port: Annotated[int, typer.Option(help="Port of the mail server.")] = 587,
    smtp_security: Annotated[str, typer.Option(help="starttls, tls or none.")] = "starttls",
    mail_from: Annotated[str, typer.Option(help="Sender address.")] = "staffwork@localhost",
    approver_name: Annotated[str | None, typer.Option(help="First approver's name.")] = None,
    approver_email: Annotated[str | None, typer.Option(help="First approver's mail address.")] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Private host, address or network that may be fetched.")
    ] = None,
    database_url: Annotated[str, typer.Option(help="PostgreSQL address; without it, SQLite in the home.")] = "",
) -> None:
    """Make an office in STAFFWORK_HOME. Asks for what no option says, unless nobody sits at the terminal."""
    from app.jobs.setup import make_office

    name = terminal.ask(name, "Name of the office", field="name")
    time_zone = terminal.ask(time_zone, "Time zone", "UTC")
    languages = terminal.ask(languages, "Languages (en, zh)", "en")
    public_url = terminal.ask(public_url, "Public address (empty: none)", "")
    smtp_host = terminal.ask(smtp_host, "Mail server (empty: outbox folder)", "")
    unnamed = approver_email is None and not sys.stdin.isatty()
    approver_name = terminal.ask(approver_name, "First approver's name", "Approver")
    approver_email = terminal.ask(approver_email, "First approver's address", "approver@localhost")
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
    made = make_office(settings.home_from_environment(), values, approver_name, approver_email, terminal.present(None))
    out.print(f"Made the office [bold]{name}[/] in {made.home}.")
    out.print(f"First administrator: {approver_name}, {approver_email}, who reads every mark and may do everything.")
    if unnamed:
        err.print(
            "[yellow]No --approver-email was given[/], and no mail reaches that address: put in name and address on "
            "the page Settings, People, or begin again in another STAFFWORK_HOME.",
            soft_wrap=True,
        )
    address = _sign_in(public_url, made.token)
    out.print(f"{approver_name} signs in once, within 30 minutes after `staffwork serve`, at {address}", soft_wrap=True)


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
        origin=terminal.read_choice("origin", Origin, origin),
        language=language,
        reliability=reliability,
        mark=terminal.read_mark(mark),
    )
    out.print(f"Added source {add_source(terminal.office(), source).id}.")


@source_app.command("list")
def source_list() -> None:
    """List the sources and how they do."""
    from app.store import sources

    with terminal.office().reading() as session:
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
    """Read one source now and say what came of it; exits with 1 when it could not be read."""
    if not read_sources(terminal.present(now), source):
        raise typer.Exit(1)


@source_app.command("import-opml")
def source_import(
    file: Annotated[str, typer.Argument(help="OPML file, or its http(s) address.")],
    origin: Annotated[str, typer.Option(help="Origin of the sources in it.")] = "media",
    mark: MarkOption = "public",
) -> None:
    """Add every feed of an OPML file."""
    from app.jobs.setup import import_opml

    added, known = import_opml(
        terminal.office(),
        file,
        terminal.read_choice("origin", Origin, origin),
        terminal.read_mark(mark),
        terminal.present(None),
    )
    out.print(f"{added} sources added, {known} known already.")


@source_app.command("export-opml")
def source_export(
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output when left out.")] = None,
) -> None:
    """Write every feed as OPML, for another feed reader or another office."""
    from app.jobs.setup import export_opml

    content, count = export_opml(terminal.office(), system(), terminal.present(None))
    if file is None:
        typer.echo(content, nl=False)
        return
    try:
        with file.open("xb") as new:
            new.write(content)
    except OSError as error:
        raise InvalidInputError(
            "file", str(file), f"{error.strerror}; name a new file in a folder that exists"
        ) from None
    out.print(f"{count} feeds written to {file}.", soft_wrap=True, highlight=False)


def _sign_in(public_url: str | None, token: str) -> str:
    """Where a one-time link is followed; a path alone while the office has no public address."""
    return f"{(public_url or '').rstrip('/')}/sign-in/{token}"


def read_sources(now: datetime, only: str | None) -> bool:
    """Read the sources that are due, or one of them, and say what came of it; whether all could be read."""
    from app.delivery.failures import source_error
    from app.i18n import translations
    from app.jobs.collect import Collected, collect
    from app.store import sources

    office = terminal.office()
    if only is not None:
        with office.reading() as session:
            sources.get(session, system(), only)
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("Reading sources", total=None)

        def tell(_: Collected, total: int) -> None:
            bar.update(task, total=total, advance=1)

        done = collect(office, now, only=only, progress=tell)
    t = translations("en", office.settings.time_zone)
    for each in done:
        if each.error:
            err.print("[red]![/] ", end="")
            words = f"{each.name}: {source_error(each.error.code, each.error.params, t)}"
            err.print(words, soft_wrap=True, highlight=False, markup=False)
    counts = {key: sum(each.counts[key] for each in done) for key in ("new", "changed", "same", "unreadable")}
    failed = sum(each.error is not None for each in done)
    tried = f"{counted(len(done), 'source')} tried, {failed} failed"
    out.print(
        f"{tried}: {counted(counts['new'], 'new document')}, {counts['changed']} changed, "
        f"{counts['same']} the same, {counts['unreadable']} unreadable."
    )
    return not failed


@topic_app.command("add")
def topic_add(
    name: str,
    description: Annotated[str, typer.Option(help="One or two sentences.")] = "",
    keyword: Annotated[list[str] | None, typer.Option(help="Word or phrase, in any language; may be repeated.")] = None,
) -> None:
    """Add a topic."""
    from app.store import stories

    with terminal.office().writing.begin() as session:
        out.print(f"Added topic {stories.add_topic(session, name, description, keyword or []).id}.")


@topic_app.command("list")
def topic_list() -> None:
    """List the topics."""
    from app.store import stories

    with terminal.office().reading() as session:
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
    sending: Annotated[str, typer.Option(help="A time of sending of their own: 'friday 18:00', friday, 18:00.")] = "",
    rhythm: Annotated[str, typer.Option(help="A rhythm of their own: weekly or daily.")] = "",
) -> None:
    """Add a leader."""
    from app.jobs.setup import add_leader

    office, mark = terminal.office(), terminal.read_mark(clearance)
    own, by, at = (sending, rhythm), terminal.operator(), terminal.present(None)
    made = add_leader(office, name, email, language, mark, topic or [], *own, by=by, now=at)
    out.print(f"Added leader {made.id}.")


@leader_app.command("list")
def leader_list() -> None:
    """List the leaders."""
    from app.store import people

    with terminal.office().reading() as session:
        found, own = people.leaders(session), people.sendings(session)
    for each in found:
        line = f"{each.id}: {each.name}, {each.email}, {each.language}, {each.clearance.code}"
        wish = own.get(each.id)
        when = " ".join(filter(None, (wish.day, wish.clock, wish.time_zone))) if wish else ""
        rhythm = f", {wish.rhythm}" if wish and wish.rhythm else ""
        out.print(line + rhythm + (f", sent {when}" if when else ""), highlight=False)
    if not found:
        out.print("No leaders yet: `staffwork leader add NAME ADDRESS`.")


@statement_app.command("add")
def statement_add(
    leader: str,
    said_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Day it was said.")],
    file: Annotated[
        list[Path], typer.Option(exists=True, dir_okay=False, help="TXT, MD, DOCX or PDF; may be repeated.")
    ],
    kind: Annotated[str, typer.Option(help="speech, instruction, agenda or note.")] = "speech",
    title: Annotated[str, typer.Option(help="Title; the document's own, or the file's name when left out.")] = "",
    mark: MarkOption = "internal",
) -> None:
    """Add what a leader said or wrote; entries close to it rise in that leader's briefing."""
    from app.jobs.statements import Given, add_file, read_file

    office = terminal.office()
    given = Given(
        leader_id=leader,
        kind=terminal.read_choice("kind", StatementKind, kind),
        said_on=said_on.date(),
        title=title,
        mark=terminal.read_mark(mark),
    )
    for each in file:
        made = add_file(office, given, each.name, read_file(each))
        out.print(f"Added statement {made.id}: {made.title}", highlight=False)


@statement_app.command("list")
def statement_list(leader: Annotated[str | None, typer.Argument(help="Only of this leader.")] = None) -> None:
    """List what leaders said or wrote, the latest first."""
    from app.store import statements

    with terminal.office().reading() as session:
        found = statements.every(session, system(), leader)
    for each in found:
        line = f"{each.id}: {each.leader_id}, {each.kind} of {each.said_on.isoformat()}, {each.title}"
        out.print(line, highlight=False, soft_wrap=True)
    if not found:
        out.print("No statements yet: `staffwork statement add LEADER --said-on DAY --file FILE`.")


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

    office = terminal.office()
    person, token = add_person(
        office,
        name,
        email,
        terminal.read_choice("role", Role, role),
        terminal.read_mark(clearance),
        language,
        leader,
        terminal.present(None),
        by=terminal.operator(),
    )
    out.print(
        f"Added {person.id}. One-time sign-in, within 30 minutes: {_sign_in(office.settings.public_url, token)}",
        soft_wrap=True,
    )


@user_app.command("link")
def user_link(email: Annotated[str, typer.Argument(help="Mail address of somebody who signs in.")]) -> None:
    """Print a new one-time sign-in link for somebody."""
    from app.jobs.setup import new_link

    office = terminal.office()
    token = new_link(office, email, terminal.present(None), by=terminal.operator())
    address = _sign_in(office.settings.public_url, token)
    out.print(f"One-time sign-in, within 30 minutes: {address}", soft_wrap=True, highlight=False)


@key_app.command("add")
def key_add(
    name: str,
    clearance: MarkOption = "public",
    role: Annotated[str, typer.Option(help="editor sees drafts; leader does not.")] = "leader",
) -> None:
    """Add an API key and print it, once."""
    from app.store import people

    with terminal.office().writing.begin() as session:
        identifier, key = people.add_key(
            session,
            name=name,
            role=terminal.read_choice("role", Role, role),
            clearance=terminal.read_mark(clearance),
            now=terminal.present(None),
        )
    out.print(f"Key {identifier}, shown once: {key}", soft_wrap=True, highlight=False)


@key_app.command("revoke")
def key_revoke(key: str) -> None:
    """Revoke an API key by its id."""
    from app.store import people

    with terminal.office().writing.begin() as session:
        people.revoke_key(session, key, terminal.present(None))
    out.print(f"Key {key} is revoked.")
