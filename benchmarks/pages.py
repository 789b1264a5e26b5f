"""How fast pages and the API answer in an office with many documents.

``python -m benchmarks.pages [--documents 10000] [--database URL] [--home DIR]`` makes an office after half a year in a
temporary folder (``benchmarks/invented_office.py``), serves it as the program does, in a process of its own, and asks
every page and every route of the API thirty times, signed in as an administrator and as a leader. It prints the median
and the worst for each; the first time, which warms up, is told apart. A PostgreSQL database must be empty.
With ``--home`` the office is made there, or taken when it was made before.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from socket import socket
from statistics import median
from time import perf_counter, sleep

import httpx2
import uvicorn
from fastapi.routing import APIRoute

from app import settings, web
from app.jobs.setup import make_office
from app.main import create_app
from app.office import Office, open_office
from app.store import asks, catalogue, deliveries, editions, people, stories
from app.viewer import Role
from benchmarks.invented_office import BEGUN, NOW, a_reader, everything, fill

ROUNDS = 30
TARGET_MS = 100
HOST = "127.0.0.1"
SEARCHES = ("w15000", "w300", "w0", "水位")
LONG = ("documents", "stories", "entries", "asks", "statements")
WAIT_S = 60


@dataclass(frozen=True, slots=True)
class Timing:
    """How long an address took, in milliseconds; ``status`` is of its first answer, which warms up."""

    status: int
    first_ms: float
    median_ms: float
    worst_ms: float


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--database", help="an empty PostgreSQL database; without it, SQLite")
    parser.add_argument("--home", type=Path, help="make the office here, or take the one that was made before")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home or Path(folder) / "office"
        made = home.exists()
        values: dict[str, object] = {"office_name": "Benchmark", "time_zone": "Europe/Berlin"}
        if arguments.database:
            values["database_url"] = arguments.database
        if not made:
            make_office(home, values, "Ada", "ada@office.example", BEGUN)
        office = open_office(settings.load(home))
        if not made:
            started = perf_counter()
            fill(office, arguments.documents)
            print(f"filled in {perf_counter() - started:.0f} s")
        print(f"engine {office.engine.dialect.name}, {arguments.documents} documents\n")
        _report(office, arguments.rounds)
        office.close()


def _report(office: Office, rounds: int) -> None:
    readers = {role: a_reader(office, role) for role in (Role.ADMINISTRATOR, Role.LEADER)}
    asked = list(addresses(office))
    with served(office.settings.home) as port:
        found = {role: timings(port, *reader, asked, rounds) for role, reader in readers.items()}
    print_table(asked, found)


@contextmanager
def served(home: Path) -> Iterator[int]:
    """The port on which an office is served, by a process of its own."""
    port = _free_port()
    server = get_context("spawn").Process(target=_serve, args=(home, port))
    server.start()
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.join()


def print_table(asked: list[str], found: dict[Role, dict[str, Timing]]) -> None:
    """Print what each address takes each reader, and which are over the target."""
    print("| address | staff: median | worst, ms | leader: median | worst, ms |\n|---|---|---|---|---|")
    for address in asked:
        cells = [_cells(found[role][address]) for role in found]
        print(f"| `{address}` | {' | '.join(cells)} |")
    every = [(timing, f"{role} {address}") for role in found for address, timing in found[role].items()]
    served = [(timing, name) for timing, name in every if timing.status == 200]
    slow = [f"{name} ({timing.median_ms:.0f})" for timing, name in served if timing.median_ms > TARGET_MS]
    print(f"\n{len(served)} answers; median of the medians {median(each.median_ms for each, _ in served):.0f} ms")
    print(f"over {TARGET_MS} ms: {', '.join(slow) or 'none'}")
    first = [f"{name} ({timing.first_ms:.0f})" for timing, name in served if timing.first_ms > TARGET_MS]
    print(f"first time over {TARGET_MS} ms: {', '.join(first) or 'none'}")


def _cells(timing: Timing) -> str:
    return f"{timing.median_ms:.0f} | {timing.worst_ms:.0f}" if timing.status == 200 else f"({timing.status}) | "


def _free_port() -> int:
    with socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(home: Path, port: int) -> None:
    office = open_office(settings.load(home))
    uvicorn.run(create_app(office, clock=lambda: NOW), host=HOST, port=port, log_config=None, server_header=False)


def _wait(port: int) -> None:
    begun = perf_counter()
    while True:
        try:
            httpx2.get(f"http://{HOST}:{port}/healthz").raise_for_status()
            return
        except httpx2.HTTPError:
            if perf_counter() - begun > WAIT_S:
                raise
            sleep(0.2)


def timings(port: int, token: str, key: str, asked: list[str], rounds: int) -> dict[str, Timing]:
    """How long each address takes a reader; the first time, which warms up, does not count."""
    base = f"http://{HOST}:{port}"
    with httpx2.Client(base_url=base, headers={"Origin": base}, timeout=120) as browser:
        browser.post(f"/sign-in/{token}")
        return {address: _timing(browser, address, key, rounds) for address in asked}


def _timing(browser: httpx2.Client, address: str, key: str, rounds: int) -> Timing:
    headers = {"Authorization": f"Bearer {key}"} if address.startswith("/api/v1") else {}
    began = perf_counter()
    first = browser.get(address, headers=headers)
    first_ms = 1000 * (perf_counter() - began)
    if first.status_code >= 500:
        raise RuntimeError(f"{address}: {first.status_code}")
    if first.status_code != 200:
        return Timing(first.status_code, first_ms, 0, 0)
    took = []
    for _ in range(rounds):
        started = perf_counter()
        browser.get(address, headers=headers)
        took.append(1000 * (perf_counter() - started))
    return Timing(200, first_ms, median(took), max(took))


def addresses(office: Office) -> Iterator[str]:
    """Every page and route that is read, and the longest page of each list."""
    values = _values(office)
    for path in _paths(office):
        address = path.format(**values)
        yield f"{address}?q={SEARCHES[0]}" if path.endswith("/search") else address
    for words in SEARCHES[1:]:
        yield f"/search?q={words}"
        yield f"/api/v1/search?q={words}"
    yield f"/briefings/{values['draft_id']}/draft"
    yield f"/briefings/{values['draft_id']}/draft?every=true"
    yield f"/briefings/{values['draft_id']}/ledger"
    for name in LONG:
        yield f"/api/v1/{name}?limit=200"
    yield "/api/v1/documents?limit=200&format=csv"
    yield f"/stories/{values['large_story_id']}"
    yield f"/api/v1/stories/{values['large_story_id']}"


def _paths(office: Office) -> list[str]:
    """The addresses of all routes that are read, with the names of what stands in them."""
    described = create_app(office).openapi()["paths"]
    parts = [part for part in vars(web).values() if hasattr(part, "router") and part is not web]
    routes = [route for part in parts for route in part.router.routes if isinstance(route, APIRoute)]
    reading = [route for route in routes if "GET" in (route.methods or ())]
    pages = [route.path for route in reading if not _needs_more(route)]
    return sorted({path for path in pages if path != "/sign-in/{token}"}) + list(described)


def _needs_more(route: APIRoute) -> bool:
    """Whether an address must say more than its path: a single notice is asked for by its key."""
    return any(each.field_info.is_required() for each in route.dependant.query_params)


def _values(office: Office) -> dict[str, str | int]:
    """What stands in addresses: the newest of each, and a large story."""
    viewer = everything()
    with office.reading() as session:
        edition = editions.latest(session, viewer)
        draft = editions.latest(session, viewer, approved_only=False)
        document = catalogue.changes(session, viewer, limit=1).items[0]
        ask = asks.page(session, viewer, asks.Which.OPEN, NOW.date(), limit=1).items[0]
        large = max(stories.newest(session, viewer, limit=1_000).items, key=lambda story: story.documents)
        mail = deliveries.every(session, viewer)[0]
        person, leader = people.everybody(session, viewer)[0], people.leaders(session)[0]
    if edition is None or draft is None:
        raise RuntimeError("the office has no edition")
    return {
        "edition_id": edition.id,
        "briefing_id": edition.id,
        "draft_id": draft.id,
        "document_id": document.id,
        "number": document.version,
        "story_id": document.story_id or "",
        "large_story_id": large.id,
        "ask_id": ask.ask.id,
        "delivery_id": mail.id,
        "topic_id": "topic-0",
        "source_id": "source-0",
        "person_id": person.id,
        "leader_id": leader.id,
    }


if __name__ == "__main__":
    main()
