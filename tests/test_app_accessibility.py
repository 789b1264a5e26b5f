"""Every page that links lead to is looked at by axe-core, as staff and as a leader, light and dark, on the phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from app.office import Office
from tests.app_factory import link_of, made_office
from tests.served import browsing, served, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
NOT_PAGES = re.compile(r"/(?:api|static)/|/(?:eml|html|word)$|\.(?:docx|csv|opml|json)$")
FEWEST_KINDS = 5  # a crawl that finds less has lost its way
MOST_OF_A_KIND = 2  # two pages of one template say the same


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = made_office(tmp_path_factory.mktemp("axe") / "home")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def address(office: Office) -> Iterator[str]:
    with served(office) as found:
        yield found


def kind_of(path: str) -> str:
    """The template an address belongs to: its path without what names one thing."""
    return re.sub(r"/(?:[a-z]?[0-9a-f]{8,}|\d{4}-W\d\d|[a-z]+-[a-z-]+|\d+)(?=/|$)", "/*", path)


def links(page: Page, address: str) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    paths = [urlsplit(link)._replace(fragment="").geturl().removeprefix(address) for link in found]
    return [path for path in paths if path.startswith("/") and not NOT_PAGES.search(urlsplit(path).path)]


def violations(page: Page) -> list[str]:
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{page.url}: {each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def crawl(page: Page, address: str) -> list[str]:
    """What axe objects to on every kind of page that can be reached by links from the front page."""
    waiting, seen, kinds, objections = ["/"], {"/"}, {}, []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(urlsplit(path).path)
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] > MOST_OF_A_KIND:
            continue
        page.goto(address + path)
        objections += violations(page)
        new = [link for link in dict.fromkeys(links(page, address)) if link not in seen]
        seen.update(new)
        waiting += new
    assert len(kinds) >= FEWEST_KINDS, kinds
    return objections


@pytest.mark.parametrize(
    ("who", "dark"), [("Arno", False), ("Arno", True), ("Cleared", False), ("Admin", False), ("Admin", True)]
)
def test_no_page_has_anything_that_axe_objects_to(
    who: str, dark: bool, office: Office, address: str, chromium: Browser
) -> None:
    with browsing(chromium, 390, 844, dark=dark) as page:
        page.goto(f"{address}/sign-in")
        objections = violations(page)
        sign_in(page, address, link_of(office, who))
        assert objections + crawl(page, address) == []


def test_an_unknown_page_is_as_accessible_as_the_others(office: Office, address: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/nothing-here")
        assert violations(page) == []


def test_the_answers_of_the_settings_are_as_accessible(office: Office, address: str, chromium: Browser) -> None:
    """What is refused, looked at first, in conflict, shown once, and tried."""
    with browsing(chromium, 390, 844) as page:
        sign_in(page, address, link_of(office, "Admin"))
        objections = []

        def look(path: str, button: str, **typed: str) -> None:
            page.goto(address + path)
            for name, value in typed.items():
                page.locator(f"[name={name}]").last.fill(value)
            page.get_by_role("button", name=button, exact=True).last.click()
            objections.extend(violations(page))
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, (path, wide)

        look("/settings/timetable", "Look first", cut_off_time="09:00", time_zone="Asia/Shanghai")
        look("/settings/mail", "Send a test message", address="a@office.example")
        look("/settings/people", "Add, and make a sign-in link", name="Axel Axe", email="axel@office.example")
        look("/settings/people/axel-axe", "Withdraw this person")
        assert objections == []


def test_what_is_corrected_and_taken_back_is_as_accessible(office: Office, address: str, chromium: Browser) -> None:
    """The pages that a button leads to, and what they say of a button pressed too early."""
    with browsing(chromium, 390, 844, dark=True) as page:
        sign_in(page, address, link_of(office, "Admin"))
        page.goto(f"{address}/search?q=gauge")
        story = next(path for path in links(page, address) if path.startswith("/stories/"))
        objections = []
        for path in (story, f"{story}/correct", f"{story}/correct?said=story_no_other", "/settings/lengths"):
            page.goto(address + path)
            objections += violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390, (path, wide)
        page.goto(f"{address}/briefings/2026-W47/draft")
        page.get_by_role("button", name="Approve", exact=True).click()
        objections += violations(page)
        for wanted in ("link", "button"):  # the page that says what it does, and the draft that it makes
            page.get_by_role(wanted, name="Take back the approval", exact=True).click()  # type: ignore[arg-type]  # roles
            page.get_by_role("heading", level=1).wait_for()
            objections += violations(page)
        assert "/draft" in page.url
        assert objections == []


def test_the_banner_of_an_example_is_accessible(office: Office, chromium: Browser) -> None:
    example = replace(office, settings=office.settings.model_copy(update={"example": True}))
    with served(example) as address, browsing(chromium, 390, 844) as page:
        sign_in(page, address, link_of(office, "Admin"))
        assert page.get_by_text("An invented office.").count() == 1
        assert violations(page) == []


def test_what_the_settings_refuse_is_told_accessibly(office: Office, address: str, chromium: Browser) -> None:
    """A browser logs each answer of 409 or 422, so this visitor's complaints are not counted."""
    with chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark") as context:
        page, other = context.new_page(), context.new_page()
        sign_in(page, address, link_of(office, "Admin"))
        save = page.get_by_role("button", name="Save", exact=True)
        page.goto(f"{address}/settings/timetable")
        page.locator("#reminder_time").fill("17:00")
        save.first.click()  # the second one is of the rhythm of single leaders
        assert page.get_by_role("alert").count() == 1
        objections = violations(page)
        for each, name in ((page, "First Saver"), (other, "Second Saver")):
            each.goto(f"{address}/settings/leaders/public-leader")
            each.locator("#profile-name").fill(name)
        other.get_by_role("button", name="Save", exact=True).last.click()
        save.last.click()
        assert page.get_by_role("alert").filter(has_text="Somebody else saved something").count() == 1
        assert objections + violations(page) == []
