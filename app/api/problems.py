"""Errors as a program reads them: one shape for every one (RFC 9457, ``application/problem+json``).

``type`` is ``about:blank``: the status says what kind of error it is, ``code`` names it more closely. No value that was
sent is repeated, and no exception's own words are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException

from app.api.etags import CACHE_HEADERS
from digest.errors import ConflictError, InvalidInputError, NotFoundError, StaffworkError

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"


class NothingApprovedError(StaffworkError):
    """The office has not approved any briefing yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """A parameter that cannot be used."""

    place: str
    """``path``, ``query`` or ``header``."""
    name: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, and what to do."""

    type: str
    title: str
    status: int
    code: str
    """Names the error for programs."""
    detail: str
    """What happened and what to do, for people."""
    errors: tuple[FieldProblem, ...] | None = None
    """The parameters that cannot be used."""
    reference: str | None = None
    """What an administrator finds in the log."""


_PROBLEM = TypeAdapter(Problem)
_DETAILS: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request cannot be understood. Compare it with the documentation."),
    401: ("no_valid_key", "Send a valid API key as `Authorization: Bearer sw_…`; an administrator makes one."),
    403: ("forbidden", "The key may not do this. Ask an administrator for the right."),
    404: ("no_such_address", "Nothing is at this address. Compare it with the documentation."),
    405: ("only_get", "This address is only read: use GET."),
    409: ("conflict", "What was asked for does not fit the present state. Read it again."),
    422: ("invalid_parameters", "Some parameters cannot be used; `errors` names each."),
    429: ("too_many_requests", "Too many requests. Wait as long as `Retry-After` says, or a minute."),
    500: ("internal_error", "The fault is ours. Try again in a minute; if it lasts, tell an administrator."),
}


def concerns(request: Request) -> bool:
    """Whether the request is to the API, and its errors are to be answered by :func:`answer`."""
    return request.url.path.startswith(PREFIX)


def answer(request: Request, error: Exception, reference: str | None = None) -> Response:  # noqa: ARG001 the signature of a handler
    """The answer to a request that failed; it can be registered as the handler of any exception.

    Args:
        request: the failed request.
        error: what ended it; one that is not known here is a fault of the program, told as 500.
        reference: what an administrator finds in the log.
    """
    problem, headers = _problem(error, reference)
    body = _PROBLEM.dump_json(problem, exclude_none=True)
    return Response(body, problem.status, {**CACHE_HEADERS, **headers}, MEDIA_TYPE)


def _problem(error: Exception, reference: str | None) -> tuple[Problem, Mapping[str, str]]:
    """The problem that an exception is, with the headers it asks for."""
    match error:
        case RequestValidationError():
            return _of(422, errors=tuple(_field(each) for each in error.errors())), {}
        case InvalidInputError():
            field = FieldProblem(place="query", name=error.field, code="invalid", message=error.remedy)
            return _of(422, errors=(field,)), {}
        case NotFoundError():
            detail = f"There is no such {error.kind}, or this key may not read it."
            return _of(404, code=f"no_such_{error.kind.replace(' ', '_').lower()}", detail=detail), {}
        case NothingApprovedError():
            detail = "No briefing is approved yet. Try again after the office has approved one."
            return _of(404, code="nothing_approved", detail=detail), {}
        case ConflictError():
            return _of(409, code=error.code), {}
        case HTTPException():
            return _of(error.status_code), error.headers or {}
        case _:
            return _of(500, reference=reference), {}


def _of(
    status: int,
    *,
    code: str | None = None,
    detail: str | None = None,
    errors: tuple[FieldProblem, ...] | None = None,
    reference: str | None = None,
) -> Problem:
    """A problem with a status; what is not given is said as it is for that status."""
    usual = _DETAILS.get(status) or _DETAILS[400 if status < 500 else 500]
    return Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code or usual[0],
        detail=detail or usual[1],
        errors=errors,
        reference=reference,
    )


def _field(error: Mapping[str, Any]) -> FieldProblem:
    place, *names = (str(part) for part in error["loc"])
    return FieldProblem(place=place, name=".".join(names), code=error["type"], message=error["msg"])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The description of problems with these statuses, for the OpenAPI document."""
    return {status: {"description": _DETAILS[status][1], "content": _content(status)} for status in statuses}


def _content(status: int) -> dict[str, Any]:
    example = _PROBLEM.dump_python(_of(status), exclude_none=True)
    return {MEDIA_TYPE: {"schema": _inlined_schema(), "example": example}}


def _inlined_schema() -> dict[str, Any]:
    """The JSON schema of a problem without references, which would point outside of the OpenAPI document's parts."""
    schema = _PROBLEM.json_schema(mode="serialization")
    errors = schema["properties"]["errors"]["anyOf"]
    errors[0]["items"] = schema.pop("$defs")["FieldProblem"]
    return schema
