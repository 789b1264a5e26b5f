"""Feeds: identity, what is the same as last time, and articles whose page is or is not to be had."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from collectors import open_tools
from collectors.feed import collect_feed, is_full, keyed, opening
from collectors.fingerprints import MAX_ATTEMPTS, fingerprint, is_to_retry, to_retry
from collectors.formats.parsed import ParsedEntry
from collectors.http import FetchLimits
from collectors.types import Fetched, NotModified, SourceTask
from digest.errors import ParseError, SourceError
from digest.types import Source, SourceKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SENTENCES = [
    "Seepage at gauge 4 rose from 12 to 19 litres a minute between 3 and 17 November, the Water Department said.",
    "The evacuation threshold is 30 litres a minute, and rain is forecast for Saturday in the upper valley.",
    "Engineers asked for EUR 2.1 m to seal the foundation before the winter, and expect an answer on Thursday.",
]
ENTRY = ParsedEntry(guid="1", title="Dam", link="https://a.example/1", summary="Seepage rose.", content="")


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


def rss(*items: Mapping[str, str]) -> str:
    def element(name: str, value: str) -> str:
        return f"<{name}>{escape(value)}</{name}>"

    body = "".join(f"<item>{''.join(element(*field) for field in item.items())}</item>" for item in items)
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>Gazette</title>{body}</channel></rss>'


def page(sentences: Sequence[str]) -> str:
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    menu = "<nav><a href='/'>Home</a></nav>"
    return (
        f"<html lang='en'><body>{menu}<article><h1>Dam</h1>{paragraphs}</article><footer>Imprint</footer></body></html>"
    )


def collect(
    server: HTTPServer, known: Mapping[str, str] | None = None, etag: str | None = None
) -> Fetched | NotModified:
    source = Source(id="s", kind=SourceKind.FEED, name="Gazette", address=server.url_for("/feed"))
    task = SourceTask(source=source, known=known or {}, etag=etag)

    async def run() -> Fetched | NotModified:
        async with open_tools(FetchLimits(allow_hosts=("127.0.0.1",))) as tools:
            return await collect_feed(task, tools, NOW)

    return asyncio.run(run())


def serve(server: HTTPServer, feed: str) -> None:
    server.clear()
    server.expect_request("/feed").respond_with_data(feed, headers={"ETag": '"v1"'}, content_type="application/rss+xml")


def fingerprints(result: Fetched | NotModified) -> dict[str, str]:
    assert isinstance(result, Fetched)
    return {item.key: item.fingerprint for item in result.items}


DAM = {
    "title": "Dam",
    "guid": "dam",
    "link": "/dam",
    "pubDate": "Thu, 19 Nov 2026 09:00:00 +0100",
    "description": SENTENCES[0],
}


def test_a_teaser_is_completed_from_its_page_and_fetched_once(httpserver: HTTPServer) -> None:
    serve(httpserver, rss(DAM))
    httpserver.expect_request("/dam").respond_with_data(page(SENTENCES), content_type="text/html")
    first = collect(httpserver)
    assert isinstance(first, Fetched)
    (item,) = first.items
    assert item.text.split("\n") == SENTENCES
    assert (item.title, item.language, item.complete, item.error) == ("Dam", "en", True, None)
    assert item.published_at == datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert item.url == httpserver.url_for("/dam")
    assert first.etag == '"v1"'

    again = collect(httpserver, fingerprints(first))
    assert again == Fetched(items=(), same=1, etag='"v1"', last_modified=None)
    assert [request.path for request, _ in httpserver.log] == ["/feed", "/dam", "/feed"]


def test_a_feed_that_has_not_changed_is_not_read(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed", headers={"If-None-Match": '"v1"'}).respond_with_data(status=304)
    assert collect(httpserver, etag='"v1"') == NotModified()


def test_full_text_in_the_feed_needs_no_page(httpserver: HTTPServer) -> None:
    paragraphs = [" ".join(SENTENCES), " ".join(reversed(SENTENCES))]
    serve(httpserver, rss({**DAM, "content:encoded": "".join(f"<p>{text}</p>" for text in paragraphs)}))
    result = collect(httpserver)
    assert isinstance(result, Fetched)
    assert result.items[0].text.split("\n") == paragraphs
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [(404, "gone", "http_status"), (200, "", "no_text"), (200, page(["Please accept our cookies."]), "no_text")],
)
def test_an_article_that_cannot_be_had_keeps_its_teaser_and_stops_nobody(
    httpserver: HTTPServer, status: int, body: str, code: str
) -> None:
    serve(httpserver, rss(DAM, {**DAM, "guid": "other", "link": "/other"}))
    httpserver.expect_request("/dam").respond_with_data(body, status=status, content_type="text/html")
    httpserver.expect_request("/other").respond_with_data(page(SENTENCES), content_type="text/html")
    result = collect(httpserver)
    assert isinstance(result, Fetched)
    failed, other = result.items
    assert (failed.text, failed.complete) == (SENTENCES[0], False)
    assert failed.error is not None
    assert failed.error.code == code
    assert other.complete
    assert result.etag is None, (
        "with a validator the next answer could be 304, and the article would not be tried again"
    )


def test_an_incomplete_article_is_tried_again_and_then_complete(httpserver: HTTPServer) -> None:
    serve(httpserver, rss(DAM))
    known = fingerprints(collect(httpserver))
    httpserver.expect_request("/dam").respond_with_data(page(SENTENCES), content_type="text/html")
    second = collect(httpserver, known)
    assert isinstance(second, Fetched)
    assert second.items[0].complete
    assert isinstance(third := collect(httpserver, fingerprints(second)), Fetched)
    assert (third.items, third.same) == ((), 1)


def test_an_entry_without_a_link_is_what_the_feed_says(httpserver: HTTPServer) -> None:
    serve(httpserver, rss({"title": "Flood warning: level 3", "guid": "w1"}))
    result = collect(httpserver)
    assert isinstance(result, Fetched)
    assert (result.items[0].text, result.items[0].complete) == ("Flood warning: level 3", True)


def test_a_page_in_the_place_of_the_feed_is_an_error_of_the_source(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data("<html><body>Maintenance</body></html>")
    with pytest.raises(ParseError, match="not_a_feed kind=html"):
        collect(httpserver)


def test_the_first_of_two_states_of_an_entry_is_kept() -> None:
    found = keyed([ENTRY, replace(ENTRY, title="Dam (older)")])
    assert [(entry.key, entry.entry.title) for entry in found] == [("1", "Dam")]


def test_a_guid_that_stands_for_two_pages_names_neither() -> None:
    found = keyed([ENTRY, replace(ENTRY, link="https://a.example/2"), replace(ENTRY, guid="3")])
    assert [entry.key for entry in found] == ["https://a.example/1", "https://a.example/2", "3"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A short line\nand more", "A short line"),
        (f"Mr. Smith of the U.S. Navy resigned. {'It goes on. ' * 20}", "Mr. Smith of the U.S. Navy resigned."),
        (
            "大坝闸门周一晚关闭了四个小时，没有房屋被淹，市长说。" + "调查将继续。" * 40,
            "大坝闸门周一晚关闭了四个小时，没有房屋被淹，市长说。",
        ),
        ("word " * 100, "word " * 31 + "wor …"),
    ],
)
def test_an_entry_without_a_title_is_named_by_its_opening(text: str, title: str) -> None:
    assert opening(text) == title


def test_without_a_guid_the_link_is_the_key_and_without_that_title_and_date() -> None:
    bare = replace(ENTRY, guid="", link=None, published="2026-11-19T08:00:00+00:00")
    found = keyed([replace(ENTRY, guid=""), bare, replace(bare, title="Other"), replace(bare, summary="changed")])
    assert found[0].key == "https://a.example/1"
    assert len({entry.key for entry in found}) == len(found) == 3


def test_a_time_of_building_changes_no_entry_and_a_time_of_change_does() -> None:
    other = replace(ENTRY, guid="2")
    marks = {
        moment: keyed([replace(ENTRY, updated=moment), replace(other, updated=moment)])[0].fingerprint
        for moment in ("2026-11-19T08:00:00+00:00", "2026-11-20T08:00:00+00:00")
    }
    assert len(set(marks.values())) == 1
    assert keyed([replace(ENTRY, updated="2026-11-20T08:00:00+00:00"), other])[0].fingerprint not in marks.values()


@given(st.permutations([replace(ENTRY, guid=str(n % 4), link=f"https://a.example/{n % 3}") for n in range(8)]))
def test_the_keys_of_a_feed_are_unique_and_do_not_depend_on_its_order(entries: list[ParsedEntry]) -> None:
    keys = [entry.key for entry in keyed(entries)]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {entry.key for entry in keyed(sorted(entries, key=str))}


@pytest.mark.parametrize(
    ("content", "full"),
    [
        ("x" * 600, True),
        ("x" * 499, False),
        ("x" * 600 + " […]", False),
        ("x" * 600 + "...", False),
        ("水" * 250, True),
        ("", False),
    ],
)
def test_a_short_or_broken_off_text_is_a_teaser(content: str, full: bool) -> None:
    assert is_full(content) is full


def test_a_page_that_never_comes_is_given_up_until_the_feed_says_something_new() -> None:
    known: str | None = None
    for _ in range(MAX_ATTEMPTS - 1):
        known = to_retry("abc", known)
        assert is_to_retry(known)
    assert to_retry("abc", known) == "abc"
    assert to_retry("new", known) == to_retry("new", None)


def test_fingerprints_part_what_could_run_together() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc") != fingerprint("abc")
    assert isinstance(fingerprint("\ud800"), str)


def test_the_error_of_an_article_is_one_of_ours(httpserver: HTTPServer) -> None:
    serve(httpserver, rss({**DAM, "link": "http://10.0.0.1/secret"}))
    result = collect(httpserver)
    assert isinstance(result, Fetched)
    assert isinstance(result.items[0].error, SourceError)
    assert result.items[0].error.code == "forbidden_address"
