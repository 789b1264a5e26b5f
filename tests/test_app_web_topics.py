"""Topics: what each gathered within the clearance, its weeks, and changing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.delivery.volume import WEEKS, by_week, last_weeks
from app.jobs.group import gather
from app.office import Office
from app.store import stories, topics
from app.store.identity import document_id
from app.viewer import system
from app.web.volume import bars
from digest.errors import InvalidInputError
from digest.topics import match
from digest.types import Mark, Topic
from tests.app_factory import NOW, made_office, post, signed_in
from tests.store_factory import HOUR, add_source, item, store, viewer


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    gather(made, NOW)
    yield made
    made.close()


def gathered(office: Office, clearance: Mark) -> set[str]:
    with office.reading() as session:
        return {each.story_id for each in topics.gathered(session, viewer(clearance), "river", limit=50).items}


def test_a_topic_gathers_what_the_visitor_may_read(office: Office) -> None:
    assert gathered(office, Mark.PUBLIC) == {"s-flood"}
    assert gathered(office, Mark.INTERNAL) == {"s-flood", "s-gauge"}
    page = signed_in(office, "Public").get("/topics/river").text
    assert "River falls again after a week" in page
    assert "COBALT" not in page
    assert "OBSIDIAN" not in page
    assert "COBALT gauge report" in signed_in(office, "Arno").get("/topics/river").text


def test_gathering_again_compares_nothing_and_a_changed_topic_everything(office: Office) -> None:
    assert gather(office, NOW) == 0
    with office.writing.begin() as session:
        topics.change(session, "river", "Book fairs", "", ["book fair"])
    assert gather(office, NOW) == 9
    assert gathered(office, Mark.PUBLIC) == {"s-fair"}


def test_a_new_version_is_compared_anew(session: Session) -> None:
    dam = Topic(id="dam", name="Dam")
    stories.add_topic(session, "Dam")
    source = add_source(session)
    store(session, source, item(title="The dam"))
    for text, expected in (("The dam holds.", 1), ("Nothing of that.", 0)):
        store(session, source, item(text=text, title=text), now=NOW)
        found = topics.uncompared(session, "h", NOW - timedelta(days=90))
        topics.keep_matches(session, "h", [dam], {each: match([dam], [each]) for each in found})
        stories.regroup(session, {document_id(source.id, "a1"): "s-1"}, {}, {}, NOW)
        assert len(topics.gathered(session, system(), "dam", limit=9).items) == expected
    assert topics.uncompared(session, "h", NOW - timedelta(days=90)) == ()


def test_pages_of_stories_hold_each_once_the_newest_first(session: Session) -> None:
    dam = stories.add_topic(session, "Dam")
    source = add_source(session)
    store(session, source, *(item(key, title="Dam", published_at=NOW - HOUR * ord(key)) for key in "abcde"))
    found = topics.uncompared(session, "h", NOW - timedelta(days=90))
    topics.keep_matches(session, "h", [dam], {each: match([dam], [each]) for each in found})
    story = {key: f"s-{key}" for key in "abcd"} | {"e": "s-a"}
    stories.regroup(session, {document_id(source.id, key): story[key] for key in story}, {}, {}, NOW)
    walked, after = [], None
    while True:
        page = topics.gathered(session, system(), dam.id, limit=1, after=after)
        walked += [(each.story_id, each.documents) for each in page.items]
        if (after := page.next) is None:
            break
    assert walked == [("s-a", 2), ("s-b", 1), ("s-c", 1), ("s-d", 1)]
    assert len(topics.moments(session, system(), dam.id, NOW - HOUR * 98, NOW)) == 2
    (line,) = topics.every(session, system())
    assert (line.stories, line.last_at) == (4, NOW - HOUR * 97)


def test_the_weeks_are_drawn_and_told_as_a_table(office: Office) -> None:
    page = signed_in(office, "Arno").get("/topics/river").text
    assert page.count("<rect ") == 2
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="volume-title volume-desc"', page)
    assert re.search(r'<th scope="row">W46</th><td>[1-9]</td>', page)
    assert 'style="' not in page


def test_a_week_begins_on_monday_in_the_offices_time_zone() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    monday = datetime(2026, 11, 15, 16, 0, tzinfo=UTC)  # midnight in Shanghai
    moments = [monday, monday - timedelta(seconds=1), monday - timedelta(weeks=60)]
    drawn = bars(by_week(moments, *last_weeks(NOW, zone), zone))
    assert [(bar.week, bar.monday, bar.documents) for bar in drawn[-2:]] == [
        ("2026-W46", date(2026, 11, 9), 1),
        ("2026-W47", date(2026, 11, 16), 1),
    ]
    assert (len(drawn), sum(bar.documents for bar in drawn)) == (WEEKS, 2)


def test_an_editor_adds_changes_retires_and_takes_back(office: Office) -> None:
    browser = signed_in(office, "Edda")
    made = post(browser, "/topics", name="Tram lines", description="Public transport", keywords="tram\n\n 电车 \ntram")
    assert made.headers["location"] == "/topics/tram-lines?said=topic_added"
    page = browser.get("/topics/tram-lines").text
    assert "tram\n电车</textarea>" in page
    assert post(browser, "/topics/tram-lines", name="Trams", keywords="tram").status_code == 303
    assert post(browser, "/topics/tram-lines/retire").status_code == 303
    assert "gathers nothing more" in browser.get("/topics/tram-lines").text
    with office.reading() as session:
        assert [each.name for each in stories.topics(session)] == ["River"]
    assert post(browser, "/topics/tram-lines/restore").status_code == 303
    with office.reading() as session:
        assert {each.id: each.keywords for each in stories.topics(session)}["tram-lines"] == ("tram",)
    gather(office, NOW)
    assert "Tram line 3 closed at weekends" in browser.get("/topics/tram-lines").text


def test_what_a_retired_topic_gathered_stays(office: Office) -> None:
    browser = signed_in(office, "Edda")
    post(browser, "/topics", name="Tram", keywords="tram")
    post(browser, "/topics/river/retire")
    gather(office, NOW)
    assert gathered(office, Mark.PUBLIC) == {"s-flood"}
    page = browser.get("/topics").text
    assert page.index("Retired") < page.index("/topics/river")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": " "}, 422),
        ({"name": "…"}, 422),
        ({"name": "x" * 121}, 422),
        ({"name": "River"}, 422),
        ({"name": "Fair", "keywords": "fair\n--"}, 422),
        ({}, 422),
    ],
)
def test_a_topic_that_cannot_be_used_is_refused(office: Office, fields: dict[str, str], status: int) -> None:
    answer = post(signed_in(office, "Edda"), "/topics", **fields)
    assert answer.status_code == status
    assert "What to do:" in answer.text


def test_a_name_is_given_once(session: Session) -> None:
    stories.add_topic(session, "Dam")
    stories.add_topic(session, "Weir")
    with pytest.raises(InvalidInputError):
        topics.change(session, "weir", "Dam", "", ())
    assert topics.change(session, "weir", "Weir", "x", ()).description == "x"


def test_readers_change_nothing(office: Office) -> None:
    browser = signed_in(office, "Public")
    for path in ("/topics", "/topics/river", "/topics/river/retire", "/topics/river/restore"):
        assert post(browser, path, name="Mine").status_code == 403
    assert "<form" not in browser.get("/topics").text
    assert signed_in(office, "Edda").get("/topics/none").status_code == 404


def test_the_page_of_an_office_without_topics_says_what_to_do(office: Office) -> None:
    browser = signed_in(office, "Edda")
    post(browser, "/topics/river/retire")
    assert "Add the first one below." in browser.get("/topics").text


@pytest.mark.parametrize(("path", "most"), [("/topics", 5), ("/topics/river", 8)])
def test_a_page_asks_the_database_a_few_questions(office: Office, path: str, most: int) -> None:
    browser = signed_in(office, "Arno")
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    assert browser.get(path).status_code == 200
    assert len([each for each in asked if each.startswith("SELECT")]) <= most, asked
