"""Markdown as its reader sees it: text without marks, one line for each heading, paragraph, item and table row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from collectors.formats.charset import decode
from collectors.formats.lines import clean_text, flow, join_lines
from collectors.formats.markup import markup_text
from collectors.formats.parsed import Hints, Parsed


def parse(data: bytes, hints: Hints) -> Parsed:
    """Read CommonMark with tables; the first heading is the title."""
    tokens = MarkdownIt("commonmark").enable("table").parse(_without_front_matter(clean_lines(data, hints)))
    return Parsed(title=_title(tokens), text=join_lines(_lines(tokens)))


def clean_lines(data: bytes, hints: Hints) -> str:
    """The text with its empty lines and indents, which mean something in Markdown."""
    return "\n".join(clean_text(line) and line for line in decode(data, hints.charset).replace("\x00", "").splitlines())


def _without_front_matter(text: str) -> str:
    """Without the block of settings that site generators put before the first heading."""
    if not text.startswith("---\n"):
        return text
    settings, end, rest = text[4:].partition("\n---\n")
    return rest if end and ":" in settings else text


def _title(tokens: Sequence[Token]) -> str | None:
    at = next((index for index, token in enumerate(tokens) if token.type == "heading_open"), None)
    return clean_text(_inline(tokens[at + 1])) or None if at is not None else None


def _lines(tokens: Sequence[Token]) -> Iterator[str]:
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " | ".join(cell for cell in row if cell)
            row = None
        elif token.type == "inline":
            yield from _placed(clean_text(_inline(token)), row)
        elif token.type in ("fence", "code_block"):
            yield clean_text(token.content)
        elif token.type == "html_block":
            yield markup_text(token.content)


def _placed(text: str, row: list[str] | None) -> Iterator[str]:
    """A cell goes to its row; anything else is lines of its own."""
    if row is None:
        yield from text.split("\n")
    else:
        row.append(text)


def _inline(token: Token) -> str:
    return flow("".join(_words(token.children or ()))).replace("\x1e", "\n")


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type == "softbreak":
            yield "\n"
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.startswith("<br")):
            yield "\x1e"
        elif token.type == "image":
            yield from _words(token.children or ())
