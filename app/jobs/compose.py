"""Compose: a draft edition of everything collected or changed since the previous one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.jobs.lock import lock
from app.office import Office
from app.store import asks, deliveries, documents, editions, people, sources, statements, stories
from app.timetable import drafted, schedule, week_id
from app.viewer import system
from digest import briefing
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


def compose(office: Office, now: datetime, *, cut_off: datetime | None = None) -> ComposedDraft | None:
    """Make the draft of the next edition, up to a cut-off (now, unless said otherwise).

    Does nothing when an edition reaches that cut-off, or when nothing came since the latest one and no cut-off is
    named.

    Returns:
        What was made; None when the office has neither documents nor editions.

    Raises:
        LockedError: somebody is composing already.
        ConflictError: documents wait to be grouped.
    """
    with lock(office, "compose"), office.writing.begin() as session:
        inputs = _inputs(office, session, cut_off or now, now)
        latest = editions.latest(session, system(), approved_only=False)
        if latest and (latest.cut_off >= inputs.cut_off or (cut_off is None and _empty(inputs))):
            return ComposedDraft(edition_id=latest.id, made=False, documents=0, entries=0)
        if latest is None and _empty(inputs):
            return None
        composed = briefing.compose(inputs)
        times = drafted(schedule(inputs.cut_off, office.settings), now)
        editions.keep_draft(
            session,
            composed.edition,
            composed.candidates,
            times.sending,
            remind_at=times.reminder,
            approve_by=times.deadline,
        )
        return _report(composed.edition)


def _report(edition: Edition) -> ComposedDraft:
    result = ComposedDraft(
        edition_id=edition.id, made=True, documents=len(edition.ledger), entries=len(edition.entries)
    )
    log.info("composed", edition=edition.id, documents=result.documents, entries=result.entries)
    return result


def _empty(inputs: ComposeInputs) -> bool:
    return not inputs.stories and not inputs.failed


def _inputs(office: Office, session: Session, cut_off: datetime, now: datetime) -> ComposeInputs:
    found = documents.unaccounted(session, cut_off)
    waiting = [document.id for document, story_id, _ in found if story_id is None]
    if waiting:
        raise ConflictError("not_grouped", documents=len(waiting))
    unreadable = documents.unreadable(session, cut_off)
    given = Counter(document.source_id for document, _, _ in found)
    given.update(each.source_id for each in unreadable)
    leaders = people.leaders(session)
    told = deliveries.told(session, leaders)
    base_told = _any_reader(told)
    settings = office.settings
    params = BriefingParams(lengths=settings.lengths)
    recent = stories.features(session, ALGORITHM, cut_off - params.continuation.within)
    return ComposeInputs(
        edition_id=editions.free_id(session, week_id(cut_off, settings.time_zone)),
        office=settings.office_name,
        time_zone=settings.time_zone,
        period_start=editions.last_cut_off(session),
        cut_off=cut_off,
        made_at=now,
        stories=_stories(found, _earlier(session, found)),
        sources={source.id: source for source in sources.every(session, system())},
        source_lines=sources.lines(session, cut_off, given),
        failed=tuple(
            FailedDocument(
                document_id=each.document_id,
                source_id=each.source_id,
                title=each.title,
                mark=each.mark,
                error=each.error,
            )
            for each in unreadable
        ),
        topics=stories.topics(session),
        leaders=leaders,
        asks=asks.every_open(session, system()),
        statements=statements.every(session, system()),
        told=told,
        base_told=base_told,
        features={each.document_id: each for each in recent},
        example=settings.example,
        params=params,
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
