import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.office import Office, open_office
from app.settings import build
from app.store import deliveries
from app.viewer import system
from app.web.lists import part_of
from tests.app_factory import FUND, NOW, RISE, document_of, failed_source, made_office, signed_in, visitor


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Only read in this module."""
    made = made_office(tmp_path_factory.mktemp("pages") / "home")
    failed_source(made, "OBSIDIAN Finance", NOW)
    yield made
    made.engine.dispose()


def links(html: str) -> set[str]:
    """Every address on a page that leads to a page of ours, without its fragment."""
    found = (unescape(each).partition("#")[0] for each in re.findall(r'(?:href|src|action)="([^"]+)"', html))
    return {each for each in found if each.startswith("/")}


def places(office: Office) -> set[str]:
    """Addresses that name something secret, which no page of a leader may lead to."""
    fund, audit, gauge = (document_of(office, key) for key in ("fund", "audit", "gauge"))
    with office.reading() as session:
        mails = [each.id for each in deliveries.every(session, system())]
    return {
        *(f"/documents/{each}{rest}" for each in (fund, audit, gauge) for rest in ("", "?version=1&start=0&end=9")),
        *(f"/stories/{story}{rest}" for story in ("s-audit", "s-gauge", "s-flood") for rest in ("", "/correct")),
        *(f"/outbox/{each}{rest}" for each in mails for rest in ("", "/html", "/eml")),
        *(
            f"/briefings/2026-W46{rest}"
            for rest in ("?leader=cleared-leader", "/ledger?q=obsidian", "/draft", "/take-back")
        ),
        *(f"/briefings/2026-W47{rest}" for rest in ("", "/draft", "/ledger")),
        *("/sources", "/outbox", "/sources?q=OBSIDIAN", "/briefings?after=2026-W47"),
    }


def crawl(browser: TestClient, begin: set[str]) -> dict[str, str]:
    """Every page that can be reached, by address."""
    pages: dict[str, str] = {}
    waiting = set(begin)
    while waiting:
        address = waiting.pop()
        answer = browser.get(address)
        assert answer.status_code < 500, address
        pages[address] = answer.text
        waiting |= links(answer.text) - pages.keys()
    return pages


def test_no_page_shows_a_leader_more_than_the_clearance_permits(office: Office):
    pages = crawl(signed_in(office, "Public"), {"/", *places(office)})
    assert len(pages) > 40
    leaks = [address for address, text in pages.items() if re.search("(?<!q=)obsidian|cobalt", text, re.IGNORECASE)]
    assert [address for address in leaks if "q=" not in address] == []
    shown = "".join(text for address, text in pages.items() if "q=" not in address)
    assert "River rises by 40 centimetres" in shown


def test_no_page_shows_an_editor_without_clearance_more_than_that(office: Office):
    browser = signed_in(office, "Ines")
    pages = crawl(browser, {"/", "/briefings/2026-W47/draft?every=true", *places(office)})
    leaks = [address for address, text in pages.items() if re.search("obsidian|cobalt", text, re.IGNORECASE)]
    assert [address for address in leaks if "q=" not in address.lower()] == []
    assert "Tram line 3 closed" in "".join(pages.values())


def test_whoever_is_cleared_for_everything_sees_it(office: Office):
    text = "".join(crawl(signed_in(office, "Arno"), {"/", *places(office)}).values())
    assert "OBSIDIAN audit of the quay" in text
    assert "COBALT gauge report" in text


def test_every_page_wants_a_session_and_is_kept_by_no_cache(office: Office):
    browser = visitor(office)
    for address in {"/", "/briefings", *places(office)}:
        answer = browser.get(address, follow_redirects=False)
        assert answer.status_code == 303, address
        assert answer.headers["location"].startswith("/sign-in")
    page = signed_in(office, "Arno").get("/")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_a_leader_reads_the_own_view_and_staff_the_base_view(office: Office):
    leader, staff = signed_in(office, "Public").get("/"), signed_in(office, "Arno").get("/")
    assert "for Public Leader" in leader.text
    assert "As read by" in staff.text
    assert "Draft W47 waits for approval" in staff.text
    assert "waits for approval" not in leader.text
    assert "for Cleared Leader" in signed_in(office, "Arno").get("/briefings/2026-W46?leader=cleared-leader").text


def test_a_leader_may_not_open_another_leaders_view_or_a_draft(office: Office):
    browser = signed_in(office, "Public")
    assert browser.get("/briefings/2026-W46?leader=cleared-leader").status_code == 404
    assert browser.get("/briefings/2026-W47").status_code == 404
    assert browser.get("/briefings/2026-W47/draft").status_code == 403
    assert "2026-W47" not in browser.get("/briefings").text


def test_a_citation_leads_to_its_passage_highlighted(office: Office):
    browser = signed_in(office, "Public")
    cited = re.search(r'class="cite" href="([^"]+)" title="The river rose', browser.get("/").text)
    assert cited is not None
    page = browser.get(unescape(cited[1])).text
    assert f'<mark id="passage">{RISE}</mark>' in page


def test_a_passage_beyond_the_text_is_said_to_be_missing(office: Office):
    page = signed_in(office, "Arno").get(f"/documents/{document_of(office, 'fund')}?start=5&end=100000").text
    assert "The cited place is not in this version." in page
    assert FUND in page


def test_a_story_shows_reprints_under_their_original_and_where_it_was_told(office: Office):
    page = signed_in(office, "Public").get("/stories/s-flood").text
    assert "One source; 1 reprint not counted." in page
    assert page.index("River rises by 40 centimetres") < page.index("also in") < page.index("Quay Post")
    assert re.search(r'href="/briefings/2026-W46#entry-\d+">W46 #\d+', page)


def test_the_sources_page_says_what_failed_and_what_to_do_first(office: Office):
    page = signed_in(office, "Arno").get("/sources").text
    assert "The server answered with error 503" in page
    assert "Open the address in a browser" in page
    assert page.index("OBSIDIAN Finance") < page.index("The Courier")
    assert "Last tried" in page


def test_the_ledger_counts_and_narrows(office: Office):
    browser = signed_in(office, "Arno")
    whole = browser.get("/briefings/2026-W46/ledger").text
    assert "5 documents" in whole
    duplicates = browser.get("/briefings/2026-W46/ledger?bucket=duplicate").text
    assert "1 document" in duplicates
    assert "Reprint: river rises" in duplicates
    assert "Book fair draws" not in duplicates
    assert "Book fair draws" in browser.get("/briefings/2026-W46/ledger?q=BOOK+visitors").text


def test_the_language_is_the_one_asked_for_then_kept_then_the_persons(office: Office):
    own = signed_in(office, "Cleared")
    assert '<html lang="zh">' in own.get("/").text
    assert '<html lang="en">' in own.get("/?language=en").text
    assert '<html lang="en">' in own.get("/briefings").text
    stranger = visitor(office)
    assert '<html lang="zh">' in stranger.get("/sign-in", headers={"Accept-Language": "zh-Hans-CN,en;q=0.5"}).text
    assert '<html lang="en">' in stranger.get("/sign-in", headers={"Accept-Language": "fr, de"}).text
    assert '<html lang="en">' in stranger.get("/sign-in?language=../../x").text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/briefings/2026-W99", 404),
        ("/stories/s-none", 404),
        ("/documents/d0", 404),
        ("/documents/%00", 404),
        ("/documents/d0?version=99999999999999999999", 422),
        ("/briefings/2026-W46/ledger?bucket=x", 422),
        ("/briefings?after=nothing", 404),
        ("/sources?page=0", 422),
        ("/outbox/none", 404),
    ],
)
def test_what_is_not_there_is_one_page_that_says_what_to_do(office: Office, path: str, status: int):
    answer = signed_in(office, "Arno").get(path)
    assert answer.status_code == status
    assert "What to do:" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_under_the_api_an_error_is_a_problem_for_programs(office: Office):
    answer = visitor(office).get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_fault_of_the_program_shows_a_reference_and_not_its_words(office: Office, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("secret words of the fault")

    monkeypatch.setattr("app.store.editions.latest", broken)
    answer = signed_in(office, "Arno").get("/")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    assert re.search("<code>[0-9a-f]{8}</code>", answer.text)
    assert answer.headers["content-security-policy"]


def test_a_form_larger_than_any_of_ours_is_refused(office: Office):
    browser = signed_in(office, "Arno")
    assert browser.post("/account/password", data={"wanted": "x" * 300_000}).status_code == 413


def test_static_files_are_kept_for_ever_and_change_their_address(office: Office):
    browser = visitor(office)
    address = next(each for each in links(browser.get("/sign-in").text) if "style.css" in each)
    assert "?v=" in address
    assert "immutable" in browser.get(address).headers["cache-control"]


def test_the_health_check_needs_no_session(office: Office):
    assert visitor(office).get("/healthz").text == "ok"


@pytest.mark.parametrize(
    ("path", "most"),
    [("/briefings", 7), ("/sources", 7), ("/outbox", 7), ("/briefings/2026-W46/ledger", 5), ("/stories/s-flood", 12)],
)
def test_a_page_asks_the_database_a_few_questions_however_long_its_list(office: Office, path: str, most: int):
    browser = signed_in(office, "Arno")
    asked: list[str] = []
    event.listen(
        office.engine, "before_cursor_execute", record := lambda _c, _u, statement, *_: asked.append(statement)
    )
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(office.engine, "before_cursor_execute", record)
    assert len([each for each in asked if each.startswith("SELECT")]) <= most, asked


def test_an_office_without_a_briefing_says_what_comes_next(tmp_path: Path):
    from app.jobs.setup import make_office

    made = make_office(tmp_path / "home", {}, "Arno", "arno@office.example", NOW - timedelta(minutes=1))
    office = open_office(build(made.home, {}))
    page = signed_in(office, "Arno").get("/").text
    office.engine.dispose()
    assert "No briefing yet" in page
    assert 'href="/sources"' in page


def test_parts_of_a_list_lose_nothing():
    items = list(range(23))
    parts = [part_of(items, number, 10) for number in (1, 2, 3)]
    assert [each for part in parts for each in part.items] == items
    assert part_of(items, 99, 10) == parts[2]
    assert replace(part_of([], 5), number=1) == part_of([], 1)
