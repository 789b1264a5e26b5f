"""Compose: a draft edition of everything collected or changed since the previous one of its series."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.jobs.lock import lock
from app.office import Office
from app.series import Start, last, readers
from app.series import start as starting
from app.settings import Settings
from app.store import asks, deliveries, documents, editions, people, sources, statements, stories
from app.store import series as made
from app.store.documents import Unreadable
from app.timetable import Series, cut_off_to_draft, drafted, edition_name, schedule, times_of
from app.viewer import system
from digest import briefing
from digest.briefing import Composed
from digest.edition import Edition
from digest.errors import ConflictError
from digest.inputs import BriefingParams, ComposeInputs, FailedDocument, PeriodStory
from digest.novelty import ToldStory
from digest.stories import ALGORITHM
from digest.types import Document

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedDraft:
    """What composing came to; ``made`` is False when the latest edition already accounts for everything."""

    edition_id: str
    made: bool
    documents: int
    entries: int


def compose_every(office: Office, now: datetime, *, scheduled: bool = False) -> tuple[ComposedDraft, ...]:
    """Make the next draft of each series that somebody reads, each in a transaction of its own.

    That of the leaders' own rhythm comes first: where the office's last edition ended, it may have to begin.

    Args:
        office: the open office.
        now: when; the drafts reach up to it.
        scheduled: up to the timetable's last cut-off of each instead, and nothing when an edition reaches it.

    Raises:
        LockedError: somebody is composing already.
        ConflictError: documents wait to be grouped.
    """

    def cut_off(series: Series) -> datetime | None:
        return cut_off_to_draft(now, times_of(series, office.settings)) if scheduled else None

    order = (Series.OWN, Series.OFFICE)
    done = [compose(office, now, cut_off=cut_off(series), series=series) for series in order]
    return tuple(each for each in reversed(done) if each is not None)


def compose(
    office: Office, now: datetime, *, cut_off: datetime | None = None, series: Series = Series.OFFICE
) -> ComposedDraft | None:
    """Make the draft of a series' next edition, up to a cut-off (now, unless said otherwise).

    Does nothing when an edition of the series reaches that cut-off, or when nothing came since the latest one and no
    cut-off is named.

    Returns:
        What was made; None when the office has neither documents nor editions, or when nobody reads the series.

    Raises:
        LockedError: somebody is composing already.
        ConflictError: documents wait to be grouped.
    """
    with lock(office, "compose"), office.writing.begin() as session:
        plan = _plan(office, session, series, cut_off or now)
        if plan.done or (series is Series.OWN and not plan.readers):
            return plan.standing if plan.readers or series is Series.OFFICE else None
        inputs = _inputs(session, plan, now)
        if _empty(inputs) and (cut_off is None or plan.standing is None):
            return plan.standing
        composed = briefing.compose(inputs)
        _keep(session, composed, plan, now)
        return _report(composed.edition)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What the next edition of a series is to be."""

    series: Series
    settings: Settings
    """With the times of the series."""
    name: str
    """Of the edition: its id when it is the first of that name."""
    cut_off: datetime
    start: Start
    readers: frozenset[str]
    standing: ComposedDraft | None
    """The series' latest edition, when nothing is to be made."""

    @property
    def done(self) -> bool:
        """Whether an edition reaches the cut-off: of this series, or the one that its readers were told of last."""
        return self.start.at is not None and self.start.at >= self.cut_off


def _plan(office: Office, session: Session, series: Series, wanted: datetime) -> _Plan:
    past, wishes = made.past(session), people.wishes(session, office.settings)
    before = last(series, past)
    found = readers(series, past, wishes, wanted)
    start = starting(series, past, {leader for leader in found if wishes[leader] is series})
    reached = start.at is not None and start.at >= wanted
    return _Plan(
        series=series,
        settings=times_of(series, office.settings),
        name=edition_name(series, wanted, office.settings),
        cut_off=wanted if reached else editions.free_cut_off(session, wanted),
        start=start,
        readers=found,
        standing=ComposedDraft(edition_id=before.id, made=False, documents=0, entries=0) if before else None,
    )


def _keep(session: Session, composed: Composed, plan: _Plan, now: datetime) -> None:
    times = drafted(schedule(plan.cut_off, plan.settings), now)
    editions.keep_draft(
        session,
        composed.edition,
        composed.candidates,
        times.sending,
        remind_at=times.reminder,
        approve_by=times.deadline,
        series=plan.series,
        rhythm=plan.settings.rhythm,
        began_at=plan.start.began_at,
    )


