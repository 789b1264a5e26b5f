"""The search page: marked results within the clearance, filters, and plain words when there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from app.jobs.group import gather
from app.office import Office
from tests.app_factory import NOW, made_office, signed_in


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Only read in this module."""
    made = made_office(tmp_path_factory.mktemp("search") / "home")
    gather(made, NOW)
    yield made
    made.close()


def page(office: Office, who: str, query: str) -> str:
    answer = signed_in(office, who).get(f"/search?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def counts(text: str) -> list[str]:
    return re.findall(r'<span class="number">(\d+)</span>', text)


def test_matches_are_marked_and_nothing_of_a_text_is_taken_for_markup(office: Office) -> None:
    text = page(office, "Arno", "q=RIVER")
    assert "<mark>River</mark> falls again after a week" in text
    assert counts(text) == ["4", "1", "1"]
    shown = page(office, "Arno", 'q=<script>alert(1)</script> "x"><b>')
    assert "<script>alert" not in shown
    assert "<b>" not in shown


@pytest.mark.parametrize("kind", ["documents", "stories", "briefings"])
def test_no_kind_of_result_shows_more_than_the_clearance_permits(office: Office, kind: str) -> None:
    for who in ("Public", "Ines"):
        for word in ("the", "cobalt", "obsidian", "rose", "reserve"):
            shown = re.sub(
                r'value="[^"]*"|<title>.*?</title>|href="[^"]*"', "", page(office, who, f"q={word}&kind={kind}")
            )
            assert not re.search("obsidian|cobalt", shown, re.IGNORECASE), (who, word)
    assert "OBSIDIAN" in page(office, "Arno", "q=obsidian&kind=documents").replace("<mark>", "")


def test_a_leader_is_led_to_the_own_view(office: Office) -> None:
    browser = signed_in(office, "Public")
    text = browser.get("/search?q=river&kind=briefings").text
    path = re.search(r'href="(/briefings/2026-W46[^"]*)#(entry-\d+)"', text)
    assert path is not None
    assert f'id="{path[2]}"' in browser.get(path[1]).text


def test_filters_narrow_and_stand_open_and_can_be_taken_off(office: Office) -> None:
    text = page(office, "Arno", "q=river&topic=river&from=2026-11-16&to=2026-11-20&source=courier&written_in=en")
    assert counts(text)[0] == "1"
    assert '<details class="filters" open>' in text
    assert "Without narrowing" in text
    assert counts(page(office, "Arno", "q=river&written_in=zh")) == ["0", "0", "0"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Searches documents, stories and past briefings"),
        ("q=-river", "There is nothing to look for"),
        ("q=zebra", "Nothing found"),
        ("q=zebra&kind=stories", "Nothing found"),
    ],
)
def test_a_page_without_results_says_what_to_do(office: Office, query: str, words: str) -> None:
    assert words in page(office, "Public", query)


@pytest.mark.parametrize(
    "query", ["q=a&from=2026-02-30", "q=a&kind=x", "q=a&after=x", "q=a&source=%00", "q=" + "a" * 201]
)
def test_what_cannot_be_used_is_refused_in_plain_words(office: Office, query: str) -> None:
    answer = signed_in(office, "Arno").get(f"/search?{query}")
    assert answer.status_code == 422
    assert "What to do:" in answer.text


@pytest.mark.parametrize("kind", ["documents", "stories", "briefings"])
def test_a_search_asks_the_database_a_few_questions(office: Office, kind: str) -> None:
    browser = signed_in(office, "Arno")
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    assert browser.get(f"/search?q=the&kind={kind}").status_code == 200
    assert len([each for each in asked if each.startswith("SELECT")]) <= 10, asked


def test_it_is_among_the_pages_for_everybody(office: Office) -> None:
    for who in ("Public", "Arno"):
        assert '<a href="/search" aria-current="page">' in page(office, who, "")
