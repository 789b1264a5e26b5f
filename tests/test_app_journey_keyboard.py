"""An editor goes through the draft by keyboard alone, in English and in Chinese, in a real browser."""

from __future__ import annotations

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
TOLD = "section[data-section]:not([data-section=left_out]) > article"
PLACES = "all => all.map(each => each.closest('section').dataset.section + ' ' + each.dataset.story)"
FAR = 30
"""Steps of the Tab key to the next thing on one entry; whoever needs more has lost the place."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = made_office(tmp_path / "home")
    yield made
    made.engine.dispose()


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    with served(office) as found:
        yield found


def press_until(page: Page, selector: str, key: str = "Tab", most: int = FAR) -> None:
    for _ in range(most + 1):
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached by {key}")


def go(page: Page, key: str = "Enter") -> None:
    """Press a key that sends a form, and wait for the page that comes back."""
    with page.expect_navigation():
        page.keyboard.press(key)


def stories(page: Page) -> list[str]:
    return list(page.eval_on_selector_all(TOLD, PLACES))


def stored(office: Office) -> list[str]:
    with office.reading() as session:
        view = editions.get(session, system(), "2026-W47").edition.view(None)
    assert view is not None
    return [f"{place.section} {place.story_id}" for place in view.entries if place.section is not Section.LEFT_OUT]


def write(page: Page, story: str, kind: str, text: str) -> None:
    """Type a text into its field, from the field before it, and leave it by Tab: this saves it."""
    press_until(page, f"#text-{kind}-{story}")
    page.keyboard.type(text)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Tab")
    expect(page.locator(f"#field-{kind}-{story}")).to_contain_text("Edda Editor")
    expect(page.locator(f"#save-{kind}-{story}")).to_be_focused()


def leave_out_and_take_in(page: Page) -> str:
    """Exclude the first entry, go on from the next one, and include it again from what is left out."""
    first, second = (place.split()[1] for place in stories(page)[:2])
    press_until(page, "a[href='#entries']", most=2 * FAR)
    page.keyboard.press("Enter")
    press_until(page, f"#story-{first} form:has([value=exclude]) button")
    go(page)
    expect(page.locator(f"#story-{second}")).to_be_focused()
    page.keyboard.press("Control+Home")
    press_until(page, "a[href='#left-out']", "Shift+Tab", most=3 * FAR)
    page.keyboard.press("Enter")
    press_until(page, f"#story-{first} select")
    page.keyboard.press("Home")  # the first section of the list
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    press_until(page, f"#story-{first} button")
    go(page)
    expect(page.locator(f"#story-{first}")).to_be_focused()
    return first


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_editor_works_the_draft_by_keyboard_alone(
    office: Office, address: str, chromium: Browser, language: str
) -> None:
    headline, gist = {
        "en": ("Gauge 4 at 19 litres a minute", "It was 12 on 3 November."),
        "zh": ("四号水尺每分钟十九升", "十一月三日为十二升。"),
    }[language]
    with browsing(chromium, 1280, 900) as page:
        sign_in(page, address, link_of(office, "Edda"))
        page.goto(f"{address}/briefings/2026-W47/draft?language={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        story = leave_out_and_take_in(page)
        assert stories(page)[-1] == f"from_units {story}"
        go(page, "Alt+ArrowUp")
        assert stories(page)[0] == f"from_units {story}"
        go(page, "Alt+Shift+ArrowUp")
        assert stories(page)[0] == f"must_know {story}"
        assert stories(page) == stored(office)
        original = page.locator(f"#shown-{story} h3 a").inner_text()
        press_until(page, f"#story-{story} > details > summary")
        page.keyboard.press("Enter")
        write(page, story, "headline", headline)
        write(page, story, "gist", gist)
        write(page, story, "why_here", "30 is the threshold.")
        write(page, story, "recommendation", "Release the reserve.")
        write(page, story, "remark", "Rain on Saturday.")
        shown = page.locator(f"#shown-{story}")
        for text in (headline, gist, "30 is the threshold.", "Release the reserve.", "Rain on Saturday."):
            expect(shown).to_contain_text(text)
        press_until(page, f"#shown-{story} .original summary", "Shift+Tab")
        page.keyboard.press("Enter")
        expect(shown.locator(".original")).to_contain_text(original)
        press_until(page, "#write summary", most=5 * FAR)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type(headline)
        press_until(page, "#entry-source")
        page.keyboard.type("Gauge 4")
        go(page)
        expect(page.locator("article.entry:focus h3")).to_contain_text(headline)
        by_hand = stories(page)
        assert by_hand == stored(office)
        press_until(page, "form[action$='/undo'] button", "Shift+Tab", most=6 * FAR)
        go(page)
        assert len(stories(page)) == len(by_hand) - 1
        assert stories(page) == stored(office)
