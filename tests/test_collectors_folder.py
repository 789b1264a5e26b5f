"""A folder of reports: every file is accounted for, and none can do harm."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import folder, open_tools
from collectors.folder import collect_folder
from collectors.types import Fetched, Item, SourceTask
from digest.errors import FetchError
from digest.types import Source, SourceKind

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def collect(root: Path, known: Mapping[str, str] | None = None) -> Fetched:
    source = Source(id="f", kind=SourceKind.FOLDER, name="Reports", address=str(root))

    async def run() -> Fetched:
        async with open_tools() as tools:
            return await collect_folder(SourceTask(source=source, known=known or {}), tools, NOW)

    return asyncio.run(run())


def by_key(result: Fetched) -> dict[str, Item]:
    return {item.key: item for item in result.items}


def codes(result: Fetched) -> dict[str, str | None]:
    return {item.key: item.error.code if item.error else None for item in result.items}


def test_files_become_documents_with_title_and_time(tmp_path: Path) -> None:
    (tmp_path / "水务").mkdir()
    report = tmp_path / "水务" / "周报.md"
    report.write_text("# 渗流周报\n\n四号测点上升。", "utf-8")
    os.utime(report, (1_800_000_000, 1_800_000_000))
    (tmp_path / "minutes.txt").write_text("x" * 300)
    items = by_key(collect(tmp_path))
    assert items["水务/周报.md"].title == "渗流周报"
    assert items["水务/周报.md"].text == "渗流周报\n四号测点上升。"
    assert items["水务/周报.md"].published_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert items["minutes.txt"].title == "minutes"


def test_a_file_is_read_again_only_when_its_bytes_change(tmp_path: Path) -> None:
    report = tmp_path / "a.txt"
    report.write_text("one")
    known = {item.key: item.fingerprint for item in collect(tmp_path).items}
    os.utime(report, (1, 1))
    assert collect(tmp_path, known) == Fetched(items=(), same=1)
    report.write_text("two")
    assert [item.text for item in collect(tmp_path, known).items] == ["two"]


def test_hidden_temporary_and_lock_files_are_no_documents(tmp_path: Path) -> None:
    for name in (
        ".DS_Store",
        ".~lock.a.docx#",
        "~$a.docx",
        "a.docx.part",
        "b.tmp",
        "c.txt~",
        "Thumbs.db",
        ".hidden.txt",
    ):
        (tmp_path / name).write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.txt").write_text("x")
    assert collect(tmp_path) == Fetched(items=(), same=0)


def test_what_cannot_be_read_is_an_item_with_its_error_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "MAX_FILE", 1_000)
    (tmp_path / "good.txt").write_text("good")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "big.txt").write_text("x" * 2_000)
    (tmp_path / "budget.xlsx").write_bytes(b"PK")
    (tmp_path / "secret.docx").write_bytes(b"\xd0\xcf\x11\xe0")
    os.mkfifo(tmp_path / "pipe.txt")
    result = collect(tmp_path)
    assert codes(result) == {
        "good.txt": None,
        "empty.txt": "no_text",
        "big.txt": "too_large",
        "budget.xlsx": "broken",
        "secret.docx": "encrypted",
        "pipe.txt": "unknown_format",
    }
    known = {item.key: item.fingerprint for item in result.items}
    assert collect(tmp_path, known) == Fetched(items=(), same=6), "what will not pass is not tried again"


def test_links_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "passwd.txt").write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "file.txt").symlink_to(outside / "passwd.txt")
    (root / "folder").symlink_to(outside)
    (root / "circle").symlink_to(root)
    result = collect(root)
    assert codes(result) == dict.fromkeys(("file.txt", "folder", "circle"), "link")
    assert all(item.text == "" for item in result.items)


def test_names_in_another_normalisation_or_no_unicode_make_distinct_keys(tmp_path: Path) -> None:
    (tmp_path / "caf\u00e9.txt").write_text("composed")
    (tmp_path / "cafe\u0301.txt").write_text("decomposed")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.txt")).write_text("bytes")
    items = by_key(collect(tmp_path))
    assert sorted(item.text for item in items.values()) == ["bytes", "composed", "decomposed"]
    assert all(key.isprintable() for key in items)


@pytest.mark.parametrize("name", ["missing", "file.txt"])
def test_a_missing_folder_is_an_error_of_the_source(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(FetchError, match="missing_folder"):
        collect(tmp_path / name)
