"""Two people go through their week in a real browser, against a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.office import Office
from app.store import editions
from app.viewer import system
from digest.edition import Section
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
        entry.get_by_text("Write, or move to another section").click()
        entry.get_by_label("What the office adds").fill("Ask the Water Department by Thursday.")
        entry.get_by_role("button", name="Save: Remark").click()
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


def stories_of(page: Page) -> list[str]:
    """Section and story of each entry of the draft, in the order of the page."""
    told = "section[data-section]:not([data-section=left_out]) > article"
    read = "all => all.map(each => each.closest('section').dataset.section + ' ' + each.dataset.story)"
    return list(page.eval_on_selector_all(told, read))


def stored_stories(office: Office) -> list[str]:
    """The same as it is stored."""
    with office.reading() as session:
        view = editions.get(session, system(), "2026-W47").edition.view(None)
    assert view is not None
    return [f"{place.section} {place.story_id}" for place in view.entries if place.section is not Section.LEFT_OUT]


def press_until(page: Page, key: str, selector: str) -> None:
    """Go on with one key until what has the focus matches a selector."""
    for _ in range(150):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def test_an_editor_moves_and_writes_by_keyboard_alone(office: Office, address: str, chromium: Browser):
    with browsing(chromium, 1280, 900) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/briefings/2026-W47/draft")
        before = stories_of(page)
        assert before == stored_stories(office)
        story = before[0].split()[1]
        press_until(page, "Tab", f"#story-{story}")
        with page.expect_navigation():
            page.keyboard.press("Alt+Shift+ArrowDown")
        assert stories_of(page) == stored_stories(office) != before
        assert page.evaluate("document.activeElement.id") == f"story-{story}"
        with page.expect_navigation():
            page.keyboard.press("Alt+Shift+ArrowUp")
        assert [each.split()[0] for each in stories_of(page) if each.endswith(story)] == ["must_know"]
        assert stories_of(page) == stored_stories(office)
        press_until(page, "Tab", f"#story-{story} details summary")
        page.keyboard.press("Enter")
        press_until(page, "Tab", f"#text-recommendation-{story}")
        page.keyboard.type("Release the reserve now.")
        page.keyboard.press("Tab")  # leaving the field saves it
        expect(page.locator(f"#shown-{story} .remark")).to_contain_text("Release the reserve now.")
        expect(page.locator(f"#field-recommendation-{story}")).to_contain_text("Saved: Edda Editor")
        press_until(page, "Tab", "#write summary")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Port closes at noon")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("Port Authority, by telephone")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.locator("article.entry:focus h3")).to_contain_text("Port closes at noon")
        assert stories_of(page) == stored_stories(office)


def drag(page: Page, story: str, target: str) -> None:
    """Drag an entry by its handle onto the upper edge of what a selector finds."""
    handle = page.locator(f"#story-{story} > .handle").bounding_box()
    place = page.locator(target).bounding_box()
    assert handle is not None
    assert place is not None
    page.mouse.move(handle["x"] + 20, handle["y"] + 20)
    page.mouse.down()
    page.mouse.move(place["x"] + 60, place["y"] + 20, steps=4)
    page.mouse.move(place["x"] + 60, place["y"] + 5, steps=2)
    with page.expect_navigation():
        page.mouse.up()


def test_entries_are_dragged_within_and_between_sections_and_out_and_in(
    office: Office, address: str, chromium: Browser
):
    with browsing(chromium, 1280, 4000) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/briefings/2026-W47/draft")
        first, second = (each.split()[1] for each in stories_of(page)[:2])
        drag(page, second, f"#story-{first}")
        assert [each.split()[1] for each in stories_of(page)][:2] == [second, first]
        drag(page, first, "section[data-section=watch] > .empty")
        assert f"watch {first}" in stories_of(page)
        drag(page, second, "#left-out")
        assert second not in " ".join(stories_of(page))
        drag(page, second, f"#story-{first}")
        assert stories_of(page)[-2:] == [f"watch {second}", f"watch {first}"]
        assert stories_of(page) == stored_stories(office)


def test_an_editor_merges_splits_and_undoes_on_the_phone_by_keyboard_and_click(
    office: Office, address: str, chromium: Browser
):
    with browsing(chromium, 390, 844) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/stories/s-tram")
        page.get_by_role("link", name="Correct the grouping").click()
        assert_nothing_beyond_the_side(page)
        page.get_by_role("radio", name="Bakers ask for later hours").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Merge this story").click()
        expect(page.get_by_role("status")).to_contain_text("The stories are one now.")
        assert_nothing_beyond_the_side(page)
        page.get_by_role("link", name="Correct the grouping").click()
        page.get_by_role("checkbox", name="Tram line 3").check()
        page.get_by_role("button", name="Make a story of their own").click()
        expect(page.get_by_role("status")).to_contain_text("a story of their own now")
        expect(page.get_by_text("replaced by the later word of Edda Editor")).to_be_visible()
        page.get_by_role("button", name="Undo").first.click()
        expect(page.get_by_text("Undone: Made a story of their own")).to_be_visible()
        expect(page.locator(".rows .title")).to_have_count(2)
        assert_nothing_beyond_the_side(page)


def test_two_editors_at_one_text_see_both(office: Office, address: str, chromium: Browser):
    story = stored_stories(office)[0].split()[1]
    field = f"#field-remark-{story}"
    with browsing(chromium, 390, 844) as page, chromium.new_context() as other_context:
        other = other_context.new_page()
        for each, who in ((page, "Edda"), (other, "Arno")):
            sign_in(each, address, link_of(office, who))
            each.goto(f"{address}/briefings/2026-W47/draft")
            each.locator(f"#story-{story} summary").last.click()
        page.locator(f"{field} textarea").fill("Ask Water.")
        page.locator(f"{field} button").click()
        expect(page.locator(field)).to_contain_text("Saved: Edda Editor")
        other.locator(f"{field} textarea").fill("Ask Finance.")
        other.locator(f"{field} button").click()
        expect(other.locator(field)).to_contain_text("Ask Water.")
        expect(other.locator(f"{field} .mine")).to_have_text("Ask Finance.")
        other.locator(f"{field} textarea").fill("Ask Water, then Finance.")
        other.get_by_role("button", name="Save mine").click()
        expect(other.locator(f"#story-{story} .remark")).to_contain_text("Arno Approver")
        expect(other.locator(f"#story-{story} .remark")).to_contain_text("Ask Water, then Finance.")


def test_a_text_that_was_just_typed_is_saved_before_the_next_button_does_its_work(
    office: Office, address: str, chromium: Browser
):
    story = stored_stories(office)[0].split()[1]
    with browsing(chromium, 1280, 900) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/briefings/2026-W47/draft")
        page.locator(f"#story-{story} summary").last.click()
        page.locator(f"#text-remark-{story}").fill("Ask Water.")
        with page.expect_navigation():
            page.locator(f"#story-{story}").get_by_role("button", name="Move", exact=True).click()
        expect(page.locator(f"#story-{story} .remark")).to_contain_text("Ask Water.")


def test_what_the_server_does_not_take_stays_in_its_field(office: Office, address: str, chromium: Browser):
    story = stored_stories(office)[0].split()[1]
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/briefings/2026-W47/draft")
        page.locator(f"#story-{story} summary").last.click()
        context.clear_cookies()
        page.locator(f"#text-remark-{story}").fill("Ask Water.")
        page.locator(f"#field-remark-{story} button").click()
        expect(page.locator(f"#field-remark-{story} [role=alert]")).to_be_visible()
        expect(page.locator(f"#text-remark-{story}")).to_have_value("Ask Water.")


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
