"""The web of the example, served on the loopback address: feeds and article pages with a movable present."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from app.example.articles import Article, load_articles
from app.example.office import ExampleSource, load_office
from app.example.pages import article_page, front_page, unavailable_page
from app.example.syndication import FORMATS, Feed

HOST = "127.0.0.1"
RELATED = 3
HTML = "text/html; charset=utf-8"
FEED_TYPES = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the site answers at one address."""

    status: HTTPStatus = HTTPStatus.OK
    content_type: str = HTML
    body: bytes
    modified: datetime | None = None
    """When it last changed; None for a page that is not worth asking for conditionally."""

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110, 8.8.3)."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def unchanged(self, if_none_match: str | None, if_modified_since: str | None) -> bool:
        """Whether whoever asks has it already (RFC 9110, 13.2.2: the entity tag counts before the date)."""
        if self.modified is None:
            return False
        if if_none_match is not None:
            return self.etag in (tag.strip() for tag in if_none_match.split(","))
        known = _http_date(if_modified_since)
        return known is not None and self.modified.replace(microsecond=0) <= known


class ExampleSite:
    """The feeds and pages of the example while the context lasts.

    Args:
        anchor: the last week's cut-off, aware.
        port: the port to listen on; another one is taken when it is busy, or when it is 0.
        until: the site's present, aware; what appears later is not served yet. The anchor when omitted.

    ``until`` may be set at any time. ``port`` and ``base_url`` hold once the context is entered.
    """

    def __init__(self, anchor: datetime, *, port: int = 0, until: datetime | None = None) -> None:
        self.anchor = anchor
        self.until = until or anchor
        self.port = port
        self._sources = {source.id: source for source in load_office().sources if source.format}
        self._articles = {
            source.id: load_articles(source.id, anchor)
            for source in self._sources.values()
            if source.format != "unavailable"
        }
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._server = _bind(self, self.port)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        self._server = None

    @property
    def base_url(self) -> str:
        """The address of the front page, without the last slash."""
        return f"http://{HOST}:{self.port}"

    def feed_address(self, source_id: str) -> str:
        """The address of a source's feed."""
        return f"{self.base_url}/feeds/{source_id}.xml"

    def page(self, path: str) -> Page:
        """What the site answers at a path at its present moment."""
        until = self.until
        match path.strip("/").split("/"):
            case [""]:
                return Page(body=front_page(self._sources.values()).encode())
            case ["feeds", name] if source := self._sources.get(name.removesuffix(".xml")):
                return self._feed(source, until)
            case [source_id, article_id] if source := self._sources.get(source_id):
                return self._article(source, article_id, until)
        return _not_found()

    def _feed(self, source: ExampleSource, until: datetime) -> Page:
        render = FORMATS.get(source.format or "")
        if render is None:
            return Page(status=HTTPStatus.SERVICE_UNAVAILABLE, body=unavailable_page(source).encode())
        articles = self._visible(source, until)
        updated = max((article.current.since for article in articles), default=datetime.fromtimestamp(0, UTC))
        feed = Feed(source=source, base_url=self.base_url, articles=articles, updated=updated)
        return Page(content_type=FEED_TYPES[source.format or ""], body=render(feed), modified=updated)

    def _article(self, source: ExampleSource, article_id: str, until: datetime) -> Page:
        articles = self._visible(source, until)
        article = next((article for article in articles if article.id == article_id), None)
        if article is None:
            return _not_found()
        # Only earlier articles are linked: a page does not change because something else appears.
        earlier = [other for other in articles if other.appears_at < article.appears_at]
        body = article_page(source, article, earlier[:RELATED])
        return Page(body=body.encode(), modified=article.current.since)

    def _visible(self, source: ExampleSource, until: datetime) -> tuple[Article, ...]:
        """Latest first."""
        present = (article.as_of(until) for article in reversed(self._articles.get(source.id, ())))
        return tuple(article for article in present if article is not None)


class _Server(ThreadingHTTPServer):
    def __init__(self, site: ExampleSite, port: int) -> None:
        self.site = site
        super().__init__((HOST, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        page = self.server.site.page(urlsplit(self.path).path)
        if page.unchanged(self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self._answer(HTTPStatus.NOT_MODIFIED, page)
            return
        self._answer(page.status, page)
        if self.command != "HEAD":
            self.wfile.write(page.body)

    do_HEAD = do_GET  # noqa: N815 - the base class calls methods by these names

    def _answer(self, status: HTTPStatus, page: Page) -> None:
        self.send_response(status)
        if page.modified is not None:
            self.send_header("ETag", page.etag)
            self.send_header("Last-Modified", format_datetime(page.modified.astimezone(UTC), usegmt=True))
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        log.debug(format, *args)


def _bind(site: ExampleSite, port: int) -> _Server:
    try:
        return _Server(site, port)
    except OSError:
        if port == 0:
            raise
        log.info("port %d is taken; the example's site listens on another", port)
        return _Server(site, 0)


def _not_found() -> Page:
    return Page(status=HTTPStatus.NOT_FOUND, body=b"<!DOCTYPE html>\n<title>Not found</title><h1>Not found</h1>\n")


def _http_date(value: str | None) -> datetime | None:
    try:
        known = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return known.replace(tzinfo=UTC) if known is not None and known.tzinfo is None else known
