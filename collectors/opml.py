"""OPML: the subscriptions another feed reader wrote out, and ours for another (OPML 2.0, opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from collectors.addresses import safe_url
from collectors.formats.lines import clean_line
from collectors.formats.prologue import declares_entities
from digest.errors import ParseError

MAX_BYTES = 5_000_000  # 20,000 subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed somebody reads."""

    title: str
    address: str
    folder: str
    """The outlines it stands in, parted by ``/``; empty at the top."""


def parse_opml(data: bytes) -> tuple[Subscription, ...]:
    """The feeds of an OPML file in its order; of several with one address the first.

    Outlines whose address is not a safe ``http`` or ``https`` one are left out.

    Raises:
        ParseError: ``too_large``, ``entities``, ``broken``, or ``not_a_feed`` when it is not OPML.
    """
    if len(data) > MAX_BYTES:
        raise ParseError("too_large", limit=MAX_BYTES)
    found: dict[str, Subscription] = {}
    for subscription in _outlines(_body(data), ()):
        found.setdefault(subscription.address, subscription)
    return tuple(found.values())


def _body(data: bytes) -> etree._Element:
    if declares_entities(data):
        raise ParseError("entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ParseError("broken") from None
    if root is None:
        raise ParseError("broken")
    body = root.find("body")
    if root.tag.lower() != "opml" or body is None:
        raise ParseError("not_a_feed", kind="unknown")
    return body


def _outlines(element: etree._Element, folders: tuple[str, ...]) -> Iterator[Subscription]:
    """The parser allows a depth of 256, so that recursion ends."""
    for outline in element.iterfind("outline"):
        values = {str(name).lower(): value for name, value in outline.attrib.items()}
        title = clean_line(values.get("title") or values.get("text") or "")
        address = safe_url(values.get("xmlurl", ""))
        if address:
            yield Subscription(title=title or address, address=address, folder="/".join(folders))
        yield from _outlines(outline, (*folders, title.replace("/", "-")) if title and not address else folders)


def write_opml(title: str, subscriptions: Iterable[Subscription], now: datetime) -> bytes:
    """An OPML file, as every feed reader imports it; folders are left out.

    Args:
        title: whose subscriptions they are.
        subscriptions: in the order they are to stand in.
        now: the date it bears.
    """
    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = clean_line(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    for each in subscriptions:
        name = clean_line(each.title)
        etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=each.address)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written
