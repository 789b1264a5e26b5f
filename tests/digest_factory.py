"""Makes the values that tests of the digest work on: sources, documents and stories of a week in a small office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from digest.inputs import ComposeInputs, PeriodStory
from digest.types import Document, Leader, Mark, Origin, Source, SourceKind, Topic

START = datetime(2026, 11, 13, 10, tzinfo=UTC)
CUT_OFF = datetime(2026, 11, 20, 10, tzinfo=UTC)

HOUSING = Topic(id="housing", name="Housing", keywords=("rent", "rents", "tenants", "房租"))
FLOODS = Topic(id="floods", name="River floods", keywords=("flood", "dam", "seepage", "水位"))


def source(
    identifier: str, *, origin: Origin = Origin.MEDIA, mark: Mark = Mark.PUBLIC, name: str | None = None
) -> Source:
    return Source(
        id=identifier,
        kind=SourceKind.FEED,
        name=name or identifier.replace("-", " ").title(),
        address=f"http://127.0.0.1/{identifier}",
        origin=origin,
        mark=mark,
    )


def document(
    identifier: str,
    title: str,
    text: str,
    *,
    source_id: str = "courier",
    hours: float = 24,
    mark: Mark = Mark.PUBLIC,
    language: str = "en",
    dated: bool = True,
) -> Document:
    """A document published and collected ``hours`` after the period began."""
    when = START + timedelta(hours=hours)
    return Document(
        id=identifier,
        source_id=source_id,
        key=identifier,
        version=1,
        title=title,
        text=text,
        language=language,
        collected_at=when,
        changed_at=when,
        published_at=when if dated else None,
        mark=mark,
    )


def story(
    identifier: str,
    *documents: Document,
    duplicates: Mapping[str, str] | None = None,
    earlier: Iterable[Document] = (),
) -> PeriodStory:
    return PeriodStory(story_id=identifier, documents=documents, duplicates=duplicates or {}, earlier=tuple(earlier))


def leader(
    identifier: str, *, clearance: Mark = Mark.CONFIDENTIAL, weights: Mapping[str, float] | None = None
) -> Leader:
    return Leader(
        id=identifier,
        name=identifier.title(),
        email=f"{identifier}@example.org",
        clearance=clearance,
        topic_weights=weights,
    )


SOURCES = (
    *(source(name) for name in ("courier", "herald", "tribune", "gazette", "evening-news")),
    source("water", origin=Origin.OWN, mark=Mark.INTERNAL, name="Water Department"),
    source("ministry", origin=Origin.HIGHER, name="Ministry of the Interior"),
    source("inspectorate", origin=Origin.OWN, mark=Mark.CONFIDENTIAL, name="Inspectorate"),
)


def inputs(*stories: PeriodStory, **changes: object) -> ComposeInputs:
    """A week of the office, with other values for what ``changes`` names."""
    values: dict[str, object] = {
        "edition_id": "2026-W47",
        "office": "Office of the Mayor",
        "time_zone": "Europe/Berlin",
        "period_start": START,
        "cut_off": CUT_OFF,
        "made_at": CUT_OFF,
        "stories": stories,
        "sources": {each.id: each for each in SOURCES},
        "topics": (HOUSING, FLOODS),
        **changes,
    }
    return ComposeInputs(**values)  # type: ignore[arg-type]  # the values are those of the fields by name
