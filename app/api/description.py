"""What the OpenAPI document says of every answer beside its schema: how to choose of it, and an example.

The examples are answers of the example office, shortened; they stand in ``examples.json`` by the name of the route's
function. A test compares each with its schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.api import tables
from app.api.shapes import Shape

FORMATS = ("json", "csv")
_BEFORE_PATH = "_api_v1_"  # an operation's id is the name of its function and its path
EXAMPLES = Path(__file__).with_name("examples.json")
_FIELDS = (
    "Only these fields of {of}, separated by commas; a name with dots leads into an object or a list. All without it. "
    "What the schema requires holds for whole answers."
)
_FORMAT = (
    "`csv` for a table (RFC 4180, UTF-8): a line of names, then a line for each item of this page; following pages are "
    "in the `Link` header."
)


@cache
def examples() -> Mapping[str, Any]:
    """An answer for each route, by the name of its function."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def parameters(shape: Shape) -> dict[str, dict[str, Any]]:
    """The parameters that choose of an answer, by name, as OpenAPI describes them."""
    known = list(shape.names)
    of = "each item" if shape.listed else "the answer"
    found = {"fields": _parameter("fields", _FIELDS.format(of=of), _chosen(known))}
    found["fields"] |= {"style": "form", "explode": False}
    if shape.listed:
        schema = {"type": "string", "enum": list(FORMATS), "default": "json", "examples": ["csv"]}
        found["format"] = _parameter("format", _FORMAT, schema)
    return found


def _chosen(known: list[str]) -> dict[str, Any]:
    return {
        "type": "array",
        "items": {"type": "string", "enum": known},
        "minItems": 1,
        "examples": [known[:2]],
    }


def _parameter(name: str, described: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": described, "schema": schema}


def of_answer(name: str, shape: Shape) -> dict[str, Any]:
    """What is added to an operation's description.

    Args:
        name: of the route's function.
        shape: of its answers.
    """
    described: dict[str, Any] = {"parameters": list(parameters(shape).values())}
    if shape.listed:
        example = tables.table(shape, examples()[name], shape.chosen(None)).decode()
        content = {"text/csv": {"schema": {"type": "string"}, "example": example}}
        described["responses"] = {"200": {"content": content}}
    return described


def complete(app: FastAPI) -> None:
    """Put the examples of answers into the application's OpenAPI document, which FastAPI would rid of their nulls."""
    generated = app.openapi
    whole: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not whole:
            whole.update(generated())
            for methods in whole["paths"].values():
                name = methods["get"]["operationId"].partition(_BEFORE_PATH)[0]
                methods["get"]["responses"]["200"]["content"]["application/json"]["example"] = examples()[name]
        return whole

    app.openapi = described  # type: ignore[method-assign]  # the way FastAPI documents
