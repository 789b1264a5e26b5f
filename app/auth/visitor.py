"""Whose browser it is: the session cookie, and that forms come from our own pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from app.auth import forms
from app.auth.deps import NowDep, OfficeDep
from app.settings import Settings
from app.store import people, sessions
from app.store.people import SESSION_LIFE, Person
from digest.errors import StaffworkError

SESSION_COOKIE = "staffwork_session"
TOKEN_FIELD = "csrf_token"  # noqa: S105 the name of a field


class NotSignedInError(StaffworkError):
    """The page is for those who are signed in."""


class ForgedFormError(StaffworkError):
    """A form that did not come from one of our pages, or from one of an earlier session."""


def person_of(request: Request, office: OfficeDep, now: NowDep) -> Person | None:
    """Whose session the request's cookie names; None when nobody is signed in."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return None
    with office.reading() as session:  # its own short session: the handler's may be one that writes
        person = people.signed_in(session, token, now)
        to_note = person is not None and sessions.is_to_note(session, token, now)
    if to_note:
        with office.writing.begin() as session:
            sessions.note_use(session, token, now)
    return person


PersonDep = Annotated[Person | None, Depends(person_of)]


def form_token(request: Request) -> str | None:
    """What the forms of this browser's session carry."""
    session = request.cookies.get(SESSION_COOKIE)
    return forms.token_for(session, request.app.state.form_key) if session else None


async def refuse_forged(request: Request) -> None:
    """Let a request pass that changes nothing, or that one of our own pages sent.

    Raises:
        ForgedFormError: neither.
    """
    if request.method in forms.SAFE_METHODS:
        return
    settings = settings_of(request)
    ours = forms.same_origin(
        fetch_site=request.headers.get("sec-fetch-site"),
        origin=request.headers.get("origin"),
        host=request.headers.get("host", ""),
        public_url=settings.public_url,
    )
    session = request.cookies.get(SESSION_COOKIE)
    given = (await request.form()).get(TOKEN_FIELD)
    if session is None:  # before signing in there is no session to bind a token to: the browser has to say
        fits = ours is True
    else:
        fits = ours is not False and isinstance(given, str) and forms.token_fits(given, session, _key(request))
    if not fits:
        raise ForgedFormError


def settings_of(request: Request) -> Settings:
    """Settings of the office that the application serves."""
    settings: Settings = request.app.state.office.settings
    return settings


def _key(request: Request) -> str:
    key: str = request.app.state.form_key
    return key


def keep_session(response: Response, request: Request, token: str) -> None:
    """Give the browser its session."""
    public = settings_of(request).public_url or ""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or public.startswith("https:"),
    )
