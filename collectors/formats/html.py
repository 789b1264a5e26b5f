"""A report written as HTML: a document, of which everything but its navigation counts."""

from __future__ import annotations

from copy import deepcopy

from collectors.formats.article import main_text, page_language, page_tree
from collectors.formats.lines import clean_line
from collectors.formats.markup import tree_text
from collectors.formats.parsed import Hints, Parsed

_ESSENTIAL = 0.6  # of the visible text: with less, the extraction has taken parts of the report for decoration


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read an HTML document; its title is the ``title`` element's, else the first heading's."""
    tree = page_tree(data, hints)
    everything, title, language = tree_text(tree), _title(tree), page_language(tree)
    found = main_text(deepcopy(tree), hints.address)
    if found is not None and len(found.text) >= _ESSENTIAL * len(everything):
        return Parsed(title=title, text=found.text, author=found.author, language=language)
    return Parsed(title=title, text=everything, author=found.author if found else None, language=language)


def _title(tree: object) -> str | None:
    for path in ("string(//head/title)", "string(//h1)", "string(//h2)"):
        if title := clean_line(str(tree.xpath(path))):  # type: ignore[attr-defined]  # lxml is untyped
            return title
    return None
