"""Routes of entries, through all briefings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.briefings import ReadingDesk
from app.api.dependencies import DEFAULT_PAGE, ID_PATTERN, AfterEntry, LeaderParameter, Limit
from app.api.etags import TaggedRoute
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import EntryItem, Listing
from app.delivery.context import Briefing, EntryText
from app.store import editions
from digest.edition import Section, Status
from digest.errors import NotFoundError

router = APIRouter(prefix="/entries", tags=["entries"], route_class=TaggedRoute)
BRIEFINGS_AT_ONCE = 26  # half a year is looked through for one page: a rare topic must not take minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries are asked for."""

    topic: str | None
    status: Status | None
    section: Section | None

    def fits(self, entry: EntryText) -> bool:
        """Whether an entry is one of them."""
        return (
            (self.topic is None or self.topic in {each.code for each in entry.topics})
            and (self.status is None or entry.status.code == self.status)
            and (self.section is None or entry.section == self.section)
        )


@router.get("", summary="Entries, the latest briefing first", responses=documented(401, 404, 422, 429, 500))
def list_entries(
    request: Request,
    response: Response,
    at: ReadingDesk,
    briefing: Annotated[
        str | None, Query(pattern=ID_PATTERN, description="Only of this briefing, by its id.", examples=["2026-W46"])
    ] = None,
    topic: Annotated[
        str | None, Query(pattern=ID_PATTERN, description="Only of this topic, by its id.", examples=["housing"])
    ] = None,
    status: Annotated[
        Status | None, Query(description="Only entries that are this to the reader.", examples=["new"])
    ] = None,
    section: Annotated[Section | None, Query(description="Only of this section.", examples=["must_know"])] = None,
    leader: LeaderParameter = None,
    limit: Limit = DEFAULT_PAGE,
    after: AfterEntry = None,
) -> Listing[EntryItem]:
    """Entries of approved briefings in the view of `leader`, or of the named briefing.

    A page looks through half a year at most: it may hold fewer entries than `limit`, even none, and yet have a `next`.
    """
    wanted = Wanted(topic=topic, status=status, section=section)
    first, number = _place(after)
    if briefing is not None:
        found, rest = list(_of(at.briefing(briefing, leader), wanted, number)), None
    else:
        found, rest = _through(at, leader, wanted, first, number, limit)
    cursor = _cursor(found[limit - 1]) if len(found) > limit else rest
    return Listing(items=tuple(found[:limit]), next=next_link(request, response, cursor))


def _through(
    at: ReadingDesk, leader: str | None, wanted: Wanted, first: str | None, number: int, limit: int
) -> tuple[list[EntryItem], str | None]:
    """Entries from a place on, one more than a page holds, or where the next page goes on looking."""
    found: list[EntryItem] = []
    lines = editions.approved(at.session, at.viewer, limit=BRIEFINGS_AT_ONCE + 1, since=first)
    for line in lines[:BRIEFINGS_AT_ONCE]:
        try:
            read = at.briefing(line.id, leader)
        except NotFoundError:  # the leader was no reader then
            continue
        found.extend(_of(read, wanted, number if line.id == first else 0))
        if len(found) > limit:
            return found, None
    return found, f"{lines[-1].id}-0" if len(lines) > BRIEFINGS_AT_ONCE else None


def _of(briefing: Briefing, wanted: Wanted, after: int) -> Iterator[EntryItem]:
    for section in briefing.sections:
        for entry in section.entries:
            if entry.number > after and wanted.fits(entry):
                yield EntryItem(briefing_id=briefing.id, briefing_label=briefing.label, entry=entry)


def _cursor(last: EntryItem) -> str:
    return f"{last.briefing_id}-{last.entry.number}"


def _place(after: str | None) -> tuple[str | None, int]:
    if after is None:
        return None, 0
    identifier, _, number = after.rpartition("-")
    return identifier, int(number)
