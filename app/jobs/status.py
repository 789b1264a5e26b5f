"""Status: how the office stands, in plain words, with the remedy where something is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import db
from app.delivery import mail
from app.delivery.failures import what_happened, what_to_do
from app.delivery.mail import Result, SmtpMailer
from app.delivery.plain import counted
from app.i18n import translations
from app.jobs import backup
from app.office import Office
from app.settings import Settings
from app.store import deliveries, dumps, editions, people, search_index, sources
from app.store.deliveries import DeliveryState
from app.store.editions import EditionLine, EditionState
from app.store.sources import SourceHealth
from app.timetable import Series, release_at, times_of
from app.viewer import system

LEAST_FREE = 1_000_000_000  # bytes: an update copies the database, and logs and mails go on
CLOCK_TOLERANCE = timedelta(minutes=5)
BACKUP_AGE = timedelta(days=7)
SILENCE = timedelta(days=30)  # a source that gives nothing for so long has often moved without a word
OVERDUE = timedelta(hours=6)  # serve looks every few minutes; a machine may sleep for a night's half
PROBE_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is said about the office."""

    words: str
    remedy: str | None = None
    """What to do; None when nothing is wrong."""


def status(office: Office, now: datetime) -> tuple[Finding, ...]:
    """What there is to say about machine, database, mail, sources, editions and deliveries; nothing is changed."""
    with office.reading() as session:
        found = [
            *_office(office, session),
            *_clock(session, now),
            *_backup(office.settings, now),
            *_sources(session, now),
            *_readers(session),
            *_search(session),
            *_edition(session, office.settings, now),
            *_deliveries(session),
        ]
    return (*found, *_mail(office.settings))


def _office(office: Office, session: Session) -> Iterator[Finding]:
    settings = office.settings
    yield Finding(words=f"Office: {settings.office_name} ({settings.time_zone}), home {settings.home}")
    size = dumps.size(session)
    kind = office.engine.dialect.name
    yield Finding(words=f"Database: {kind}, revision {db.revision(office.engine)}, {_megabytes(size)}")
    free = shutil.disk_usage(settings.home).free
    needed = max(LEAST_FREE, size if kind == "sqlite" else 0)
    yield Finding(
        words=f"Disk: {_megabytes(free)} are free where the home is.",
        remedy=f"Make room: at least {_megabytes(needed)} should be free, or collecting and sending will stop."
        if free < needed
        else None,
    )


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB"


