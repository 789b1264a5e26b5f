"""Deliveries of editions to readers, what each reader was told, and notices to the office."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.models import DeliveryRow, EditionRow, NoteDeliveryRow, NoticeRow, PersonRow
from app.store.editions import edition_of
from app.viewer import Role, Viewer
from digest import reading
from digest.edition import Edition, ReasonCode, Told
from digest.errors import NotFoundError
from digest.novelty import ToldStory
from digest.types import Leader, Mark


class DeliveryState(StrEnum):
    """How far a delivery got."""

    PLANNED = "planned"
    SENDING = "sending"
    """Handed to the server, no answer recorded yet."""
    WRITING = "writing"
    """Being written to the outbox folder: writing it again gives the same file."""
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """The program stopped between handing over and the answer: a person decides; never sent again by itself."""
    REFUSED = "refused"
    """The server refused for good."""
    OUTBOX = "outbox"
    """Written to the outbox folder."""

    @property
    def told(self) -> bool:
        """Whether the reader is taken to have got it."""
        return self in (DeliveryState.SENT, DeliveryState.OUTBOX, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One sending of one edition to one reader by mail."""

    id: str
    edition_id: str
    leader_id: str
    address: str
    send_at: datetime
    """When it is due."""
    state: DeliveryState
    message_id: str
    attempts: int
    tried_at: datetime | None
    sent_at: datetime | None
    reply: str | None
    """What the server said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to the office itself."""

    key: str
    code: str
    edition_id: str | None
    address: str
    made_at: datetime
    state: DeliveryState
    readable: bool
    """The viewer may read its bytes, which are kept."""


def _to_delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        edition_id=row.edition_id,
        leader_id=row.leader_id,
        address=row.address,
        send_at=row.send_at,
        state=DeliveryState(row.state),
        message_id=row.message_id,
        attempts=row.attempts,
        tried_at=row.tried_at,
        sent_at=row.sent_at,
        reply=row.reply,
    )


def plan(
    session: Session,
    edition_id: str,
    leaders: Iterable[Leader],
    domain: str,
    *,
    send_at: datetime,
    own: Mapping[str, datetime],
) -> None:
    """Plan one delivery for each reader of an edition; those planned already stay as they are.

    Args:
        session: the open session.
        edition_id: which edition.
        leaders: its readers.
        domain: of the Message-IDs.
        send_at: when the mails are due.
        own: leader id -> when the mail of a reader is due who has a time of their own.
    """
    for leader in leaders:
        identifier = "m" + hashlib.sha256(f"{edition_id}\n{leader.id}".encode()).hexdigest()[:16]
        if session.get(DeliveryRow, identifier) is None:
            session.add(
                DeliveryRow(
                    id=identifier,
                    edition_id=edition_id,
                    leader_id=leader.id,
                    address=leader.email,
                    send_at=own.get(leader.id, send_at),
                    state=DeliveryState.PLANNED,
                    message_id=f"<{edition_id}.{identifier}@{domain}>",
                )
            )
    session.flush()


def planned(session: Session, edition_id: str, due: datetime | None = None) -> tuple[Delivery, ...]:
    """Deliveries of an edition that are still to be made, or only those due by then, by address; for sending."""
    query = select(DeliveryRow).filter_by(edition_id=edition_id, state=DeliveryState.PLANNED)
    if due is not None:
        query = query.where(DeliveryRow.send_at <= due)
    rows = session.scalars(query.order_by(DeliveryRow.address, DeliveryRow.id))
    return tuple(_to_delivery(row) for row in rows)


def begin(session: Session, identifier: str, state: DeliveryState, message: bytes, now: datetime) -> None:
    """Record, before connecting, that a delivery is handed over (``SENDING`` or ``WRITING``), and the exact bytes."""
    row = session.get_one(DeliveryRow, identifier)
    row.state, row.message, row.tried_at, row.attempts = state, message, now, row.attempts + 1
    session.flush()


def end(session: Session, identifier: str, state: DeliveryState, reply: str, now: datetime) -> None:
    """Record how a delivery ended, and what the server said."""
    row = session.get_one(DeliveryRow, identifier)
    row.state, row.reply = state, reply
    row.sent_at = now if state.told else None
    session.flush()


