"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.addresses import safe_url, without_tracking
from collectors.formats.lines import clean_line, clean_text
from collectors.formats.markup import markup_text, plain_title
from collectors.formats.parsed import Hints, ParsedEntry, ParsedFeed
from digest.errors import ParseError

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1(?:$|[./])")
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])")


def parse(data: bytes, hints: Hints, max_entries: int) -> ParsedFeed | None:
    """Read a JSON feed; None when it is none, whatever else it may be.

    Args:
        data: the bytes of the feed, in UTF-8 or, what RFC 8259 no longer allows, UTF-16 or UTF-32.
        hints: its address, against which links are resolved.
        max_entries: the most entries that are read.

    Raises:
        ParseError: ``too_large``.
    """
    plain = _object(data)
    items = plain.get("items")
    if not _VERSION.match(_text(plain, "version")) or not isinstance(items, list):
        return None
    if len(items) > max_entries:
        raise ParseError("too_large", limit=max_entries)
    base = safe_url(_text(plain, "home_page_url"), hints.address) or hints.address
    entries = tuple(_entry(item, base, plain) for item in items if isinstance(item, dict))
    return ParsedFeed(title=plain_title(_text(plain, "title")), entries=entries)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _text(values: Mapping[str, Any], name: str) -> str:
    """A member that should be text; publishers write numbers as ids, which the specification asks readers to take."""
    value = values.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _entry(item: Mapping[str, Any], base: str, feed: Mapping[str, Any]) -> ParsedEntry:
    content = markup_text(_text(item, "content_html")) or clean_text(_text(item, "content_text"))
    return ParsedEntry(
        guid=clean_line(_text(item, "id")),
        title=plain_title(_text(item, "title")),
        link=_link(item, base),
        summary=markup_text(_text(item, "summary")),
        content=content,
        author=_author(item) or _author(feed),
        language=_language(_text(item, "language")) or _language(_text(feed, "language")),
        published=_instant(_text(item, "date_published")),
        updated=_instant(_text(item, "date_modified")),
    )


def _link(item: Mapping[str, Any], base: str) -> str | None:
    """The page of the item itself; else the page it points at, else its id when that is an absolute address."""
    found = (safe_url(link, base) for name in ("url", "external_url") if (link := _text(item, name)))
    page = next((each for each in found if each), None) or safe_url(_text(item, "id"))
    return without_tracking(page) if page else None


def _author(values: Mapping[str, Any]) -> str | None:
    """The names of ``authors`` (1.1), else that of ``author`` (1.0)."""
    several = values.get("authors")
    known = several if isinstance(several, list) and several else [values.get("author")]
    names = (clean_line(_text(each, "name")) for each in known if isinstance(each, dict))
    return ", ".join(name for name in names if name) or None


def _language(code: str) -> str | None:
    found = _LANGUAGE.match(code.strip().lower())
    return found[0] if found else None


def _instant(moment: str) -> str | None:
    """A time (RFC 3339) in UTC; one without an offset is taken as UTC, one that no calendar knows as none."""
    try:
        found = datetime.fromisoformat(moment.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return None
