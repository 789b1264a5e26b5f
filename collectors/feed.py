"""A feed: its entries, each with the text of its page where the feed carries only a teaser."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectors.article import read_article
from collectors.fingerprints import fingerprint, is_to_retry, to_retry
from collectors.formats.lines import without_heading
from collectors.formats.parsed import Hints, Parsed, ParsedEntry
from collectors.formats.text import MAX_TITLE
from collectors.http import Response
from collectors.tools import Tools
from collectors.types import Fetched, Item, NotModified, SourceTask
from digest.errors import ParseError, SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """When the text in a feed is the article, and how its pages are read."""

    max_bytes: int = 5_000_000  # the largest of 380 real feeds has 3 million
    min_full: int = 500  # letters; shorter "full" texts are teasers in the place of the full text
    min_of_teaser: float = 0.8  # a page with less text than this part of its own teaser shows something else
    pages_at_once: int = 4  # of one feed: more would only wait for the pace of their host, and hold memory


SETTINGS = FeedSettings()
# A full stop behind less than four letters may be that of an abbreviation: "Gov.", "U.S."
_SENTENCE = re.compile(rf".{{20,{MAX_TITLE - 1}}}?(?:(?<=\w{{4}})[.!?](?=\s)|[。！？])")
_ELLIPSES = ("…", "...", "[…]", "[...]", "……", "(...)")


@dataclass(frozen=True, slots=True)
class Keyed:
    """An entry with its identity and the fingerprint of what the feed says of it."""

    key: str
    fingerprint: str
    entry: ParsedEntry


async def collect_feed(task: SourceTask, tools: Tools, now: datetime) -> Fetched | NotModified:
    """Read a feed, and the pages of its new and changed entries.

    An entry whose page fails keeps its teaser, with ``complete=False`` and the error, and a fingerprint that makes the
    next collection try again (see :mod:`collectors.fingerprints`). While there is such an entry, the feed's validators
    are not handed back, so that the next request is unconditional.

    Raises:
        SourceError: the feed itself could not be had or read.
    """
    answer = await tools.fetcher.get(
        task.source.address, max_bytes=SETTINGS.max_bytes, now=now, etag=task.etag, last_modified=task.last_modified
    )
    if not isinstance(answer, Response):
        return answer
    feed = await tools.parser.parse_feed(answer.content, Hints(address=answer.address, charset=answer.charset))
    entries = keyed(feed.entries)
    changed = [entry for entry in entries if task.known.get(entry.key) != entry.fingerprint]
    items = await _read_all(changed, task.known, tools, now)
    settled = not any(is_to_retry(item.fingerprint) for item in items)
    return Fetched(
        items=items,
        same=len(entries) - len(changed),
        etag=answer.etag if settled else None,
        last_modified=answer.last_modified if settled else None,
        final_address=answer.final_address,
    )


def keyed(entries: Sequence[ParsedEntry]) -> tuple[Keyed, ...]:
    """Give each entry its identity: its guid, else its link, else a digest of title and date.

    An entry that repeats another's guid (or lack of one) and link is the same entry in two states; the first, which is
    the latest in almost every feed, is kept (RFC 4287, section 4.1.1). A guid that stands for several links names
    nothing, and its entries are told apart by their links.
    """
    links: defaultdict[str, set[str | None]] = defaultdict(set)
    for entry in entries:
        links[entry.guid].add(entry.link)
    build_time = _build_time(entries)
    first: dict[str, Keyed] = {}
    for entry in entries:
        key = _key(entry, trusted=len(links[entry.guid]) == 1)
        first.setdefault(key, Keyed(key, _fingerprint(entry, build_time), entry))
    return tuple(first.values())


def _key(entry: ParsedEntry, *, trusted: bool) -> str:
    if entry.guid and trusted:
        return entry.guid
    return entry.link or fingerprint(entry.guid, entry.title, entry.published or "")


def _build_time(entries: Iterable[ParsedEntry]) -> str | None:
    """The time that several entries claim to be updated at: that of the making of the feed, not of a change."""
    times = Counter(entry.updated for entry in entries if entry.updated)
    time, count = times.most_common(1)[0] if times else (None, 0)
    return time if count > 1 else None


def _fingerprint(entry: ParsedEntry, build_time: str | None) -> str:
    """What the feed says of an entry, but for its dates of making, which change without the entry."""
    updated = entry.updated if entry.updated not in (entry.published, build_time) else None
    return fingerprint(entry.title, entry.link or "", entry.summary, entry.content, entry.author or "", updated or "")


async def _read_all(
    entries: Sequence[Keyed], known: Mapping[str, str], tools: Tools, now: datetime
) -> tuple[Item, ...]:
    turns = asyncio.Semaphore(SETTINGS.pages_at_once)

    async def read(entry: Keyed) -> Item:
        async with turns:
            return await _read(entry, known.get(entry.key), tools, now)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(read(entry)) for entry in entries]
    return tuple(task.result() for task in tasks)


async def _read(keyed_entry: Keyed, known: str | None, tools: Tools, now: datetime) -> Item:
    entry = keyed_entry.entry
    if entry.link is None or is_full(entry.content):
        return _item(keyed_entry, entry.content or entry.summary or entry.title)
    teaser = max(entry.content, entry.summary, key=len)
    try:
        page = await read_article(entry.link, tools, now)
        _check_page(page, teaser)
    except SourceError as error:
        retry = to_retry(keyed_entry.fingerprint, known)
        return _item(Keyed(keyed_entry.key, retry, entry), teaser, error=error)
    return _item(keyed_entry, without_heading(page.text, entry.title, page.title), page)


def is_full(content: str) -> bool:
    """Whether the text in a feed is the whole article rather than its beginning."""
    letters = sum(2 if "\u3040" <= letter <= "\uffff" else 1 for letter in content)
    return letters >= SETTINGS.min_full and not content.rstrip().endswith(_ELLIPSES)


def opening(text: str) -> str:
    """A title for an entry without one: its first line or, when that is long, its first sentence or beginning."""
    line = text.partition("\n")[0]
    if len(line) <= MAX_TITLE:
        return line
    sentence = _SENTENCE.match(line)
    return sentence[0] if sentence else f"{line[: MAX_TITLE - 2].rstrip()} …"


def _check_page(page: Parsed, teaser: str) -> None:
    """Refuse a page with less text than its own teaser: it asks for consent or payment, or is another page."""
    if len(page.text) < SETTINGS.min_of_teaser * len(teaser):
        raise ParseError("no_text")


def _item(keyed_entry: Keyed, text: str, page: Parsed | None = None, error: SourceError | None = None) -> Item:
    """The document: the feed's word on title, author and date goes before the page's."""
    entry = keyed_entry.entry
    published = entry.published or (page and page.published) or entry.updated
    return Item(
        key=keyed_entry.key,
        fingerprint=keyed_entry.fingerprint,
        title=entry.title or (page and page.title) or opening(text),
        text=text,
        url=entry.link,
        author=entry.author or (page.author if page else None),
        language=(page.language if page else None) or entry.language,
        published_at=datetime.fromisoformat(published) if published else None,
        complete=error is None,
        error=error,
    )