def end_interrupted(session: Session) -> int:
    """End what was handed over without a recorded answer; the caller holds the lock.

    What a server may have is uncertain. What was being written to the outbox did not leave the house: it is planned
    again, and its interrupted attempt does not count.

    Returns:
        How many became uncertain.
    """
    under_way = (DeliveryState.SENDING, DeliveryState.WRITING)
    mails = session.scalars(select(DeliveryRow).where(DeliveryRow.state.in_(under_way))).all()
    corrections = session.scalars(select(NoteDeliveryRow).where(NoteDeliveryRow.state.in_(under_way))).all()
    left: list[DeliveryRow | NoteDeliveryRow] = [*mails, *corrections]
    for mail in left:
        mail.attempts -= mail.state == DeliveryState.WRITING
        mail.state = DeliveryState.PLANNED if mail.state == DeliveryState.WRITING else DeliveryState.UNCERTAIN
    session.flush()
    doubted = sum(mail.state == DeliveryState.UNCERTAIN for mail in left)
    return doubted + end_interrupted_notices(session, asks=False)


def end_interrupted_notices(session: Session, *, asks: bool) -> int:
    """The same for the notices about asks, or for all others: another verb may be sending those right now."""
    under_way = (DeliveryState.SENDING, DeliveryState.WRITING)
    about_asks = NoticeRow.code.startswith("ask_", autoescape=True)
    query = select(NoticeRow).where(NoticeRow.state.in_(under_way), about_asks if asks else ~about_asks)
    notes = session.scalars(query).all()
    for note in notes:
        note.state = DeliveryState.PLANNED if note.state == DeliveryState.WRITING else DeliveryState.UNCERTAIN
    session.flush()
    return sum(note.state == DeliveryState.UNCERTAIN for note in notes)


def forget_planned(session: Session, codes: Iterable[str], still_due: Collection[str]) -> None:
    """Forget notices of these codes that never went out and are no longer due; ``still_due`` holds keys."""
    query = select(NoticeRow).where(NoticeRow.state == DeliveryState.PLANNED, NoticeRow.code.in_(tuple(codes)))
    for row in session.scalars(query).all():
        if row.key not in still_due:
            session.delete(row)
    session.flush()


def doubt_planned(session: Session) -> int:
    """Doubt what was still to be sent, in an office that was restored: it may have gone out after the backup.

    Returns:
        How many deliveries became uncertain.
    """
    open_ones = (DeliveryState.PLANNED, DeliveryState.SENDING, DeliveryState.WRITING)
    mails = session.scalars(select(DeliveryRow).where(DeliveryRow.state.in_(open_ones))).all()
    corrections = session.scalars(select(NoteDeliveryRow).where(NoteDeliveryRow.state.in_(open_ones))).all()
    rows: list[DeliveryRow | NoteDeliveryRow] = [*mails, *corrections]
    for row in rows:
        row.state = DeliveryState.UNCERTAIN
    session.flush()
    return len(rows)


def every(session: Session, viewer: Viewer, edition_id: str | None = None) -> tuple[Delivery, ...]:
    """Deliveries, the latest edition's first; a leader sees the own ones."""
    query = select(DeliveryRow).join(EditionRow).order_by(EditionRow.cut_off.desc(), DeliveryRow.address)
    query = query.options(defer(DeliveryRow.message))  # a list does not read the mails
    if edition_id:
        query = query.where(DeliveryRow.edition_id == edition_id)
    if not viewer.may(Role.EDITOR):
        query = query.where(DeliveryRow.leader_id == (viewer.leader_id or ""))
    return tuple(_to_delivery(row) for row in session.scalars(query))


def message(session: Session, viewer: Viewer, identifier: str) -> bytes:
    """The exact bytes of a delivery. Another reader's mail is read only with that reader's clearance or more.

    Raises:
        NotFoundError: there is none, it has no bytes yet, or the viewer may not read it.
    """
    row = session.get(DeliveryRow, identifier)
    if row is None or row.message is None:
        raise NotFoundError("delivery", identifier)
    own = viewer.leader_id == row.leader_id
    if not own and not (viewer.may(Role.EDITOR) and viewer.clearance >= _clearance(session, row)):
        raise NotFoundError("delivery", identifier)
    return row.message


def _clearance(session: Session, row: DeliveryRow) -> int:
    frozen = session.get_one(EditionRow, row.edition_id).frozen
    view = edition_of(frozen).view(row.leader_id) if frozen else None
    if view is None:
        return max(Mark)
    reasons = (reason for place in view.entries for reason in place.reasons)
    said = (reading.statement_mark(reason) for reason in reasons if reason.code is ReasonCode.STATEMENT)
    return max([int(view.clearance), *said])


