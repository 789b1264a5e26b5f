"""The address guard: which addresses are public, and what an allow-list opens."""

from ipaddress import ip_address

import pytest

from collectors.guard import AllowList, check_literal, is_public, literal
from digest.errors import FetchError

FORMS = """
127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 255.255.255.255
192.0.2.1 198.18.0.1 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:a00:1 2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b:1::a00:1
fe80::1 fc00::1 fec0::1 ff02::1 2001::1 2001:db8::1
"""
PRIVATE = FORMS.split()
PUBLIC = ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e", "2002:5db8:d70e::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_seen_through_every_form(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public_in_every_form(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["0x7f000001", "2130706433", "127.1", "0177.0.0.1", "127.0.0.1.", "[::1]", "fe80::1%eth0"]
)
def test_old_and_odd_spellings_of_an_address_are_read(host: str) -> None:
    address = literal(host)
    assert address is not None
    assert not is_public(address)


def test_a_name_spells_no_address() -> None:
    assert literal("news.example") is None


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f000001", "localhost", "api.localhost.", "::ffff:10.0.0.1"])
def test_a_host_that_is_spelled_as_private_is_refused(host: str) -> None:
    with pytest.raises(FetchError, match="forbidden_address"):
        check_literal(host, AllowList.of(()))


@pytest.mark.parametrize("allowed", ["10.0.0.5", "10.0.0.0/8", "::ffff:10.0.0.5"])
def test_an_allow_list_opens_addresses_and_networks_and_no_others(allowed: str) -> None:
    opened = AllowList.of((allowed, "Intranet.Example."))
    check_literal("10.0.0.5", opened)
    assert opened.has_name("intranet.example")
    with pytest.raises(FetchError):
        check_literal("192.168.0.1", opened)