def _report(edition: Edition) -> ComposedDraft:
    result = ComposedDraft(
        edition_id=edition.id, made=True, documents=len(edition.ledger), entries=len(edition.entries)
    )
    log.info("composed", edition=edition.id, documents=result.documents, entries=result.entries)
    return result


def _empty(inputs: ComposeInputs) -> bool:
    return not inputs.stories and not inputs.failed


def _inputs(session: Session, plan: _Plan, now: datetime) -> ComposeInputs:
    series, cut_off, settings = plan.series, plan.cut_off, plan.settings
    found = documents.unaccounted(session, cut_off, series, plan.start.began_at)
    waiting = [document.id for document, story_id, _ in found if story_id is None]
    if waiting:
        raise ConflictError("not_grouped", documents=len(waiting))
    unreadable = documents.unreadable(session, cut_off, series, plan.start.began_at)
    given = Counter(document.source_id for document, _, _ in found)
    given.update(each.source_id for each in unreadable)
    leaders = [leader for leader in people.leaders(session) if leader.id in plan.readers]
    told = deliveries.told(session, leaders)
    params = BriefingParams(lengths=settings.lengths)
    recent = stories.features(session, ALGORITHM, cut_off - params.continuation.within)
    return ComposeInputs(
        edition_id=editions.free_id(session, plan.name),
        office=settings.office_name,
        time_zone=settings.time_zone,
        period_start=plan.start.at,
        cut_off=cut_off,
        made_at=now,
        stories=_stories(found, _earlier(session, found)),
        sources={source.id: source for source in sources.every(session, system())},
        source_lines=sources.lines(session, cut_off, given),
        failed=tuple(map(_failed, unreadable)),
        topics=stories.topics(session),
        leaders=tuple(leaders),
        asks=asks.every_open(session, system()),
        statements=statements.every(session, system()),
        told=told,
        base_told=_any_reader(told),
        had=made.had(session, series, plan.readers, plan.start.at),
        features={each.document_id: each for each in recent},
        example=settings.example,
        params=params,
    )


def _failed(document: Unreadable) -> FailedDocument:
    return FailedDocument(
        document_id=document.document_id,
        source_id=document.source_id,
        title=document.title,
        mark=document.mark,
        error=document.error,
    )


Found = tuple[tuple[Document, str | None, str | None], ...]
"""Documents, each with its story and the document it repeats."""


def _earlier(session: Session, found: Found) -> dict[str, Document]:
    """Documents from before the period that those of the period repeat, by id."""
    here = {document.id for document, _, _ in found}
    wanted = {first for _, _, first in found if first and first not in here}
    return {identifier: documents.get(session, system(), identifier) for identifier in sorted(wanted)}


def _stories(found: Found, earlier: dict[str, Document]) -> tuple[PeriodStory, ...]:
    members: dict[str, list[Document]] = defaultdict(list)
    repeats: dict[str, dict[str, str]] = defaultdict(dict)
    for document, story_id, duplicate_of in found:
        members[story_id or ""].append(document)
        if duplicate_of:
            repeats[story_id or ""][document.id] = duplicate_of
    return tuple(
        PeriodStory(
            story_id=story_id,
            documents=tuple(sorted(each, key=lambda document: (document.when, document.id))),
            duplicates=repeats[story_id],
            earlier=tuple(earlier[each] for each in sorted(set(repeats[story_id].values()) & earlier.keys())),
        )
        for story_id, each in sorted(members.items())
    )


def _any_reader(told: dict[str, dict[str, ToldStory]]) -> dict[str, ToldStory]:
    """What any reader was told, for the status in the base view; each place once."""
    merged: dict[str, ToldStory] = {}
    for stories_told in told.values():
        for story_id, each in stories_told.items():
            known = merged.get(story_id, ToldStory(told=(), sentences=()))
            editions_known = {place.edition_id for place in known.told}
            merged[story_id] = ToldStory(
                told=known.told + tuple(place for place in each.told if place.edition_id not in editions_known),
                sentences=tuple(dict.fromkeys(known.sentences + each.sentences)),
                documents=tuple(dict.fromkeys(known.documents + each.documents)),
            )
    return merged
