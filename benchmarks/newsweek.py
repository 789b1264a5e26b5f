"""Recorded articles served as the web would: feeds with teasers, pages with furniture, conditional requests."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self
from urllib.parse import quote, unquote, urlsplit

FEED_DAYS = 14  # how far back a feed reaches: a reader that looks weekly misses nothing
TEASER_SENTENCES = 2
TEASER_CHARACTERS = 500
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An article as it was recorded."""

    number: int
    """Its line in the file, from 1: its identity on the site."""
    title: str
    text: str
    source: str
    published: datetime | None
    author: str | None
    language: str

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/articles/{self.number}"


def read(path: Path) -> tuple[Recorded, ...]:
    """The articles of a JSON-lines file, gzipped or not.

    Raises:
        ValueError: a line cannot be used; it is named by its number.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    found = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    found.append(_article(number, json.loads(line)))
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise ValueError(f"{path}, line {number}: {error!r}") from error
    return tuple(found)


def _article(number: int, row: dict[str, object]) -> Recorded:
    return Recorded(
        number=number,
        title=_clean(str(row["title"])),
        text=_clean(str(row["text"])),
        source=_clean(str(row.get("source") or "Unnamed source")),
        published=_published(number, row.get("published")),
        author=_clean(str(row["author"])) if row.get("author") else None,
        language=str(row.get("lang") or "en"),
    )


def _published(number: int, value: object) -> datetime | None:
    """A time; a date without one gets a fixed hour of that day, so that the articles of a day have an order."""
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        seed = hashlib.sha256(str(number).encode()).digest()
        moment += timedelta(hours=6 + seed[0] % 16, minutes=seed[1] % 60)
    return moment


def _clean(text: str) -> str:
    """Without the characters that XML 1.0 cannot carry."""
    return _NOT_XML.sub("", text)


class Newsweek:
    """A web site on loopback; nothing later than ``until`` is served. A context manager.

    Args:
        articles: what it serves, undated ones from the beginning.
    """

    def __init__(self, articles: Sequence[Recorded]) -> None:
        self.until = datetime.min.replace(tzinfo=UTC)
        self.articles = {article.path: article for article in articles}
        self.sources: dict[str, list[Recorded]] = defaultdict(list)
        for article in articles:
            self.sources[article.source].append(article)
        self.feeds = {f"/feeds/{number}.xml": name for number, name in enumerate(sorted(self.sources), start=1)}
        site = self

        class Handler(_Handler):
            newsweek = site

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def visible(self, source: str) -> list[Recorded]:
        """Articles a feed lists now, newest first."""
        oldest = self.until - timedelta(days=FEED_DAYS) if self.until.year > 1 else self.until
        dated = [a for a in self.sources[source] if a.published and oldest <= a.published <= self.until]
        undated = [a for a in self.sources[source] if a.published is None]
        return sorted(dated, key=lambda a: (a.published or self.until, a.number), reverse=True) + undated

    def feed(self, source: str) -> bytes:
        """RSS 2.0 with teasers."""
        items = "".join(self._item(article) for article in self.visible(source))
        name = escape(source)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>{name}</title><link>{self.base}/</link><description>{name}</description>{items}</channel></rss>"
        ).encode()

    def _item(self, article: Recorded) -> str:
        address = self.base + quote(article.path)
        date = f"<pubDate>{format_datetime(article.published)}</pubDate>" if article.published else ""
        teaser = ". ".join(article.text.split(". ")[:TEASER_SENTENCES])[:TEASER_CHARACTERS]
        return (
            f'<item><title>{escape(article.title)}</title><link>{address}</link><guid isPermaLink="false">'
            f"recorded-{article.number}</guid>{date}<description>{escape(teaser)} …</description></item>"
        )

    def page(self, article: Recorded) -> bytes:
        """The article between navigation and advertising."""
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in article.text.splitlines() if line.strip())
        others = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in self.sources[article.source][:6])
        byline = f'<p class="byline">{escape(article.author)}</p>' if article.author else ""
        return (
            f'<!doctype html><html lang="{escape(article.language)}"><head><meta charset="utf-8">'
            f"<title>{escape(article.title)}</title></head><body><header><nav><a href='/'>Start</a> "
            "<a href='#'>Sport</a> <a href='#'>Subscribe</a></nav></header>"
            f"<main><article><h1>{escape(article.title)}</h1>{byline}{paragraphs}"
            f"</article></main><aside><h2>Also read</h2><ul>{others}</ul><p>Advertisement</p></aside>"
            "<footer>All rights reserved. Cookies. Imprint.</footer></body></html>"
        ).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    newsweek: Newsweek

    def do_GET(self) -> None:
        """Answer a feed, an article, or 404."""
        site, path = self.newsweek, unquote(urlsplit(self.path).path)
        if path in site.feeds:
            self._answer(200, site.feed(site.feeds[path]), "application/rss+xml; charset=utf-8")
        elif path in site.articles:
            self._answer(200, site.page(site.articles[path]), "text/html; charset=utf-8")
        else:
            self._answer(404, b"not found", "text/plain")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("ETag", etag)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class names it so
        """Say nothing: the benchmark has a progress bar of its own."""
