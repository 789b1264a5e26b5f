"""The address of the next page, in the answer and as a ``Link`` header (RFC 8288)."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request, Response


def next_link(request: Request, response: Response, cursor: str | None) -> str | None:
    """The address of the following page, relative to the server; also put into the response's ``Link`` header.

    Args:
        request: the request for this page; the next one has the same parameters.
        response: whose headers are sent.
        cursor: where the following page begins; None at the end.
    """
    if cursor is None:
        return None
    query = urlencode({**request.query_params, "after": cursor})
    address = f"{request.url.path}?{query}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return address
