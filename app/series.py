"""Who reads the next edition of a series, and where its period begins: pure functions of the editions before.

A leader who changes the rhythm, or whose office does, goes over from one series to the other. Nothing may be lost on
the way, and nothing told twice:

- A series that begins, or begins again, begins where its readers' last edition ended.
- What a leader's new series told before the leader came to it, the old one still brings, once (:func:`readers`).
- What a leader had in one series is left out of the leader's view in the other (:attr:`ComposeInputs.had`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.timetable import Series

REACH = timedelta(days=14)
"""Who read nothing for so long, longer than any period with its holidays, was away and begins like a new reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An edition that was made."""

    id: str
    series: Series
    cut_off: datetime
    began_at: datetime | None
    """Since when its series had run without a gap; None: from the beginning."""
    readers: frozenset[str]
    """Ids of leaders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the period of a series' next edition begins."""

    at: datetime | None
    """None: it takes everything."""
    began_at: datetime | None
    """Since when the series runs without a gap: what the other one accounted for up to then is told."""


def last(series: Series, past: Sequence[Past]) -> Past | None:
    """The latest edition of a series."""
    return max((each for each in past if each.series is series), key=lambda each: each.cut_off, default=None)


def readers(series: Series, past: Sequence[Past], wishes: Mapping[str, Series], cut_off: datetime) -> frozenset[str]:
    """Whose views the next edition of a series holds.

    Args:
        series: which one.
        past: all editions.
        wishes: leader id -> the series that the leader wants, of those who get briefings.
        cut_off: of the next edition.

    Returns:
        Those who want it, and those for whom it brings what the other one told before they came to it.
    """
    before = last(series, past)
    wanted = {leader for leader, wish in wishes.items() if wish is series}
    if before is None or before.cut_off < cut_off - REACH:
        return frozenset(wanted)
    others = [each for each in past if each.series is not series and each.cut_off > before.cut_off]
    known = [each for each in past if each.cut_off >= cut_off - REACH]

    def missed(leader: str) -> bool:
        return any(
            leader not in other.readers
            and any(leader in each.readers and each.cut_off < other.cut_off for each in known)
            for other in others
        )

    return frozenset(wanted | {leader for leader in wishes.keys() - wanted if missed(leader)})


def start(series: Series, past: Sequence[Past], wanting: Collection[str]) -> Start:
    """Where the next edition of a series begins.

    Args:
        series: which one. The office's always goes on from its last edition.
        past: all editions.
        wanting: those who want the series.
    """
    before, office = last(series, past), last(Series.OFFICE, past)
    if series is Series.OFFICE or (before is not None and not wanting):
        return Start(at=before.cut_off if before else None, began_at=before.began_at if before else None)
    told = [until for leader in wanting if (until := _told_until(leader, past, office)) is not None]
    begin = min(told) if told else office.cut_off if office else None
    if before is not None and (begin is None or begin <= before.cut_off):
        return Start(at=before.cut_off, began_at=before.began_at)
    return Start(at=begin, began_at=begin)


def _told_until(leader: str, past: Sequence[Past], office: Past | None) -> datetime | None:
    """The cut-off of the leader's last edition; None for a new reader, and for one who was away."""
    read = max((each.cut_off for each in past if leader in each.readers), default=None)
    if read is None or (office is not None and read < office.cut_off - REACH):
        return None
    return read
