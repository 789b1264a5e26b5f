"""Recorded weeks of news through the whole program: collect, group, compose, approve, send.

``python -m benchmarks.pipeline ARTICLES.jsonl[.gz] --out DIR [--topics FILE]`` makes an office in a temporary folder
with one leader, ``benchmark``, serves the articles over HTTP, and runs every verb for every ISO week as its own
process, with ``--now`` at the week's end, against a local SMTP server. It reads title, text, published, source, url,
lang and author of each line, each of which may be lacking but for title or text; the number of its line tells an
article from all others. Addresses are those of the server, with the line and the recorded address in them:
``http://127.0.0.1:…/articles/12?recorded=https%3A…``. It writes

* ``DIR/<week>/edition.json``: the briefing as the API serves it, with the complete ledger; ``edition.eml``: the mail as
  it was sent; ``edition.html`` and ``edition.txt``: its two parts;
* ``DIR/documents.jsonl``: id, version, text of every version, so that each citation can be checked, with the line,
  title, source and url it was recorded with; an article without any text stands there at version 0;
* ``DIR/report.json``: articles read, documents, duplicates, stories, entries, and for each verb its seconds and peak
  memory (of the verb's own process; the children that parse are limited on their own).

Input that cannot be used ends it with status 2 and one line that names the file, the line and the remedy.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import perf_counter

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import Progress

from app import settings
from app.delivery.context import Briefing
from app.delivery.present import present
from app.jobs.setup import make_office
from app.office import Office, open_office
from app.store import deliveries, documents, editions, people, sources, stories
from app.store.identity import document_id
from app.viewer import system
from benchmarks.newsweek import Newsweek
from benchmarks.recorded import Recorded, RecordedTopic, read, read_topics
from digest.errors import InvalidInputError
from digest.types import Mark, Origin, Source, SourceKind

BRIEFING = TypeAdapter(Briefing)
VERBS = ("collect", "group", "compose", "approve", "send")
LEADER = "benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One verb in one week."""

    week: str
    verb: str
    seconds: float
    peak_mb: float


def main() -> None:
    """Run the benchmark; unreadable input ends it with a line that names it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, help="JSON lines, plain or gzip")
    parser.add_argument("--out", type=Path, required=True, help="folder; results of an earlier run in it are replaced")
    parser.add_argument("--topics", type=Path, help='JSON: [{"name", "description", "keywords"}]')
    arguments = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("STAFFWORK_")]:
        del os.environ[name]  # they would set the database, mail server or time zone of a real office
    try:
        articles = read(arguments.articles)
        topics = read_topics(arguments.topics) if arguments.topics else ()
        clear(arguments.out)
    except InvalidInputError as error:
        parser.exit(2, f"{error}\n")
    report = run(articles, topics, arguments.out)
    Console().print_json(data={key: value for key, value in report.items() if key != "runs"})


def clear(out: Path) -> None:
    """Make the folder for the results, and take away those of an earlier run, which would be taken for this one's.

    Raises:
        InvalidInputError: it cannot be made or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in ("report.json", "documents.jsonl"):
            (out / name).unlink(missing_ok=True)
        for folder in {file.parent for file in out.glob("*/edition.json")}:
            for file in folder.glob("edition.*"):
                file.unlink()
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise InvalidInputError("--out", str(out), f"{error.strerror}; name a folder that can be written") from None


def run(articles: Sequence[Recorded], topics: Sequence[RecordedTopic], out: Path) -> dict[str, object]:
    """Live through the weeks of the articles and write what came of them.

    Args:
        articles: what is collected.
        topics: the standing subjects.
        out: a folder that is there.

    Returns:
        What ``report.json`` holds.
    """
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as folder, _mail_server() as port, Newsweek(articles) as site:
        office = _make_office(Path(folder) / "office", site, topics, port)
        ends = _week_ends(articles)
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("Weeks", total=len(ends) * len(VERBS))
            for end in ends:
                site.until = end
                for verb in VERBS:
                    runs.append(_run_verb(office, verb, end))
                    bar.advance(task)
        _write_editions(office, out)
        _write_documents(office, site, out)
        report = {"articles": len(articles), **_report(office, runs)}
        office.close()
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


