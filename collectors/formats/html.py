"""A report written as HTML: a document, of which everything but its navigation counts."""

from __future__ import annotations

from lxml import etree

from collectors.formats.article import page_language, page_tree
from collectors.formats.lines import clean_line
from collectors.formats.markup import tree_text
from collectors.formats.parsed import Hints, Parsed

_AROUND = "//nav | //aside | //footer | //*[@role='navigation' or @role='banner' or @role='contentinfo']"


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read an HTML document; its title is the ``title`` element's, else the first heading's.

    Raises:
        ParseError: ``no_text``.
    """
    tree = page_tree(data, hints)
    title, author = _title(tree), clean_line(str(tree.xpath("string(//meta[@name='author']/@content)")))
    for element in tree.xpath(_AROUND):
        element.drop_tree()
    return Parsed(title=title, text=tree_text(tree), author=author or None, language=page_language(tree))


def _title(tree: etree._Element) -> str | None:
    titles = (clean_line(str(tree.xpath(path))) for path in ("string(//head/title)", "string(//h1)", "string(//h2)"))
    return next((title for title in titles if title), None)
