"""Routes of sources."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.dependencies import KeyViewer, LabelLanguage, ReadSession
from app.api.etags import TaggedRoute
from app.api.labels import mark_label, origin_label
from app.api.problems import documented
from app.api.schemas import AttemptItem, SourceFailure, SourceItem, SourceList
from app.delivery.context import Label
from app.delivery.failures import source_error
from app.delivery.words import SOURCE_STATES
from app.i18n import Translations
from app.store import sources as store
from app.store.sources import Attempt, AttemptStatus, SourceHealth
from app.viewer import Role
from digest.edition import SourceState

router = APIRouter(prefix="/sources", tags=["sources"], route_class=TaggedRoute)


@router.get("", summary="Sources and how they do", responses=documented(401, 422, 429, 500))
def sources(session: ReadSession, viewer: KeyViewer, t: LabelLanguage) -> SourceList:
    """All sources in one answer: an office has at most some thousands. Failing ones come first, then by name."""
    staff = viewer.may(Role.EDITOR)
    return SourceList(items=tuple(_item(each, t, staff=staff) for each in store.health(session, viewer)))


def _item(health: SourceHealth, t: Translations, *, staff: bool) -> SourceItem:
    source, attempt = health.source, health.last_attempt
    return SourceItem(
        id=source.id,
        name=source.name,
        kind=source.kind,
        origin=origin_label(source.origin, t),
        language=source.language,
        reliability=source.reliability,
        mark=mark_label(source.mark, t),
        state=_state(attempt, t) if attempt else None,
        documents=health.documents,
        failures=health.failures,
        last_attempt=_attempt(attempt, t, staff=staff) if attempt else None,
        last_success_at=health.last_success_at,
        next_fetch_at=health.next_fetch_at,
        address=source.address if staff else None,
        moved_to=health.moved_to if staff else None,
    )


def _state(attempt: Attempt, t: Translations) -> Label:
    state = SourceState.FAILED if attempt.error else SourceState.OK
    return Label(code=state, label=t.gettext(SOURCE_STATES[state]))


def _attempt(attempt: Attempt, t: Translations, *, staff: bool) -> AttemptItem:
    return AttemptItem(
        made_at=attempt.made_at,
        seconds=attempt.seconds,
        not_modified=attempt.status is AttemptStatus.NOT_MODIFIED,
        new=attempt.new,
        changed=attempt.changed,
        same=attempt.same,
        unreadable=attempt.unreadable,
        failure=_failure(attempt.error, attempt, t, staff=staff) if attempt.error else None,
    )


def _failure(code: str, attempt: Attempt, t: Translations, *, staff: bool) -> SourceFailure:
    params = dict(attempt.error_params) if staff else {}
    return SourceFailure(code=code, params=params, label=source_error(code, params, t))
