"""The briefings: the latest one, the list, one of them, and the account of its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep
from app.delivery import replies
from app.delivery.context import Briefing, Label, LedgerRow
from app.delivery.edition_names import edition_label
from app.delivery.present import present
from app.delivery.words import BUCKETS
from app.store import approvals, archive, editions, late_notes, people
from app.store.approvals import TakenBack
from app.store.archive import Outline
from app.store.editions import EditionLine, EditionState, Stored
from app.timetable import Series, series_of
from app.viewer import Role, Viewer
from app.web.late_notes import note_desk
from app.web.lists import Part, matching, part_of
from app.web.paths import AfterQuery, EditionId, LeaderQuery, PageQuery, SearchQuery
from app.web.story_history import corrected_since
from app.web.visits import ReaderVisit, Visit
from app.web.wording import EDITION_STATES, FOR_SOME, FOR_YOU, RHYTHMS
from app.web.wording import said as words_said
from digest.edition import Bucket, Edition
from digest.errors import NotFoundError
from digest.late_notes import LateNote

router = APIRouter()
EDITIONS_PER_PAGE = 26  # half a year of weeks
Said = Annotated[str, Query(max_length=20)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition that waits for approval."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What those who make a briefing see around it: its state, and the readers whose view they may open."""

    line: EditionLine
    state: str
    readers: tuple[Label, ...]
    drafts: tuple[Draft, ...]
    """The newest of each series, where it waits for approval."""
    overtaken: bool
    """Whether its time of sending has passed."""
    taken_back: tuple[TakenBack, ...]
    """The approvals that were taken back."""
    may_take_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """The account of an edition's documents, narrowed to what was asked for."""

    lines: Part[LedgerRow]
    counts: tuple[tuple[Label, int], ...]
    bucket: str
    search: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow:
    """A briefing in the archive."""

    line: EditionLine
    label: str
    state: str
    rhythm: str | None
    """Weekly or daily, and for whom, in an office that has both."""
    outline: Outline | None
    """What it tells in short; None for a draft, and for one that tells this reader nothing."""


@router.get("/")
def front(visit: ReaderVisit, session: SessionDep) -> Response:
    """The latest approved briefing, of a leader's own rhythm where the leader has one."""
    latest = _latest(visit, session)
    if latest is None:
        return visit.page("empty", drafts=_drafts(visit, session), staff=visit.viewer.may(Role.EDITOR))
    return _page(visit, session, editions.get(session, visit.viewer, latest.id), None, "")


def _latest(visit: Visit, session: Session) -> EditionLine | None:
    """The latest approved briefing: a leader's own; for staff the office's, or another while it has none."""
    leader = visit.viewer.leader_id
    if leader is None or visit.viewer.may(Role.EDITOR):
        found = (editions.latest(session, visit.viewer, series=series) for series in Series)
        return next((line for line in found if line is not None), None)
    wish = series_of(people.sendings(session).get(leader), visit.office.settings)
    return editions.latest_for(session, visit.viewer, leader, wish)


@router.get("/briefings")
def briefings(
    visit: ReaderVisit,
    session: SessionDep,
    after: AfterQuery = None,
    year: Annotated[int | None, Query(ge=1, le=9999)] = None,
) -> Response:
    """The archive: all briefings by year and week, the latest first."""
    found = editions.newest(session, visit.viewer, limit=EDITIONS_PER_PAGE, after=after, year=year)
    outlines = archive.outlines(session, visit.viewer, [line.id for line in found.items])
    both = any(line.series is Series.OWN for line in found.items)
    rows = [_row(line, outlines.get(line.id), visit, both=both) for line in found.items]
    rows.sort(key=lambda row: row.line.id[:4], reverse=True)  # a week may be of another year than a day in it
    return visit.page(
        "briefings",
        by_year=[(name, tuple(each)) for name, each in groupby(rows, key=lambda row: row.line.id[:4])],
        years=archive.years(session, visit.viewer),
        year=year,
        next=found.next,
        staff=visit.viewer.may(Role.EDITOR),
        two_kinds=both and visit.viewer.leader_id is not None and not visit.viewer.may(Role.EDITOR),
    )


def _row(line: EditionLine, outline: Outline | None, visit: Visit, *, both: bool) -> ArchiveRow:
    return ArchiveRow(
        line=line,
        label=edition_label(line.id, visit.t),
        state=_state(line, visit),
        rhythm=visit.t.gettext(_rhythms(line, visit.viewer)[line.rhythm]) if both and line.rhythm else None,
        outline=outline,
    )


def _rhythms(line: EditionLine, viewer: Viewer) -> Mapping[str, str]:
    """What the rhythm of an edition is called: a leader finds none of another leader's own series in the archive."""
    if line.series is Series.OFFICE:
        return RHYTHMS
    return FOR_SOME if viewer.may(Role.EDITOR) or viewer.leader_id is None else FOR_YOU


