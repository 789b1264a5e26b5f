"""Fetching over HTTP: limits on size, time and redirects, courtesy to hosts, and the address guard."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self
from urllib.parse import urlsplit

import httpx2

from collectors.addresses import safe_url
from collectors.guard import AllowList, GuardedBackend, Resolver, check_literal, system_resolver
from collectors.requests import Request, note
from collectors.types import NotModified
from digest.errors import FetchError

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_OK = (200, 203)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """How patient, how polite and how trusting fetching is."""

    connect_timeout_s: float = 10.0  # a host that takes longer is down; the next run tries again
    read_timeout_s: float = 15.0  # slow content systems think for ten seconds before the first byte
    deadline_s: float = 20.0  # for a whole answer with its redirects: one byte a second passes every other limit
    max_bytes: int = 15_000_000  # of a body, as sent and decompressed; pages with inlined pictures reach 10 million
    max_redirects: int = 5  # real feeds need up to three: https, www, new path
    pace_s: float = 1.0  # between two requests to one host, as crawlers of one reader do
    max_per_host: int = 2  # at a time; more looks like an attack to small servers
    concurrency: int = 30  # answers held in memory at a time
    user_agent: str = "Staffwork/0.1 (feed reader of an office)"
    allow_hosts: tuple[str, ...] = ()  # names, addresses or networks; they may be private and are not paced
    proxy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A complete answer."""

    address: str
    """Where it was found, after redirects."""
    content: bytes
    """The body, decompressed."""
    charset: str = ""
    """As the server declares it; empty when it does not."""
    etag: str | None = None
    last_modified: str | None = None
    final_address: str | None = None
    """Where permanent redirects led, None when there were none."""


@dataclass(slots=True)
class _Host:
    """When a host may be asked next."""

    turns: asyncio.Semaphore
    next_start: float = 0.0


@dataclass(slots=True)
class _Hops:
    """The way of one request through redirects."""

    address: str
    permanent: str | None = None
    all_permanent: bool = True
    spent_s: float = 0.0

    def follow(self, target: str, status: int) -> None:
        self.address = target
        self.all_permanent = self.all_permanent and status in _PERMANENT
        if self.all_permanent:
            self.permanent = target


@dataclass(slots=True)
class _Made:
    """A request while it is made."""

    address: str
    response: httpx2.Response | None = None
    seconds: float = 0.0
    error: str | None = None

    def note(self, leads_to: str) -> None:
        """Note how it ended."""
        note(
            Request(
                address=self.address,
                status=self.response.status_code if self.response else None,
                bytes=self.response.num_bytes_downloaded if self.response else 0,
                seconds=self.seconds,
                leads_to=leads_to if leads_to != self.address else None,
                error=self.error,
            )
        )


def _checked(url: str) -> str:
    address = safe_url(url)
    if address is None:
        raise FetchError("bad_address", address=url[:200])
    return address


async def _read(
    response: httpx2.Response, hops: _Hops, max_bytes: int, now: datetime, *, conditional: bool
) -> Response | NotModified | None:
    if response.status_code in _REDIRECTS:
        hops.follow(_target(response, hops.address), response.status_code)
        return None
    if response.status_code == 304 and conditional:
        return NotModified()
    if response.status_code not in _OK:
        pause_s = retry_after_s(response.headers.get("Retry-After", ""), now)
        raise FetchError("http_status", status=response.status_code, retry_after_s=pause_s)
    charset = _CHARSET.search(response.headers.get("Content-Type", ""))
    return Response(
        address=hops.address,
        content=await _body(response, max_bytes),
        charset=charset[1] if charset else "",
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
        final_address=hops.permanent,
    )


def _target(response: httpx2.Response, address: str) -> str:
    location = response.headers.get("Location")
    if not location:
        raise FetchError("protocol", detail="redirect without a location")
    target = safe_url(location, address)
    if target is None:
        raise FetchError("bad_address", address=location[:200])
    return target


async def _body(response: httpx2.Response, max_bytes: int) -> bytes:
    """The decompressed body; a server that lies about its length, or sends a bomb, is cut off at the limit."""
    declared = response.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) > max_bytes:
        raise FetchError("too_large", limit=max_bytes)
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > max_bytes or response.num_bytes_downloaded > max_bytes:
            raise FetchError("too_large", limit=max_bytes)
    return bytes(body)


