"""Answers that a client need not fetch again when they are the same (RFC 9110, sections 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

CACHE_HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
"""Each key may read something else, and has to ask each time whether it still may."""


class TaggedRoute(APIRoute):
    """A route whose answers carry an ETag, and which answers 304 to who has that answer already."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with the tag put on."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            return conditional(request, await handle(request))

        return tagged


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
