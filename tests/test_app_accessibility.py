"""Every page that links lead to is looked at by axe-core, as staff and as a leader, light and dark, on the phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


@pytest.mark.parametrize(("who", "dark"), [("Arno", False), ("Arno", True), ("Cleared", False)])
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
