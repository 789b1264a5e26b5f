"""The pictures of the documents, taken of the example office: ``make pictures``.

The real program makes the example in a temporary home, lives through its weeks and serves it; an editor's Friday and a
leader's Monday are then clicked through in Chromium. The clock stands where it is put, so that two runs show the same.
Whatever is pictured is found by the pages themselves: the newest draft, the source that fails, the fullest topic.
"""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from app import demo
from app.example.office import anchor_for, load_office
from app.example.replay import replay
from app.example.site import ExampleSite
from app.jobs.send import send
from app.main import create_app
from app.office import Office
from app.store import people
from app.timetable import sending_after
from app.viewer import Role

PICTURES = Path(__file__).parent / "pictures"
NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # the Friday of the newest cut-off, after lunch
MOST_BYTES = 105_000  # of one picture: people open the documents on slow lines, and fourteen stay under 1.5 MB
SIZES = ((2, 70), (1.5, 70), (1.5, 50), (1, 70), (1, 50))  # scale and WebP quality, the first that fits is taken
DESK, DESKTOP, PHONE, MAIL = (1180, 780), (860, 780), (390, 844), (632, 900)
WAIT_S = 20


@dataclass(kw_only=True)
class Studio:
    """The served example with its clock, and who stands in front of the camera."""

    office: Office
    address: str
    present: datetime
    browser: Browser
    taken: dict[str, int] = field(default_factory=dict)
    """Bytes of each picture so far."""

    @contextmanager
    def visitor(self, role: Role, size: tuple[int, int], language: str | None = None) -> Iterator[Page]:
        """A page of somebody with a role who reads the most of all (and in a language, if it matters), signed in."""
        with self.office.writing.begin() as session:
            found = [each for each in people.holders(session, role) if language in (None, each.language)]
            person = max(found, key=lambda each: (each.viewer.clearance, each.name))
            token = people.make_link(session, person.id, self.present)
        width, height = size
        with self.browser.new_context(viewport={"width": width, "height": height}, color_scheme="light") as context:
            page = context.new_page()
            page.goto(f"{self.address}/sign-in/{token}")
            page.locator("main button.main").click()
            page.wait_for_url(f"{self.address}/")
            yield page

    def take(self, page: Page, name: str, shown: Locator | None = None, most_height: float = 0) -> None:
        """Write what a page shows, or one thing on it, as WebP: at double size where that stays small."""
        box = _box(page, shown, most_height)
        camera = page.context.new_cdp_session(page)
        for scale, quality in SIZES:
            clip = {**box, "scale": scale}
            wanted: dict[str, Any] = {"format": "webp", "quality": quality, "clip": clip, "captureBeyondViewport": True}
            picture = base64.b64decode(camera.send("Page.captureScreenshot", wanted)["data"])
            if len(picture) <= MOST_BYTES:
                break
        else:
            raise SystemExit(f"{name} has {len(picture)} bytes, more than {MOST_BYTES}: show less of the page.")
        (PICTURES / f"{name}.webp").write_bytes(picture)
        self.taken[name] = len(picture)


def _box(page: Page, shown: Locator | None, most_height: float) -> dict[str, float]:
    """What is to be seen: the window where it stands, or one thing with a little around it."""
    size = page.viewport_size
    assert size is not None
    if shown is None:
        return {"x": 0, "y": page.evaluate("scrollY"), "width": size["width"], "height": most_height or size["height"]}
    box = shown.bounding_box()
    if box is None:
        raise SystemExit(f"{page.url} has nothing to be pictured at {shown}.")
    top = max(0, box["y"] + page.evaluate("scrollY") - 4)
    height = min(box["height"] + 12, most_height or box["height"] + 12)
    return {"x": max(0, box["x"] - 16), "y": top, "width": min(box["width"] + 32, size["width"]), "height": height}


def main() -> None:
    """Take every picture anew."""
    program = shutil.which("chromium")
    if program is None:
        raise SystemExit("Chromium is missing: apt install chromium")
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.webp"):
        old.unlink()
    with (
        tempfile.TemporaryDirectory() as folder,
        _example(Path(folder) / "office") as office,
        _browser(program) as browser,
        _served(office, browser) as studio,
    ):
        _friday(studio)
        _monday(studio)
    total = sum(studio.taken.values())
    sys.stdout.writelines(f"{name}.webp {size:,} bytes\n" for name, size in studio.taken.items())
    sys.stdout.write(f"{len(studio.taken)} pictures, {total:,} bytes in {PICTURES}\n")


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")


@contextmanager
def _example(home: Path) -> Iterator[Office]:
    """The example office, its weeks lived through."""
    anchor = anchor_for(NOW)
    home.mkdir(mode=0o700)
    with ExampleSite(anchor) as site:
        office = demo.make_example(home, site)
        replay(office, anchor, site, _say)
        yield office
        office.close()


