"""Asks: what is due and open, raising one, changing it, closing it with its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, SessionDep, WritingDep
from app.delivery.asks import STATES, local_day, worded
from app.delivery.context import AskText
from app.delivery.edition_names import edition_label
from app.store import asks, catalogue, editions
from app.store.asks import ChangeKind, KeptAsk, Wanted, Which
from app.store.editions import EditionState, Stored
from app.viewer import Role
from app.web.ask_forms import AskForm, choices, read
from app.web.paths import AfterQuery, AskId, path_to
from app.web.visits import EditorVisit, ReaderVisit, Visit, see
from app.web.wording import ASK_CHANGES, ASK_FIELDS, ASK_LISTS
from app.web.wording import said as words_said
from digest.asks import Ask, AskKind, AskState
from digest.edition import Edit, EditKind, Section
from digest.errors import InvalidInputError, NotFoundError
from digest.reading import ReadEntry, visible
from digest.text import normalise

router = APIRouter()
PER_PAGE = 50  # about ten phone screens
MAX_REASON = 1000
Said = Annotated[str, Query(max_length=20)]
Story = Annotated[str, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")]
Reason = Annotated[str, Form(max_length=MAX_REASON)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of an ask in words."""

    what: str
    author: str
    made_at: datetime
    reason: str
    before: tuple[tuple[str, str], ...]
    """Field in words, and what it held before."""


@router.get("/asks")
def ask_list(
    visit: ReaderVisit, session: SessionDep, show: Which = Which.OPEN, after: AfterQuery = None, said: Said = ""
) -> Response:
    """What is asked of whom: open, overdue or closed."""
    today = local_day(visit.now, visit.office.settings.time_zone)
    found = asks.page(session, visit.viewer, show, today, limit=PER_PAGE, after=after)
    counts = asks.counts(session, visit.viewer, today)
    return visit.page(
        "asks",
        items=[_text(kept.ask, visit) for kept in found.items],
        next=found.next,
        lists=[(which.value, visit.t.gettext(label), counts[which]) for which, label in ASK_LISTS.items()],
        show=show.value,
        total=counts[Which.OPEN] + counts[Which.CLOSED],
        staff=visit.viewer.may(Role.EDITOR),
        said=words_said(said, visit.t),
    )


def _text(ask: Ask, visit: Visit) -> AskText:
    return worded(ask, local_day(visit.now, visit.office.settings.time_zone), visit.t)


@router.get("/asks/new")
def new_ask(
    visit: EditorVisit, session: SessionDep, edition: Story | None = None, story: Story | None = None
) -> Response:
    """The empty form; for an entry of a briefing when it is named."""
    form = AskForm()
    read_entry = None
    if edition is not None and story is not None:
        read_entry = _entry(editions.get(session, visit.viewer, edition), story, visit)
        form = AskForm(edition=edition, story=story, mark=read_entry.entry.mark.code)
    return _form_page(visit, form, {}, entry=read_entry)


def _entry(stored: Stored, story_id: str, visit: Visit) -> ReadEntry:
    """An entry of a briefing, as far as the editor may know of it."""
    reading = visible(stored.edition, None, visit.viewer.clearance)
    found = (read for section in reading.sections for read in section.entries if read.entry.story_id == story_id)
    read_entry = next(found, None)
    if read_entry is None:
        raise InvalidInputError("story", story_id, "name a story of the briefing")
    return read_entry


def _form_page(
    visit: Visit,
    form: AskForm,
    wrong: Mapping[str, str],
    *,
    entry: ReadEntry | None = None,
    ask_id: str | None = None,
) -> Response:
    return visit.page(
        "ask_form",
        status=422 if wrong else 200,
        form=form,
        wrong=wrong,
        choices=choices(visit.viewer.clearance, visit.t),
        headline=entry.entry.headline if entry else None,
        language=entry.entry.language if entry else None,
        ask_id=ask_id,
    )


@router.post("/asks")
def raise_ask(visit: EditorVisit, session: WritingDep, now: NowDep, form: Annotated[AskForm, Form()]) -> Response:
    """Keep a new ask. A decision on an entry of a draft puts the entry into that section."""
    stored = editions.get(session, visit.viewer, form.edition) if form.edition and form.story else None
    entry = _entry(stored, form.story, visit) if stored else None
    wanted, wrong = read(form, visit.viewer.clearance, visit.t)
    if wanted is None:
        return _form_page(visit, form, wrong, entry=entry)
    if stored is None or entry is None:
        made = asks.add(session, visit.viewer, wanted, now)
        return see(f"/asks?said=asked#ask-{made.id}")
    asks.add(session, visit.viewer, wanted, now, story_id=form.story, edition_id=stored.line.id)
    if stored.line.state is not EditionState.DRAFT:
        return see("/asks?said=asked")
    _place(session, stored, entry, wanted, visit, now)
    return see(f"{path_to('briefings', stored.line.id, 'draft')}?said=asked#story-{form.story}")


