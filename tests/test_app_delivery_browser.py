import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pydantic import TypeAdapter
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.delivery.present import present
from app.delivery.render import CONTENT_SECURITY_POLICY, STATIC, Frame, page
from app.i18n import translations
from digest.edition import Edition
from digest.types import Mark

GOLDEN = Path(__file__).parent / "data" / "editions" / "v1.json"
TYPES = {".css": "text/css", ".js": "text/javascript"}

pytestmark = pytest.mark.browser


def static_file(request: Request) -> Response:
    path = STATIC / request.path.removeprefix("/static/")
    return Response(path.read_bytes(), content_type=TYPES[path.suffix])


@pytest.fixture(params=["en", "zh"])
def address(request: pytest.FixtureRequest, httpserver: HTTPServer) -> str:
    edition = TypeAdapter(Edition).validate_json(GOLDEN.read_bytes())
    t = translations(request.param, edition.time_zone)
    briefing = present(edition, leader_id="mayor", clearance=Mark.CONFIDENTIAL, language=t.language, public_url=None)
    frame = Frame(office=edition.office, example=True, path="/", query={}, pages=("briefings", "sources", "outbox"))
    httpserver.expect_request("/").respond_with_data(
        page("web/briefing.html", t, frame=frame, briefing=briefing),
        content_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY},
    )
    httpserver.expect_request(re.compile("/static/")).respond_with_handler(static_file)
    return httpserver.url_for("/")


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark") as context:
        yield context.new_page()


def test_the_briefing_runs_under_the_strict_policy_without_a_complaint(address: str, phone: Page):
    complaints: list[str] = []
    phone.on("console", lambda message: complaints.append(message.text))
    phone.on("pageerror", lambda error: complaints.append(error.message))
    phone.goto(address)
    assert phone.evaluate("htmx.config.allowEval") is False
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"
    assert complaints == []


def test_a_small_phone_never_scrolls_sideways(address: str, phone: Page):
    phone.goto(address)
    phone.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert phone.evaluate("document.documentElement.scrollWidth") == 360


def test_what_a_finger_has_to_hit_is_44_pixels_high(address: str, phone: Page):
    phone.goto(address)
    heights = phone.evaluate(
        "[...document.querySelectorAll('summary, .top a, .top button')].map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 10
    assert min(heights) >= 44


def test_paper_shows_what_the_screen_folds_away(address: str, phone: Page):
    phone.goto(address)
    assert phone.locator("details[open]").count() == 0
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert phone.locator("details:not([open])").count() == 0
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    assert phone.locator("details[open]").count() == 0
