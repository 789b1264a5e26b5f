"""Approve: every citation is checked, and the edition is frozen as one value."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.jobs.lock import lock
from app.office import Office
from app.store import approvals, asks, deliveries, documents, editions, edits, people
from app.store.editions import EditionLine, EditionState, Stored
from app.timetable import Schedule, own_sending, times_of
from app.viewer import Role, Viewer, system
from digest import citations, editing
from digest.edition import Approval, Citation, Edition
from digest.errors import BrokenCitationError, ConflictError

log = structlog.get_logger()


def approve(office: Office, edition_id: str, approver: Viewer, now: datetime, *, last: int | None = None) -> str:
    """Freeze an edition and plan a delivery for each reader. An edition that is approved already stays as it is.

    Args:
        office: whose edition it is.
        edition_id: which one.
        approver: who approves.
        now: when.
        last: id of the last edit of the draft that the approver looked at, 0 for one that nobody edited; None: the
            draft as it stands.

    Returns:
        SHA-256 of the frozen value.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the approver's role does not allow it, the clearance does not reach all of the edition, or
            somebody edited the draft since the approver looked at it (``changed_meanwhile``).
        BrokenCitationError: a quoted sentence is not where its citation says; nothing was changed.
        LockedError: somebody is approving already.
    """
    with lock(office, "approve"), office.writing.begin() as session:
        if not approver.may(Role.APPROVER):
            raise ConflictError("not_an_approver", name=approver.name)
        stored = editions.get(session, system(), edition_id)
        if stored.line.state is not EditionState.DRAFT:
            return editions.frozen_hash(session, approver, edition_id)
        if last is not None:
            _refuse_unseen(session, edition_id, last)
        if any(mark > approver.clearance for mark in editing.marks(stored.edition)):
            raise ConflictError("clearance_too_low", name=approver.name)
        digest = _freeze(office, session, stored, Approval(name=approver.name, approved_at=now))
        log.info("approved", edition=edition_id, by=approver.id, sha256=digest)
        return digest


def take_back(office: Office, edition_id: str, approver: Viewer, now: datetime, *, seen: str | None = None) -> bool:
    """Make an approved edition of which nothing was sent yet a draft again, with its edits; approving freezes it anew.

    It holds the lock of sending as well, so no mail of the edition is begun meanwhile.

    Args:
        office: whose edition it is.
        edition_id: which one.
        approver: who takes the approval back.
        now: when.
        seen: SHA-256 of the frozen value that the approver looked at; None: whichever is approved.

    Returns:
        Whether there was an approval to take back; False for a draft, which stays as it is.

    Raises:
        NotFoundError: no such edition.
        ConflictError: the approver may not, ``sending_begun``, or ``approved_anew``.
        LockedError: somebody is approving or sending right now.
    """
    with lock(office, "send"), lock(office, "approve"), office.writing.begin() as session:
        refuse_taking_back(session, approver, editions.get(session, system(), edition_id))
        done = approvals.take_back(session, approver, edition_id, now, seen=seen)
        if done:
            log.info("approval taken back", edition=edition_id, by=approver.id)
        return done


def refuse_taking_back(session: Session, approver: Viewer, stored: Stored) -> None:
    """Refuse whoever could not have approved it, and an edition that a reader may have got.

    Raises:
        ConflictError: ``not_an_approver``, ``clearance_too_low`` or ``sending_begun``.
    """
    if not approver.may(Role.APPROVER):
        raise ConflictError("not_an_approver", name=approver.name)
    if any(mark > approver.clearance for mark in editing.marks(stored.edition)):
        raise ConflictError("clearance_too_low", name=approver.name)
    approvals.refuse_begun(session, stored.line.id)


def _refuse_unseen(session: Session, edition_id: str, last: int) -> None:
    edits.held(session, edition_id)
    made = edits.standing(session, edition_id)
    if last != (made[-1].id if made else 0):
        raise ConflictError("changed_meanwhile", briefing=edition_id)


def release(office: Office, edition_id: str, now: datetime) -> bool:
    """Freeze an edition that nobody approved, marked as automatic, not reviewed, and plan its deliveries.

    Returns:
        Whether it was done; False when somebody approved it meanwhile.

    Raises:
        NotFoundError: no such edition.
        BrokenCitationError: a quoted sentence is not where its citation says; nothing was changed.
        LockedError: somebody is approving.
    """
    with lock(office, "approve"), office.writing.begin() as session:
        stored = editions.get(session, system(), edition_id)
        if stored.line.state is not EditionState.DRAFT:
            return False
        digest = _freeze(office, session, stored, Approval(name="", approved_at=now, reviewed=False))
        log.warning("released unreviewed", edition=edition_id, sha256=digest)
        return True


def _freeze(office: Office, session: Session, stored: Stored, approval: Approval) -> str:
    """Check the citations, store the frozen value, and plan a delivery for each reader at that reader's time."""
    if broken := broken_citations(session, stored.edition):
        raise BrokenCitationError(broken)
    frozen = editing.freeze(stored.edition, approval)
    digest = editions.freeze(session, frozen)
    asks.mark_told(session, frozen, stored.line.series)
    readers = {view.leader_id for view in frozen.views}
    leaders = [leader for leader in people.leaders(session) if leader.id in readers]
    due = _due(office, session, stored.line)
    domain = office.settings.mail_from.rpartition("@")[2]
    deliveries.plan(session, stored.line.id, leaders, domain, send_at=stored.line.send_at, own=due)
    return digest


def _due(office: Office, session: Session, line: EditionLine) -> dict[str, datetime]:
    """When the mails of readers with a time of their own are due, by leader id."""
    times = Schedule(
        cut_off=line.cut_off,
        draft=line.made_at,
        reminder=line.remind_at or line.approve_by,
        deadline=line.approve_by,
        sending=line.send_at,
    )
    wishes, settings = people.sendings(session), times_of(line.series, office.settings)
    return {leader_id: own_sending(wish, times, settings) for leader_id, wish in wishes.items()}


def broken_citations(session: Session, edition: Edition) -> tuple[Citation, ...]:
    """What approving refuses. The program looks, not the approver: a text above a clearance is no broken one."""
    places = {
        (citation.document_id, citation.version)
        for entry in edition.entries
        for sentence in (*entry.sentences, *((entry.gist,) if entry.gist else ()))
        for citation in sentence.citations
    }
    return citations.broken(edition, documents.texts(session, system(), places))
