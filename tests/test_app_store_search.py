"""Searching the store: the same set on both engines, within the clearance, current, paged without gap or repetition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from app.db import make_engine, writing
from app.models import DocumentRow
from app.store import editions, search, search_index, stories
from app.store.documents import Page
from app.store.identity import document_id
from app.store.search import Filters, Search
from app.viewer import Role, Viewer, system
from digest.edition import Edition
from digest.errors import InvalidInputError
from digest.search import index_words, parse
from digest.text import normalise
from digest.types import Mark
from tests.api_office import seed
from tests.conftest import postgres_database
from tests.store_factory import HOUR, NOW, add_source, item, store, viewer

WORDS = [
    *(
        "dam",
        "Dam's",
        "dämme",
        "Málaga",
        "zzz",
        "zz61",
        "4.5",
        "１２",
        "水位",
        "上升",
        "世界卫生组织",
        "住房租金",
        "カナダ",
    ),
    *("ไทย", "👍🏽", "½", "OR", "NOT", "NEAR", "ﬁne", "Ⅻ", "ΌΣΟΣ", "ий", "\x00", "a" * 300, "字" * 200, "𠀀𠀁"),
]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=8).map(" ".join)
QUERIES = st.lists(
    st.builds(
        lambda sign, mark, word: f"{sign}{mark}{word}{mark}",
        st.sampled_from(["", "", "", "-"]),
        st.sampled_from(["", "", '"']),
        st.sampled_from(WORDS) | st.text(max_size=4),
    ),
    max_size=4,
).map(" ".join)


@pytest.fixture(scope="module")
def both(
    postgres_url: str, postgres_template: str, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, Session]]:
    """A session of each engine, whose changes are taken back by whoever makes them."""
    file = tmp_path_factory.mktemp("search") / "office.db"
    file.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(postgres_url, "searched", postgres_template))
        sessions = []
        for engine in (make_engine(f"sqlite:///{file}"), make_engine(url)):
            stack.callback(engine.dispose)
            sessions.append(stack.enter_context(writing(engine)()))
        yield sessions[0], sessions[1]


def found(session: Session, who: Viewer, query: str, **filters: object) -> list[str]:
    """Titles of the documents found, in their order."""
    return [hit.title for hit in walk(Search(session, who, parse(query), Filters(**filters)).documents)]


def walk(part: Callable[..., Page], limit: int = 2) -> list:
    """All items of a list, page by page."""
    items, after = [], None
    while True:
        page = part(limit=limit, after=after)
        items.extend(page.items)
        if page.next is None:
            return items
        after = page.next


@pytest.mark.postgres
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6), st.lists(QUERIES, min_size=1, max_size=6))
@example([("dam", "zzz"), ("dam rain", "zz7a7a7a")], ["dam -rain", "zzz", "zz7a7a7a", '"dam zzz"'])
@example([("世界卫生组织", "水位上升"), ("卫生", "EU峰会")], ["卫生", "-水位 卫生", '"水位上升"', "峰会 eu"])
def test_both_engines_find_the_same_in_the_same_order(
    both: tuple[Session, Session], texts: list[tuple[str, str]], queries: list[str]
) -> None:
    results = []
    for session in both:
        session.rollback()
        source = add_source(session)
        for number, (title, text) in enumerate(texts):
            when = NOW - HOUR * (number % 3)
            store(
                session,
                source,
                item(f"k{number}", f"{text} x", title=title, published_at=when, fingerprint=f"f{number}"),
            )
        asked = [parse(query) for query in queries]
        searches = [Search(session, system(), each, Filters()) if each.searchable else None for each in asked]
        results.append([[hit.id for hit in walk(each.documents)] if each else None for each in searches])
        counts = [each.counts().documents if each else None for each in searches]
        assert counts == [None if each is None else len(each) for each in results[-1]]
    assert results[0] == results[1]
    expected = [{n for n, each in enumerate(texts) if holds(each, query)} for query in queries]
    names = {document_id("harbour-times", f"k{number}"): number for number in range(len(texts))}
    assert [{names[each] for each in ids or ()} for ids in results[0]] == expected


def holds(texts: tuple[str, str], written: str) -> bool:
    """Whether a document is to be found, by the definition: all words, no excluded one, each phrase."""
    title, text = (normalise(each) for each in (texts[0], f"{texts[1]} x"))
    query, words = parse(written), set(index_words([title, text]))
    return (
        query.searchable
        and words.issuperset(search_index.encoded(query.words))
        and not any(words.issuperset(search_index.encoded(each)) for each in query.excluded)
        and query.accepts(title, text)
    )


def test_only_the_newest_version_is_found(session: Session) -> None:
    source = add_source(session)
    store(session, source, item(text="The dam holds."))
    store(session, source, item(text="The weir leaks."), now=NOW + HOUR)
    assert found(session, system(), "holds") == []
    assert found(session, system(), "weir") == ["Report a1"]
    store(session, source, item(text="A teaser.", complete=False), now=NOW + 2 * HOUR)
    assert found(session, system(), "weir") == ["Report a1"]


def test_a_document_is_found_within_the_clearance_alone_also_when_its_mark_is_raised(session: Session) -> None:
    internal = add_source(session, "Water Department", Mark.INTERNAL)
    store(session, internal, item())
    assert found(session, viewer(Mark.INTERNAL), "dam") == ["Report a1"]
    assert found(session, viewer(Mark.PUBLIC), "dam") == []
    assert Search(session, viewer(Mark.PUBLIC), parse('"the dam"'), Filters()).counts().documents == 0
    session.get_one(DocumentRow, document_id(internal.id, "a1")).mark = int(Mark.CONFIDENTIAL)
    session.flush()
    assert found(session, viewer(Mark.INTERNAL), "dam") == []


def test_a_search_is_narrowed_by_time_source_language_and_topic(session: Session) -> None:
    press, water = add_source(session), add_source(session, "Water Department")
    store(session, press, item("a", title="A"), item("b", title="B", language="zh", published_at=NOW - 5 * HOUR))
    store(session, water, item("c", title="C", published_at=None))
    assert found(session, system(), "dam") == ["C", "A", "B"]
    assert found(session, system(), "dam", since=NOW - HOUR) == ["C", "A"]
    assert found(session, system(), "dam", until=NOW - HOUR) == ["B"]
    assert found(session, system(), "dam", source=water.id) == ["C"]
    assert found(session, system(), "dam", language="zh") == ["B"]
    assert found(session, system(), "dam", topic="none") == []


def test_stories_are_found_by_their_documents_the_newest_first(session: Session) -> None:
    source, secret = add_source(session), add_source(session, "Finance", Mark.CONFIDENTIAL)
    keys = {"a": "s-1", "b": "s-1", "c": "s-2", "d": "s-3"}
    store(session, source, *(item(key, title=key, published_at=NOW - HOUR * ord(key)) for key in "abc"))
    store(session, secret, item("d", title="d"))
    store(session, source, item("e", title="e", text="Nothing."))
    assigned = {document_id(secret.id if key == "d" else source.id, key): story for key, story in keys.items()}
    stories.regroup(session, assigned, {}, {}, NOW)
    cleared = Search(session, system(), parse("dam"), Filters())
    assert [(hit.id, hit.documents, hit.newest.title) for hit in walk(cleared.stories, 1)] == [
        ("s-3", 1, "d"), ("s-1", 2, "a"), ("s-2", 1, "c")
    ]  # fmt: skip
    public = Search(session, viewer(Mark.PUBLIC), parse('"the dam"'), Filters())
    assert [hit.id for hit in walk(public.stories, 1)] == ["s-1", "s-2"]
    assert (public.counts().documents, public.counts().stories) == (3, 2)


def test_a_phrase_is_looked_for_in_a_stated_number_of_texts(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    store(session, add_source(session), *(item(key, published_at=NOW - HOUR * ord(key)) for key in "abc"))
    whole = Search(session, system(), parse('"the dam"'), Filters())
    assert (whole.counts().documents, whole.counts().partial) == (3, False)
    monkeypatch.setattr(search, "LOOKED_THROUGH", 2)
    part = Search(session, system(), parse('"the dam"'), Filters())
    assert (part.counts().documents, part.counts().partial) == (2, True)


@pytest.mark.parametrize("after", ["x", "1-", "-99999999999999999-d1", "5-" + "9" * 60])
def test_a_place_in_a_list_is_what_a_page_named(session: Session, after: str) -> None:
    one = Search(session, system(), parse("dam"), Filters())
    with pytest.raises(InvalidInputError):
        one.passages(limit=1, after=after)


# --- editions ---


@pytest.fixture
def edition(session: Session) -> Edition:
    """The golden edition, frozen: Mayor reads everything, Council what is public."""
    seed(session)
    return editions.get(session, system(), "2026-W47").edition


def told(session: Session, who: Viewer, query: str, **filters: object) -> list[tuple[str | None, int]]:
    hits = walk(Search(session, who, parse(query), Filters(**filters)).passages)
    return [(hit.leader_id, hit.number) for hit in hits if hit.edition_id == "2026-W47"]


def leader(identifier: str | None, mark: Mark) -> Viewer:
    return viewer(mark, Role.LEADER, identifier)


def test_a_leader_finds_what_the_own_view_shows_and_nothing_else(session: Session, edition: Edition) -> None:
    from digest.reading import visible

    for who in (leader("mayor", Mark.CONFIDENTIAL), leader("mayor", Mark.PUBLIC), leader(None, Mark.INTERNAL)):
        view = edition.view(who.leader_id)
        assert view is not None
        reading = visible(edition, who.leader_id, min(who.clearance, view.clearance))
        for section in reading.sections:
            for read in section.entries:
                assert (who.leader_id, read.number) in told(session, who, read.entry.headline)
        every = {number for word in ("the", "at", "a", "of", "to") for _, number in told(session, who, word)}
        assert every <= {0, *(read.number for section in reading.sections for read in section.entries)}


def test_a_leader_without_a_view_reads_the_base_view(session: Session, edition: Edition) -> None:
    headline = edition.entries[0].headline
    found_by = told(session, leader("newcomer", Mark.CONFIDENTIAL), headline)
    assert found_by
    assert {view for view, _ in found_by} == {None}


def test_a_remark_and_the_bottom_line_are_found_within_their_marks(session: Session, edition: Edition) -> None:
    line = edition.bottom_line
    assert line is not None
    asked = f'"{line.text}"'
    assert told(session, system(), asked) == [(None, 0)]
    assert bool(told(session, leader(None, Mark.PUBLIC), asked)) is (line.mark is Mark.PUBLIC)
    entry = next(each for each in edition.entries if each.remark)
    assert entry.remark is not None
    asked = f'"{entry.remark.text}"'
    assert told(session, system(), asked)
    assert bool(told(session, leader(None, Mark.PUBLIC), asked)) is (entry.remark.mark is Mark.PUBLIC)


def test_passages_are_narrowed_too(session: Session, edition: Edition) -> None:
    entry = next(each for each in edition.entries if each.topics)
    asked = {"topic": entry.topics[0].id, "source": entry.documents[0].source_id, "language": entry.language}
    for name, value in asked.items():
        assert told(session, system(), entry.headline, **{name: value}), name
        assert told(session, system(), entry.headline, **{name: "%"}) == []
    assert told(session, system(), entry.headline, since=edition.cut_off + timedelta(seconds=1)) == []


def test_freezing_again_by_reindexing_changes_nothing(session: Session, edition: Edition) -> None:
    headline = edition.entries[0].headline
    before = told(session, system(), headline)
    search_index.keep_edition(session, edition)
    search_index.keep_edition(session, replace(edition))
    assert told(session, system(), headline) == before


# --- the index ---


def test_what_an_older_algorithm_indexed_is_lacking(session: Session) -> None:
    store(session, add_source(session), item())
    assert (search_index.lacking(session), search_index.waiting(session)) == ((), 0)
    session.execute(sql("UPDATE searched_document SET algorithm = 0"))
    (each,) = search_index.lacking(session)
    assert search_index.waiting(session) == 1
    search_index.keep(session, each)
    assert search_index.lacking(session) == ()
    assert found(session, system(), "dam") == ["Report a1"]
