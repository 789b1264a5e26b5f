"""Signing in, by password or by a one-time link, and out again; the visitor's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, Request, Response

from app.auth import passwords
from app.auth.attempts import Attempts
from app.auth.deps import WritingDep
from app.auth.visitor import SESSION_COOKIE, keep_session
from app.delivery.words import MARKS
from app.store import people, sessions
from app.store.people import Person
from app.web.paths import own_path
from app.web.visits import AnyVisit, ReaderVisit, Visit, see
from app.web.wording import ROLES
from app.web.wording import said as words_said

router = APIRouter()
Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16,128}$")]
SessionName = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Text = Annotated[str, Form(max_length=1000)]
Next = Annotated[str | None, Query(max_length=2000)]


def _allowed(request: Request, account: str) -> bool:
    attempts: Attempts = request.app.state.attempts
    return attempts.allowed(request.client.host if request.client else "", account)


@router.get("/sign-in")
def sign_in_page(visit: AnyVisit, next: Next = None) -> Response:  # noqa: A002 the name people know from addresses
    """The form; whoever is signed in is led on."""
    if visit.person is not None:
        return see(own_path(next))
    return visit.page("sign_in", trouble=None, email="", next=own_path(next))


@router.post("/sign-in")
def sign_in(
    request: Request,
    visit: AnyVisit,
    session: WritingDep,
    email: Text = "",
    password: Text = "",
    next: Annotated[str | None, Form(max_length=2000)] = None,  # noqa: A002 as above
) -> Response:
    """Sign in by password. What an unknown address is told, and how long it takes, is as for a wrong password."""
    if not _allowed(request, email):
        return visit.page("sign_in", status=429, trouble="too_many", email=email, next=own_path(next))
    with visit.office.reading() as looking:  # comparing passwords takes long, and must not hold up who writes
        person = people.by_email(looking, email) if email.isprintable() else None
    if not passwords.matches(password, person.password_hash if person else None) or person is None:
        return visit.page("sign_in", status=422, trouble="wrong", email=email, next=own_path(next))
    return _signed_in(request, session, visit, person, own_path(next))


@router.get("/sign-in/{token}")
def link_page(token: Token, visit: AnyVisit) -> Response:
    """A button: programs that look into mail open links, and opening must not use one up."""
    return visit.page("sign_in_link", token=token, trouble=None)


@router.post("/sign-in/{token}")
def sign_in_by_link(token: Token, request: Request, visit: AnyVisit, session: WritingDep) -> Response:
    """Sign in by a one-time link."""
    if not _allowed(request, token):
        return visit.page("sign_in_link", status=429, token=token, trouble="too_many")
    person = people.use_link(session, token, visit.now)
    if person is None:
        return visit.page("sign_in_link", status=422, token=token, trouble="used")
    return _signed_in(request, session, visit, person, "/")


def _signed_in(request: Request, session: WritingDep, visit: Visit, person: Person, path: str) -> Response:
    """A new session, whatever the browser held before."""
    before = request.cookies.get(SESSION_COOKIE)
    if before:
        people.close_session(session, before)
    response = see(path)
    agent = request.headers.get("user-agent", "")
    keep_session(response, request, people.open_session(session, person.id, visit.now, agent))
    return response


@router.post("/sign-out")
def sign_out(request: Request, session: WritingDep) -> Response:
    """End the session."""
    people.close_session(session, request.cookies.get(SESSION_COOKIE, ""))
    response = see("/sign-in")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.get("/account")
def account(visit: ReaderVisit, said: Annotated[str, Query(max_length=20)] = "") -> Response:
    """Who is signed in, and the form for a new password."""
    return _account(visit, said=said)


def _account(visit: Visit, *, status: int = 200, trouble: str | None = None, said: str = "") -> Response:
    viewer, t = visit.viewer, visit.t
    assert visit.person is not None, "a reader's visit has a person"
    token = visit.request.cookies.get(SESSION_COOKIE, "")
    with visit.office.reading() as session:
        signed_in = sessions.of_person(session, visit.person.id, token, visit.now)
    return visit.page(
        "account",
        sessions=signed_in,
        status=status,
        person=visit.person,
        role=t.gettext(ROLES[viewer.role]),
        clearance=t.gettext(MARKS[viewer.clearance]),
        least=passwords.MIN_LENGTH,
        trouble=trouble,
        said=words_said(said, t),
    )


@router.post("/account/password")
def change_password(
    request: Request, visit: ReaderVisit, session: WritingDep, present: Text = "", wanted: Text = ""
) -> Response:
    """Set the visitor's password; every other session of theirs ends."""
    person = visit.person
    assert person is not None, "a reader's visit has a person"
    if not _allowed(request, person.email):
        return _account(visit, status=429, trouble="too_many")
    if person.password_hash is not None and not passwords.matches(present, person.password_hash):
        return _account(visit, status=422, trouble="wrong")
    if not passwords.MIN_LENGTH <= len(wanted) <= passwords.MAX_LENGTH:
        return _account(visit, status=422, trouble="length")
    people.set_password(session, person.id, passwords.hashed(wanted))
    return _signed_in(request, session, visit, person, "/account?said=changed")


@router.post("/account/sessions/end-others")
def end_other_sessions(request: Request, visit: ReaderVisit, session: WritingDep) -> Response:
    """Sign the visitor out everywhere else."""
    sessions.end_others(session, visit.viewer.id, request.cookies.get(SESSION_COOKIE, ""))
    return see("/account?said=ended")


@router.post("/account/sessions/{name}/end")
def end_session(name: SessionName, visit: ReaderVisit, session: WritingDep) -> Response:
    """Sign the visitor out in one other browser."""
    sessions.end(session, visit.viewer.id, name)
    return see("/account?said=ended")
