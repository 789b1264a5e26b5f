"""Reindex: the words by which texts are found, made anew where they are lacking or of an older algorithm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session, sessionmaker

from app.jobs.lock import lock
from app.office import Office
from app.store import search_index
from app.store.editions import EDITION

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reindexed:
    """What reindexing came to."""

    documents: int
    editions: int


def reindex(
    office: Office, *, everything: bool = False, progress: Callable[[int, int], None] | None = None
) -> Reindexed:
    """Index what is lacking, a batch in each transaction; ended at any moment, it goes on where it was.

    Args:
        office: the open office.
        everything: whether what is up to date is made anew as well.
        progress: told how many documents are done, of how many.

    Raises:
        LockedError: somebody is reindexing already.
    """
    with lock(office, "reindex"):
        if everything:
            with office.writing.begin() as session:
                search_index.outdate(session)
        done = index_lacking(office.writing, progress=progress)
    log.info("reindexed", documents=done.documents, editions=done.editions)
    return done


def index_lacking(writing: sessionmaker[Session], *, progress: Callable[[int, int], None] | None = None) -> Reindexed:
    """Index what is lacking in a database that nobody else indexes; arguments as for :func:`reindex`."""
    with writing.begin() as session:
        total = search_index.waiting(session)
    documents = 0
    while made := _index_batch(writing):
        documents += made
        if progress:
            progress(documents, max(total, documents))
    editions = 0
    while _index_edition(writing):
        editions += 1
    return Reindexed(documents=documents, editions=editions)


def _index_batch(writing: sessionmaker[Session]) -> int:
    with writing.begin() as session:
        lacking = search_index.lacking(session)
        for each in lacking:
            search_index.keep(session, each)
        return len(lacking)


def _index_edition(writing: sessionmaker[Session]) -> bool:
    with writing.begin() as session:
        lacking = search_index.lacking_editions(session)
        for _, frozen in lacking:
            search_index.keep_edition(session, EDITION.validate_json(frozen))
        return bool(lacking)
