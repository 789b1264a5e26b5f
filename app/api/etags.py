"""Answers in the shape that is asked for, which a client need not fetch again when they are the same.

RFC 9110, sections 8.8.3 and 13.1.2. The tag is of the bytes that are sent: each choice of fields has its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.api import description, tables
from app.api.shapes import Shape, shape_of

CACHE_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
"""Each key may read something else, and has to ask each time whether it still may."""


class TaggedRoute(APIRoute):
    """A route whose answers carry an ETag, and which answers 304 to who has that answer already.

    The client may choose fields, and have a list as a table.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **settings: Any) -> None:  # noqa: ANN401 as FastAPI's
        super().__init__(path, endpoint, **settings)
        self.shape = shape_of(self.response_model)
        self.openapi_extra = description.of_answer(endpoint.__name__, self.shape)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with the shape chosen and the tag put on."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            return conditional(request, shaped(request, await handle(request), self.shape))

        return tagged


def shaped(request: Request, response: Response, shape: Shape) -> Response:
    """The answer with the chosen fields, or as a table. What is chosen was checked before the answer was made."""
    fields, wanted = request.query_params.get("fields"), request.query_params.get("format")
    as_table = shape.listed and wanted == "csv"
    if response.status_code != 200 or (fields is None and not as_table):
        return response
    names = shape.chosen(fields)
    answer = shape.select(json.loads(bytes(response.body)), names)
    kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    if not as_table:
        return JSONResponse(answer, headers=kept)
    whole = "link" not in kept and "after" not in request.query_params
    kept["Content-Disposition"] = f'attachment; filename="{tables.file_name(request.url.path, whole=whole)}"'
    return Response(tables.table(shape, answer, names), headers=kept, media_type=tables.MEDIA_TYPE)


def conditional(request: Request, response: Response) -> Response:
    """The response with its ETag, or a 304 without a body when the client names that ETag."""
    response.headers.update(CACHE_HEADERS)
    if response.status_code != 200:
        return response
    etag = f'"{hashlib.sha256(response.body).hexdigest()}"'
    response.headers["ETag"] = etag
    if not _names(request.headers.get("if-none-match", ""), etag):
        return response
    kept = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=kept)


def _names(condition: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names the ETag, by the weak comparison that RFC 9110 asks for here."""
    named = [each.strip().removeprefix("W/") for each in condition.split(",")]
    return etag in named or named == ["*"]
