"""Recorded articles and topics: what is read, and how a file that cannot be used is named."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.recorded import UNNAMED, read, read_topics
from digest.errors import InvalidInputError

GOOD = b'{"title": "A", "text": "B"}\n'


def one(folder: Path, **row: object):
    (folder / "one.jsonl").write_text(json.dumps(row))
    return read(folder / "one.jsonl")[0]


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("cut.jsonl.gz", gzip.compress(GOOD * 9000, mtime=0)[:-20], "breaks off"),
        ("plain.jsonl.gz", GOOD, "not gzip"),
        ("damaged.jsonl.gz", gzip.compress(GOOD, mtime=0)[:12] + b"\xff" * 30, "damaged"),
        ("gzipped.jsonl", gzip.compress(GOOD, mtime=0), "line 1.*not UTF-8"),
        ("latin.jsonl", GOOD + b'{"title": "caf\xe9"}\n', "line 2.*not UTF-8"),
        ("prose.jsonl", GOOD + b"\nNot JSON\n", "line 3.*not JSON"),
        ("deep.jsonl", b"[" * 100_000, "line 1.*not JSON"),
        ("list.jsonl", b"[1]\n", "line 1.*not an object"),
        ("number.jsonl", b'{"title": 5, "text": "B"}\n', "line 1, title"),
        ("neither.jsonl", b'{"title": null, "text": " "}\n', "line 1.*neither title nor text"),
        ("author.jsonl", b'{"title": "A", "author": ["B"]}\n', "line 1, author"),
        ("day.jsonl", b'{"title": "A", "published": "yesterday"}\n', "line 1, published.*2026-10-05"),
        ("year.jsonl", b'{"title": "A", "published": "0001-01-01T00:00:00+10:00"}\n', "line 1, published"),
        ("lang.jsonl", b'{"title": "A", "lang": "English, mostly"}\n', "line 1, lang.*zh-CN"),
        ("empty.jsonl", b"\n\n", "no articles"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_line_and_the_remedy(tmp_path, name, content, named) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidInputError, match=named) as raised:
        read(tmp_path / name)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(InvalidInputError, match=path.name):
            read(path)


def test_only_a_title_or_a_text_must_be_there(tmp_path: Path) -> None:
    found = one(tmp_path, title=None, text="Words.", published="", lang=None, source=None)
    assert (found.title, found.text, found.source, found.published, found.language) == (
        "",
        "Words.",
        UNNAMED,
        None,
        None,
    )
    assert one(tmp_path, title="A headline").text == "A headline"


def test_times_are_utc_and_whole_seconds_and_a_date_gets_an_hour_of_its_day(tmp_path: Path) -> None:
    assert one(tmp_path, title="A", published="2026-10-11T23:59:59.9+02:00").published == datetime(
        2026, 10, 11, 21, 59, 59, tzinfo=UTC
    )
    dated = one(tmp_path, title="A", published="2026-10-05").published
    assert dated == one(tmp_path, title="A", published="2026-10-05").published
    assert (dated.date().isoformat(), dated.hour >= 6) == ("2026-10-05", True)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "windows.jsonl").write_bytes(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n") * 2)
    assert [each.number for each in read(tmp_path / "windows.jsonl")] == [1, 2]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{}", "not a list"),
        ("[", "not JSON .line 1"),
        ('["dam"]', "topic 1.*no name"),
        ('[{"name": "A"}, {"keywords": []}]', "topic 2.*no name"),
        ('[{"name": "A", "keywords": "dam"}]', "topic 1, keywords.*list"),
        ('[{"name": "A", "keywords": [1]}]', "topic 1, keywords.*list"),
        ('[{"name": "A", "description": 1}]', "topic 1, description"),
        ('[{"name": "A"}, {"name": "A"}]', "topic 2.*there already"),
    ],
)
def test_topics_that_cannot_be_used_are_named(tmp_path: Path, content: str, named: str) -> None:
    (tmp_path / "topics.json").write_text(content)
    with pytest.raises(InvalidInputError, match=named) as raised:
        read_topics(tmp_path / "topics.json")
    assert "topics.json" in str(raised.value)
