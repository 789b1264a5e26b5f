"""HTML to lines of text, all of it: for teasers, reports and passages, where nothing may be taken for decoration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from collectors.formats.lines import clean_line, clean_text, flow, join_lines

_HIDDEN = frozenset(
    {"script", "style", "noscript", "template", "head", "iframe", "object", "svg", "math", "select", "textarea"}
)
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
_CELLS = frozenset({"td", "th"})
_MARKUP = re.compile(r"<[a-zA-Z!/?]|&[#\w]{2,31};")
_CELL, _BREAK = "\x1f", "\x1e"  # control characters: parse_html takes them out of the text


def parse_html(text: str) -> etree._Element | None:
    """The tree of an HTML document, None when there is nothing in it.

    The parser follows no link, expands no entity and stops at a depth of 256, as browsers do at 512.
    """
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    data = clean_text(text).encode()
    return html.document_fromstring(data, parser=parser) if data else None


def markup_text(markup: str) -> str:
    """The text of a piece of HTML: each block a line, cells of a table row parted by ``" | "``.

    Args:
        markup: HTML, or plain text, which comes back as its lines.
    """
    if not _MARKUP.search(markup):
        return clean_text(markup)
    try:
        tree = parse_html(f"<div>{markup}</div>")
    except etree.ParserError:  # only comments, or nothing
        return ""
    return "" if tree is None else tree_text(tree)


def plain_title(markup: str) -> str:
    """A title as one line without tags and entities."""
    return clean_line(markup_text(markup).replace("\n", " "))


def tree_text(tree: etree._Element) -> str:
    """The text of an HTML tree, as :func:`markup_text` gives it."""
    lines = "".join(_pieces(tree)).split(_BREAK)
    return join_lines(_row(line) for line in lines)


def _row(line: str) -> str:
    cells = [flow(clean_text(cell)) for cell in line.split(_CELL)]
    return " | ".join(cell for cell in cells if cell)


def _pieces(tree: etree._Element) -> Iterator[str]:
    """Text in order of reading, with marks where blocks and cells end. Without recursion: markup nests as it likes."""
    hidden = verbatim = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        start = event == "start"
        step = 1 if start else -1
        hidden += step * (element.tag in _HIDDEN)
        verbatim += step * (element.tag == "pre")
        if element.tag in _BLOCKS:
            yield _BREAK
        elif element.tag in _CELLS and not start:
            yield _CELL
        text = element.text if start else element.tail
        if text and not hidden and (start or element is not tree):
            yield text.replace("\n", _BREAK) if verbatim else text