def _place(session: Session, stored: Stored, entry: ReadEntry, wanted: Wanted, visit: Visit, now: datetime) -> None:
    if wanted.kind is not AskKind.DECISION or entry.place.section is Section.FOR_DECISION:
        return
    edit = Edit(
        id=0,
        kind=EditKind.MOVE,
        author=visit.viewer.name,
        made_at=now,
        story_id=entry.entry.story_id,
        section=Section.FOR_DECISION,
        position=_position_by_due(stored, wanted, visit),
    )
    editions.add_edit(session, stored.line.id, edit)


def _position_by_due(stored: Stored, wanted: Wanted, visit: Visit) -> int:
    """Behind the decisions that are due before it: only the first ones of a briefing are told in full."""
    reading = visible(stored.edition, None, visit.viewer.clearance)
    waiting = next((each.entries for each in reading.sections if each.section is Section.FOR_DECISION), ())
    due = (wanted.due, wanted.due_time or time.max)
    dues = [
        [(ask.due, ask.due_time or time.max) for ask in each.asks if ask.kind is AskKind.DECISION] for each in waiting
    ]
    return next((index for index, each in enumerate(dues) if each and min(each) > due), len(dues))


@router.get("/asks/{ask_id}")
def ask_page(ask_id: AskId, visit: ReaderVisit, session: SessionDep, said: Said = "") -> Response:
    """One ask with everything that was changed about it."""
    kept = asks.get(session, visit.viewer, ask_id)
    ask, t = kept.ask, visit.t
    return visit.page(
        "ask",
        ask=_text(ask, visit),
        kept=kept,
        story=_readable_story(session, visit, ask),
        edition=(ask.edition_id, edition_label(ask.edition_id, t)) if ask.edition_id else None,
        changes=[_change(each, visit) for each in asks.history(session, visit.viewer, ask_id)],
        ends=[(state.value, t.gettext(STATES[state])) for state in (AskState.DONE, AskState.DROPPED)],
        staff=visit.viewer.may(Role.EDITOR),
        said=words_said(said, t),
    )


def _readable_story(session: Session, visit: Visit, ask: Ask) -> str | None:
    """The story's address, when the visitor may read a document of it."""
    if ask.story_id is None:
        return None
    try:
        catalogue.of_story(session, visit.viewer, ask.story_id)
    except NotFoundError:
        return None
    return path_to("stories", ask.story_id)


def _change(change: asks.Change, visit: Visit) -> ChangeLine:
    before = tuple(
        (visit.t.gettext(ASK_FIELDS[name]), value) for name, value in change.before.items() if name in ASK_FIELDS
    )
    return ChangeLine(
        what=visit.t.gettext(ASK_CHANGES[change.kind]),
        author=change.author,
        made_at=change.made_at,
        reason=change.reason if change.kind is not ChangeKind.MADE else "",
        before=before,
    )


@router.get("/asks/{ask_id}/edit")
def edit_page(ask_id: AskId, visit: EditorVisit, session: SessionDep) -> Response:
    """The form filled with an ask."""
    kept: KeptAsk = asks.get(session, visit.viewer, ask_id)
    return _form_page(visit, AskForm.of(kept), {}, ask_id=ask_id)


@router.post("/asks/{ask_id}/edit")
def edit(
    ask_id: AskId, visit: EditorVisit, session: WritingDep, now: NowDep, form: Annotated[AskForm, Form()]
) -> Response:
    """Write an open ask anew, for a reason."""
    wanted, wrong = read(form, visit.viewer.clearance, visit.t)
    reason = normalise(form.reason)[:MAX_REASON]
    if wanted is None or not reason:
        missing = {} if reason else {"reason": visit.t.gettext("This cannot be empty.")}
        return _form_page(visit, form, {**wrong, **missing}, ask_id=ask_id)
    asks.change(session, visit.viewer, ask_id, wanted, reason, now)
    return see(f"{path_to('asks', ask_id)}?said=ask_changed")


@router.post("/asks/{ask_id}/close")
def close(
    ask_id: AskId,
    visit: EditorVisit,
    session: WritingDep,
    now: NowDep,
    state: Annotated[AskState, Form()],
    reason: Reason = "",
) -> Response:
    """Close an ask as done or dropped, with its result."""
    if state is AskState.OPEN:
        raise InvalidInputError("state", state, "done or dropped")
    if not normalise(reason):
        return see(f"{path_to('asks', ask_id)}?said=no_reason")
    asks.close(session, visit.viewer, ask_id, state, normalise(reason), now)
    return see(f"{path_to('asks', ask_id)}?said=ask_closed")


@router.post("/asks/{ask_id}/reopen")
def reopen(ask_id: AskId, visit: EditorVisit, session: WritingDep, now: NowDep, reason: Reason = "") -> Response:
    """Open a closed ask again, for a reason."""
    if not normalise(reason):
        return see(f"{path_to('asks', ask_id)}?said=no_reason")
    asks.reopen(session, visit.viewer, ask_id, normalise(reason), now)
    return see(f"{path_to('asks', ask_id)}?said=ask_reopened")
