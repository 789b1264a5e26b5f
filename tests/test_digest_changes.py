"""What came after the cut-off and counts: figures that nothing approved has, and reports of units."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from digest.changes import Arrival, ChangeCode, changes
from digest.types import Document, Origin, Source, SourceKind

WHEN = datetime(2026, 11, 20, 12, tzinfo=UTC)


def document(text: str, *, identifier: str = "d1", title: str = "", language: str = "en") -> Document:
    return Document(
        id=identifier,
        source_id="s",
        key=identifier,
        version=1,
        title=title,
        text=text,
        language=language,
        collected_at=WHEN,
        changed_at=WHEN,
    )


def arrival(text: str, origin: Origin = Origin.MEDIA, language: str = "en", identifier: str = "d1") -> Arrival:
    source = Source(id="s", kind=SourceKind.FEED, name="Post", address="http://post.example/", origin=origin)
    return Arrival(story_id="s1", document=document(text, language=language, identifier=identifier), source=source)


def figures(text: str, approved: str, language: str = "en") -> tuple[str, ...]:
    found = changes([arrival(text, language=language)], {"s1": [document(approved, language=language)]})
    return found[0].figures if found else ()


@pytest.mark.parametrize(
    ("text", "approved", "language", "expected"),
    [
        ("Seepage rose to 21 litres.", "Seepage rose from 12 to 19 litres.", "en", ("21",)),
        ("Seepage rose to 19 litres.", "Seepage rose from 12 to 19 litres.", "en", ()),
        ("It cost EUR 1284.", "It cost EUR 1,284.", "en", ()),
        ("Es kostet 2,1 Millionen.", "Es kostet 2.100.000.", "de", ("2.1",)),
        ("On 24 November 2026 at 12:30, and Nov 25th, it rained.", "It rained.", "en", ()),
        ("漏水量升至21升，2026年11月24日公布。", "漏水量为19升。", "zh", ("21",)),
        ("It rose by 8 %, then by 9 %, then by 8 % again.", "", "en", ("8", "9")),
    ],
)
def test_a_figure_counts_when_nothing_that_was_approved_states_it(
    text: str, approved: str, language: str, expected: tuple[str, ...]
) -> None:
    assert figures(text, approved, language) == expected


def test_figures_far_down_in_a_report_are_background() -> None:
    assert figures("It rained all day.\n" * 12 + "In all 99 people came.", "") == ()


@pytest.mark.parametrize("origin", [Origin.OWN, Origin.HIGHER])
def test_a_report_of_a_unit_counts_without_any_figure(origin: Origin) -> None:
    found = changes([arrival("The dam is closed.", origin)], {})
    assert [(each.code, each.figures) for each in found] == [(ChangeCode.FROM_UNIT, ())]
    assert changes([arrival("The dam is closed.")], {}) == ()


def test_changes_come_in_one_order_whatever_order_the_arrivals_had() -> None:
    arrivals = [arrival(f"It rose by {number} %.", identifier=f"d{number}") for number in range(5)]
    assert changes(arrivals, {}) == changes(arrivals[::-1], {})
