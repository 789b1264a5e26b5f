"""The example office as typed values, and its calendar: four weeks that end at an anchor.

The content names weekdays only. The anchor, a cut-off on a Friday, gives them their dates, so the whole example moves
by whole weeks; all reckoning is in the office's time zone, so that a change of the clocks does not shift a deadline.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from digest.types import Leader, Mark, Origin, Source, SourceKind, Topic

HERE = Path(__file__).parent
CUT_OFF = time(10, 0)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FRIDAY = WEEKDAYS.index("Fri")

Week = Literal[1, 2, 3, 4]
Role = Literal["editor", "approver", "administrator"]

WEEKS: tuple[Week, ...] = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A department of the city."""

    id: str
    name: str
    director: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleLeader:
    """A leader's profile, and the post held."""

    profile: Leader
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works in the office for the leaders."""

    id: str
    name: str
    role: Role
    post: str
    email: str
    language: str
    clearance: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleSource:
    """A source of the office before it has an address, and how the example serves it."""

    id: str
    kind: SourceKind
    name: str
    origin: Origin
    language: str | None
    reliability: int
    mark: Mark
    format: Literal["rss", "atom", "rdf", "unavailable"] | None = None
    """How a feed is written; ``unavailable``: the site answers an error instead. None for the folder."""
    content: Literal["full", "teaser"] | None = None
    """Whether the feed carries whole texts, or teasers that lead to the page. None for the folder."""

    def located(self, address: str) -> Source:
        """The source at its address: the URL of a feed, the path of the folder."""
        return Source(
            id=self.id,
            kind=self.kind,
            name=self.name,
            address=address,
            origin=self.origin,
            language=self.language,
            reliability=self.reliability,
            mark=self.mark,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleOffice:
    """All that describes the example office."""

    name: str
    time_zone: str
    languages: tuple[str, ...]
    topics: tuple[Topic, ...]
    units: tuple[Unit, ...]
    leaders: tuple[ExampleLeader, ...]
    people: tuple[Person, ...]
    sources: tuple[ExampleSource, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, for reckoning."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A departmental report as it arrives in the office's folder."""

    path: Path
    """Where the bundled file is."""
    name: str
    """Its path in the office's folder, also its document key; a higher mark has a sub-folder named after it."""
    modified: timedelta
    """When it arrives, relative to the anchor: before it, so negative."""
    mark: Mark
    """Its own handling mark, which may be higher than its source's."""


def read_json(name: str) -> Any:  # noqa: ANN401 - JSON is untyped until the caller has read it
    """Read a bundled JSON file by its path below this package."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


@cache
def load_office() -> ExampleOffice:
    """Read the description of the office."""
    raw = read_json("office.json")
    return ExampleOffice(
        name=raw["name"],
        time_zone=raw["time_zone"],
        languages=tuple(raw["languages"]),
        topics=tuple(Topic(**{**topic, "keywords": tuple(topic["keywords"])}) for topic in raw["topics"]),
        units=tuple(Unit(**unit) for unit in raw["units"]),
        leaders=tuple(_leader(leader) for leader in raw["leaders"]),
        people=tuple(
            Person(**{**person, "clearance": Mark.from_code(person["clearance"])}) for person in raw["people"]
        ),
        sources=tuple(_source(source) for source in raw["sources"]),
    )


def _leader(raw: dict[str, Any]) -> ExampleLeader:
    profile = {**raw, "clearance": Mark.from_code(raw["clearance"])}
    post = profile.pop("post")
    return ExampleLeader(profile=Leader(**profile), post=post)


def _source(raw: dict[str, Any]) -> ExampleSource:
    typed = {"kind": SourceKind(raw["kind"]), "origin": Origin(raw["origin"]), "mark": Mark.from_code(raw["mark"])}
    return ExampleSource(**{**raw, **typed})


def anchor_for(now: datetime) -> datetime:
    """The latest Friday 10:00 in the office's time zone that is not after ``now`` (aware), in UTC."""
    zone = load_office().zone
    local = now.astimezone(zone)
    friday = local.date() - timedelta(days=(local.weekday() - FRIDAY) % 7)
    anchor = datetime.combine(friday, CUT_OFF, zone)
    if anchor > local:
        anchor -= timedelta(weeks=1)
    return as_utc(anchor)


def weeks(anchor: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Start and cut-off, in UTC, of each of the weeks that end at the anchor, earliest first."""
    local = anchor.astimezone(load_office().zone)
    cut_offs = [as_utc(local - timedelta(weeks=back)) for back in range(len(WEEKS), -1, -1)]
    return tuple(pairwise(cut_offs))


def moment(anchor: datetime, week: int, at: str) -> datetime:
    """When something of the example happens, in UTC.

    Args:
        anchor: the last week's cut-off.
        week: its number; each runs from Friday to Friday, cut-off to cut-off. What is planned may lie in a fifth.
        at: weekday and local time, ``"Mon 07:30"``; a Friday before the cut-off time is the week's last.
    """
    weekday, clock = at.split()
    start = anchor.astimezone(load_office().zone) + timedelta(weeks=week - 1 - len(WEEKS))
    days = (WEEKDAYS.index(weekday) - FRIDAY) % 7
    local = datetime.combine(start.date() + timedelta(days=days), time.fromisoformat(clock), start.tzinfo)
    return as_utc(local if local >= start else local + timedelta(weeks=1))


def as_utc(local: datetime) -> datetime:
    """The same moment in UTC; arithmetic on a zoned time is arithmetic on its wall clock."""
    return local.astimezone(UTC)


def report_files(week: Week) -> tuple[ReportFile, ...]:
    """The departmental reports that arrive in a week, earliest first."""
    reports = (_report_file(raw) for raw in read_json("reports/index.json") if raw["week"] == week)
    return tuple(sorted(reports, key=lambda report: report.modified))


def _report_file(raw: dict[str, Any]) -> ReportFile:
    # Any anchor will do; one far from a change of the clocks makes the difference a matter of the wall clock only.
    anchor = anchor_for(datetime(2026, 6, 30, tzinfo=UTC))
    mark = Mark.from_code(raw.get("mark", _folder().mark.code))
    return ReportFile(
        path=HERE / "reports" / f"week{raw['week']}" / raw["name"],
        name=f"{mark.code}/{raw['name']}" if mark > _folder().mark else raw["name"],
        modified=moment(anchor, raw["week"], raw["at"]) - anchor,
        mark=mark,
    )


def _folder() -> ExampleSource:
    return next(source for source in load_office().sources if source.kind is SourceKind.FOLDER)
