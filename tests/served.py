"""An office's pages served for a browser: the server in a thread, a visitor, and who signs in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import Browser, Page

from app.main import create_app
from app.office import Office
from tests.app_factory import NOW
from tests.conftest import free_port

WAIT_S = 20


@contextmanager
def served(office: Office) -> Iterator[str]:
    """The address at which the pages of an office answer; its clock stands still."""
    port = free_port()
    app = create_app(office, clock=lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    waited = time.monotonic() + WAIT_S
    while not server.started and time.monotonic() < waited:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(WAIT_S)
    assert not thread.is_alive()


@contextmanager
def browsing(chromium: Browser, width: int, height: int, *, dark: bool = False) -> Iterator[Page]:
    """A page of a new visitor; at the end, the browser must have had nothing to complain about."""
    complaints: list[str] = []
    scheme = "dark" if dark else "light"
    with chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(error.message))
        yield page
    assert complaints == [], complaints


def sign_in(page: Page, address: str, token: str) -> None:
    """Sign in by a one-time link."""
    page.goto(f"{address}/sign-in/{token}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
