"""Errors as a person reads them: one page, which says what happened and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.auth.deps import open_office_of, read_clock
from app.auth.visitor import ForgedFormError, NotSignedInError, person_of
from app.delivery.failures import Problem, problem
from app.i18n import N_, Translations
from app.jobs.lock import LockedError
from app.web.paths import path_to
from app.web.visits import NotPermittedError, open_visit, see
from digest.errors import BrokenCitationError, ConflictError, InvalidInputError, NotFoundError

STATUSES: Mapping[type[Exception], int] = {
    NotSignedInError: 401,
    ForgedFormError: 403,
    NotPermittedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    BrokenCitationError: 409,
    InvalidInputError: 422,
    RequestValidationError: 422,
    LockedError: 423,
}
"""The HTTP status of each error; every other one is a fault of the program."""

CONFLICTS: Mapping[str, tuple[str, str]] = {
    "already_approved": (
        N_("The briefing is approved: it can no longer be changed."),
        N_("Open its page: there an approver adds a late note or a correction."),
    ),
    "sending_begun": (
        N_("Sending has begun, so the approval can no longer be taken back: a reader may have the mail."),
        N_("Open the briefing: there an approver adds a late note or a correction."),
    ),
    "approved_anew": (
        N_("Somebody took the approval back and approved it anew since you loaded the page. Nothing was done."),
        N_("Open the briefing, read it again, then decide."),
    ),
    "changed_meanwhile": (
        N_("Somebody changed the draft since you loaded it. Nothing was done."),
        N_("Load the draft again, look at what has changed, then decide."),
    ),
    "already_included": (
        N_("The story is in the draft already: somebody included it since you loaded the page."),
        N_("Load the draft again."),
    ),
    "already_excluded": (
        N_("The story is left out already: somebody excluded it since you loaded the page."),
        N_("Load the draft again."),
    ),
    "left_out": (
        N_("The story is not in the draft any more: somebody excluded it since you loaded the page."),
        N_("Load the draft again, and include the story if it is to stay."),
    ),
    "texts_above_clearance": (
        N_("The text would rest on documents above your clearance."),
        N_("Ask an editor who is cleared for all of it to write it."),
    ),
    "clearance_too_low": (
        N_("The briefing holds documents above your clearance."),
        N_("Ask an approver who is cleared for all of it to approve it."),
    ),
    "ask_closed": (
        N_("This ask is closed already."),
        N_("Look at its result on its page, and open it again there if need be."),
    ),
    "ask_open": (
        N_("This ask is open."),
        N_("Load its page again; it can be changed or closed there."),
    ),
    "above_clearance": (
        N_("This reaches above your own clearance. Nothing was done."),
        N_("Ask an administrator who is cleared for it."),
    ),
    "last_administrator": (
        N_("This is the last administrator. Nothing was done."),
        N_("Make somebody else an administrator first."),
    ),
    "withdrawn": (
        N_("This person was withdrawn and cannot sign in."),
        N_("Take the person back first, then make a sign-in link."),
    ),
    "not_approved": (
        N_("The briefing is still a draft."),
        N_("Change the draft itself; notes are for approved briefings."),
    ),
    "story_changed": (
        N_("A document is not in this story any more: the grouping changed since you loaded the page."),
        N_("Load the page again, look at what is in the story, then decide."),
    ),
    "undone_already": (
        N_("This is undone already: somebody did it since you loaded the page."),
        N_("Load the story again; there it can be done once more."),
    ),
    "not_grouped": (
        N_("Some documents are not grouped into stories yet."),
        N_("Wait a few minutes for grouping to be done, then try again."),
    ),
}

_BROKEN = (
    N_("A quoted sentence is not where its citation says. Nothing was approved."),
    N_("Exclude the entry that the draft page names, or tell an administrator."),
)
_LOCKED = (
    N_("The same work is being done already."),
    N_("Wait until it is done, then load the page again."),
)


def status_of(error: Exception) -> int:
    """The HTTP status that an error is told with."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, RequestValidationError) and any(each["loc"][0] == "path" for each in error.errors()):
        return 404  # an id that cannot be one names nothing
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)


def answer(request: Request, error: Exception, reference: str) -> Response:
    """The page for a request that failed.

    Args:
        request: the failed request.
        error: what ended it.
        reference: what an administrator finds in the log; shown when the fault is the program's.
    """
    status = status_of(error)
    if status == 401:
        return _to_sign_in(request)
    office, now = open_office_of(request), read_clock(request)
    person = None if status == 500 else person_of(request, office, now)  # the fault may be the database's
    visit = open_visit(request, office, person, now)
    headers = error.headers if isinstance(error, HTTPException) else None
    worded = _worded(error, status, visit.t, reference if status >= 500 else None)
    page = visit.page("error", status=status, problem=worded, ways=_ways(request, error, visit.t))
    page.headers.update(headers or {})
    return page


_OF_DRAFTS = frozenset(
    ("changed_meanwhile", "already_included", "already_excluded", "left_out", "not_approved", "not_grouped")
)
"""Conflicts whose remedy is on the draft's page."""


def _ways(request: Request, error: Exception, t: Translations) -> tuple[tuple[str, str], ...]:
    """Address and name of the pages where one can go on: the briefing that the request was about, then the latest."""
    latest = ("/", t.gettext("The latest briefing"))
    edition = request.path_params.get("edition_id")
    if not isinstance(edition, str):
        return (latest,)
    if isinstance(error, BrokenCitationError) or (isinstance(error, ConflictError) and error.code in _OF_DRAFTS):
        return ((path_to("briefings", edition, "draft"), t.gettext("Back to the draft")), latest)
    if isinstance(error, ConflictError):
        return ((path_to("briefings", edition), t.gettext("Back to the briefing")), latest)
    return (latest,)


def _to_sign_in(request: Request) -> Response:
    """A page that was asked for is shown after signing in; a form that was sent is not sent again."""
    if request.method != "GET" or request.url.path == "/":
        return see("/sign-in")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see(f"/sign-in?{urlencode({'next': wanted})}")


def _worded(error: Exception, status: int, t: Translations, reference: str | None) -> Problem:
    usual = problem(status, t, reference=reference)
    match error:
        case BrokenCitationError():
            words = _BROKEN
        case LockedError():
            words = _LOCKED
        case ConflictError() if error.code in CONFLICTS:
            words = CONFLICTS[error.code]
        case _:
            return usual
    return replace(usual, happened=t.gettext(words[0]), remedy=t.gettext(words[1]))
