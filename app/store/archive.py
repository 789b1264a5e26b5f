"""Past editions in lists: the years there are, and what each edition tells its reader in short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import EditionRow, PassageRow, ShowingRow
from app.store.search import own_showing
from app.store.series import for_reader
from app.viewer import Role, Viewer
from digest.text import detect

HEADLINES = 3  # one screen of a phone then holds four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What an approved edition tells a reader, in short."""

    bottom_line: str | None
    headlines: tuple[tuple[str, str], ...]
    """Language and words of the first ones as they were shown, as they are numbered."""
    entries: int


def years(session: Session, viewer: Viewer) -> tuple[int, ...]:
    """The years by which editions are named that the viewer may read, the latest first."""
    year = func.substr(EditionRow.id, 1, 4)
    query = select(year).distinct().order_by(year.desc())
    if not viewer.may(Role.EDITOR):
        query = query.where(EditionRow.frozen_hash.is_not(None), for_reader(viewer))
    return tuple(int(each) for each in session.scalars(query))


def outlines(session: Session, viewer: Viewer, editions: Sequence[str]) -> Mapping[str, Outline]:
    """What approved editions tell the viewer: a leader the own view, staff the base view. Drafts are absent."""
    query = (
        select(PassageRow.edition_id, ShowingRow.number, PassageRow.language, PassageRow.headline, PassageRow.text)
        .join(ShowingRow, ShowingRow.passage_id == PassageRow.id)
        .where(PassageRow.edition_id.in_(editions))
        .where(ShowingRow.clearance == viewer.clearance, own_showing(viewer))
        .order_by(PassageRow.edition_id, ShowingRow.number)
    )
    shown: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
    for edition, number, language, headline, text in session.execute(query):
        shown[edition].append((number, language or "", headline, text))
    return {edition: _outline(rows) for edition, rows in shown.items()}


def _outline(rows: Sequence[tuple[int, str, str, str]]) -> Outline:
    entries = [(language, headline) for number, language, headline, _ in rows if number]
    first = ((detect(headline, hint=language), headline) for language, headline in entries[:HEADLINES])
    return Outline(
        bottom_line=next((text for number, _, _, text in rows if not number), None),
        headlines=tuple(first),  # the office may have written one in another language
        entries=len(entries),
    )
