"""What was made of each series of editions, for whom, and what each reader had of it; for composing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.models import DocumentRow, EditionRow, LedgerLineRow, ReaderRow
from app.series import Past
from app.timetable import Series
from app.viewer import Role, Viewer


def past(session: Session) -> tuple[Past, ...]:
    """Every edition of both series by cut-off, with its readers."""
    readers: dict[str, set[str]] = defaultdict(set)
    for edition, leader in session.execute(select(ReaderRow.edition_id, ReaderRow.leader_id)):
        readers[edition].add(leader)
    columns = (EditionRow.id, EditionRow.series, EditionRow.cut_off, EditionRow.began_at)
    return tuple(
        Past(
            id=identifier,
            series=Series(series),
            cut_off=cut_off,
            began_at=began_at,
            readers=frozenset(readers[identifier]),
        )
        for identifier, series, cut_off, began_at in session.execute(select(*columns).order_by(EditionRow.cut_off))
    )


def accounted(series: Series, began_at: datetime | None) -> ColumnElement[bool]:
    """The condition that a series accounts for the newest text of a document, which has to be part of the query.

    What the other series told before this one began was told to those who read it now.
    """
    own = LedgerLineRow.series == series
    if began_at is not None:
        earlier = select(EditionRow.id).where(EditionRow.cut_off <= began_at)
        own = or_(own, LedgerLineRow.edition_id.in_(earlier))
    line = and_(LedgerLineRow.document_id == DocumentRow.id, LedgerLineRow.version == DocumentRow.version)
    return select(LedgerLineRow.document_id).where(line, own).exists()


def had(
    session: Session, series: Series, leaders: Collection[str], since: datetime | None
) -> Mapping[str, frozenset[str]]:
    """Documents whose newest text readers had in the other series, in editions after a moment; by leader id."""
    query = (
        select(ReaderRow.leader_id, LedgerLineRow.document_id)
        .join(EditionRow, EditionRow.id == ReaderRow.edition_id)
        .join(LedgerLineRow, LedgerLineRow.edition_id == EditionRow.id)
        .join(DocumentRow, DocumentRow.id == LedgerLineRow.document_id)
        .where(LedgerLineRow.version == DocumentRow.version, EditionRow.series != series)
        .where(ReaderRow.leader_id.in_(leaders))
    )
    if since is not None:
        query = query.where(EditionRow.cut_off > since)
    found: dict[str, set[str]] = defaultdict(set)
    for leader, document in session.execute(query):
        found[leader].add(document)
    return {leader: frozenset(documents) for leader, documents in found.items()}


def for_reader(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that an edition is one for a viewer: of the leaders' own series, a leader reads the own ones."""
    if viewer.leader_id is None or viewer.may(Role.EDITOR):
        return EditionRow.id.is_not(None)
    return or_(EditionRow.series == Series.OFFICE, made_for(viewer.leader_id))


def made_for(leader_id: str) -> ColumnElement[bool]:
    """The condition that an edition, which has to be part of the query, was made for a leader."""
    mine = and_(ReaderRow.edition_id == EditionRow.id, ReaderRow.leader_id == leader_id)
    return select(ReaderRow.edition_id).where(mine).exists()