@contextmanager
def _browser(program: str) -> Iterator[Browser]:
    """Chromium. Only now: while it lives, this thread cannot run the loop that collecting needs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def _served(office: Office, browser: Browser) -> Iterator[Studio]:
    """The pages of the office; its clock is the studio's."""
    port = demo.free_port(demo.LOOPBACK, 8700)
    studio = Studio(office=office, address=f"http://{demo.LOOPBACK}:{port}", present=NOW, browser=browser)
    app = create_app(office, clock=lambda: studio.present)
    server = uvicorn.Server(uvicorn.Config(app, host=demo.LOOPBACK, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    waited = time.monotonic() + WAIT_S
    while not server.started and time.monotonic() < waited:
        time.sleep(0.05)
    try:
        yield studio
    finally:
        server.should_exit = True
        thread.join(WAIT_S)


# --- Friday: the office ---


def _friday(studio: Studio) -> None:
    """The draft is looked at, mended and approved; then it goes out at its time."""
    with studio.visitor(Role.APPROVER, DESK) as page:
        draft = _newest_draft(studio, page)
        _write(page, draft)
        _ask(studio, page, draft)
        page.goto(draft)
        studio.take(page, "draft", most_height=1000)
        _open_texts(page)
        studio.take(page, "draft-texts", page.locator("article.entry", has=page.locator("details[open]")).first, 900)
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        _desk(studio, page)
        page.goto(draft)
        page.get_by_role("button", name="Approve").click()
        page.wait_for_load_state()
    studio.present = sending_after(anchor_for(NOW), studio.office.settings)
    send(studio.office, studio.present)
    studio.present += timedelta(minutes=30)


def _newest_draft(studio: Studio, page: Page) -> str:
    page.goto(f"{studio.address}/briefings")
    link = page.locator("a.title[href$='/draft']").first
    if not link.count():
        raise SystemExit("The example has no draft: there is nothing to picture an editor's week with.")
    return studio.address + str(link.get_attribute("href"))


def _write(page: Page, draft: str) -> None:
    """The bottom line, and why the first entry matters here, unless somebody has written them already."""
    page.goto(draft)
    headlines = page.locator("article.entry[id^='story-'] h3 a").all_inner_texts()
    field_ = page.locator("section[aria-labelledby='bottom-line'] [name='text']")
    if not field_.input_value():
        _save(page, field_, f"Know: {headlines[0]}. Watch: {headlines[1]}.")
    entry = page.locator("article.entry[id^='story-']").first
    entry.locator("details > summary", has_text="Write").click()
    why = entry.locator("[id^='text-why_here']")
    if not why.input_value():
        _save(page, why, "It touches what the office promised before the winter; the budget has room for one measure.")


def _save(page: Page, control: Locator, text: str) -> None:
    control.fill(text)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        control.blur()


def _ask(studio: Studio, page: Page, draft: str) -> None:
    """Something is asked of two departments, unless the office asked already."""
    page.goto(f"{studio.address}/asks")
    if page.locator("ul.asks > li").count():
        return
    wanted = (
        ("decision", "Decide which of the offers is taken", 5),
        ("instruction", "Name who sees to it, and by when", 10),
    )
    for index, (unit, (kind, text, days)) in enumerate(zip(load_office().units, wanted, strict=False)):
        page.goto(draft)
        page.get_by_role("link", name="Ask something about it").nth(index).click()
        page.locator("#kind").select_option(kind)
        page.locator("#text").fill(text)
        page.locator("#owner").fill(unit.name)
        page.locator("#address").fill(unit.email)
        page.locator("#due").fill((NOW + timedelta(days=days)).date().isoformat())
        page.locator("main button.main").click()
        page.wait_for_load_state()


def _open_texts(page: Page) -> None:
    entry = page.locator("article.entry[id^='story-']").first
    entry.locator("details > summary", has_text="Write").click()
    entry.scroll_into_view_if_needed()


def _desk(studio: Studio, page: Page) -> None:
    """What stands beside the draft: what is due, topics, sources, statements, search."""
    page.goto(f"{studio.address}/asks")
    studio.take(page, "asks", most_height=640)
    page.goto(f"{studio.address}/topics")
    fullest = max(page.locator("ul.rows > li").all(), key=_stories)
    fullest.locator("a.title").click()
    studio.take(page, "topic", most_height=900)
    page.goto(f"{studio.address}/sources")
    failing = page.locator("li", has=page.locator(".state.failed"))
    (failing if failing.count() else page.locator("ul.rows > li")).first.locator("a.title").click()
    studio.take(page, "source", most_height=720)
    page.goto(f"{studio.address}/statements")
    page.locator("main details > summary", has_text="Read it").first.click()
    studio.take(page, "statements")
    page.goto(f"{studio.address}/search?q={load_office().topics[0].keywords[0]}")
    studio.take(page, "search")


def _stories(row: Locator) -> int:
    """How many stories a line of the topics page counts."""
    return int("".join(filter(str.isdigit, row.locator("p.facts").inner_text().partition("stor")[0])) or 0)


# --- Monday: the readers ---


def _monday(studio: Studio) -> None:
    """The leaders read; one follows a sentence to where it stands."""
    with studio.visitor(Role.LEADER, DESKTOP, "en") as page:
        studio.take(page, "briefing")
        _entry(studio, page)
        page.goto(f"{studio.address}/briefings")
        page.locator("a", has_text="Ledger").first.click()
        studio.take(page, "ledger")
    with studio.visitor(Role.LEADER, PHONE, "en") as page:
        studio.take(page, "briefing-phone")
    with studio.visitor(Role.LEADER, PHONE, "zh") as page:
        page.evaluate("document.querySelector(\"article.entry h3 a[lang='zh']\").closest('article').scrollIntoView()")
        studio.take(page, "briefing-zh")
    with studio.visitor(Role.APPROVER, MAIL) as page:
        page.goto(f"{studio.address}/outbox")
        page.locator("li a.title").first.click()
        page.goto(page.url + "/html")
        studio.take(page, "mail", most_height=1000)


def _entry(studio: Studio, page: Page) -> None:
    """The first entry that quotes, unfolded, and the document with its sentence."""
    entry = page.locator("article.entry", has=page.locator(".quoted")).first
    entry.locator("details:not(.original) > summary").last.click()
    studio.take(page, "entry", entry)
    entry.locator("a.cite").first.click()
    studio.take(page, "sentence", most_height=700)


if __name__ == "__main__":
    main()