@router.get("/briefings/{edition_id}")
def briefing(
    edition_id: EditionId,
    visit: ReaderVisit,
    session: SessionDep,
    leader: LeaderQuery = None,
    said: Said = "",
    note: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """One briefing; those who make it may look at each reader's view, and begin a note to an entry."""
    return _page(visit, session, editions.get(session, visit.viewer, edition_id), leader, said, note)


@router.get("/briefings/{edition_id}/word")
def word_document(
    edition_id: EditionId, visit: ReaderVisit, session: SessionDep, leader: LeaderQuery = None
) -> Response:
    """One briefing as a Word document, with what the page shows to the same visitor."""
    from app.delivery import word

    notes = late_notes.of_edition(session, visit.viewer, edition_id)
    found = presented(visit, editions.get(session, visit.viewer, edition_id).edition, leader, notes)
    public_url = visit.office.settings.public_url
    content = word.word(replace(found, public_url=public_url.rstrip("/") if public_url else None))
    headers = {"Content-Disposition": f'attachment; filename="briefing-{edition_id}.docx"'}
    return Response(content, media_type=word.MEDIA_TYPE, headers=headers)


def _page(
    visit: Visit, session: Session, stored: Stored, leader: str | None, said: str, note: str | None = None
) -> Response:
    staff = visit.viewer.may(Role.EDITOR)
    notes = late_notes.of_edition(session, visit.viewer, stored.line.id)
    return visit.page(
        "briefing",
        briefing=presented(visit, stored.edition, leader, notes),
        desk=_desk(visit, session, stored) if staff else None,
        notes=note_desk(visit, session, stored, note) if staff else None,
        corrected=corrected_since(session, visit, stored.edition, leader),
        said=words_said(said, visit.t),
    )


def presented(visit: Visit, edition: Edition, leader: str | None = None, notes: Sequence[LateNote] = ()) -> Briefing:
    """An edition as the visitor may read it.

    Raises:
        NotFoundError: the edition holds no such view, or it is another leader's than the visitor.
    """
    chosen = _whose(visit.viewer, edition, leader)
    view = edition.view(chosen)
    clearance = min(visit.viewer.clearance, view.clearance) if view else visit.viewer.clearance
    return present(
        edition,
        leader_id=chosen,
        clearance=clearance,
        language=visit.t.language,
        notes=notes,
        privy=visit.viewer.privy,
        reply_to=replies.address(visit.office.settings.mail_from),
    )


def _whose(viewer: Viewer, edition: Edition, leader: str | None) -> str | None:
    if viewer.may(Role.EDITOR):
        return leader
    if leader not in (None, viewer.leader_id):
        raise NotFoundError("view", str(leader))
    # A leader who came after this edition reads its base view, as far as cleared.
    return viewer.leader_id if edition.view(viewer.leader_id) else None


def _state(line: EditionLine, visit: Visit) -> str:
    return visit.t.gettext(EDITION_STATES[line.state])


def _desk(visit: Visit, session: Session, stored: Stored) -> Desk:
    readers = tuple(Label(code=view.leader_id, label=view.name) for view in stored.edition.views if view.leader_id)
    return Desk(
        line=stored.line,
        state=_state(stored.line, visit),
        readers=readers,
        drafts=tuple(each for each in _drafts(visit, session) if each.id != stored.line.id),
        overtaken=stored.line.send_at <= visit.now,
        taken_back=approvals.history(session, visit.viewer, stored.line.id) if stored.line.taken_back else (),
        may_take_back=stored.line.state is EditionState.APPROVED and visit.viewer.may(Role.APPROVER),
    )


def _drafts(visit: Visit, session: Session) -> tuple[Draft, ...]:
    """The newest edition of each series that waits for approval, for those who make them."""
    found = (editions.latest(session, visit.viewer, approved_only=False, series=series) for series in Series)
    waiting = [line.id for line in found if line is not None and line.state is EditionState.DRAFT]
    return tuple(Draft(id=each, label=edition_label(each, visit.t)) for each in waiting)


@router.get("/briefings/{edition_id}/ledger")
def ledger(
    edition_id: EditionId,
    visit: ReaderVisit,
    session: SessionDep,
    bucket: Annotated[Bucket | None, Query()] = None,
    q: SearchQuery = "",
    page: PageQuery = 1,
) -> Response:
    """What became of every document of the period."""
    return _ledger_page(visit, session, edition_id, bucket, q, page)


def _ledger_page(
    visit: Visit, session: Session, edition_id: str, bucket: Bucket | None, search: str, page: int
) -> Response:
    briefing = presented(visit, editions.get(session, visit.viewer, edition_id).edition)
    rows = briefing.ledger.lines
    counts = tuple(
        (Label(code=code, label=visit.t.gettext(label)), sum(row.bucket.code == code for row in rows))
        for code, label in BUCKETS.items()
    )
    wanted = [row for row in rows if bucket is None or row.bucket.code == bucket]
    found = matching(wanted, search, lambda row: f"{row.title} {row.reason.label}")
    view = LedgerView(lines=part_of(found, page), counts=counts, bucket=bucket or "", search=search)
    return visit.page("ledger", briefing=briefing, view=view)
