"""The parser children: they are light, limited and replaceable, and leave nobody behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest

from collectors.formats.parsed import Format
from collectors.formats.pool import ParseLimits, ParserPool
from digest.errors import ParseError

ROOT = Path(__file__).parents[1]
RSS = b'<rss version="2.0"><channel><title>T</title><item><title>E</title></item></channel></rss>'


def bomb() -> bytes:
    """A PDF of a few kilobytes whose page expands to 3 GB."""
    squeeze = zlib.compressobj(9)
    block = b"q " * 500_000
    content = b"".join(squeeze.compress(block) for _ in range(300)) + squeeze.flush()
    twice = zlib.compress(content, 9)
    head = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
    )
    stream = b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream endobj\n" % (
        len(twice),
        twice,
    )
    return head + stream + b"trailer<</Root 1 0 R>>\n%%EOF"


SLOW_TO_PARSE = b"<p " + b" ".join(b"a%d=1" % n for n in range(1_000_000))  # attributes are compared pairwise


def child_pids() -> set[int]:
    tasks = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def test_a_child_loads_nothing_heavy_before_the_first_document() -> None:
    code = (
        "import sys, collectors.formats.worker\n"
        "heavy = {'numpy', 'sklearn', 'sqlalchemy', 'httpx2', 'lxml', 'feedparser', 'trafilatura', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_child_is_used_again_and_ends_with_the_pool() -> None:
    async def run() -> set[int]:
        before = child_pids()
        async with ParserPool(ParseLimits(children=1)) as pool:
            first = await pool.parse(Format.TEXT, b"one")
            children = child_pids() - before
            second = await pool.parse(Format.TEXT, b"two")
            assert (first.text, second.text) == ("one", "two")
            assert child_pids() - before == children
            assert len(children) == 1
        return child_pids() - before

    assert asyncio.run(run()) == set()


def test_one_document_cannot_cost_another_anything() -> None:
    async def run() -> list[str]:
        async with ParserPool(ParseLimits(children=2)) as pool:
            documents = [
                (Format.PDF, bomb()),
                (Format.HTML, b"<div>" * 200_000),
                (Format.DOCX, b"PK"),
                (Format.PDF, b"x"),
            ]
            bad = [pool.parse(kind, data) for kind, data in documents]
            good = [pool.parse_feed(RSS) for _ in range(4)]
            results = await asyncio.gather(*bad, *good, return_exceptions=True)
        return [result.code if isinstance(result, ParseError) else type(result).__name__ for result in results]

    codes = asyncio.run(run())
    assert codes[0] == "memory"
    assert codes[2:] == ["broken", "broken", *["ParsedFeed"] * 4]


def test_a_document_that_takes_too_long_is_given_up_and_the_child_replaced() -> None:
    slow = b"<p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">x</p>"

    async def run() -> str:
        async with ParserPool(ParseLimits(children=1, timeout_s=1.0)) as pool:
            started = time.perf_counter()
            with pytest.raises(ParseError, match="timeout"):
                await pool.parse(Format.HTML, slow)
            assert time.perf_counter() - started < 4
            return (await pool.parse(Format.TEXT, b"next")).text

    assert asyncio.run(run()) == "next"


def test_a_child_that_was_killed_is_replaced() -> None:
    async def run() -> tuple[str, str]:
        async with ParserPool(ParseLimits(children=1)) as pool:
            await pool.parse(Format.TEXT, b"one")
            os.kill(pool._idle[0].pid, signal.SIGKILL)
            try:
                middle = (await pool.parse(Format.TEXT, b"two")).text
            except ParseError as error:  # it died before anybody could see that it was dead
                middle = error.code
            return middle, (await pool.parse(Format.TEXT, b"three")).text

    middle, after = asyncio.run(run())
    assert middle in ("two", "crashed")
    assert after == "three"


def test_cancelling_ends_the_child() -> None:
    async def run() -> bool:
        async with ParserPool(ParseLimits(children=1)) as pool:
            await pool.parse(Format.TEXT, b"x")
            child = pool._idle[0].pid
            os.kill(child, signal.SIGSTOP)  # so that no machine is fast enough to answer
            task = asyncio.create_task(pool.parse(Format.TEXT, b"y"))
            await asyncio.sleep(0.1)
            assert not task.done()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return is_alive(child)

    assert not asyncio.run(run())


def test_children_die_with_a_parent_that_is_killed() -> None:
    code = (
        "import asyncio\n"
        "from collectors.formats.pool import ParserPool\n"
        "from collectors.formats.parsed import Format\n"
        "async def main():\n"
        "    async with ParserPool() as pool:\n"
        "        await pool.parse(Format.TEXT, b'x')\n"
        "        print(pool._idle[0].pid, flush=True)\n"
        "        await pool.parse(Format.HTML, b'<p ' + b' '.join(b'a%d=1' % n for n in range(400_000)))\n"
        "asyncio.run(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.kill()
    deadline = time.perf_counter() + 5
    while is_alive(child) and time.perf_counter() < deadline:
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
