"""Routes of what leaders said or wrote."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.dependencies import (
    DEFAULT_PAGE,
    AfterDay,
    KeyViewer,
    LabelLanguage,
    Limit,
    OfLeader,
    ReadSession,
)
from app.api.etags import TaggedRoute
from app.api.labels import mark_label, statement_kind_label
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import Listing, StatementItem
from app.i18n import Translations
from app.store import statements
from digest.types import Statement

router = APIRouter(prefix="/statements", tags=["statements"], route_class=TaggedRoute)


@router.get("", summary="What leaders said or wrote, the latest first", responses=documented(401, 422, 429, 500))
def list_statements(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    leader: OfLeader = None,
    limit: Limit = DEFAULT_PAGE,
    after: AfterDay = None,
) -> Listing[StatementItem]:
    """Speeches, instructions, agendas and notes up to the key's clearance; none for keys of leaders."""
    page = statements.newest(session, viewer, limit=limit, after=after, leader_id=leader)
    items = tuple(_item(each, t) for each in page.items)
    return Listing(items=items, next=next_link(request, response, page.next))


def _item(statement: Statement, t: Translations) -> StatementItem:
    return StatementItem(
        id=statement.id,
        leader_id=statement.leader_id,
        kind=statement_kind_label(statement.kind, t),
        said_on=statement.said_on,
        title=statement.title,
        text=statement.text,
        mark=mark_label(statement.mark, t),
    )
