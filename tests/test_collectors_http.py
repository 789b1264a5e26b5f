"""Fetching, against real servers that behave as badly as they can."""

from __future__ import annotations

import asyncio
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request
from werkzeug import Response as Reply

from collectors.guard import GuardedBackend
from collectors.http import Fetcher, FetchLimits, Response, retry_after_s
from collectors.types import NotModified
from digest.errors import FetchError

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HERE = ("127.0.0.1",)
Talk = Callable[[socket.socket], None]


def get(url: str, *, max_bytes: int = 100_000, resolve: object = None, limits: FetchLimits | None = None, **conditions):
    async def fetch() -> Response | NotModified:
        async with Fetcher(limits or FetchLimits(allow_hosts=HERE), resolve=resolve) as fetcher:
            return await fetcher.get(url, max_bytes=max_bytes, now=NOW, **conditions)

    return asyncio.run(fetch())


def refusal(url: str, **arguments: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, **arguments)
    return caught.value


@pytest.fixture(scope="session")
def httpserver_listen_address() -> tuple[str, int]:
    return "127.0.0.1", 0


@pytest.fixture
def rude() -> Iterator[Callable[[Talk], str]]:
    """Start a server that reads a request and then does as it likes."""
    sockets: list[socket.socket] = []

    def start(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def serve() -> None:
            connection, _ = listener.accept()
            with closing(connection):
                connection.recv(65_536)
                try:
                    talk(connection)
                except OSError:
                    return  # the client has had enough, as it should

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener in sockets:
        listener.close()


def test_an_answer_carries_what_the_next_request_needs(httpserver: HTTPServer) -> None:
    headers = {
        "ETag": '"a1"',
        "Last-Modified": "Fri, 20 Nov 2026 08:00:00 GMT",
        "Content-Type": "text/xml; charset=GBK",
    }
    httpserver.expect_request("/feed").respond_with_data(b"<rss/>", headers=headers)
    answer = get(httpserver.url_for("/feed"))
    assert isinstance(answer, Response)
    assert (answer.content, answer.etag, answer.charset) == (b"<rss/>", '"a1"', "GBK")
    assert answer.last_modified == headers["Last-Modified"]
    assert answer.final_address is None


def test_validators_are_sent_and_304_is_a_result(httpserver: HTTPServer) -> None:
    wanted = {"If-None-Match": '"a1"', "If-Modified-Since": "Fri, 20 Nov 2026 08:00:00 GMT"}
    httpserver.expect_request("/feed", headers=wanted).respond_with_data(status=304)
    answer = get(httpserver.url_for("/feed"), etag='"a1"', last_modified="Fri, 20 Nov 2026 08:00:00 GMT")
    assert answer == NotModified()


def test_a_304_that_nobody_asked_for_is_an_error(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_data(status=304)
    assert refusal(httpserver.url_for("/feed")).params == {"status": 304}


def test_a_remembered_validator_cannot_smuggle_a_header(httpserver: HTTPServer) -> None:
    seen: list[Request] = []
    httpserver.expect_request("/").respond_with_handler(lambda request: seen.append(request) or Reply("ok"))
    get(httpserver.url_for("/"), etag='"a"\r\nX-Evil: 1')
    assert "If-None-Match" not in seen[0].headers
    assert "X-Evil" not in seen[0].headers


@pytest.mark.parametrize("status", [204, 206, 400, 401, 404, 410, 429, 500, 503])
def test_a_status_that_brings_no_answer_is_named(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_data(status=status, headers={"Retry-After": "120"})
    error = refusal(httpserver.url_for("/"))
    assert (error.code, error.params, error.retry_after_s) == ("http_status", {"status": status}, 120.0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Fri, 20 Nov 2026 09:05:00 GMT", 300.0),
        ("Fri, 20 Nov 2026 08:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("١٢", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_permanent_redirects_are_reported_as_far_as_they_are_permanent(httpserver: HTTPServer) -> None:
    for path, status, target in (("/a", 301, "/b"), ("/b", 308, "/c"), ("/c", 302, "/d")):
        httpserver.expect_request(path).respond_with_data(status=status, headers={"Location": target})
    httpserver.expect_request("/d").respond_with_data("here")
    answer = get(httpserver.url_for("/a"))
    assert isinstance(answer, Response)
    assert answer.address == httpserver.url_for("/d")
    assert answer.final_address == httpserver.url_for("/c")


def test_a_temporary_redirect_moves_nothing_for_good(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(status=307, headers={"Location": "/b"})
    httpserver.expect_request("/b").respond_with_data(status=301, headers={"Location": "/c"})
    httpserver.expect_request("/c").respond_with_data("here")
    assert get(httpserver.url_for("/a")).final_address is None


def test_a_redirect_in_a_circle_ends(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": "/a"})
    assert refusal(httpserver.url_for("/a")).code == "too_many_redirects"
    assert len(httpserver.log) == FetchLimits().max_redirects + 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "forbidden_address"),
        ("http://[::ffff:127.0.0.2]/", "forbidden_address"),
        ("http://[::1]/", "forbidden_address"),
        ("http://0x0a000001/", "forbidden_address"),
        ("file:///etc/passwd", "bad_address"),
        ("http://user:secret@127.0.0.1/", "bad_address"),
        ("", "protocol"),
    ],
)
def test_a_redirect_leads_nowhere_it_should_not(httpserver: HTTPServer, target: str, code: str) -> None:
    httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": target})
    assert refusal(httpserver.url_for("/a")).code == code


def resolver(*answers: Sequence[str]):
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def test_the_guard_is_in_place_in_the_library() -> None:
    fetcher = Fetcher()
    assert isinstance(fetcher._client._transport._pool._network_backend, GuardedBackend)


def test_a_name_with_a_private_address_is_refused(httpserver: HTTPServer) -> None:
    url = f"http://innocent.example:{httpserver.port}/"
    error = refusal(url, resolve=resolver(["127.0.0.1", "::1", "10.0.0.1"]), limits=FetchLimits())
    assert (error.code, httpserver.log) == ("forbidden_address", [])


def test_a_name_that_turns_private_between_two_requests_is_refused(httpserver: HTTPServer) -> None:
    """The first answer of the name opens the way to a redirect; the second, of the same name, is the trap."""
    httpserver.expect_request("/a").respond_with_data(
        status=302, headers={"Location": f"http://rebound.example:{httpserver.port}/b", "Connection": "close"}
    )
    httpserver.expect_request("/b").respond_with_data("secret")
    limits = FetchLimits(allow_hosts=("127.0.0.1/32",), pace_s=0)
    url = f"http://rebound.example:{httpserver.port}/a"
    assert refusal(url, resolve=resolver(["127.0.0.1"], ["127.0.0.2"]), limits=limits).code == "forbidden_address"
    assert len(httpserver.log) == 1


def test_a_name_on_the_allow_list_may_be_private(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("ours")
    limits = FetchLimits(allow_hosts=("intranet.example",))
    answer = get(f"http://intranet.example:{httpserver.port}/", resolve=resolver(["127.0.0.1"]), limits=limits)
    assert answer.content == b"ours"


def test_through_a_proxy_the_proxy_resolves_and_literal_private_addresses_stay_refused(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("by proxy")
    limits = FetchLimits(proxy=httpserver.url_for("/"))
    assert get("http://unknown.invalid/", limits=limits).content == b"by proxy"
    assert refusal("http://10.0.0.1/", limits=limits).code == "forbidden_address"


@pytest.mark.parametrize("url", ["ftp://a.example/", "http://a@b.example/", "nonsense", "http://a..b/", "http:///x"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    assert refusal(url).code in ("bad_address", "dns")


def test_nobody_listening_and_nobody_by_that_name(httpserver: HTTPServer) -> None:
    assert refusal("http://127.0.0.1:1/").code == "connect"
    assert refusal("http://nobody.invalid/").code == "dns"
    assert refusal(httpserver.url_for("/").replace("http:", "https:")).code == "tls"


def test_a_body_is_cut_off_at_the_limit_whatever_its_length_claims(rude: Callable[[Talk], str]) -> None:
    sent = [0]

    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            sent[0] += connection.send(b"x" * 65_536)

    assert refusal(rude(flood)).code == "too_large"
    assert sent[0] < 20_000_000
    announced = rude(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\nx"))
    assert refusal(announced).code == "too_large"


def test_the_smaller_of_two_limits_of_a_body_holds(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 1000)
    url = httpserver.url_for("/")
    assert len(get(url, max_bytes=1000, limits=FetchLimits(allow_hosts=HERE, max_bytes=1000)).content) == 1000
    for of_office, of_caller in ((999, 5000), (5000, 999)):
        with pytest.raises(FetchError, match="too_large limit=999"):
            get(url, max_bytes=of_caller, limits=FetchLimits(allow_hosts=HERE, max_bytes=of_office))


def test_a_compression_bomb_is_cut_off_at_the_limit(httpserver: HTTPServer) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    httpserver.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    assert refusal(httpserver.url_for("/")).code == "too_large"


def test_a_server_of_one_byte_at_a_time_is_given_up(rude: Callable[[Talk], str]) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        while True:
            connection.send(b"x")
            time.sleep(0.1)

    started = time.perf_counter()
    assert refusal(rude(drip), limits=FetchLimits(allow_hosts=HERE, deadline_s=0.6)).code == "too_slow"
    assert time.perf_counter() - started < 3


def test_a_server_that_says_nothing_times_out(rude: Callable[[Talk], str]) -> None:
    limits = FetchLimits(allow_hosts=HERE, read_timeout_s=0.3)
    assert refusal(rude(lambda _: time.sleep(2)), limits=limits).code == "timeout"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"y" * 200_000 + b"\r\n\r\n",
        b"",
    ],
)
def test_an_answer_that_is_no_http_is_named(rude: Callable[[Talk], str], answer: bytes) -> None:
    assert refusal(rude(lambda connection: connection.sendall(answer))).code == "protocol"


def test_cookies_are_not_kept(httpserver: HTTPServer) -> None:
    seen: list[str | None] = []

    def reply(request: Request) -> Reply:
        seen.append(request.headers.get("Cookie"))
        return Reply("ok", headers={"Set-Cookie": "id=1; Path=/"})

    httpserver.expect_request("/").respond_with_handler(reply)

    async def twice() -> None:
        async with Fetcher(FetchLimits(allow_hosts=HERE)) as fetcher:
            for _ in range(2):
                await fetcher.get(httpserver.url_for("/"), max_bytes=10, now=NOW)

    asyncio.run(twice())
    assert seen == [None, None]


@pytest.mark.parametrize(("allowed", "paced"), [(("127.0.0.0/8",), False), (("public.example",), False), ((), True)])
def test_requests_to_one_host_are_paced_unless_it_is_on_the_allow_list(
    httpserver: HTTPServer, allowed: tuple[str, ...], paced: bool
) -> None:
    httpserver.expect_request("/").respond_with_data("ok")
    limits = FetchLimits(allow_hosts=allowed, pace_s=0.2)
    host = "public.example" if allowed == ("public.example",) else "127.0.0.1"

    async def starts() -> list[float]:
        begun: list[float] = []
        async with Fetcher(limits, resolve=resolver(["127.0.0.1"])) as fetcher:

            async def one() -> None:
                async with fetcher._turn(host):
                    begun.append(time.perf_counter())

            await asyncio.gather(*(one() for _ in range(3)))
        return begun

    begun = asyncio.run(starts())
    assert (begun[-1] - begun[0] >= 0.38) is paced
