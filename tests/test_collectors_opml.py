"""OPML: the subscriptions of another feed reader."""

from datetime import UTC, datetime

import pytest

from collectors.opml import Subscription, parse_opml, write_opml
from digest.errors import ParseError

OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="City"><outline text="Press &amp; radio">
  <outline type="rss" text="Gazette" xmlUrl="https://gazette.example/feed"/>
  <outline type="rss" title="江城日报" text="x" XMLURL="https://jiangcheng.example/rss"/>
</outline></outline>
<outline text="Gazette again" xmlUrl="https://gazette.example/feed"/>
<outline text="Evil" xmlUrl="javascript:alert(1)"/>
<outline xmlUrl="http://untitled.example"/>
</body></opml>"""


def test_nested_subscriptions_come_in_order_and_once() -> None:
    assert parse_opml(OPML.encode()) == (
        Subscription(title="Gazette", address="https://gazette.example/feed", folder="City/Press & radio"),
        Subscription(title="江城日报", address="https://jiangcheng.example/rss", folder="City/Press & radio"),
        Subscription(title="http://untitled.example/", address="http://untitled.example/", folder=""),
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "broken"),
        (b"plain words", "broken"),
        (b"<html><body/></html>", "not_a_feed"),
        (b"<opml><head/></opml>", "not_a_feed"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "entities"),
        (b" " * 5_000_001, "too_large"),
    ],
)
def test_what_is_no_opml_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_opml(data)
    assert caught.value.code == code


def test_what_is_written_is_read_again() -> None:
    feeds = (
        Subscription(title='Press & "radio" <1>', address="https://gazette.example/feed?a=1&b=2", folder=""),
        Subscription(title="江城日报", address="https://jiangcheng.example/rss", folder=""),
    )
    written = write_opml("Büro", feeds, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))
    assert parse_opml(written) == feeds
    assert b"<dateCreated>Fri, 20 Nov 2026 09:00:00 +0000</dateCreated>" in written
