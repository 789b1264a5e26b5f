"""Recorded articles served as the web would: feeds with teasers, pages with furniture, conditional requests."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from threading import Thread
from typing import Self
from urllib.parse import quote, urlsplit

from benchmarks.recorded import Recorded

FEED_DAYS = 14  # how far back a feed reaches: a reader that looks weekly misses nothing
TEASER_SENTENCES = 2
TEASER_CHARACTERS = 500
FEED_ITEMS = (
    1_000  # a source that lists more, or more bytes, gets several feeds: a reader refuses a feed beyond all measure
)
FEED_BYTES = 2_500_000
ADDRESS_CHARACTERS = 3_000  # of a recorded address, quoted; readers refuse longer ones
ALSO_READ_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Feed:
    """What one address lists; only a source with very many articles has several."""

    source: str
    articles: tuple[Recorded, ...]


class Newsweek:
    """A web site on loopback; nothing later than ``until`` is served. A context manager.

    Args:
        articles: what it serves, undated ones from the beginning.
    """

    def __init__(self, articles: Sequence[Recorded]) -> None:
        self.until = datetime.min.replace(tzinfo=UTC)
        self.articles = {path_of(article): article for article in articles}
        self.sources: dict[str, list[Recorded]] = defaultdict(list)
        for article in articles:
            self.sources[article.source].append(article)
        site = self

        class Handler(_Handler):
            newsweek = site

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        feeds = [Feed(source, part) for source in sorted(self.sources) for part in self._parts(source)]
        self.feeds = {f"/feeds/{number}.xml": feed for number, feed in enumerate(feeds, start=1)}

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _parts(self, source: str) -> list[tuple[Recorded, ...]]:
        """The articles of a source, shared out so that no feed ever lists more than a reader takes."""
        undated = [article for article in self.sources[source] if article.published is None]
        dated = sorted((a for a in self.sources[source] if a.published), key=_newest_last)
        count, size = len(undated), sum(map(self._size, undated))
        most, largest = count, size
        listed: deque[Recorded] = deque()
        for article in dated:
            listed.append(article)
            count, size = count + 1, size + self._size(article)
            while _newest_last(listed[0])[0] < _newest_last(article)[0] - timedelta(days=FEED_DAYS):
                count, size = count - 1, size - self._size(listed.popleft())
            most, largest = max(most, count), max(largest, size)
        parts = ceil(max(most / FEED_ITEMS, largest / FEED_BYTES))
        return [(*undated[part::parts], *dated[part::parts]) for part in range(parts)]

    def _size(self, article: Recorded) -> int:
        return len(self._item(article).encode())

    def visible(self, feed: Feed) -> list[Recorded]:
        """Articles a feed lists now, newest first."""
        oldest = self.until - timedelta(days=FEED_DAYS) if self.until.year > 1 else self.until
        dated = [a for a in feed.articles if a.published and oldest <= a.published <= self.until]
        return sorted(dated, key=_newest_last, reverse=True) + [a for a in feed.articles if a.published is None]

    def feed(self, feed: Feed) -> bytes:
        """RSS 2.0 with teasers; titles and teasers are HTML, as readers take them."""
        items = "".join(self._item(article) for article in self.visible(feed))
        name = escape(escape(feed.source))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>{name}</title><link>{self.base}/</link><description>{name}</description>{items}</channel></rss>"
        ).encode()

    def _item(self, article: Recorded) -> str:
        date = f"<pubDate>{format_datetime(article.published)}</pubDate>" if article.published else ""
        return (
            f"<item><title>{escape(escape(article.title))}</title><link>{escape(self._address(article))}</link>"
            f'<guid isPermaLink="false">{article.key}</guid>{date}'
            f"<description>{escape(escape(_teaser(article.text)))}</description></item>"
        )

    def _address(self, article: Recorded) -> str:
        """Where the article is served, with the address it was recorded at: ``/articles/12?recorded=https%3A…``."""
        recorded = quote(article.url or "", safe="")
        named = f"?recorded={recorded}" if 0 < len(recorded) <= ADDRESS_CHARACTERS else ""
        return self.base + path_of(article) + named

    def page(self, article: Recorded) -> bytes:
        """The article between navigation and advertising."""
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in article.text.splitlines() if line.strip())
        others = "".join(map(_also_read, self.sources[article.source][:6]))
        byline = f'<p class="byline">{escape(article.author)}</p>' if article.author else ""
        language = f' lang="{escape(article.language)}"' if article.language else ""
        return (
            f'<!doctype html><html{language}><head><meta charset="utf-8">'
            f"<title>{escape(article.title)}</title></head><body><header><nav><a href='/'>Start</a> "
            "<a href='#'>Sport</a> <a href='#'>Subscribe</a></nav></header>"
            f"<main><article><h1>{escape(article.title)}</h1>{byline}{paragraphs}"
            f"</article></main><aside><p>Also read</p><ul>{others}</ul><p>Advertisement</p></aside>"
            "<footer>All rights reserved. Cookies. Imprint.</footer></body></html>"
        ).encode()


def path_of(article: Recorded) -> str:
    """Where an article's page is: its line tells it from all others."""
    return f"/articles/{article.number}"


def _newest_last(article: Recorded) -> tuple[datetime, int]:
    return article.published or datetime.min.replace(tzinfo=UTC), article.number


def _teaser(text: str) -> str:
    """The beginning of a text; an ellipsis says that more follows."""
    teaser = ". ".join(text.split(". ")[:TEASER_SENTENCES])[:TEASER_CHARACTERS]
    return teaser if len(teaser) == len(text) else f"{teaser} …"


def _also_read(article: Recorded) -> str:
    words = escape((article.title or article.text)[:ALSO_READ_CHARACTERS])
    return f'<li><a href="{path_of(article)}">{words}</a></li>'


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # every source is asked at once


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    newsweek: Newsweek

    def do_GET(self) -> None:
        """Answer a feed, an article, or 404."""
        site, path = self.newsweek, urlsplit(self.path).path
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
