"""Two people go through their week in a real browser, against a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.office import Office
from tests.app_factory import link_of, made_office
from tests.served import browsing, served, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    with served(office) as found:
        yield found


def assert_nothing_beyond_the_side(page: Page) -> None:
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


def test_an_editor_prepares_the_week_and_the_approver_sends_it(office: Office, address: str, chromium: Browser):
    with browsing(chromium, 1280, 900) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.locator("a.cite:visible").first.click()
        expect(page.locator("mark#passage")).to_be_in_viewport()
        page.go_back()
        page.goto(f"{address}/briefings/2026-W47")
        page.get_by_role("link", name="Edit and approve").click()
        excluded = page.locator("article.entry").first
        headline = excluded.locator("h3 a").inner_text()
        excluded.get_by_role("button", name="Exclude").click()
        expect(page.locator("#left-out ~ article").first).to_contain_text(headline)
        entry = page.locator("section:not(:has(#left-out)) > article.entry").first
        entry.get_by_text("Remark, or move to another section").click()
        entry.get_by_label("What the office adds").fill("Ask the Water Department by Thursday.")
        entry.get_by_role("button", name="Save the remark").click()
        expect(page.locator(".remark")).to_contain_text("Edda Editor")
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        page.get_by_role("link", name="Account").click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{address}/sign-in")
        sign_in(page, address, link_of(office, "Arno"))
        page.goto(f"{address}/briefings/2026-W47/draft")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("status")).to_contain_text("approved")
        expect(page.locator(".remark")).to_contain_text("Ask the Water Department by Thursday.")
        page.get_by_role("link", name="Outbox").first.click()
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_role("status")).to_contain_text("Sending is done")
        page.get_by_role("link", name="cleared@office.example").first.click()
        mail = page.frame_locator("iframe.mail").locator("body")
        expect(mail).to_contain_text("Ask the Water Department by Thursday.")
        expect(mail).not_to_contain_text(headline)


def test_a_leader_reads_on_the_phone_and_switches_to_chinese(office: Office, address: str, chromium: Browser):
    with browsing(chromium, 390, 844) as page:
        sign_in(page, address, link_of(office, "Public"))
        expect(page.get_by_role("heading", name="Briefing W46")).to_be_visible()
        assert_nothing_beyond_the_side(page)
        page.locator("h3 a").first.click()
        expect(page.get_by_role("heading", name="Where it was told")).to_be_visible()
        assert_nothing_beyond_the_side(page)
        page.get_by_role("link", name="中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh")
        page.locator(".rows .title").first.click()
        expect(page.locator("html")).to_have_attribute("lang", "zh")
        assert_nothing_beyond_the_side(page)
        page.get_by_role("link", name="历期简报").click()
        assert_nothing_beyond_the_side(page)
        page.locator(".rows .title").first.click()
        expect(page.locator("h1")).to_contain_text("简报")
        assert_nothing_beyond_the_side(page)
        page.get_by_role("link", name="全部文件的去向").click()
        expect(page.get_by_role("heading", name="全部文件的去向")).to_be_visible()
        assert_nothing_beyond_the_side(page)


def test_no_page_of_the_office_scrolls_sideways_on_a_phone(office: Office, address: str, chromium: Browser):
    with browsing(chromium, 360, 740) as page:
        sign_in(page, address, link_of(office, "Arno"))
        for path in ("/", "/briefings/2026-W47/draft", "/sources", "/outbox", "/briefings/2026-W46/ledger", "/account"):
            page.goto(address + path)
            assert_nothing_beyond_the_side(page)
