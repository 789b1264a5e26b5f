"""The article of a web page, without navigation, advertising and whatever else stands around it."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime

from lxml import etree

from collectors.formats.charset import decode
from collectors.formats.lines import clean_line, clean_text
from collectors.formats.markup import parse_html
from collectors.formats.parsed import Hints, Parsed
from digest.errors import ParseError

_SHORT = 250  # characters; hardly an article is shorter
_FURNITURE = ("nav", "aside", "footer")  # never the article; a header may hold its title and first paragraph
_LANGUAGE = re.compile(r"[a-z]{2}(?=$|[-_])")
_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//article//time[@datetime]/@datetime",
)


def parse(data: bytes, hints: Hints) -> Parsed:
    """Find the article of a page.

    The text is the page's own, one line for each paragraph. Source: A. Barbaresi, "Trafilatura: A Web Scraping Library
    and Command-Line Tool for Text Discovery and Extraction", ACL-IJCNLP 2021.

    Raises:
        ParseError: ``no_text`` when the page holds no article.
    """
    tree = page_tree(data, hints)
    language, published = page_language(tree), _published(tree)
    found = main_text(tree, hints.address)
    if found is None or not found.text:
        raise ParseError("no_text")
    return Parsed(
        title=found.title,
        text=found.text,
        author=found.author,
        language=language,
        published=published or found.published,
    )


def page_tree(data: bytes, hints: Hints) -> etree._Element:
    """The tree of a page.

    Raises:
        ParseError: ``no_text`` when there is none.
    """
    try:
        tree = parse_html(decode(data, hints.charset))
    except etree.ParserError:
        tree = None
    if tree is None:
        raise ParseError("no_text")
    return tree


def page_language(tree: etree._Element) -> str | None:
    """The language a page declares, as ISO 639-1."""
    found = _LANGUAGE.match(str(tree.get("lang") or "").lower())
    return found[0] if found else None


def main_text(tree: etree._Element, address: str) -> Parsed | None:
    """The main text of a page with its metadata, None when there is none.

    Where the careful search finds next to nothing, as on many Chinese pages, a bolder one has a second try, without
    what declares to stand around the article: both would take it for a part of a short one. Being bold at once lets
    more of what stands around articles in (F1 of marked passages on 252 real pages: .928, careful .938).
    """
    careful = _extracted(deepcopy(tree), address, bold=False)
    if careful is not None and len(careful.text) >= _SHORT:
        return careful
    etree.strip_elements(tree, *_FURNITURE, with_tail=False)
    tries = (_extracted(deepcopy(tree), address, bold=bold) for bold in (False, True))
    return max((found for found in tries if found), key=lambda found: len(found.text), default=None)


def _extracted(tree: etree._Element, address: str, *, bold: bool) -> Parsed | None:
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree,
        url=address or None,
        favor_recall=bold,
        include_comments=False,
        include_tables=True,
        deduplicate=False,  # a sentence that an article says twice stands in it twice
        with_metadata=True,
    )
    if found is None:
        return None
    values = found if isinstance(found, dict) else found.as_dict()
    return Parsed(
        title=clean_line(values.get("title") or "") or None,
        text=clean_text(values.get("text") or ""),
        author=clean_line(values.get("author") or "") or None,
        published=_instant(values.get("date") or ""),
    )


def _published(tree: etree._Element) -> str | None:
    """The first exact time of publication the page declares."""
    return next((found for path in _PUBLISHED for value in tree.xpath(path) if (found := _instant(str(value)))), None)


def _instant(value: str) -> str | None:
    """An ISO 8601 time with its offset; without one it is taken as UTC. None when it is no time."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
