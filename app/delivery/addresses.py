"""Addresses in what a reader is shown: of our pages, and those of others that a browser may follow."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from app.delivery.context import CitationLink
from digest.edition import Citation


def path_to(*parts: str) -> str:
    """The path of a page, its parts quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def path_to_document(identifier: str, version: int) -> str:
    """The path of a document at a version."""
    return f"{path_to('documents', identifier)}?version={version}"


def web_address(url: str | None) -> str | None:
    """The address when a browser may follow it; a source can name anything, ``javascript:`` as well."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def citation(cited: Citation, number: int) -> CitationLink:
    """A citation with the number of its note and the address of the passage."""
    place = {"version": cited.version, "start": cited.start, "end": cited.end}
    return CitationLink(
        number=number,
        document_id=cited.document_id,
        version=cited.version,
        start=cited.start,
        end=cited.end,
        text=cited.text,
        path=f"{path_to('documents', cited.document_id)}?{urlencode(place)}#passage",
    )
