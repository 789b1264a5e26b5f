"""One visit to a page: who reads, in which language, and how the page is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from babel import negotiate_locale
from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.routing import Match

from app.auth.deps import NowDep, OfficeDep
from app.auth.forms import SAFE_METHODS
from app.auth.visitor import NotSignedInError, PersonDep, form_token
from app.delivery import render
from app.i18n import LANGUAGES, Translations, supported, translations
from app.office import Office
from app.store.people import Person
from app.viewer import Role, Viewer
from digest.errors import StaffworkError

LANGUAGE_COOKIE = "staffwork_language"
CHOICE_LIFE_S = 365 * 24 * 3600
STAFF_PAGES = ("briefings", "asks", "search", "topics", "statements", "sources", "outbox", "settings")
READER_PAGES = ("briefings", "asks", "search", "topics", "statements")
SEE_OTHER = 303


class NotPermittedError(StaffworkError):
    """The visitor's role does not allow it; ``role`` is the least that does."""

    def __init__(self, role: Role) -> None:
        super().__init__(f"for {role} and above")
        self.role = role


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request to a page with everything that stands around the page."""

    request: Request
    office: Office
    person: Person | None
    t: Translations
    now: datetime

    @property
    def viewer(self) -> Viewer:
        """Whoever reads.

        Raises:
            NotSignedInError: nobody is signed in.
        """
        if self.person is None:
            raise NotSignedInError
        return self.person.viewer

    def page(self, template: str, *, status: int = 200, at: str | None = None, **context: object) -> HTMLResponse:
        """A page as an answer.

        Args:
            template: its name under ``templates/web/`` without the ending.
            status: the HTTP status.
            at: the address of the page that the answer to a form belongs to, when it is not the one above the form's.
            context: the values its template names.
        """
        html = render.page(f"web/{template}.html", self.t, frame=self._frame(at), **context)
        response = HTMLResponse(html, status_code=status, headers={"Content-Language": self.t.language})
        if self.request.query_params.get("language") == self.t.language:  # chosen here: the following pages keep it
            response.set_cookie(LANGUAGE_COOKIE, self.t.language, max_age=CHOICE_LIFE_S, httponly=True, samesite="lax")
        return response

    def _frame(self, at: str | None) -> render.Frame:
        settings, person = self.office.settings, self.person
        pages = () if person is None else STAFF_PAGES if person.viewer.may(Role.EDITOR) else READER_PAGES
        return render.Frame(
            office=settings.office_name,
            example=settings.example,
            path=at or _page_of(self.request),
            query={name: value for name, value in self.request.query_params.items() if name != "language"},
            viewer=person.name if person else None,
            csrf_token=form_token(self.request),
            pages=pages,
        )


def _page_of(request: Request) -> str:
    """The address of the page that a request is about: a form's answer belongs to the nearest page above the form."""
    path = request.url.path
    if request.method in SAFE_METHODS:
        return path
    while path.count("/") > 1 and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return path if _is_page(request, path) else "/"


def _is_page(request: Request, path: str) -> bool:
    scope = {**request.scope, "method": "GET", "path": path, "root_path": ""}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def language_of(
    query: Mapping[str, str], cookies: Mapping[str, str], person: Person | None, accepted: str, offered: tuple[str, ...]
) -> str:
    """The language of a page: asked for in the address, chosen before in this browser, the person's, the browser's.

    Args:
        query: the address's parameters.
        cookies: the browser's.
        person: who is signed in.
        accepted: the header ``Accept-Language`` (RFC 9110, section 12.5.4); weights are taken as their order.
        offered: the office's languages, the default first.
    """
    for wanted in (query.get("language"), cookies.get(LANGUAGE_COOKIE), person.language if person else None):
        if wanted is not None and wanted in LANGUAGES:
            return wanted
    tags = [part.partition(";")[0].strip() for part in accepted[:200].split(",")]
    primary = [tag.replace("-", "_").partition("_")[0] for tag in tags if tag]
    return supported(negotiate_locale(primary, offered) or offered[0])


def open_visit(request: Request, office: OfficeDep, person: PersonDep, now: NowDep) -> Visit:
    """The visit of anybody, signed in or not."""
    accepted = request.headers.get("accept-language", "")
    language = language_of(request.query_params, request.cookies, person, accepted, office.settings.languages)
    t = translations(language, office.settings.time_zone)
    return Visit(request=request, office=office, person=person, t=t, now=now)


AnyVisit = Annotated[Visit, Depends(open_visit)]


def visit_of(role: Role) -> Callable[[Visit], Visit]:
    """A dependency: the visit of somebody who may do what a role may.

    Raises (when it is called):
        NotSignedInError: nobody is signed in.
        NotPermittedError: the visitor's role does not allow it.
    """

    def permitted(visit: AnyVisit) -> Visit:
        if not visit.viewer.may(role):
            raise NotPermittedError(role)
        return visit

    return permitted


ReaderVisit = Annotated[Visit, Depends(visit_of(Role.LEADER))]
EditorVisit = Annotated[Visit, Depends(visit_of(Role.EDITOR))]
ApproverVisit = Annotated[Visit, Depends(visit_of(Role.APPROVER))]
AdministratorVisit = Annotated[Visit, Depends(visit_of(Role.ADMINISTRATOR))]


def see(path: str) -> RedirectResponse:
    """Lead the browser to a page after something was done, so that loading it again does nothing twice."""
    return RedirectResponse(path, status_code=SEE_OTHER)
