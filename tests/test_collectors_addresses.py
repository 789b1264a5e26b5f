"""Addresses: what may be followed, and what they look like without tracking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.addresses import safe_url, without_tracking

PIECES = st.sampled_from(["http://", "https://", "a.example", ":80", "/", "?", "&", "#", "utm_source=x", "id=1", "=", " ", "%20", "é", "@", "..", "[", "]", "\\", "\x00"])  # fmt: skip  # noqa: E501 - one alphabet
ADDRESSES = st.lists(PIECES, max_size=12).map("".join)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.example/",
        "//",
        "http://",
        "http://..",
        "http://user@a.example/",
        "http://good.example@evil.example/",
        "http://a.example\\@evil.example/",
        "http://a.example/\u202egpj.exe",
        "http://a.example:99999/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://a.example/" + "x" * 5_000,
    ],
)
def test_nobody_should_follow(address: str) -> None:
    assert safe_url(address) is None


def test_links_are_made_absolute_and_plain() -> None:
    assert safe_url(" ../b c?d=e f ", "https://A.Example:443/x/y/z") == "https://a.example/x/b%20c?d=e%20f"
    assert safe_url("//b.example.:8080", "https://a.example/") == "https://b.example:8080/"


def test_tracking_goes_and_what_names_the_article_stays() -> None:
    tracked = "https://a.example/p?b=2&utm_source=x&id=7&a=&fbclid=q&ref=home#top"
    assert without_tracking(tracked) == "https://a.example/p?b=2&id=7&a=&ref=home"
    assert without_tracking("https://a.example/p?utm_campaign=x") == "https://a.example/p"


@given(ADDRESSES)
def test_a_safe_address_stays_as_it_is_when_made_safe_again(address: str) -> None:
    once = safe_url(address)
    if once is not None:
        assert safe_url(once) == once
        assert once.startswith(("http://", "https://"))


@given(ADDRESSES)
def test_removing_tracking_again_changes_nothing(address: str) -> None:
    safe = safe_url(address)
    if safe is not None:
        once = without_tracking(safe)
        assert without_tracking(once) == once
        assert safe_url(once) == once
