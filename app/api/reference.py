"""The page at ``/api/docs``: the OpenAPI document for people, made here since pages load nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.api.dependencies import OpenOffice
from app.delivery import render
from app.i18n import SOURCE_LANGUAGE, translations

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route as the page shows it."""

    path: str
    summary: str
    description: tuple[str, ...]
    """Its paragraphs."""
    parameters: tuple[Parameter, ...]
    answers: Mapping[str, str]
    """Status -> when it is answered."""


@router.get("/docs", include_in_schema=False)
def get_reference(request: Request, office: OpenOffice) -> HTMLResponse:
    """All operations on one page, in English; it holds nothing of the office and needs no key."""
    document: dict[str, Any] = request.app.openapi()
    operations = tuple(_operation(path, methods["get"]) for path, methods in document["paths"].items())
    settings = office.settings
    frame = render.Frame(office=settings.office_name, example=settings.example, path=request.url.path, query={})
    t = translations(SOURCE_LANGUAGE, settings.time_zone)
    document_path = request.app.openapi_url
    return HTMLResponse(
        render.page("web/api.html", t, frame=frame, operations=operations, document_path=document_path),
        headers={"Content-Security-Policy": render.CONTENT_SECURITY_POLICY},
    )


def _operation(path: str, described: Mapping[str, Any]) -> Operation:
    return Operation(
        path=path,
        summary=described["summary"],
        description=tuple(described["description"].split("\n\n")),
        parameters=tuple(_parameter(each) for each in described.get("parameters", ())),
        answers={status: answer["description"] for status, answer in described["responses"].items()},
    )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=described["name"],
        place=described["in"],
        required=described["required"],
        description=described["description"],
    )
