"""Feeds as bytes: RSS 2.0, RSS 1.0 (RDF) and Atom, each for readers that know nothing of the example."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from app.example.articles import Article
from app.example.office import ExampleSource

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS1 = "http://purl.org/rss/1.0/"

for _prefix, _namespace in (("content", CONTENT), ("dc", DC), ("rdf", RDF)):
    register_namespace(_prefix, _namespace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source's feed at one moment."""

    source: ExampleSource
    base_url: str
    articles: tuple[Article, ...]
    """Latest first."""
    updated: datetime

    def link(self, article: Article) -> str:
        """The address of an article's page."""
        return f"{self.base_url}/{self.source.id}/{article.id}"

    def content(self, article: Article) -> str | None:
        """The whole text as HTML, or None when the feed carries teasers."""
        if self.source.content == "teaser":
            return None
        return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.current.paragraphs)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0 (RSS Advisory Board, RSS 2.0.11)."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    _add(channel, "title", feed.source.name)
    _add(channel, "link", f"{feed.base_url}/")
    _add(channel, "description", feed.source.name)
    _add(channel, "language", feed.source.language)
    _add(channel, "lastBuildDate", format_datetime(feed.updated))
    for article in feed.articles:
        item = SubElement(channel, "item")
        _add(item, "title", article.current.title)
        _add(item, "link", feed.link(article))
        _add(item, "guid", article.key).set("isPermaLink", "false")
        _add(item, "description", article.current.summary)
        if article.published_at:
            _add(item, "pubDate", format_datetime(article.published_at))
        _add_modules(item, feed, article)
    return _document(root)


def rdf(feed: Feed) -> bytes:
    """The feed as RSS 1.0 (RSS-DEV Working Group, 2000)."""
    root = Element(f"{{{RDF}}}RDF")
    channel = SubElement(root, f"{{{RSS1}}}channel", {f"{{{RDF}}}about": f"{feed.base_url}/"})
    _add(channel, f"{{{RSS1}}}title", feed.source.name)
    _add(channel, f"{{{RSS1}}}link", f"{feed.base_url}/")
    _add(channel, f"{{{RSS1}}}description", feed.source.name)
    sequence = SubElement(SubElement(channel, f"{{{RSS1}}}items"), f"{{{RDF}}}Seq")
    for article in feed.articles:
        SubElement(sequence, f"{{{RDF}}}li", {f"{{{RDF}}}resource": article.key})
        item = SubElement(root, f"{{{RSS1}}}item", {f"{{{RDF}}}about": article.key})
        _add(item, f"{{{RSS1}}}title", article.current.title)
        _add(item, f"{{{RSS1}}}link", feed.link(article))
        _add(item, f"{{{RSS1}}}description", article.current.summary)
        if article.published_at:
            _add(item, f"{{{DC}}}date", article.published_at.isoformat())
        _add_modules(item, feed, article)
    return _document(root)


def atom(feed: Feed) -> bytes:
    """The feed as Atom (RFC 4287). An undated article keeps the element ``updated`` out, as careless sites do."""
    root = Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}id", f"urn:{feed.source.id}")
    _add(root, f"{{{ATOM}}}title", feed.source.name)
    _add(root, f"{{{ATOM}}}updated", feed.updated.isoformat())
    for article in feed.articles:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}id", article.key)
        _add(entry, f"{{{ATOM}}}title", article.current.title)
        SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=feed.link(article))
        _add(entry, f"{{{ATOM}}}summary", article.current.summary)
        if article.published_at:
            _add(entry, f"{{{ATOM}}}published", article.published_at.isoformat())
            _add(entry, f"{{{ATOM}}}updated", article.current.since.isoformat())
        if article.author:
            _add(SubElement(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", article.author)
        if content := feed.content(article):
            _add(entry, f"{{{ATOM}}}content", content).set("type", "html")
    return _document(root)


FORMATS: Mapping[str, Callable[[Feed], bytes]] = {"rss": rss, "rdf": rdf, "atom": atom}


def _add(parent: Element, tag: str, text: str | None) -> Element:
    element = SubElement(parent, tag)
    element.text = text
    return element


def _add_modules(item: Element, feed: Feed, article: Article) -> None:
    if article.author:
        _add(item, f"{{{DC}}}creator", article.author)
    if content := feed.content(article):
        _add(item, f"{{{CONTENT}}}encoded", content)


def _document(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
