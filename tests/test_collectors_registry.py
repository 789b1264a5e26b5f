"""Collecting many sources together: one failure is a value, and nothing piles up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import COLLECTORS, CollectLimits, collect_all, open_tools, registry
from collectors.tools import Tools
from collectors.types import Fetched, Outcome, SourceTask
from digest.errors import SourceError
from digest.types import Source, SourceKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def task(identifier: str, address: str, kind: SourceKind = SourceKind.FOLDER) -> SourceTask:
    return SourceTask(source=Source(id=identifier, kind=kind, name=identifier, address=address), known={})


def test_every_kind_of_source_has_a_collector() -> None:
    assert set(COLLECTORS) == set(SourceKind)


def test_one_failing_source_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    tasks = [
        task("good", str(tmp_path)),
        task("missing", str(tmp_path / "no")),
        task("private", "http://127.0.0.1/", SourceKind.FEED),
    ]

    async def run() -> dict[str, Outcome]:
        async with open_tools() as tools:
            return {outcome.source.id: outcome async for outcome in collect_all(tasks, tools, NOW)}

    outcomes = asyncio.run(run())
    assert isinstance(outcomes["good"].result, Fetched)
    codes = {name: outcome.result.code for name, outcome in outcomes.items() if isinstance(outcome.result, SourceError)}
    assert codes == {"missing": "missing_folder", "private": "forbidden_address"}
    assert all(outcome.seconds > 0 for outcome in outcomes.values())


def test_a_defect_is_logged_and_becomes_the_outcome_of_its_source(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def defect(task: SourceTask, tools: Tools, now: datetime) -> Fetched:
        raise ZeroDivisionError

    monkeypatch.setattr(registry, "COLLECTORS", {SourceKind.FOLDER: defect})

    async def run() -> list[Outcome]:
        async with open_tools() as tools:
            return [outcome async for outcome in collect_all([task("a", "/")], tools, NOW)]

    with caplog.at_level(logging.ERROR):
        (outcome,) = asyncio.run(run())
    assert isinstance(outcome.result, SourceError)
    assert outcome.result.code == "internal"
    assert "ZeroDivisionError" in caplog.text


def test_a_slow_consumer_slows_collecting_down(tmp_path: Path) -> None:
    """No more sources are begun than are in the hands of the readers, waiting, or consumed."""
    begun: list[int] = []
    limits = CollectLimits(sources=3, waiting=2)

    def tasks() -> Iterator[SourceTask]:
        for number in range(40):
            begun.append(number)
            yield task(str(number), str(tmp_path))

    async def run() -> int:
        consumed = 0
        async with open_tools() as tools:
            async for _ in collect_all(tasks(), tools, NOW, limits=limits):
                consumed += 1
                await asyncio.sleep(0.02)
                assert len(begun) <= consumed + limits.sources + limits.waiting + 1
        return consumed

    assert asyncio.run(run()) == 40


def test_a_consumer_that_stops_ends_collecting(tmp_path: Path) -> None:
    begun: list[int] = []

    def tasks() -> Iterator[SourceTask]:
        for number in range(1_000):
            begun.append(number)
            yield task(str(number), str(tmp_path))

    async def run() -> int:
        async with open_tools() as tools:
            outcomes = collect_all(tasks(), tools, NOW, limits=CollectLimits(sources=2, waiting=1))
            await anext(outcomes)
            await outcomes.aclose()
            return len(asyncio.all_tasks())

    assert asyncio.run(run()) == 1
    assert len(begun) < 20
