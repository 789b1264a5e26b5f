"""Group: features of new texts, duplicates, stories; the same whatever the order documents came in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.jobs.lock import lock
from app.office import Office
from app.store import stories as store
from app.store import story_acts
from app.store import topics as topic_store
from digest import stories
from digest.topics import match
from digest.types import Features

log = structlog.get_logger()
TOPICS_ALGORITHM = 1  # to be raised when digest.topics finds other topics in a text
WINDOW = timedelta(days=90)  # documents older than this keep the story they have


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What grouping came to."""

    features: int
    """Texts whose features were made."""
    documents: int
    stories: int
    duplicates: int
    moved: int
    """Documents that came into a story or changed it."""


def group(office: Office, now: datetime, *, progress: Callable[[int], None] | None = None) -> Grouped:
    """Bring every document of the window into its story.

    Raises:
        LockedError: somebody is grouping already.
    """
    with lock(office, "group"):
        made = _make_features(office, progress)
        while True:
            with office.reading() as session:
                known = tuple(store.features(session, stories.ALGORITHM, now - WINDOW))
                corrections = story_acts.corrections(session)
                previous = store.assignments(session)
                taken = store.known_ids(session)
            partition = stories.consolidate(known, corrections=corrections)
            matched = stories.match(partition.stories, previous, taken=taken, order=_order(known))
            with office.writing.begin() as session:
                story_acts.held(session)
                if story_acts.corrections(session) == corrections:  # else an editor's word of this moment counts too
                    moved = store.regroup(session, matched.assignments, partition.duplicates, matched.redirects, now)
                    break
        gather(office, now)
        result = Grouped(
            features=made,
            documents=len(known),
            stories=len(partition.stories),
            duplicates=len(partition.duplicates),
            moved=moved,
        )
        log.info("grouped", documents=result.documents, stories=result.stories, moved=moved)
        return result


def gather(office: Office, now: datetime) -> int:
    """Bring the documents of the window to the topics they speak of, a batch in each transaction.

    Returns:
        How many documents were compared: those that are new or changed, or all after a topic was changed.
    """
    with office.reading() as session:
        topics = store.topics(session)
    if not topics:
        return 0
    written = hashlib.sha256(repr((TOPICS_ALGORITHM, topics)).encode()).hexdigest()
    compared = 0
    while True:
        with office.reading() as session:
            lacking = topic_store.uncompared(session, written, now - WINDOW)
        if not lacking:
            return compared
        found = {document: match(topics, [document]) for document in lacking}
        with office.writing.begin() as session:
            topic_store.keep_matches(session, written, topics, found)
        compared += len(lacking)


def _order(features: tuple[Features, ...]) -> dict[str, tuple[datetime, str]]:
    return {each.document_id: (each.when, each.document_id) for each in features}


def _make_features(office: Office, progress: Callable[[int], None] | None) -> int:
    """Make and store the features that are lacking, a batch in each transaction."""
    made = 0
    while True:
        with office.reading() as session:
            lacking = store.lacking_features(session, stories.ALGORITHM)
        if not lacking:
            return made
        features = [stories.features(document) for document in lacking]
        with office.writing.begin() as session:
            store.keep_features(session, features)
        made += len(features)
        if progress:
            progress(made)