def _clock(session: Session, now: datetime) -> Iterator[Finding]:
    latest = dumps.newest_moment(session)
    ahead = latest is not None and latest > now + CLOCK_TOLERANCE
    yield Finding(
        words=f"Clock: {_moment(now)}." + (f" But something was stored at {_moment(latest)}." if ahead else ""),
        remedy="Set this machine's clock (`timedatectl set-ntp true`): it is slow, or was fast when that was stored."
        if ahead
        else None,
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"


def _backup(settings: Settings, now: datetime) -> Iterator[Finding]:
    made = backup.last(settings)
    age = now - made.made_at if made else None
    if made is None:
        words = "Last backup: none."
    else:
        words = f"Last backup: {_moment(made.made_at)}, {made.path}, {_megabytes(made.bytes)}."
    remedy = None
    if not settings.example and (age is None or age > BACKUP_AGE):
        remedy = "Make one with `staffwork backup`, and let the system do so every night (docs/operate.md)."
    elif made and not made.path.exists():
        words += " The file is not there any more."
        remedy = "If it was not moved to another machine on purpose, make one with `staffwork backup`."
    yield Finding(words=words, remedy=None if settings.example else remedy)


def _sources(session: Session, now: datetime) -> Iterator[Finding]:
    health = sources.health(session, system())
    failing = [each for each in health if each.failures]
    yield Finding(
        words=f"Sources: {len(health)}, of which {len(failing)} {'fails' if len(failing) == 1 else 'fail'}.",
        remedy=None if health else "Add one with `staffwork source add ADDRESS`.",
    )
    for each in failing:
        yield _failing(each)
    yield from _silent(session, [each for each in health if not each.failures], now)
    late = [each for each in health if each.next_fetch_at is not None and now - each.next_fetch_at > OVERDUE]
    if late:
        words = (
            f"{counted(len(late), 'source')} should have been read since {_moment(min(_due(each) for each in late))}."
        )
        yield Finding(words=words, remedy="Start `staffwork serve` (`systemctl status staffwork`), or see its log.")


def _silent(session: Session, reading: list[SourceHealth], now: datetime) -> Iterator[Finding]:
    newest = sources.newest_documents(session, system())
    since = sources.first_attempts(session, system()) | newest
    for each in reading:
        identifier = each.source.id
        if identifier in since and now - since[identifier] > SILENCE:
            known = f"since {_moment(newest[identifier])}" if identifier in newest else "yet"
            yield Finding(
                words=f"{each.source.name} is read without an error, and gave no document {known}.",
                remedy=f"Look at {each.source.address}: it may have moved, or have ended.",
            )


def _due(health: SourceHealth) -> datetime:
    assert health.next_fetch_at is not None
    return health.next_fetch_at


def _failing(health: SourceHealth) -> Finding:
    attempt, t = health.last_attempt, translations("en", "UTC")
    error, params = (attempt.error or "", attempt.error_params) if attempt else ("", {})
    often = "the last time" if health.failures == 1 else f"{health.failures} times running"
    happened = what_happened(error, params, t)
    return Finding(
        words=f"{health.source.name}: {happened} ({often}); next try {_moment(health.next_fetch_at)}",
        remedy=f"{what_to_do(error, t)} Then try `staffwork source check {health.source.id}`.",
    )


def _readers(session: Session) -> Iterator[Finding]:
    if not people.leaders(session):
        yield Finding(
            words="No leaders yet: nobody gets a briefing.", remedy="Add one with `staffwork leader add NAME ADDRESS`."
        )


def _search(session: Session) -> Iterator[Finding]:
    if waiting := search_index.waiting(session):
        yield Finding(
            words=f"Search: {_not_found(waiting, 'document')} by its newest text.", remedy="Run `staffwork reindex`."
        )
    if editions_waiting := search_index.waiting_editions(session):
        yield Finding(
            words=f"Search: {_not_found(editions_waiting, 'past briefing')} by all that it shows.",
            remedy="Run `staffwork reindex`.",
        )


def _not_found(count: int, what: str) -> str:
    return f"{counted(count, what)} {'is' if count == 1 else 'are each'} not found"


def _edition(session: Session, settings: Settings, now: datetime) -> Iterator[Finding]:
    latest = [editions.latest(session, system(), approved_only=False, series=series) for series in Series]
    if not any(latest):
        yield Finding(words="No edition yet: `staffwork compose` makes one.")
    for line in filter(None, latest):
        whose = "Latest edition" if line.series is Series.OFFICE else f"Latest {line.rhythm} edition of single leaders"
        yield Finding(words=f"{whose}: {line.id}, {line.state}, cut-off {_moment(line.cut_off)}.")
        if line.state is EditionState.DRAFT:
            yield _waiting(line, settings, now)


def _waiting(line: EditionLine, settings: Settings, now: datetime) -> Finding:
    """By when a draft is to be approved, and what becomes of it otherwise."""
    zone = ZoneInfo(settings.time_zone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"

    if now < line.approve_by:
        return Finding(words=f"To be approved by {local(line.approve_by)}, to be sent {local(line.send_at)}.")
    told = f"{line.id} is not approved and its deadline, {local(line.approve_by)}, has passed"
    if settings.unapproved == "hold" or line.taken_back:
        return Finding(
            words=f"{told}: it is held.", remedy="Approve it on the draft page, or with `staffwork approve`."
        )
    due = release_at(line.approve_by, line.send_at, times_of(line.series, settings))
    return Finding(
        words=f"{told}: it goes out unreviewed {local(due)}.",
        remedy="Approve it before on the draft page, or with `staffwork approve`.",
    )


def _deliveries(session: Session) -> Iterator[Finding]:
    for each in deliveries.every(session, system()):
        if each.state is DeliveryState.UNCERTAIN:
            yield Finding(
                words=f"{each.edition_id} to {each.address} is uncertain: the mail may have gone out, or not.",
                remedy="Ask the reader whether it arrived; it is never sent again by itself.",
            )
        elif each.state is DeliveryState.REFUSED:
            yield Finding(
                words=f"{each.edition_id} to {each.address} was refused: {each.reply}",
                remedy="Check the reader's address with the reader.",
            )


def _mail(settings: Settings) -> Iterator[Finding]:
    links = "" if settings.public_url else " It has no links: no public address is set."
    out = mail.mailer(settings)
    if not isinstance(out, SmtpMailer):
        yield Finding(words=f"Mail goes to the outbox folder.{links}")
        return
    answer = replace(out, timeout_s=min(out.timeout_s, PROBE_TIMEOUT_S)).probe()
    reached = answer.result is Result.SENT
    yield Finding(
        words=f"Mail goes to {out.host}:{out.port}, which answers {answer.reply!r}.{links}",
        remedy=None
        if reached
        else "Check smtp_host, smtp_port, smtp_security, smtp_user and smtp_password, and that the server runs; "
        "mail waits until it is reached.",
    )