@contextmanager
def _mail_server() -> Iterator[int]:
    """A mail server that takes everything; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Controller(Sink(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def _make_office(home: Path, site: Newsweek, topics: Sequence[RecordedTopic], smtp_port: int) -> Office:
    values: dict[str, object] = {"office_name": "Benchmark", "fetch_allow_hosts": ["127.0.0.1"]}
    values |= {"smtp_host": "127.0.0.1", "smtp_port": smtp_port, "smtp_security": "none"}
    now = datetime(2000, 1, 1, tzinfo=UTC)
    make_office(home, values, "Approver", "approver@benchmark.example", now)
    office = open_office(settings.load(home))
    with office.writing.begin() as session:
        for topic in topics:
            stories.add_topic(session, topic.name, topic.description, topic.keywords)
        people.add_leader(
            session, name=LEADER, email="leader@benchmark.example", language="en", clearance=Mark.CONFIDENTIAL
        )
        for path, feed in site.feeds.items():
            address = site.base + path
            sources.add(
                session, Source(id="", kind=SourceKind.FEED, name=feed.source, address=address, origin=Origin.MEDIA)
            )
    return office


def _week_ends(articles: Sequence[Recorded]) -> list[datetime]:
    """The last second of each ISO week that has articles, in order; undated ones count for the first."""
    mondays = {
        (moment - timedelta(days=moment.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
        for moment in (article.published for article in articles)
        if moment
    } or {datetime(2000, 1, 3, tzinfo=UTC)}
    return [monday + timedelta(days=7, seconds=-1) for monday in sorted(mondays)]


def _run_verb(office: Office, verb: str, now: datetime) -> Run:
    """Run a verb as a process of its own; its peak memory is what the kernel counted for it (wait4)."""
    started = perf_counter()
    environment = {**os.environ, "STAFFWORK_HOME": str(office.settings.home)}
    command = [sys.executable, "-m", "app.cli", verb, "--now", now.isoformat()]
    with tempfile.TemporaryFile() as said:
        redirect = [(os.POSIX_SPAWN_DUP2, said.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        process = os.posix_spawn(sys.executable, command, environment, file_actions=redirect)
        _, status, usage = os.wait4(process, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            said.seek(0)
            sys.exit(f"{verb} --now {now.isoformat()} failed: {said.read().decode(errors='replace')}")
    year, week, _ = now.isocalendar()
    seconds, peak_mb = round(perf_counter() - started, 2), round(usage.ru_maxrss / 1024, 1)
    return Run(week=f"{year}-W{week:02d}", verb=verb, seconds=seconds, peak_mb=peak_mb)


def _write_editions(office: Office, out: Path) -> None:
    with office.reading() as session:
        leader = people.leaders(session)[0]
        for delivery in deliveries.every(session, system()):
            folder = out / delivery.edition_id
            folder.mkdir(exist_ok=True)
            edition = editions.get(session, system(), delivery.edition_id).edition
            briefing = present(edition, leader_id=leader.id, clearance=leader.clearance, language="en")
            (folder / "edition.json").write_bytes(BRIEFING.dump_json(briefing, by_alias=True, indent=1))
            sent = deliveries.message(session, system(), delivery.id)
            (folder / "edition.eml").write_bytes(sent)
            message = message_from_bytes(sent, policy=policy.default)
            for kind, name in (("html", "edition.html"), ("plain", "edition.txt")):
                body = message.get_body((kind,))
                if isinstance(body, EmailMessage):
                    (folder / name).write_text(body.get_content(), encoding="utf-8")


def _write_documents(office: Office, site: Newsweek, out: Path) -> None:
    """Every version of every article; one that no text was had of stands there at version 0."""
    with office.reading() as session, (out / "documents.jsonl").open("w", encoding="utf-8") as file:
        waiting = {
            document_id(source.id, article.key): article
            for source in sources.every(session, system())
            for article in site.feeds[source.address.removeprefix(site.base)].articles
        }
        articles = dict(waiting)
        for document in documents.every_version(session, system()):
            waiting.pop(document.id, None)
            file.write(_document_line(document.id, document.version, document.text, articles[document.id]))
        for identifier, article in sorted(waiting.items()):
            file.write(_document_line(identifier, 0, "", article))


def _document_line(identifier: str, version: int, text: str, article: Recorded) -> str:
    found = {"line": article.number, "title": article.title, "source": article.source, "url": article.url}
    return json.dumps({"id": identifier, "version": version, "text": text, **found}, ensure_ascii=False) + "\n"


def _report(office: Office, runs: Sequence[Run]) -> dict[str, object]:
    weeks: dict[str, object] = {}
    total: Counter[str] = Counter()
    with office.reading() as session:
        for line in reversed(editions.newest(session, system(), limit=10_000).items):
            edition = editions.get(session, system(), line.id).edition
            counts = {
                "documents": len(edition.ledger),
                "duplicates": sum(each.bucket == "duplicate" for each in edition.ledger),
                "stories": len({each.story_id for each in edition.ledger if each.story_id}),
                "entries": len(edition.entries),
            }
            weeks[line.id] = counts
            total.update(counts)
        total["stories"] = stories.count(session, system())
    return {
        **total,
        "weeks": weeks,
        "verbs": {
            verb: {
                "seconds": round(sum(each.seconds for each in runs if each.verb == verb), 2),
                "peak_mb": max(each.peak_mb for each in runs if each.verb == verb),
            }
            for verb in VERBS
        },
        "machine": {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()},
        "runs": [asdict(each) for each in runs],
    }


if __name__ == "__main__":
    main()