def told(session: Session, leaders: Iterable[Leader]) -> dict[str, dict[str, ToldStory]]:
    """What each reader was told in the editions sent to that reader, by leader id and story id; for composing."""
    ids = {leader.id for leader in leaders}
    query = (
        select(DeliveryRow.leader_id, EditionRow.frozen)
        .join(EditionRow)
        .where(DeliveryRow.state.in_([state for state in DeliveryState if state.told]))
        .order_by(EditionRow.cut_off)
    )
    stories: dict[str, dict[str, list[ToldStory]]] = defaultdict(lambda: defaultdict(list))
    for leader_id, frozen in session.execute(query):
        if leader_id not in ids or frozen is None:
            continue
        for story_id, each in _told_in(edition_of(frozen), leader_id):
            stories[leader_id][story_id].append(each)
    return {
        leader_id: {story_id: _merged(each) for story_id, each in found.items()} for leader_id, found in stories.items()
    }


def _merged(times: Sequence[ToldStory]) -> ToldStory:
    """What several editions told of one story, each place and document once."""
    return ToldStory(
        told=tuple(dict.fromkeys(place for each in times for place in each.told)),
        sentences=tuple(sentence for each in times for sentence in each.sentences),
        documents=tuple(dict.fromkeys(document for each in times for document in each.documents)),
    )


def _told_in(edition: Edition, leader_id: str) -> Iterator[tuple[str, ToldStory]]:
    """What an edition told a reader of each story; titles that were only noted tell nothing.

    A story that carried on another brings the places where that one was told.
    """
    view = edition.view(leader_id)
    if view is None:
        return
    for section in reading.visible(edition, leader_id, view.clearance).sections:
        if not section.section.told:
            continue
        for read in section.entries:
            entry = read.entry
            spoken = [sentence.text for sentence in (entry.gist, *entry.sentences) if sentence]
            yield (
                entry.story_id,
                ToldStory(
                    told=(*read.place.told_before, Told(edition_id=edition.id, number=read.number)),
                    sentences=(entry.headline, *spoken),
                    documents=tuple(each.id for each in entry.documents if each.duplicate_of is None),
                ),
            )


def notify_once(
    session: Session,
    *,
    key: str,
    code: str,
    edition_id: str | None,
    address: str,
    state: DeliveryState,
    now: datetime,
) -> bool:
    """Record a notice that is to be handed over now; False when it went out before, for sure or perhaps."""
    known = session.get(NoticeRow, key)
    if known is not None and known.state != DeliveryState.PLANNED:
        return False
    if known is not None:
        known.state = state
        return True
    session.add(NoticeRow(key=key, code=code, edition_id=edition_id, address=address, made_at=now, state=state))
    session.flush()
    return True


def end_notice(session: Session, key: str, state: DeliveryState, message: bytes) -> None:
    """Record how a notice ended, and its exact bytes."""
    row = session.get_one(NoticeRow, key)
    row.state, row.message = state, message
    session.flush()


def notices(session: Session, viewer: Viewer) -> tuple[Notice, ...]:
    """Notices to the office, newest first; for those who make editions."""
    if not viewer.may(Role.EDITOR):
        return ()
    mine = _own_address(session, viewer)
    query = select(NoticeRow, NoticeRow.message.is_not(None)).options(defer(NoticeRow.message))
    return tuple(
        Notice(
            key=row.key,
            code=row.code,
            edition_id=row.edition_id,
            address=row.address,
            made_at=row.made_at,
            state=DeliveryState(row.state),
            readable=kept and _may_read(viewer, mine, row.address),
        )
        for row, kept in session.execute(query.order_by(NoticeRow.made_at.desc(), NoticeRow.key))
    )


def notice(session: Session, viewer: Viewer, key: str) -> tuple[Notice, bytes]:
    """A notice and its exact bytes, for its addressee, and for who makes editions and is cleared for everything.

    Raises:
        NotFoundError: there is none, it has no bytes yet, or the viewer may not read it.
    """
    found = next((each for each in notices(session, viewer) if each.key == key and each.readable), None)
    content = session.scalar(select(NoticeRow.message).where(NoticeRow.key == key))
    if found is None or content is None:
        raise NotFoundError("notice", key)
    return found, content


def _own_address(session: Session, viewer: Viewer) -> str | None:
    person = session.get(PersonRow, viewer.id)
    return person.email.lower() if person else None


def _may_read(viewer: Viewer, mine: str | None, address: str) -> bool:
    """A notice bears no mark: it was worded for its addressee, and may tell whatever that one may read."""
    return address.lower() == mine or viewer.clearance == max(Mark)
