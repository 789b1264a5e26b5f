"""What leaders said or wrote: reading it, pasting or uploading it, taking it out and back in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from sqlalchemy.orm import Session

from app.auth.deps import NowDep, OfficeDep, SessionDep, WritingDep
from app.delivery.failures import source_error
from app.delivery.words import MARKS, STATEMENT_KINDS
from app.i18n import N_
from app.jobs import statements as intake
from app.jobs.statements import MAX_FILE_BYTES, MAX_TEXT, MAX_TITLE, SUFFIXES, Given
from app.store import people, statements
from app.viewer import Role, Viewer
from app.web.lists import matching, part_of
from app.web.paths import LeaderQuery, PageQuery, SearchQuery, StatementId
from app.web.visits import ReaderVisit, Visit, see
from app.web.wording import said as words_said
from digest.errors import InvalidInputError, NotFoundError, ParseError
from digest.types import Leader, Mark, Statement, StatementKind

router = APIRouter()
FORM_BYTES = MAX_FILE_BYTES + 1_000_000  # the file, with pasted text and what a form puts around them
NOTHING = N_("Paste the words, or choose a file.")
TROUBLES = {
    "title": N_("Give the statement a title."),
    "text": N_("The text is too long, or there is none. Paste only what was said."),
    "file": N_("This file cannot be taken. Save it as TXT, MD, DOCX or PDF of at most 5 MB."),
    "said_on": N_("Write the day as YYYY-MM-DD."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementItem:
    """A statement as the page shows it."""

    id: str
    title: str
    facts: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What the form holds, also after it could not be taken."""

    leader: str = ""
    kind: str = StatementKind.INSTRUCTION
    said_on: str = ""
    title: str = ""
    mark: str = Mark.INTERNAL.code
    text: str = ""
    trouble: str | None = None


@router.get("/statements")
def statement_list(
    visit: ReaderVisit,
    session: SessionDep,
    leader: LeaderQuery = None,
    q: SearchQuery = "",
    page: PageQuery = 1,
    said: Annotated[str, Query(max_length=20)] = "",
    removed: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9]{1,20}$")] = None,
) -> Response:
    """The statements of every leader for staff, as far as cleared; a leader's own for the leader."""
    gone = statements.get(session, visit.viewer, removed) if removed else None
    filled = Filled(leader=leader or "", said_on=visit.now.astimezone(visit.t.time_zone).date().isoformat())
    return _page(visit, session, filled, leader=leader, search=q, number=page, said=said, gone=gone)


def _page(
    visit: Visit,
    session: Session,
    filled: Filled,
    *,
    leader: str | None = None,
    search: str = "",
    number: int = 1,
    said: str = "",
    gone: Statement | None = None,
) -> Response:
    known = _leaders(session, visit.viewer)
    names = {each.id: each.name for each in known}
    every = statements.every(session, visit.viewer, leader)
    found = matching(every, search, lambda each: f"{each.title} {each.text} {names.get(each.leader_id, '')}")
    return visit.page(
        "statements",
        status=422 if filled.trouble else 200,
        part=part_of([_item(each, names, visit) for each in found], number),
        total=len(every),
        search=search,
        leader=leader,
        leaders=known,
        filled=filled,
        kinds=[(kind.value, visit.t.gettext(label)) for kind, label in STATEMENT_KINDS.items()],
        marks=[(mark.code, visit.t.gettext(MARKS[mark])) for mark in _marks(visit.viewer)],
        suffixes=SUFFIXES,
        said=words_said(said, visit.t),
        gone=gone,
    )


def _leaders(session: Session, viewer: Viewer) -> tuple[Leader, ...]:
    """Whose statements the viewer may add."""
    known = people.leaders(session)
    return known if viewer.may(Role.EDITOR) else tuple(each for each in known if each.id == viewer.leader_id)


def _marks(viewer: Viewer) -> list[Mark]:
    """Marks the viewer may give: staff none above what they read, so that they still see what they added."""
    return [mark for mark in Mark if mark <= viewer.clearance or not viewer.may(Role.EDITOR)]


def _item(statement: Statement, names: dict[str, str], visit: Visit) -> StatementItem:
    t = visit.t
    facts = (
        names.get(statement.leader_id, statement.leader_id),
        t.gettext(STATEMENT_KINDS[statement.kind]),
        t.calendar_day(statement.said_on),
        t.gettext(MARKS[statement.mark]),
    )
    return StatementItem(id=statement.id, title=statement.title, facts=" · ".join(facts), text=statement.text)


@router.post("/statements", max_body_size=FORM_BYTES)
def add(
    visit: ReaderVisit,
    office: OfficeDep,
    leader: Annotated[str, Form(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$")],
    kind: Annotated[StatementKind, Form()],
    said_on: Annotated[str, Form(max_length=20)],
    mark: Annotated[str, Form(max_length=20)],
    title: Annotated[str, Form(max_length=MAX_TITLE)] = "",
    text: Annotated[str, Form(max_length=2 * MAX_TEXT)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep a statement: the chosen file, else the pasted words."""
    filled = Filled(leader=leader, kind=kind, said_on=said_on, title=title, mark=mark, text=text)
    with office.reading() as session:
        if leader not in {each.id for each in _leaders(session, visit.viewer)}:
            raise NotFoundError("leader", leader)
    try:
        _keep(visit, office, filled, file)
    except (InvalidInputError, ParseError) as error:
        with office.reading() as session:
            return _page(visit, session, _troubled(filled, error, visit))
    return see("/statements?said=stated")


def _keep(visit: Visit, office: OfficeDep, filled: Filled, file: UploadFile | None) -> None:
    given = Given(
        leader_id=filled.leader,
        kind=StatementKind(filled.kind),
        said_on=_day(filled.said_on),
        title=filled.title,
        mark=_mark(visit.viewer, filled.mark),
    )
    if file is not None and file.filename:
        intake.add_file(office, given, file.filename, file.file.read(MAX_FILE_BYTES + 1))
    else:
        intake.add_text(office, given, filled.text)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise InvalidInputError("said_on", written, "write the day as YYYY-MM-DD") from None


def _mark(viewer: Viewer, code: str) -> Mark:
    found = next((mark for mark in _marks(viewer) if mark.code == code), None)
    if found is None:
        raise InvalidInputError("mark", code, "choose one of the list")
    return found


def _troubled(filled: Filled, error: InvalidInputError | ParseError, visit: Visit) -> Filled:
    t = visit.t
    if isinstance(error, ParseError):
        trouble = source_error(error.code, error.params, t)
    else:
        trouble = t.gettext(TROUBLES.get(error.field, NOTHING))
    return Filled(
        leader=filled.leader,
        kind=filled.kind,
        said_on=filled.said_on,
        title=filled.title,
        mark=filled.mark,
        text=filled.text,
        trouble=trouble,
    )


@router.post("/statements/{statement_id}/remove")
def remove(statement_id: StatementId, visit: ReaderVisit, session: WritingDep, now: NowDep) -> Response:
    """Take a statement out; the page then offers to bring it back."""
    gone = statements.remove(session, visit.viewer, statement_id, now)
    return see(f"/statements?removed={gone.id}")


@router.post("/statements/{statement_id}/restore")
def restore(statement_id: StatementId, visit: ReaderVisit, session: WritingDep) -> Response:
    """Bring a removed statement back."""
    back = statements.restore(session, visit.viewer, statement_id)
    return see(f"/statements?said=restored#statement-{back.id}")
