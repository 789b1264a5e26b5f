"""Routes of asks."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.dependencies import (
    DEFAULT_PAGE,
    AfterDay,
    AskId,
    KeyViewer,
    LabelLanguage,
    Limit,
    Now,
    ReadSession,
)
from app.api.etags import TaggedRoute
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import AskItem, Listing
from app.delivery.asks import local_day, worded
from app.i18n import Translations
from app.store import asks
from app.store.asks import KeptAsk, Which

router = APIRouter(prefix="/asks", tags=["asks"], route_class=TaggedRoute)
Show = Annotated[
    Which,
    Query(description="Which list: open ones (overdue ones among them), overdue or closed ones.", examples=["overdue"]),
]


@router.get("", summary="What is asked of whom by when", responses=documented(401, 422, 429, 500))
def list_asks(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    now: Now,
    show: Show = Which.OPEN,
    limit: Limit = DEFAULT_PAGE,
    after: AfterDay = None,
) -> Listing[AskItem]:
    """Open asks by due date, so that overdue ones come first; closed ones from the latest due date."""
    page = asks.page(session, viewer, show, local_day(now, t.time_zone.key), limit=limit, after=after)
    items = tuple(_item(each, t, now) for each in page.items)
    return Listing(items=items, next=next_link(request, response, page.next))


@router.get("/{ask_id}", summary="One ask", responses=documented(401, 404, 422, 429, 500))
def get_ask(ask_id: AskId, session: ReadSession, viewer: KeyViewer, t: LabelLanguage, now: Now) -> AskItem:
    """An ask as it stands now; the one in a briefing shows how it stood when the briefing was approved."""
    return _item(asks.get(session, viewer, ask_id), t, now)


def _item(kept: KeptAsk, t: Translations, now: datetime) -> AskItem:
    text = worded(kept.ask, local_day(now, t.time_zone.key), t)
    return AskItem(
        id=text.id,
        kind=text.kind,
        text=text.text,
        owner=text.owner,
        due=text.due,
        due_time=text.due_time,
        state=text.state,
        overdue=text.overdue,
        mark=text.mark,
        options=text.options,
        recommendation=text.recommendation,
        consulted=text.consulted,
        next_step=text.next_step,
        result=text.result,
        story_id=text.story_id,
        briefing_id=kept.ask.edition_id,
        made_by=kept.ask.made_by,
        made_at=kept.ask.made_at,
        closed_by=kept.ask.closed_by,
        closed_at=kept.ask.closed_at,
        path=text.path,
    )
