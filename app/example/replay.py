"""The weeks of the example as the office lives through them: what comes in, is composed, and what its people do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app.example.acts import ExampleAsk, Target, load_asks, load_corrections
from app.example.office import WEEKS, Week, load_office, report_files, weeks
from app.example.site import ExampleSite
from app.example.statements import load_statements
from app.jobs.approve import approve
from app.jobs.collect import collect
from app.jobs.compose import compose
from app.jobs.group import group
from app.jobs.remind import remind
from app.jobs.send import send
from app.office import Office
from app.store import asks, editions, late_notes, people, statements
from app.store.asks import Wanted
from app.store.identity import document_id
from app.timetable import sending_after, week_id
from app.viewer import Role, Viewer, system
from digest.errors import InvalidInputError

VISITS = (timedelta(days=-4), timedelta(days=-2), timedelta(0))  # before each cut-off: a week comes in bit by bit
TO_APPROVAL = timedelta(hours=5, minutes=42)
STEPS = len(WEEKS) * (len(VISITS) + 2) + len(WEEKS) - 1  # every week but the last is approved and sent
REPORTS = "reports"


def replay(office: Office, anchor: datetime, site: ExampleSite, tell: Callable[[str], None]) -> None:
    """Live through the weeks up to the anchor: the latest edition stays a draft, those before are approved and sent.

    Args:
        office: the example office, with nothing collected.
        anchor: the last week's cut-off, UTC.
        site: the example's web site, whose present is moved.
        tell: told the name of each step when it begins.
    """
    last = weeks(anchor)[0][0]
    for week, (_, cut_off) in zip(WEEKS, weeks(anchor), strict=True):
        for before in VISITS:
            tell(f"Collecting week {week}")
            now = cut_off + before
            site.until = now
            _deliver_reports(office.settings.home / REPORTS, week, anchor, now)
            collect(office, now)
            _act(office, anchor, last, now)
            last = now
        tell(f"Grouping week {week}")
        group(office, cut_off)
        tell(f"Composing week {week}")
        compose(office, cut_off)
        if week != WEEKS[-1]:
            tell(f"Approving and sending week {week}")
            _approve_and_send(office, cut_off)
    site.until = anchor + timedelta(days=3650)


def keep_statements(session: Session, anchor: datetime, until: datetime) -> None:
    """Keep what the leaders have said until a day; what is kept already stays one statement."""
    for each in load_statements(anchor, until):
        statements.add(
            session,
            leader_id=each.leader_id,
            kind=each.kind,
            said_on=each.said_on,
            title=each.title,
            text=each.text,
            mark=each.mark,
        )


def _deliver_reports(folder: Path, week: Week, anchor: datetime, now: datetime) -> None:
    """Put the reports that have arrived by now into the folder; each at its path."""
    for report in report_files(week):
        arrived = anchor + report.modified
        target = folder / report.name
        if arrived <= now and not target.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            shutil.copyfile(report.path, target)
            os.utime(target, (arrived.timestamp(), arrived.timestamp()))


def _act(office: Office, anchor: datetime, since: datetime, now: datetime) -> None:
    """What the people did between two visits: leaders spoke, the approver asked and corrected, owners were reminded."""
    with office.writing.begin() as session:
        keep_statements(session, anchor, now)
        approver = _approver(session)
        for ask in load_asks(anchor):
            if since < ask.asked_at <= now:
                _ask(office, session, ask, approver, anchor)
    remind(office, now)
    for each in load_corrections(anchor):
        if since < each.written_at <= now:
            with office.writing.begin() as session:
                edition_id, story_id = _entry(office, session, each.on, anchor)
                late_notes.add(session, approver, edition_id, story_id, each.text, each.mark, each.written_at)
            send(office, each.written_at)


def _ask(office: Office, session: Session, ask: ExampleAsk, approver: Viewer, anchor: datetime) -> None:
    due = ask.due.astimezone(load_office().zone)
    wanted = Wanted(
        kind=ask.kind,
        text=ask.text,
        owner=ask.owner.name,
        address=ask.owner.email,
        due=due.date(),
        due_time=due.time(),
        mark=ask.mark,
        options=ask.options,
        recommendation=ask.recommendation,
        consulted=ask.consulted,
        next_step=ask.next_step,
    )
    edition_id, story_id = _entry(office, session, ask.on, anchor)
    asks.add(session, approver, wanted, ask.asked_at, story_id=story_id, edition_id=edition_id)


def _entry(office: Office, session: Session, on: Target, anchor: datetime) -> tuple[str, str]:
    """Edition and story of the entry that tells of a document."""
    edition_id = week_id(weeks(anchor)[on.week - 1][1], office.settings.time_zone)
    wanted = document_id(*on.document)
    for line in editions.get(session, system(), edition_id).edition.ledger:
        if line.document_id == wanted and line.story_id is not None:
            return edition_id, line.story_id
    raise InvalidInputError("example", on.document.key, f"briefing {edition_id} does not tell of it; mend acts.json")


def _approve_and_send(office: Office, cut_off: datetime) -> None:
    with office.reading() as session:
        approver = _approver(session)
        latest = editions.latest(session, approver, approved_only=False)
    if latest is None:
        raise InvalidInputError("example", str(office.settings.home), "it gave no edition; make it anew with --fresh")
    approve(office, latest.id, approver, cut_off + TO_APPROVAL)
    send(office, sending_after(cut_off, office.settings))


def _approver(session: Session) -> Viewer:
    return people.holders(session, Role.APPROVER)[0].viewer
