"""The route of the overview: what a dashboard shows at first sight."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter

from app.api.briefings import ReadingDesk, briefing_item
from app.api.dependencies import LeaderParameter
from app.api.etags import TaggedRoute
from app.api.problems import documented
from app.api.schemas import EntryItem, FailedSourceItem, Overview
from app.auth.deps import NowDep
from app.delivery.asks import FURTHER_DECISIONS, local_day
from app.delivery.context import Briefing
from app.delivery.failures import source_error
from app.store import asks, editions, sources
from app.store.asks import Which
from app.store.sources import SourceHealth
from app.timetable import Series
from digest.edition import Section
from digest.errors import NotFoundError

router = APIRouter(prefix="/overview", tags=["overview"], route_class=TaggedRoute)
FIRST = (Section.FOR_DECISION, FURTHER_DECISIONS, Section.MUST_KNOW)
DUE_SOON = timedelta(days=7)


@router.get("", summary="What there is to know now", responses=documented(401, 404, 422, 429, 500))
def get_overview(at: ReadingDesk, now: NowDep, leader: LeaderParameter = None) -> Overview:
    """The latest approved briefing with its age, what must be known of it, what is due, and which sources fail now."""
    line = at.latest(leader)
    if line is None and leader is not None:
        raise NotFoundError("view", leader)
    series = line.series if line else Series.OFFICE
    newest = editions.latest(at.session, at.viewer, approved_only=False, series=series)
    briefing = at.briefing(line.id, leader) if line else None
    must_know = _must_know(briefing) if briefing else ()
    today = local_day(now, at.t.time_zone.key)
    kept = asks.counts(at.session, at.viewer, today)
    return Overview(
        briefing=briefing_item(line, at.t) if line else None,
        age_days=_age(line.cut_off, now).days if line else None,
        age_seconds=int(_age(line.cut_off, now).total_seconds()) if line else None,
        newest=briefing_item(newest, at.t) if newest else None,
        newest_age_seconds=int(_age(newest.cut_off, now).total_seconds()) if newest else None,
        subject=briefing.subject if briefing else None,
        must_know=must_know,
        must_know_count=len(must_know),
        asks_open=kept[Which.OPEN],
        asks_due=asks.due_between(at.session, at.viewer, today, today + DUE_SOON),
        asks_overdue=kept[Which.OVERDUE],
        counts=briefing.ledger.counts if briefing else None,
        failed_sources=_failing(at),
    )


def _age(cut_off: datetime, now: datetime) -> timedelta:
    return max(timedelta(0), now - cut_off)


def _failing(at: ReadingDesk) -> tuple[FailedSourceItem, ...]:
    since = sources.failing_since(at.session, at.viewer)
    failing = (each for each in sources.health(at.session, at.viewer) if each.failures)
    return tuple(_failed(each, since.get(each.source.id), at) for each in failing)


def _must_know(briefing: Briefing) -> tuple[EntryItem, ...]:
    return tuple(
        EntryItem(briefing_id=briefing.id, briefing_label=briefing.label, entry=entry)
        for section in briefing.sections
        if section.code in FIRST
        for entry in section.entries
    )


def _failed(health: SourceHealth, since: datetime | None, at: ReadingDesk) -> FailedSourceItem:
    code = (health.last_attempt.error if health.last_attempt else None) or ""
    return FailedSourceItem(
        source_id=health.source.id,
        name=health.source.name,
        code=code,
        label=source_error(code, {}, at.t),
        failures=health.failures,
        last_success_at=health.last_success_at,
        failing_since=since,
    )
