"""The web application: pages and API put together, and what every answer has in common."""

from __future__ import annotations

import secrets
from threading import Lock
from typing import Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import api, settings, web
from app.api import problems as api_problems
from app.auth.attempts import Attempts
from app.auth.deps import Clock, OfficeDep, system_clock
from app.auth.visitor import refuse_forged
from app.delivery.render import CONTENT_SECURITY_POLICY, STATIC
from app.office import Office
from app.web import problems as web_problems
from digest.errors import StaffworkError

log = structlog.get_logger()

MAX_BODY_BYTES = 256 * 1024  # the largest form is a remark; nothing is uploaded
STATIC_LIFE_S = 365 * 24 * 3600

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer, browsers send `Origin: null` with our own forms
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",  # a page is for one reader at one moment
}
"""What every answer carries unless its handler has said otherwise."""


class _Headers:
    """Adds :data:`HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                _complete(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, complete if scope["type"] == "http" else send)


def _complete(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


class _Static(StaticFiles):
    """Files whose address changes with their content, so that browsers may keep them for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 handed on as they come
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = f"public, max-age={STATIC_LIFE_S}, immutable"
        return response


def create_app(office: Office, *, clock: Clock | None = None) -> FastAPI:
    """The web application of an office.

    Args:
        office: the open office.
        clock: tells the time of a request, aware UTC; the system's clock unless a test says otherwise.
    """
    app = FastAPI(
        title="Staffwork",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        max_body_size=MAX_BODY_BYTES,
    )
    for kind in (StaffworkError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _answer)
    app.state.office, app.state.clock = office, clock or system_clock
    app.state.attempts = Attempts()
    app.state.settings_turn = Lock()  # one process serves an office, so its settings change one after another
    app.state.form_key = settings.secret(office.settings.home, "forms")
    app.add_middleware(_Headers)
    app.add_api_route("/healthz", _healthy, include_in_schema=False, response_class=PlainTextResponse)
    app.mount("/static", _Static(directory=STATIC), name="static")
    app.include_router(api.router)
    api.complete(app)
    app.include_router(web.router, dependencies=[Depends(refuse_forged)], include_in_schema=False)
    return app


def _healthy(office: OfficeDep) -> str:
    """Whether pages can be served: the database answers."""
    with office.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return "ok"


def _answer(request: Request, error: Exception) -> Response:
    """The one place where errors become answers: a page for people, a problem (RFC 9457) for programs."""
    reference = secrets.token_hex(4)
    answer = api_problems.answer if api_problems.concerns(request) else web_problems.answer
    response = answer(request, error, reference)
    if response.status_code >= 500:
        log.error("failed", reference=reference, method=request.method, path=request.url.path, exc_info=error)
    _complete(response.headers)  # the answer to an unexpected error passes by the middleware
    return response
