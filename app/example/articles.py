"""What the feeds of the example say, dated by an anchor, and how it reads at a given moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.example.office import moment, read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an article says from a moment on."""

    since: datetime
    title: str
    summary: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry of a feed with its page."""

    id: str
    source_id: str
    author: str | None
    appears_at: datetime
    """When the feed first carries it."""
    published_at: datetime | None
    """The date it bears: usually the same; None for an undated one."""
    wordings: tuple[Wording, ...]
    """Oldest first; the later ones correct the earlier."""

    @property
    def key(self) -> str:
        """Its identifier in the feed, free of the site's address: the port may differ at the next start."""
        return f"urn:{self.source_id}:{self.id}"

    @property
    def current(self) -> Wording:
        """What it says now."""
        return self.wordings[-1]

    def as_of(self, until: datetime) -> Article | None:
        """The article as it reads at a moment; None when it is not out yet."""
        wordings = tuple(wording for wording in self.wordings if wording.since <= until)
        return replace(self, wordings=wordings) if wordings else None


def load_articles(source_id: str, anchor: datetime) -> tuple[Article, ...]:
    """All articles of a feed, earliest first.

    Args:
        source_id: the feed's source.
        anchor: the last week's cut-off, aware.
    """
    articles = (_article(source_id, raw, anchor) for raw in read_json(f"feeds/{source_id}.json"))
    return tuple(sorted(articles, key=lambda article: article.appears_at))


def _article(source_id: str, raw: dict[str, Any], anchor: datetime) -> Article:
    appears_at = moment(anchor, raw["week"], raw["at"])
    dated = appears_at - timedelta(days=raw.get("dated_days_earlier", 0))
    wordings = [_wording(raw, appears_at)]
    if correction := raw.get("correction"):
        wordings.append(_wording(correction, moment(anchor, correction["week"], correction["at"])))
    return Article(
        id=raw["id"],
        source_id=source_id,
        author=raw.get("author"),
        appears_at=appears_at,
        published_at=None if raw.get("undated") else dated,
        wordings=tuple(wordings),
    )


def _wording(raw: dict[str, Any], since: datetime) -> Wording:
    return Wording(since=since, title=raw["title"], summary=raw["summary"], paragraphs=tuple(raw["paragraphs"]))