def retry_after_s(value: str, now: datetime) -> float | None:
    """Read a ``Retry-After`` field: seconds, or a date (RFC 9110, section 10.2.3); None when it says nothing usable."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


@asynccontextmanager
async def _translated(limits: FetchLimits) -> AsyncIterator[None]:
    """Give the errors of the library our words."""
    try:
        yield
    except TimeoutError:
        raise FetchError("too_slow", limit=round(limits.deadline_s)) from None
    except httpx2.TimeoutException:
        raise FetchError("timeout") from None
    except httpx2.InvalidURL:
        raise FetchError("bad_address") from None
    except (httpx2.ConnectError, httpx2.ProxyError) as error:
        raise FetchError("tls" if _is_tls(error) else "connect") from None
    except httpx2.HTTPError as error:
        raise FetchError("tls" if _is_tls(error) else "protocol", detail=type(error).__name__) from None


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


class Fetcher:
    """Fetches addresses that sources give, which may be anything.

    Every connection passes the address guard: private addresses are refused, whatever name or redirect led to them, but
    for ``allow_hosts``. With an outbound proxy it is the proxy that resolves names: the proxy itself may be reached,
    addresses that are literally private are still refused, and the rest is the proxy's own policy. Cookies are neither
    kept nor sent; the environment's proxy and certificate variables are ignored.

    Args:
        limits: how patient, polite and trusting it is.
        resolve: host and port -> numeric addresses; the system's resolver when None.
    """

    def __init__(self, limits: FetchLimits | None = None, *, resolve: Resolver | None = None) -> None:
        self.limits = limits or FetchLimits()
        self._allowed = AllowList.of(self.limits.allow_hosts)
        self._names = ThreadPoolExecutor(self.limits.concurrency, thread_name_prefix="names")
        self._client = self._make_client(resolve or system_resolver(self._names))
        self._answers = asyncio.Semaphore(self.limits.concurrency)
        self._hosts: defaultdict[str, _Host] = defaultdict(
            lambda: _Host(asyncio.Semaphore(self.limits.max_per_host), 0.0)
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__()
        self._names.shutdown(wait=False, cancel_futures=True)

    async def get(
        self,
        url: str,
        *,
        now: datetime,
        max_bytes: int | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Response | NotModified:
        """Fetch one address, conditionally when a validator is given (RFC 9110, section 13).

        Args:
            url: an ``http`` or ``https`` address.
            now: the present, to read a ``Retry-After`` date against.
            max_bytes: a limit of the body where that of ``limits`` is too wide; the smaller one holds.
            etag: the ``ETag`` of the answer one has.
            last_modified: its ``Last-Modified``.

        Raises:
            FetchError: with any of its codes but ``missing_folder``.
        """
        hops = _Hops(_checked(url))
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        most = self.limits.max_bytes if max_bytes is None else min(max_bytes, self.limits.max_bytes)
        headers = {name: value for name, value in conditions.items() if value and value.isprintable()}
        for _ in range(self.limits.max_redirects + 1):
            answer = await self._hop(hops, headers, most, now)
            if answer is not None:
                return answer
        raise FetchError("too_many_redirects", limit=self.limits.max_redirects)

    async def _hop(
        self, hops: _Hops, headers: dict[str, str], max_bytes: int, now: datetime
    ) -> Response | NotModified | None:
        """One request; None after a redirect, which ``hops`` then has followed."""
        host, made = urlsplit(hops.address).hostname or "", _Made(hops.address)
        try:
            check_literal(host, self._allowed)
            async with self._turn(host), self._answers:
                clock = asyncio.get_running_loop().time
                started = clock()
                async with (
                    _translated(self.limits),
                    asyncio.timeout(self.limits.deadline_s - hops.spent_s),
                    self._client.stream("GET", hops.address, headers=headers) as response,
                ):
                    made.response = response
                    hops.spent_s += clock() - started
                    answer = await _read(response, hops, max_bytes, now, conditional=bool(headers))
                    made.seconds = clock() - started
                    return answer
        except FetchError as error:
            made.error = error.code
            raise
        finally:
            made.note(hops.address)

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        """Wait until the host may be asked."""
        host = self._hosts[name]
        async with host.turns:
            if not self._allowed.has_name(name):
                clock = asyncio.get_running_loop().time
                start = max(clock(), host.next_start)
                host.next_start = start + self.limits.pace_s
                await asyncio.sleep(start - clock())
            yield

    def _make_client(self, resolve: Resolver) -> httpx2.AsyncClient:
        limits = self.limits
        transport = httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context(),
            trust_env=False,
            limits=httpx2.Limits(max_connections=limits.concurrency, max_keepalive_connections=limits.concurrency),
            proxy=limits.proxy,
        )
        if limits.proxy is None:
            # The library has no public way to set the network backend of a transport; a test watches over this one.
            transport._pool._network_backend = GuardedBackend(resolve, self._allowed)
        return httpx2.AsyncClient(
            transport=transport,
            trust_env=False,
            timeout=httpx2.Timeout(limits.read_timeout_s, connect=limits.connect_timeout_s, pool=None),
            headers={"User-Agent": limits.user_agent, "Accept-Encoding": "gzip, deflate"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
