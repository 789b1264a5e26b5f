"""The address guard: keeps sources from reaching into the office's own network.

It works where a connection is made, on the very address that is connected to. Redirects, names that change their
address between check and use (DNS rebinding) and unusual spellings of an address are therefore covered.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

from httpcore2 import SOCKET_OPTION, AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from digest.errors import FetchError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> numeric addresses; raises OSError when the name has none."""

_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # RFC 6052, RFC 8215
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291, section 2.5.5.1
_LOOPBACK = IPv4Address(0x7F000001)
_TEREDO = IPv6Network("2001::/32")  # RFC 4380: may carry any IPv4 address, and no public server uses it


@dataclass(frozen=True, slots=True)
class AllowList:
    """The hosts that may be reached although their addresses are not public."""

    names: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    @classmethod
    def of(cls, hosts: Iterable[str]) -> Self:
        """Read host names, IP addresses and networks in CIDR notation."""
        names: set[str] = set()
        networks: list[IPv4Network | IPv6Network] = []
        for host in hosts:
            try:
                network = ip_network(host.strip("[]"), strict=False)
                single = network.num_addresses == 1
                networks.append(ip_network(embedded(network.network_address)) if single else network)
            except ValueError:
                names.add(host.lower().rstrip("."))
        return cls(frozenset(names), tuple(networks))

    def has_name(self, host: str) -> bool:
        """Whether the host is listed, by name or as a literal address."""
        address = literal(host)
        return host.lower().rstrip(".") in self.names or (address is not None and self.has_address(address))

    def has_address(self, address: Address) -> bool:
        """Whether the address lies in a listed network."""
        plain = embedded(address)
        return any(plain in network or address in network for network in self.networks)


def embedded(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, compatible, 6to4, NAT64), else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    if address in _COMPATIBLE or any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether an address belongs to one host on the public Internet, seen through every IPv4-in-IPv6 form."""
    inner = embedded(address)
    if isinstance(inner, IPv6Address) and (inner.is_site_local or inner in _TEREDO):
        return False
    return inner.is_global and not (inner.is_multicast or inner.is_reserved or inner.is_unspecified)


def literal(host: str) -> Address | None:
    """The address a host spells out, in any form the system's resolver reads (``0x7f.1``, ``2130706433``).

    ``localhost`` and what ends in it always means the loopback address (RFC 6761, section 6.3).
    """
    if host.lower().rstrip(".").rpartition(".")[2] == "localhost":
        return _LOOPBACK
    for read in (ip_address, _old_notation):
        with suppress(OSError, ValueError):
            return read(host.strip("[]").rstrip(".").partition("%")[0])
    return None


def _old_notation(host: str) -> Address:
    return IPv4Address(socket.inet_aton(host))


def check_literal(host: str, allowed: AllowList) -> None:
    """Refuse a host that is spelled as a private address; names are left to whoever resolves them.

    Raises:
        FetchError: ``forbidden_address``.
    """
    address = literal(host)
    if address is not None and not is_public(address) and not allowed.has_name(host):
        raise FetchError("forbidden_address", address=host)


def system_resolver(executor: Executor) -> Resolver:
    """A resolver that asks the operating system in the executor's threads: dead names must not starve other work."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(executor, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    return resolve


class GuardedBackend(AsyncNetworkBackend):
    """Connects only to public addresses and to the allow-list; the address that was checked is the one connected to."""

    def __init__(self, resolve: Resolver, allowed: AllowList) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._network = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of the library
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first permitted address of the host that answers.

        Raises:
            FetchError: ``dns``, or ``forbidden_address`` when every address of the host is private.
        """
        failure: Exception = ConnectError("no address")
        for address in await self._permitted(host, port, timeout):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (ConnectError, ConnectTimeout) as error:
                failure = error
        raise failure

    async def _permitted(self, host: str, port: int, timeout_s: float | None) -> list[str]:
        try:
            async with asyncio.timeout(timeout_s):
                found = await self._resolve(host, port)
        except (OSError, UnicodeError):  # among them a resolver that takes too long
            raise FetchError("dns", address=host) from None
        permitted = [address for address in found if self._may_reach(host, address)]
        if not permitted:
            raise FetchError("forbidden_address", address=host)
        return permitted

    def _may_reach(self, host: str, numeric: str) -> bool:
        address = ip_address(numeric.partition("%")[0])
        return is_public(address) or host.lower() in self._allowed.names or self._allowed.has_address(address)
