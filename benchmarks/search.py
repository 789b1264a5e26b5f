"""How fast texts are indexed and found.

``python -m benchmarks.search [--documents 10000] [--database-url URL]`` makes an office in a temporary folder with
invented documents, four of five in made-up English words and one in Chinese, as frequent as words are in texts (Zipf),
and measures storing them with their words, reindexing them all, and each query of a list: the search itself (three
counts and the first page) and the whole page ``/search`` as a browser gets it. Each is done several times; the median
counts. A PostgreSQL database that is named must be empty.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from fastapi.testclient import TestClient

from app import settings
from app.delivery.found import Kind, look
from app.i18n import translations
from app.jobs.reindex import reindex
from app.jobs.setup import make_office
from app.main import create_app
from app.office import Office, open_office
from app.store import documents, sources
from app.store.search import Filters, Search
from app.viewer import system
from benchmarks import invented
from digest.search import parse
from digest.types import Source, SourceKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROUNDS = 15
QUERIES = {
    "rare word": "w15000",
    "middling word": "w300",
    "word of almost every text": "w0",
    "two middling words": "w200 w300",
    "word without another": "w300 -w100",
    "phrase of rare words": '"w5000 w6000"',
    "phrase of frequent words": '"w1 w2"',
    "Chinese word": "水位",
    "long Chinese word": "世界卫生组织",
}


def main() -> None:
    """Run the benchmark and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--database-url", help="an empty PostgreSQL database; without it, SQLite")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        values: dict[str, object] = {"office_name": "Benchmark"}
        if arguments.database_url:
            values["database_url"] = arguments.database_url
        made = make_office(Path(folder) / "office", values, "Ada", "ada@office.example", NOW)
        office = open_office(settings.load(made.home))
        report = {"engine": office.engine.dialect.name, "documents": arguments.documents}
        report |= _indexing(office, arguments.documents)
        print(json.dumps(report))
        for name, seconds in _queries(office, made.token):
            print(f"{name:28}" + "".join(f"{1000 * each:8.1f} ms" for each in seconds))
        office.close()


def _indexing(office: Office, count: int) -> dict[str, float]:
    """Documents a second: stored with their words, and reindexed."""
    items = list(invented.items(count, NOW))
    started = perf_counter()
    with office.writing.begin() as session:
        source = Source(id="", kind=SourceKind.FEED, name="Benchmark", address="http://127.0.0.1/")
        source = sources.add(session, source)
    for start in range(0, count, 200):
        with office.writing.begin() as session:
            documents.store(session, source, items[start : start + 200], NOW, lambda _text, hint: hint or "en")
    stored = perf_counter()
    begun = perf_counter()
    reindex(office, everything=True)
    return {
        "stored_per_s": round(count / (stored - started)),
        "reindexed_per_s": round(count / (perf_counter() - begun)),
    }


def _queries(office: Office, token: str) -> Iterator[tuple[str, tuple[float, float]]]:
    browser = TestClient(create_app(office, clock=lambda: NOW), headers={"Origin": "http://testserver"})
    browser.post(f"/sign-in/{token}")
    for name, written in QUERIES.items():
        address = f"/search?q={written.replace(' ', '+')}"
        assert browser.get(address).status_code == 200
        yield name, (_median(partial(_search, office, written)), _median(partial(browser.get, address)))


def _search(office: Office, written: str) -> None:
    query, t = parse(written), translations("en", "UTC")
    with office.reading() as session:
        one = Search(session, system(), query, Filters())
        one.counts()
        look(one, Kind.DOCUMENTS, query, t, limit=20, after=None)


def _median(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    seconds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return median(seconds)


if __name__ == "__main__":
    main()
