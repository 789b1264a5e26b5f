"""Routes of briefings and their ledgers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app.api.dependencies import (
    DEFAULT_PAGE,
    After,
    BriefingId,
    KeyViewer,
    LabelLanguage,
    LeaderParameter,
    Limit,
    OpenOffice,
    ReadSession,
)
from app.api.etags import TaggedRoute
from app.api.labels import state_label
from app.api.paging import next_link
from app.api.problems import NothingApprovedError, documented
from app.api.schemas import BriefingItem, LedgerPage, Listing
from app.delivery import replies
from app.delivery.context import Briefing
from app.delivery.edition_names import edition_label
from app.delivery.present import present
from app.i18n import Translations
from app.settings import Settings
from app.store import editions, late_notes, people
from app.store.editions import EditionLine
from app.timetable import Series, series_of
from app.viewer import Viewer

router = APIRouter(prefix="/briefings", tags=["briefings"], route_class=TaggedRoute)
PROBLEMS = documented(401, 404, 422, 429, 500)


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever reads briefings, and in which language."""

    session: Session
    viewer: Viewer
    t: Translations
    public_url: str | None
    reply_to: str | None = None
    settings: Settings | None = None

    def latest(self, leader_id: str | None) -> EditionLine | None:
        """The latest approved briefing: of the office, or the one for a leader in that leader's rhythm."""
        if leader_id is None or self.settings is None:
            return editions.latest(self.session, self.viewer)
        wish = series_of(people.sendings(self.session).get(leader_id), self.settings)
        return editions.latest_for(self.session, self.viewer, leader_id, wish)

    def briefing(self, identifier: str, leader_id: str | None) -> Briefing:
        """A briefing in the view of a leader, as far as the key may read it.

        Raises:
            NotFoundError: there is none, the viewer may not read it, or it has no view for that leader.
        """
        return present(
            editions.get(self.session, self.viewer, identifier).edition,
            leader_id=leader_id,
            clearance=self.viewer.clearance,
            language=self.t.language,
            public_url=self.public_url,
            reply_to=self.reply_to,
            notes=late_notes.of_edition(self.session, self.viewer, identifier),
            privy=self.viewer.privy,
        )


def desk(office: OpenOffice, session: ReadSession, viewer: KeyViewer, t: LabelLanguage) -> Desk:
    """The desk of one request."""
    settings = office.settings
    return Desk(session, viewer, t, settings.public_url, replies.address(settings.mail_from), settings)


ReadingDesk = Annotated[Desk, Depends(desk)]


@router.get("", summary="Briefings, the latest first", responses=PROBLEMS)
def list_briefings(
    request: Request, response: Response, at: ReadingDesk, limit: Limit = DEFAULT_PAGE, after: After = None
) -> Listing[BriefingItem]:
    """Briefings by cut-off. Keys of leaders see approved ones only."""
    page = editions.newest(at.session, at.viewer, limit=limit, after=after)
    items = tuple(briefing_item(each, at.t) for each in page.items)
    return Listing(items=items, next=next_link(request, response, page.next))


@router.get("/latest", summary="The latest approved briefing", responses=PROBLEMS)
def get_latest(at: ReadingDesk, leader: LeaderParameter = None) -> Briefing:
    """The office's approved briefing with the latest cut-off; 404 with the code `nothing_approved` while there is none.

    With `leader` the latest one for that leader, who may have a rhythm of their own.
    """
    line = at.latest(leader)
    if line is None:
        raise NothingApprovedError
    return at.briefing(line.id, leader)


@router.get("/{briefing_id}", summary="One briefing", responses=PROBLEMS)
def get_briefing(briefing_id: BriefingId, at: ReadingDesk, leader: LeaderParameter = None) -> Briefing:
    """A briefing, as page and mail show it. Its JSON Schema is in `docs/edition.schema.json`."""
    return at.briefing(briefing_id, leader)


@router.get("/{briefing_id}/ledger", summary="What became of every document", responses=PROBLEMS)
def get_ledger(
    request: Request,
    response: Response,
    briefing_id: BriefingId,
    at: ReadingDesk,
    limit: Limit = DEFAULT_PAGE,
    after: After = None,
) -> LedgerPage:
    """The ledger's lines by document id, with the counts of the whole, as far as the key may know."""
    ledger = at.briefing(briefing_id, None).ledger
    rest = sorted((row for row in ledger.lines if row.document_id > (after or "")), key=lambda row: row.document_id)
    items = tuple(rest[:limit])
    cursor = items[-1].document_id if len(rest) > limit else None
    following = next_link(request, response, cursor)
    return LedgerPage(briefing_id=briefing_id, counts=ledger.counts, line=ledger.line, items=items, next=following)


def briefing_item(line: EditionLine, t: Translations) -> BriefingItem:
    """A briefing in a list."""
    return BriefingItem(
        id=line.id,
        label=edition_label(line.id, t),
        rhythm=line.rhythm,
        for_some=line.series is Series.OWN,
        state=state_label(line.state, t),
        period_start=line.period_start,
        cut_off=line.cut_off,
        send_at=line.send_at,
        made_at=line.made_at,
        approved_at=line.approved_at,
        approved_by=line.approved_by,
    )
