"""Routes of topics, and how much each gathers week by week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.dependencies import KeyViewer, LabelLanguage, Now, ReadSession, TopicId
from app.api.etags import TaggedRoute
from app.api.problems import documented
from app.delivery import volume
from app.store import topics
from app.store.topics import TopicLine
from digest.errors import InvalidInputError

router = APIRouter(prefix="/topics", tags=["topics"], route_class=TaggedRoute)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicItem:
    """A standing topic, and how much it gathered of what the key may know of."""

    id: str
    name: str
    description: str
    keywords: tuple[str, ...]
    retired_at: datetime | None
    """Null while it is in use; a retired one gathers nothing more."""
    stories: int
    last_at: datetime | None
    """The newest document on it; null when there is none."""
    path: str
    """Of its page, relative to the office's public address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicList:
    """All topics, those in use by name, then the retired ones."""

    items: tuple[TopicItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekItem:
    """An ISO week, Monday to Sunday in the office's time zone."""

    week: str
    """``2026-W47``."""
    first_day: date
    last_day: date
    documents: int
    """On the topic and dated in this week; 0 when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSeries:
    """What a topic gathered week by week, the oldest week first, without a gap."""

    topic_id: str
    name: str
    time_zone: str
    documents: int
    """Of all these weeks together."""
    items: tuple[WeekItem, ...]


@router.get("", summary="Topics and how much each gathered", responses=documented(401, 422, 429, 500))
def list_topics(session: ReadSession, viewer: KeyViewer, _t: LabelLanguage) -> TopicList:
    """All topics in one answer, those in use by name, then the retired ones."""
    return TopicList(items=tuple(_item(line) for line in topics.every(session, viewer)))


@router.get(
    "/{topic_id}/series", summary="What a topic gathered by week", responses=documented(401, 404, 422, 429, 500)
)
def get_series(
    topic_id: TopicId,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    now: Now,
    since: Annotated[
        date | None,
        Query(alias="from", description="A day of the first week; 25 weeks before the last.", examples=["2026-06-01"]),
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", description="A day of the last week; today without it.", examples=["2026-11-22"])
    ] = None,
) -> TopicSeries:
    """Documents on a topic by ISO week, whole weeks in the office's time zone; weeks without documents are 0.

    The page of the topic shows the same numbers. At most 1,044 weeks (twenty years) at once.
    """
    line = topics.get(session, viewer, topic_id)
    zone = t.time_zone
    first, last = _weeks(since, until, volume.monday_of(now.astimezone(zone).date()))
    moments = topics.moments(session, viewer, topic_id, *volume.span(first, last, zone))
    weeks = volume.by_week(moments, first, last, zone)
    return TopicSeries(
        topic_id=line.topic.id,
        name=line.topic.name,
        time_zone=zone.key,
        documents=sum(week.documents for week in weeks),
        items=tuple(
            WeekItem(
                week=week.week,
                first_day=week.monday,
                last_day=week.monday + timedelta(days=6),
                documents=week.documents,
            )
            for week in weeks
        ),
    )


def _weeks(since: date | None, until: date | None, present: date) -> tuple[date, date]:
    """The Mondays of the first and the last week that are asked for.

    Raises:
        InvalidInputError: the last comes before the first, or they are too many.
    """
    last = volume.monday_of(until) if until else present
    first = volume.monday_of(since) if since else volume.weeks_before(last, volume.WEEKS - 1)
    if last < first:
        raise InvalidInputError("to", str(until or present), "name a day that does not come before `from`")
    if (last - first) // volume.ONE_WEEK >= volume.MAX_WEEKS:
        raise InvalidInputError("from", str(first), f"ask for at most {volume.MAX_WEEKS} weeks at once")
    return first, last


def _item(line: TopicLine) -> TopicItem:
    return TopicItem(
        id=line.topic.id,
        name=line.topic.name,
        description=line.topic.description,
        keywords=line.topic.keywords,
        retired_at=line.retired_at,
        stories=line.stories,
        last_at=line.last_at,
        path=f"/topics/{line.topic.id}",
    )
