"""Status: how the office stands, in plain words, with the remedy where something is wrong."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app import db
from app.office import Office
from app.store import deliveries, editions, people, sources
from app.store.deliveries import DeliveryState
from app.store.editions import EditionLine, EditionState
from app.timetable import release_at
from app.viewer import system


def status(office: Office, now: datetime) -> tuple[str, ...]:
    """Lines about database, sources, editions and deliveries."""
    settings = office.settings
    out = "the outbox folder" if settings.smtp_host is None or settings.example else settings.smtp_host
    lines = [
        f"Office: {settings.office_name} ({settings.time_zone}), home {settings.home}",
        f"Database: {office.engine.dialect.name}, revision {db.revision(office.engine)}",
        f"Mail goes to {out}." + ("" if settings.public_url else " It has no links: no public address is set."),
    ]
    with office.reading() as session:
        health = sources.health(session, system())
        latest = editions.latest(session, system(), approved_only=False)
        sent = deliveries.every(session, system(), latest.id) if latest else ()
        leaders = people.leaders(session)
    failing = [each for each in health if each.failures]
    lines.append(f"Sources: {len(health)}, of which {len(failing)} fail.")
    lines += [
        f"  {each.source.name}: {each.last_attempt.error}, {each.failures} times running; next try {each.next_fetch_at}"
        for each in failing
        if each.last_attempt
    ]
    if not health:
        lines.append("  Add one with `staffwork source add ADDRESS`.")
    if not leaders:
        lines.append("No leaders yet: nobody gets a briefing. Add one with `staffwork leader add NAME ADDRESS`.")
    if latest is None:
        lines.append("No edition yet: `staffwork compose` makes one.")
        return tuple(lines)
    lines.append(f"Latest edition: {latest.id}, {latest.state}, cut-off {latest.cut_off:%Y-%m-%d %H:%M} UTC.")
    if latest.state is EditionState.DRAFT:
        lines += _waiting(latest, office, now)
    lines += [f"  {each.address}: {each.state}" for each in sent]
    if any(each.state is DeliveryState.UNCERTAIN for each in sent):
        lines.append(
            "  Ask the readers of uncertain deliveries whether the mail arrived; it is never sent again by itself."
        )
    return tuple(lines)


def _waiting(line: EditionLine, office: Office, now: datetime) -> tuple[str, ...]:
    """By when a draft is to be approved, and what becomes of it otherwise."""
    settings, zone = office.settings, ZoneInfo(office.settings.time_zone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%a %Y-%m-%d %H:%M}"

    if now < line.approve_by:
        return (f"  To be approved by {local(line.approve_by)}, to be sent {local(line.send_at)}.",)
    told = "  It is not approved and its deadline has passed"
    if settings.unapproved == "hold":
        return (f"{told}: it is held; approve it with `staffwork approve`.",)
    due = release_at(line.approve_by, line.send_at, settings)
    return (f"{told}: it goes out unreviewed {local(due)}, unless it is approved with `staffwork approve`.",)
