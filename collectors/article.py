"""The page of one article: fetched, and read by a parser child."""

from __future__ import annotations

from datetime import datetime

from collectors.formats.parsed import Format, Hints, Parsed
from collectors.http import Response
from collectors.tools import Tools
from digest.errors import FetchError


async def read_article(address: str, tools: Tools, now: datetime) -> Parsed:
    """Fetch the page of an article and find its text; a link to a PDF gives the text of the PDF.

    Args:
        address: an ``http`` or ``https`` address.
        tools: the way to the network and the parsers.
        now: the present.

    Raises:
        FetchError: the page could not be had.
        ParseError: it holds no article, or cannot be read.
    """
    answer = await tools.fetcher.get(address, now=now)
    if not isinstance(answer, Response):
        raise FetchError("http_status", status=304)  # nobody asked for it
    kind = Format.PDF if answer.content.startswith(b"%PDF-") else Format.ARTICLE
    return await tools.parser.parse(kind, answer.content, Hints(address=answer.address, charset=answer.charset))
