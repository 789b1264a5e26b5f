"""The archive: past briefings by year and week, each with what it told this reader in short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from app.office import Office, open_office
from app.settings import build
from app.store import archive, editions
from app.store.search import Filters, Search
from app.viewer import Role, system
from digest.edition import Edition, EditKind, OfficeText
from digest.office_texts import text_of
from digest.reading import visible
from digest.search import parse
from digest.types import Mark
from tests.app_factory import CUT_OFF, NOW, made_office, signed_in
from tests.store_factory import viewer


def office_text(text: str, mark: Mark) -> OfficeText:
    return OfficeText(text=text, author="Edda Editor", written_at=NOW, mark=mark)


def with_office_texts(edition: Edition) -> Edition:
    """The edition with every text that the office may write on a story, one of them for the cleared."""
    written = {
        "office_headline": office_text("Harbour opens again on Sunday", Mark.PUBLIC),
        "office_gist": office_text("Ferries sail by the old timetable.", Mark.PUBLIC),
        "why_here": office_text("Commuters from Eastquay wait for it.", Mark.PUBLIC),
        "recommendation": office_text("Settle quietly with the insurer.", Mark.CONFIDENTIAL),
        "translations": {"zh": office_text("港口周日恢复开放", Mark.PUBLIC)},
    }
    entries = (replace(each, **written) if each.story_id == "s-flood" else each for each in edition.entries)  # type: ignore[arg-type]
    return replace(edition, entries=tuple(entries))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """With editions of two years more; only read in this module."""
    made = made_office(tmp_path_factory.mktemp("archive") / "home")
    with made.writing.begin() as session:
        known = editions.get(session, system(), "2026-W46").edition
        for identifier, weeks in (("2025-W46", 52), ("2024-W52", 98), ("2024-W51", 99)):
            cut_off = CUT_OFF - timedelta(weeks=weeks)
            older = replace(known, id=identifier, cut_off=cut_off, ledger=(), sources=())
            older = with_office_texts(older) if identifier == "2024-W51" else older
            editions.keep_draft(session, replace(older, approval=None), (), cut_off)
            editions.freeze(session, older)
    yield made
    made.close()


def test_briefings_stand_under_their_years_the_latest_first(office: Office) -> None:
    page = signed_in(office, "Arno").get("/briefings").text
    order = [page.index(f'id="year-{year}"') for year in (2026, 2025, 2024)]
    assert order == sorted(order)
    assert (
        page.index("/briefings/2026-W47/draft") < page.index("/briefings/2026-W46") < page.index("/briefings/2025-W46")
    )


def test_a_year_narrows_the_list_and_the_search_beside_it(office: Office) -> None:
    page = signed_in(office, "Public").get("/briefings?year=2024").text
    assert page.count('class="title"') == 2
    assert 'href="/briefings?year=2024" aria-current="page"' in page
    assert 'name="from" value="2024-01-01"' in page
    assert "No briefing of 1999." in signed_in(office, "Public").get("/briefings?year=1999").text


@pytest.mark.parametrize("who", ["Public", "Ines", "Arno"])
def test_each_tells_in_short_what_its_reader_would_read(office: Office, who: str) -> None:
    browser = signed_in(office, who)
    page = browser.get("/briefings").text
    briefing = browser.get("/briefings/2026-W46").text
    entries = briefing.count('class="entry"')
    assert f"{entries} entr" in page
    assert ("OBSIDIAN" in page or "COBALT" in page) is (who == "Arno")


def test_outlines_agree_with_the_reading_of_each_reader(office: Office) -> None:
    with office.reading() as session:
        edition = editions.get(session, system(), "2026-W46").edition
        for leader in (None, "public-leader", "cleared-leader", "newcomer"):
            for mark in Mark:
                reader = viewer(mark, Role.LEADER if leader else Role.EDITOR, leader)
                view = edition.view(leader) or edition.view(None)
                assert view is not None
                reading = visible(edition, view.leader_id, min(mark, view.clearance))
                shown = [
                    text_of(read.entry, EditKind.HEADLINE) for section in reading.sections for read in section.entries
                ]
                outline = archive.outlines(session, reader, ["2026-W46"]).get("2026-W46")
                told = [headline for _, headline in outline.headlines] if outline else []
                assert (told, outline.entries if outline else 0) == (shown[:3], len(shown))


def test_the_headline_that_readers_were_shown_stands_in_the_archive(office: Office) -> None:
    page = signed_in(office, "Public").get("/briefings?year=2024").text
    assert "Harbour opens again on Sunday" in page


@pytest.mark.parametrize(
    ("words", "cleared_only"),
    [
        ("harbour opens again", False),
        ("old timetable", False),
        ("Eastquay", False),
        ("港口周日", False),
        ("insurer", True),
    ],
)
def test_a_past_briefing_is_found_by_what_the_office_wrote_as_far_as_one_may_read_it(
    office: Office, words: str, cleared_only: bool
) -> None:
    with office.reading() as session:
        found = {
            mark: Search(session, viewer(mark, Role.EDITOR), parse(words), Filters()).counts().passages for mark in Mark
        }
    assert bool(found[Mark.PUBLIC]) is not cleared_only
    assert found[Mark.CONFIDENTIAL] > 0


def test_years_are_those_the_viewer_may_read(office: Office) -> None:
    with office.reading() as session:
        assert archive.years(session, system()) == (2026, 2025, 2024)


def test_pages_of_a_year_lose_nothing(office: Office) -> None:
    with office.reading() as session:
        first = editions.newest(session, system(), limit=1, year=2024)
        assert first.next is not None
        rest = editions.newest(session, system(), limit=1, year=2024, after=first.next)
        assert [line.id for line in (*first.items, *rest.items)] == ["2024-W52", "2024-W51"]
        assert rest.next is None


def test_the_archive_asks_the_database_a_few_questions(office: Office) -> None:
    browser = signed_in(office, "Arno")
    asked: list[str] = []
    event.listen(office.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    assert browser.get("/briefings").status_code == 200
    selects = [each for each in asked if each.startswith("SELECT")]
    assert len(selects) <= 7
    assert not any("edition.frozen," in each or "edition.draft," in each for each in selects)


def test_an_empty_archive_says_what_comes_next(tmp_path: Path) -> None:
    from app.jobs.setup import make_office

    made = make_office(tmp_path / "home", {}, "Arno", "arno@office.example", NOW - timedelta(minutes=1))
    office = open_office(build(made.home, {}))
    page = signed_in(office, "Arno").get("/briefings").text
    office.close()
    assert "No briefing yet" in page
    assert "composed at the next cut-off" in page
