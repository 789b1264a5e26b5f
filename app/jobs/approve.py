"""Approve: every citation is checked, and the edition is frozen as one value."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.jobs.lock import lock
from app.office import Office
from app.store import asks, deliveries, documents, editions, people
from app.store.editions import EditionState
from app.viewer import Role, Viewer, system
from digest import citations, editing
from digest.edition import Approval, Citation, Edition
from digest.errors import BrokenCitationError, ConflictError

log = structlog.get_logger()


def approve(office: Office, edition_id: str, approver: Viewer, now: datetime) -> str:
    """Freeze an edition and plan a delivery for each reader. An edition that is approved already stays as it is.

    Returns:
        SHA-256 of the frozen value.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the approver's role does not allow it, or the clearance does not reach all of the edition.
        BrokenCitationError: a quoted sentence is not where its citation says; nothing was changed.
        LockedError: somebody is approving already.
    """
    with lock(office, "approve"), office.writing.begin() as session:
        if not approver.may(Role.APPROVER):
            raise ConflictError("not_an_approver", name=approver.name)
        stored = editions.get(session, system(), edition_id)
        if stored.line.state is not EditionState.DRAFT:
            return editions.frozen_hash(session, approver, edition_id)
        marks = [line.mark for line in stored.edition.ledger] + [ask.mark for ask in stored.edition.asks]
        if any(mark > approver.clearance for mark in marks):
            raise ConflictError("clearance_too_low", name=approver.name)
        if broken := broken_citations(session, stored.edition):
            raise BrokenCitationError(broken)
        frozen = editing.freeze(stored.edition, Approval(name=approver.name, approved_at=now))
        digest = editions.freeze(session, frozen)
        asks.mark_told(session, frozen)
        readers = {view.leader_id for view in frozen.views}
        leaders = [leader for leader in people.leaders(session) if leader.id in readers]
        deliveries.plan(session, edition_id, leaders, office.settings.mail_from.rpartition("@")[2])
        log.info("approved", edition=edition_id, by=approver.id, sha256=digest, readers=len(leaders))
        return digest


def broken_citations(session: Session, edition: Edition) -> tuple[Citation, ...]:
    """What approving refuses. The program looks, not the approver: a text above a clearance is no broken one."""
    places = {
        (citation.document_id, citation.version)
        for entry in edition.entries
        for sentence in (*entry.sentences, *((entry.gist,) if entry.gist else ()))
        for citation in sentence.citations
    }
    return citations.broken(edition, documents.texts(session, system(), places))
