"""RSS 0.9x, 1.0 (RDF) and 2.0, Atom (RFC 4287), and what :mod:`collectors.formats.json_feed` reads."""

from __future__ import annotations

import calendar
import io
import json
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from collectors.addresses import safe_url, without_tracking
from collectors.formats import json_feed
from collectors.formats.charset import decode
from collectors.formats.lines import clean_line
from collectors.formats.markup import markup_text, plain_title
from collectors.formats.parsed import Hints, ParsedEntry, ParsedFeed
from collectors.formats.prologue import declares_entities
from digest.errors import ParseError

MAX_ENTRIES = 5_000  # the longest real feeds have about 2,000; more is an error, never a cut
_CONTROLS = dict.fromkeys({*range(0x20), 0xFFFE, 0xFFFF} - {0x09, 0x0A, 0x0D})  # XML forbids them
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # white space and byte order marks
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])")


def parse(data: bytes, hints: Hints) -> ParsedFeed:
    """Read a feed. One that breaks off is good for the entries before the break.

    Raises:
        ParseError: ``not_a_feed``, ``entities``, ``too_large``.
    """
    if not data.strip(_BLANK):
        raise ParseError("not_a_feed", kind="empty")
    if data.lstrip(_BLANK).startswith(b"{") and (found := json_feed.parse(data, hints, MAX_ENTRIES)):
        return found
    return _parse_xml(data, hints)


def _parse_xml(data: bytes, hints: Hints) -> ParsedFeed:
    plain = decode(data, hints.charset).translate(_CONTROLS).encode()
    if declares_entities(plain):
        raise ParseError("entities")
    # As a stream, since feedparser takes bytes for the name of a file when there is one of that name.
    found = feedparser.parse(
        io.BytesIO(plain),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # only its text is used
        resolve_relative_uris=False,  # within texts; links are resolved below
    )
    if not found.version and not found.entries:
        raise ParseError("not_a_feed", kind=_kind(data))
    if len(found.entries) > MAX_ENTRIES:
        raise ParseError("too_large", limit=MAX_ENTRIES)
    language = _language(found.feed.get("language"))
    entries = tuple(_entry(entry, hints.address, language) for entry in found.entries)
    return ParsedFeed(title=plain_title(found.feed.get("title") or ""), entries=entries)


def _kind(data: bytes) -> str:
    start = data.lstrip(_BLANK)[:4096].replace(b"\0", b"")
    if _HTML.search(start):
        return "html"
    return "json" if start[:1] in b"{[" and _is_json(data) else "unknown"


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _entry(entry: Mapping[str, Any], address: str, language: str | None) -> ParsedEntry:
    contents = [markup_text(part.get("value") or "") for part in entry.get("content") or ()]
    return ParsedEntry(
        guid=clean_line(entry.get("id") or ""),
        title=plain_title(entry.get("title") or ""),
        link=_link(entry, address),
        summary=markup_text(entry.get("summary") or ""),
        content=max(contents, key=len, default=""),
        author=clean_line(entry.get("author") or "") or None,
        language=_language(_first(part.get("language") for part in entry.get("content") or ())) or language,
        published=_instant(entry.get("published_parsed") if "published_parsed" in entry else None),
        updated=_instant(entry.get("updated_parsed") if "updated_parsed" in entry else None),
    )


def _link(entry: Mapping[str, Any], address: str) -> str | None:
    """The entry's link, without tracking; a guid stands for it only when it is an absolute address."""
    link, guid = str(entry.get("link") or ""), str(entry.get("id") or "")
    found = safe_url(link, address if link != guid else "") if link else None
    found = found or (safe_url(guid) if guid else None)
    return without_tracking(found) if found else None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)


def _language(code: str | None) -> str | None:
    found = _LANGUAGE.match((code or "").strip().lower())
    return found[0] if found else None


def _instant(moment: time.struct_time | None) -> str | None:
    """A time of feedparser, which is in UTC, as ISO 8601; None when there is none that a calendar knows."""
    if moment is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(moment), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
