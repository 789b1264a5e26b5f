"""The example office as a newcomer meets it: made with words, served where there is room, and still there next time."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

STEPS = ["Making the example office", "Collecting week 1", "Grouping week 1", "Composing week 1"]
LINK = re.compile(r"(http://127\.0\.0\.1:(\d+))/sign-in/\S+")


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[list[str]]:
    """What ``staffwork demo`` said, line by line, until it was ready; it serves while the context lasts."""
    command = [sys.executable, "-m", "app.cli", "demo", *options]
    child = subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True)
    said: list[str] = []
    try:
        for line in child.stdout:
            said.append(line.strip())
            if "next start" in line:
                break
        yield said
        child.terminate()
        assert child.wait(30) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}


def front_page(said: list[str]) -> str:
    """The page that the sign-in link leads to."""
    link = LINK.search("\n".join(said))
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with browser.open(Request(link[0], data=b"", headers={"Origin": link[1]})) as page:
        return page.read().decode()


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_the_example_is_made_once_with_a_word_for_each_step_and_kept(tmp_path: Path, busy_port: int) -> None:
    with demo(tmp_path, "--port", str(busy_port)) as said:
        assert said[:4] == STEPS
        assert int(LINK.search("\n".join(said))[2]) > busy_port
        first = front_page(said)
    with demo(tmp_path, "--port", str(busy_port)) as said:
        assert said[0].startswith("EXAMPLE")
        again = front_page(said)
    assert "EXAMPLE" in first
    assert "Briefing" in first
    assert re.findall(r"<h\d.*?</h\d>", again, re.DOTALL) == re.findall(r"<h\d.*?</h\d>", first, re.DOTALL)
    assert (tmp_path / "example-office" / "staffwork.db").exists()
    sent = Counter(mail.name[:8] for mail in (tmp_path / "example-office" / "outbox").glob("*.eml"))
    assert sorted(sent.values()) == [3, 3, 3]
