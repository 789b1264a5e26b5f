"""What each leader of the bundled example is told, against what a careful reader says each should be told.

``python -m benchmarks.relevance`` composes each week of the example from its documents as the gold stories group them,
so that only relevance is measured: with nothing but importance, with topics, and with the leaders' statements as well.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.example.articles import load_articles
from app.example.gold import DocumentKey, Gold, load_gold
from app.example.office import WEEKS, ReportFile, Week, load_office, report_files, weeks
from app.example.statements import load_statements
from digest.briefing import ComposeInputs, PeriodStory, compose
from digest.edition import ReasonCode, View
from digest.types import Document, Mark, SourceKind, Statement, Topic

ANCHOR = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""Any Friday's cut-off would do: the example moves by whole weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one leader was told in one week, against what the leader should be told. Stories by their gold names."""

    leader_id: str
    week: Week
    told: tuple[str, ...]
    wanted: frozenset[str]
    by_statement: frozenset[str]
    """Those whose reasons name a statement."""

    @property
    def hits(self) -> int:
        """How many of the stories that were told were wanted."""
        return len(self.wanted.intersection(self.told))


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall over all leaders and weeks."""

    precision: float
    recall: float
    average: float
    """Mean average precision: whether what is wanted stands before what is not."""


def measure(*, topics: bool = True, statements: bool = True) -> tuple[Told, ...]:
    """Compose each week and compare what each leader is told.

    Args:
        topics: whether the office has its standing topics.
        statements: whether the leaders' statements are known.
    """
    gold = load_gold()
    return tuple(each for week in WEEKS for each in _week(week, gold, topics=topics, statements=statements))


def score(found: Sequence[Told]) -> Score:
    """Precision and recall of all that was told, counted together."""
    hits = sum(each.hits for each in found)
    return Score(
        precision=hits / max(1, sum(len(each.told) for each in found)),
        recall=hits / sum(len(each.wanted) for each in found),
        average=sum(map(_average_precision, found)) / len(found),
    )


def _average_precision(each: Told) -> float:
    right = [story in each.wanted for story in each.told]
    return sum(sum(right[: place + 1]) / (place + 1) for place, hit in enumerate(right) if hit) / len(each.wanted)


def example_inputs(week: Week, topics: Sequence[Topic], statements: Sequence[Statement]) -> ComposeInputs:
    """A week of the example, its documents grouped as the gold groups them."""
    office, gold = load_office(), load_gold()
    start, cut_off = weeks(ANCHOR)[week - 1]
    known = {DocumentKey(each.source_id, each.key): each for each in _documents(cut_off)}
    return ComposeInputs(
        edition_id=f"2026-W{45 + week}",
        office=office.name,
        time_zone=office.time_zone,
        period_start=start,
        cut_off=cut_off,
        made_at=cut_off,
        stories=tuple(_stories(gold, known, start)),
        sources={each.id: each.located(f"http://127.0.0.1/{each.id}") for each in office.sources},
        topics=tuple(topics),
        leaders=tuple(each.profile for each in office.leaders),
        statements=tuple(statements),
        example=True,
    )


def _week(week: Week, gold: Gold, *, topics: bool, statements: bool) -> Iterator[Told]:
    said = load_statements(ANCHOR, weeks(ANCHOR)[week - 1][1]) if statements else ()
    edition = compose(example_inputs(week, load_office().topics if topics else (), said)).edition
    for view in edition.views:
        if view.leader_id is not None:
            wanted = frozenset(gold.sees[view.leader_id][week - 1])
            yield Told(
                leader_id=view.leader_id,
                week=week,
                told=tuple(_told(view)),
                wanted=wanted,
                by_statement=frozenset(_by_statement(view)),
            )


def _told(view: View) -> Iterable[str]:
    return (place.story_id for place in view.entries if place.section.told)


def _by_statement(view: View) -> Iterable[str]:
    return (
        place.story_id for place in view.entries if any(reason.code is ReasonCode.STATEMENT for reason in place.reasons)
    )


def _stories(gold: Gold, known: dict[DocumentKey, Document], start: datetime) -> Iterator[PeriodStory]:
    for name, keys in gold.stories.items():
        documents = tuple(known[key] for key in keys if key in known and known[key].changed_at >= start)
        repeats = {
            known[key].id: known[gold.duplicates[key]].id
            for key in keys
            if key in known and key in gold.duplicates and known[key] in documents
        }
        earlier = tuple(each for each in known.values() if each.id in repeats.values() and each not in documents)
        if documents:
            yield PeriodStory(story_id=name, documents=documents, duplicates=repeats, earlier=earlier)


def _documents(until: datetime) -> Iterator[Document]:
    """Every document that is out at a moment, as it reads then."""
    for source in load_office().sources:
        if source.kind is SourceKind.FEED and source.content is not None and source.format != "unavailable":
            yield from _articles(source.id, source.language or "en", until)
    for week in WEEKS:
        for report in report_files(week):
            if ANCHOR + report.modified <= until:
                yield _report(report)


def _articles(source_id: str, language: str, until: datetime) -> Iterator[Document]:
    for article in load_articles(source_id, ANCHOR):
        seen = article.as_of(until)
        if seen is not None:
            wording = seen.current
            yield Document(
                id=f"{source_id}-{seen.id}",
                source_id=source_id,
                key=seen.key,
                version=len(seen.wordings),
                title=wording.title,
                text="\n".join(wording.paragraphs),
                language=language,
                collected_at=seen.appears_at,
                changed_at=wording.since,
                published_at=seen.published_at,
            )


def _report(report: ReportFile) -> Document:
    source = report.path.parents[1] / "text" / report.path.parent.name / f"{report.path.name}.md"
    lines = (source if source.exists() else report.path).read_text(encoding="utf-8").splitlines()
    when = ANCHOR + report.modified
    title = lines[0].lstrip("# ")
    return Document(
        id=f"departments-{report.path.stem}",
        source_id="departments",
        key=report.name,
        version=1,
        title=title,
        text="\n".join(line.lstrip("# ") for line in lines[1:] if line.strip() and not line.startswith("|")),
        language="en" if title.isascii() or "’" in title else "zh",
        collected_at=when,
        changed_at=when,
        published_at=when,
        mark=max(Mark.INTERNAL, report.mark),
    )


def main() -> None:
    """Print the figures, and with ``--each`` what each leader is told."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--each", action="store_true", help="also what each leader is told, and what is missing")
    chosen = parser.parse_args()
    print(f"{'known of the leaders':28}{'precision':>10}{'recall':>10}{'MAP':>10}")
    for label, topics, statements in (
        ("nothing", False, False),
        ("topics", True, False),
        ("statements alone", False, True),
        ("topics and statements", True, True),
    ):
        found = measure(topics=topics, statements=statements)
        figures = score(found)
        print(f"{label:28}{figures.precision:10.3f}{figures.recall:10.3f}{figures.average:10.3f}")
        if chosen.each:
            _print_each(found)


def _print_each(found: Iterable[Told]) -> None:
    for each in found:
        told = (f"{story}{'*' if story in each.by_statement else ''}" for story in each.told)
        print(f"  {each.leader_id}, week {each.week}: {', '.join(told)}")
        print(f"    missing: {', '.join(sorted(each.wanted.difference(each.told))) or 'nothing'}")
        print(f"    not wanted: {', '.join(story for story in each.told if story not in each.wanted) or 'nothing'}")


if __name__ == "__main__":
    main()
