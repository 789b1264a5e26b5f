"""An office after half a year: invented documents in stories, topics, weekly editions, asks and statements.

Which documents are one story is drawn by lot, since words drawn by lot tell nothing; everything else is made by the
program itself, week by week.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from app.jobs.approve import approve
from app.jobs.compose import compose
from app.jobs.group import gather
from app.jobs.send import send
from app.office import Office
from app.store import asks, documents, people, sources, statements, stories
from app.store.identity import document_id
from app.viewer import Role, Viewer, system
from benchmarks import invented
from collectors.types import Fetched, Item, Outcome
from digest.asks import AskKind, AskState
from digest.errors import FetchError
from digest.types import Mark, Origin, Source, SourceKind, StatementKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
WEEKS = 26
WEEK = timedelta(weeks=1)
BEGUN = NOW - WEEKS * WEEK
SOURCES = 60
TOPICS = 12
LEADERS = 4
ASKS = 240
STATEMENTS = 80
JOINS = 0.65  # of the documents: a story has about three, as the recorded weeks have
RECENT = 60  # stories that a document may join
BATCH = 200


def fill(office: Office, count: int, *, weeks: int = WEEKS) -> None:
    """Fill an office that was just made with so many documents, spread over the weeks before :data:`NOW`."""
    chance = random.Random(20261120)
    given = sorted(invented.items(count, NOW, days=7 * weeks), key=lambda item: item.published_at or NOW)
    with office.writing.begin() as session:
        known = [sources.add(session, _source(number)) for number in range(SOURCES)]
        for number in range(TOPICS):
            words = [f"w{rank}" for rank in range(200 + 40 * number, 203 + 40 * number)]
            stories.add_topic(session, f"Topic {number}", "An invented topic", [*words, invented.CHINESE[number]])
    approver = _people(office)
    _say_and_ask(office, approver, chance)
    told = _in_stories(given, known, chance)
    for number in range(1, weeks + 1):
        cut_off = NOW - (weeks - number) * WEEK
        week = [item for item in given if cut_off - WEEK <= (item.published_at or NOW) < cut_off]
        _collect(office, week, known, told, cut_off - timedelta(hours=1))
        gather(office, cut_off)
        composed = compose(office, cut_off)
        if composed is not None and number < weeks:  # the last one stays a draft
            approve(office, composed.edition_id, approver, cut_off + timedelta(hours=5))
            send(office, cut_off + timedelta(days=3))


def _source(number: int) -> Source:
    mark = Mark.CONFIDENTIAL if number % 20 == 19 else Mark.INTERNAL if number % 10 == 9 else Mark.PUBLIC
    own = mark is not Mark.PUBLIC
    return Source(
        id=f"source-{number}",
        kind=SourceKind.FEED,
        name=f"Source {number}",
        address=f"http://127.0.0.1:9/{number}",
        origin=Origin.OWN if own else Origin.MEDIA,
        mark=mark,
    )


def _people(office: Office) -> Viewer:
    """Leaders with accounts, an editor and an approver, who is returned."""
    with office.writing.begin() as session:
        for number in range(LEADERS):
            name, email = f"Leader {number}", f"leader{number}@office.example"
            clearance = Mark.CONFIDENTIAL if number == 0 else Mark.INTERNAL
            leader = people.add_leader(session, name=name, email=email, language="en", clearance=clearance)
            people.add_person(
                session,
                name=name,
                email=email,
                role=Role.LEADER,
                clearance=clearance,
                language="en",
                leader_id=leader.id,
            )
        for role in (Role.ADMINISTRATOR, Role.APPROVER):
            people.add_person(
                session,
                name=f"The {role}",
                email=f"{role}@office.example",
                role=role,
                clearance=Mark.CONFIDENTIAL,
                language="en",
            )
        return people.holders(session, Role.APPROVER)[0].viewer


def _say_and_ask(office: Office, author: Viewer, chance: random.Random) -> None:
    """Statements over the half year; asks, one in four of them open."""
    with office.writing.begin() as session:
        for number in range(STATEMENTS):
            statements.add(
                session,
                leader_id=f"leader-{number % LEADERS}",
                kind=list(StatementKind)[number % len(StatementKind)],
                said_on=_day(chance, before=7 * WEEKS),
                title=f"Statement {number}",
                text=" ".join(f"w{chance.randint(100, 20_000)}" for _ in range(200)),
                mark=Mark.INTERNAL,
            )
        for number in range(ASKS):
            wanted = asks.Wanted(
                kind=list(AskKind)[number % len(AskKind)],
                text=f"Ask {number}: " + " ".join(f"w{chance.randint(100, 20_000)}" for _ in range(12)),
                owner=f"Unit {number % 15}",
                address=None,
                due=_day(chance, before=30) + timedelta(days=20),
                due_time=None,
                mark=Mark.INTERNAL,
            )
            made = asks.add(session, author, wanted, BEGUN)
            if number % 4:
                asks.close(session, author, made.id, AskState.DONE, "Done as asked.", NOW - WEEK)


def _day(chance: random.Random, *, before: int) -> date:
    return (NOW - timedelta(days=chance.randrange(before))).date()


def _in_stories(items: Sequence[Item], known: Sequence[Source], chance: random.Random) -> dict[str, tuple[Source, str]]:
    """The source and the story of each item, by its key."""
    told: dict[str, tuple[Source, str]] = {}
    recent: list[str] = []
    for item in items:
        if not recent or chance.random() > JOINS:
            recent = [*recent, f"s{int(item.key):012x}"][-RECENT:]
            story = recent[-1]
        else:
            story = recent[int(len(recent) * chance.random() ** 2)]  # a few go on for weeks, and become large
        told[item.key] = (chance.choice(known), story)
    return told


def _collect(
    office: Office,
    items: Iterable[Item],
    known: Sequence[Source],
    told: dict[str, tuple[Source, str]],
    now: datetime,
) -> None:
    by_source: dict[str, list[Item]] = {source.id: [] for source in known}
    for item in items:
        by_source[told[item.key][0].id].append(item)
    placed: dict[str, str] = {}
    with office.writing.begin() as session:
        for number, source in enumerate(known):
            found = by_source[source.id]
            counts = documents.store(session, source, found, now, lambda _text, hint: hint or "en")
            failed = number % 30 == 29
            result = FetchError("timeout", limit=20) if failed else Fetched(items=tuple(found), same=0)
            sources.record(session, Outcome(source=source, result=result, seconds=0.5), counts, now, WEEK)
            placed |= {document_id(source.id, item.key): told[item.key][1] for item in found}
        stories.regroup(session, placed, {}, {}, now)


def a_reader(office: Office, role: Role) -> tuple[str, str]:
    """The token of a one-time link and a key of a person with a role."""
    with office.writing.begin() as session:
        person = people.holders(session, role)[0]
        _, key = people.add_key(session, name=str(role), role=role, clearance=person.viewer.clearance, now=NOW)
        return people.make_link(session, person.viewer.id, NOW), key


def everything() -> Viewer:
    """Whoever may read everything."""
    return system()
