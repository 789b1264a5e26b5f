"""What editors did to the grouping: the acts, what each says of pairs of documents, and putting documents elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, update
from sqlalchemy.orm import Session

from app.models import CorrectionRow, DocumentRow, StoryActRow, StoryRow, VersionRow
from app.viewer import Viewer
from digest.errors import NotFoundError
from digest.story_acts import Act, ActKind, Pairs, standing
from digest.types import Correction, CorrectionKind

_AT_ONCE = 400  # ids in one query; engines limit their number


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a document is: its story, and what it repeats."""

    story_id: str
    duplicate_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAct:
    """An act with what it did to each document that it concerned."""

    act: Act
    before: Mapping[str, Place]
    after: Mapping[str, Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A document of a story that the viewer may know of, as correcting the grouping needs it."""

    id: str
    place: Place
    when: datetime


def held(session: Session) -> None:
    """Let nobody else correct or regroup until the transaction ends: what is read of the acts now stays true."""
    if session.get_bind().dialect.name == "postgresql":  # a transaction that writes holds the whole of an SQLite file
        session.execute(text("LOCK TABLE story_act IN SHARE ROW EXCLUSIVE MODE"))


def members(session: Session, viewer: Viewer, story_id: str) -> tuple[Member, ...]:
    """The documents of a story by id.

    Raises:
        NotFoundError: it holds none that the viewer may know of.
    """
    query = (
        select(
            DocumentRow.id, DocumentRow.duplicate_of, func.coalesce(VersionRow.published_at, DocumentRow.collected_at)
        )
        .join(VersionRow, and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version))
        .where(DocumentRow.story_id == story_id, DocumentRow.mark <= viewer.clearance)
        .order_by(DocumentRow.id)
    )
    found = tuple(
        Member(id=identifier, place=Place(story_id=story_id, duplicate_of=original), when=when)
        for identifier, original, when in session.execute(query)
    )
    if not found:
        raise NotFoundError("story", story_id)
    return found


def places(session: Session, documents: Collection[str]) -> dict[str, tuple[Place, datetime]]:
    """Where documents are today, and when each was collected, whoever may read them."""
    found: dict[str, tuple[Place, datetime]] = {}
    wanted = sorted(documents)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(DocumentRow.id, DocumentRow.story_id, DocumentRow.duplicate_of, DocumentRow.collected_at).where(
            DocumentRow.id.in_(wanted[start : start + _AT_ONCE]), DocumentRow.story_id.is_not(None)
        )
        for identifier, story_id, original, collected_at in session.execute(query):
            found[identifier] = Place(story_id=story_id or "", duplicate_of=original), collected_at
    return found


def assigned(session: Session, stories: Collection[str]) -> dict[str, str]:
    """Story of each document of some stories, of every mark: a story that keeps any document lives on."""
    query = select(DocumentRow.id, DocumentRow.story_id).where(DocumentRow.story_id.in_(sorted(stories)))
    return {document: story for document, story in session.execute(query) if story is not None}


def put(session: Session, wanted: Mapping[str, Place], redirects: Mapping[str, str], now: datetime) -> None:
    """Put documents into stories: new ones are opened, those that live again lead elsewhere no more."""
    stories = {place.story_id for place in wanted.values()}
    known = set(session.scalars(select(StoryRow.id).where(StoryRow.id.in_(sorted(stories)))))
    session.add_all(StoryRow(id=each, made_at=now) for each in sorted(stories - known))
    session.flush()
    session.execute(update(StoryRow).where(StoryRow.id.in_(sorted(stories))).values(merged_into=None))
    for document, place in wanted.items():
        session.execute(
            update(DocumentRow)
            .where(DocumentRow.id == document)
            .values(story_id=place.story_id, duplicate_of=place.duplicate_of)
        )
    for merged, into in redirects.items():
        session.execute(update(StoryRow).where(StoryRow.id == merged).values(merged_into=into))


def keep(session: Session, kept: KeptAct, pairs: Pairs) -> int:
    """Keep an act; its id, which is given here, is returned."""
    act = kept.act
    value = {"documents": list(act.documents), "before": _plain(kept.before), "after": _plain(kept.after)}
    row = StoryActRow(
        kind=act.kind,
        author=act.author,
        made_at=act.made_at,
        undoes=act.undoes,
        value=json.dumps(value, ensure_ascii=False, sort_keys=True),
    )
    session.add(row)
    session.flush()
    session.add_all(
        CorrectionRow(kind=kind, first=first, second=second, made_at=act.made_at, author=act.author, act_id=row.id)
        for kind, first, second in pairs
    )
    session.flush()
    return row.id


def _plain(places: Mapping[str, Place]) -> dict[str, list[str | None]]:
    return {document: [place.story_id, place.duplicate_of] for document, place in places.items()}


def get(session: Session, viewer: Viewer, identifier: int) -> KeptAct:
    """One act.

    Raises:
        NotFoundError: there is none, or it concerns a document that the viewer may not know of.
    """
    row = session.get(StoryActRow, identifier)
    if row is None or identifier not in _readable(session, viewer, {identifier: _root(session, row)}):
        raise NotFoundError("correction", str(identifier))
    value = json.loads(row.value)
    return KeptAct(act=_to_act(row), before=_to_places(value["before"]), after=_to_places(value["after"]))


def _root(session: Session, row: StoryActRow) -> int:
    while row.undoes is not None:
        row = session.get_one(StoryActRow, row.undoes)
    return row.id


def _to_act(row: StoryActRow) -> Act:
    return Act(
        id=row.id,
        kind=ActKind(row.kind),
        author=row.author,
        made_at=row.made_at,
        documents=tuple(json.loads(row.value)["documents"]),
        undoes=row.undoes,
    )


def _to_places(plain: Mapping[str, Sequence[str | None]]) -> dict[str, Place]:
    return {
        document: Place(story_id=story_id or "", duplicate_of=original)
        for document, (story_id, original) in plain.items()
    }


def every(session: Session) -> tuple[Act, ...]:
    """Every act, oldest first; for the program itself: pages take :func:`of_documents`."""
    return tuple(map(_to_act, session.scalars(select(StoryActRow).order_by(StoryActRow.id))))


def of_story(session: Session, viewer: Viewer, story_id: str) -> tuple[Act, ...]:
    """The acts that speak of documents of a story, with their undos, oldest first; see :func:`of_documents`."""
    inside = select(DocumentRow.id).where(DocumentRow.story_id == story_id, DocumentRow.mark <= viewer.clearance)
    return _of(session, viewer, [or_(CorrectionRow.first.in_(inside), CorrectionRow.second.in_(inside))])


def of_documents(session: Session, viewer: Viewer, documents: Collection[str]) -> tuple[Act, ...]:
    """The acts that speak of documents, with their undos, oldest first.

    An act that concerns any document above the viewer's clearance is not among them.
    """
    wanted = sorted(documents)
    parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    return _of(session, viewer, [or_(CorrectionRow.first.in_(part), CorrectionRow.second.in_(part)) for part in parts])


def _of(session: Session, viewer: Viewer, conditions: Iterable[ColumnElement[bool]]) -> tuple[Act, ...]:
    found: set[int] = set()
    for condition in conditions:
        query = select(CorrectionRow.act_id).distinct().where(condition, CorrectionRow.act_id.is_not(None))
        found.update(each for each in session.scalars(query) if each is not None)
    roots = {each: each for each in found}
    wave = found
    while wave:
        rows = session.execute(select(StoryActRow.id, StoryActRow.undoes).where(StoryActRow.undoes.in_(sorted(wave))))
        following = {identifier: roots[undone] for identifier, undone in rows if undone is not None}
        roots |= following
        wave = set(following)
    readable = _readable(session, viewer, roots)
    acts = session.scalars(select(StoryActRow).where(StoryActRow.id.in_(sorted(readable))).order_by(StoryActRow.id))
    return tuple(map(_to_act, acts))


def _readable(session: Session, viewer: Viewer, roots: Mapping[int, int]) -> set[int]:
    """Which acts, given with the act that each of them comes down to, concern only what the viewer may read."""
    query: Select[int | None] = (
        select(CorrectionRow.act_id)
        .distinct()
        .join(DocumentRow, or_(DocumentRow.id == CorrectionRow.first, DocumentRow.id == CorrectionRow.second))
        .where(CorrectionRow.act_id.in_(sorted(set(roots.values()))), DocumentRow.mark > viewer.clearance)
    )
    hidden = set(session.scalars(query))
    return {act for act, root in roots.items() if root not in hidden}


def corrections(session: Session) -> tuple[Correction, ...]:
    """Every editor's word that stands on which documents belong together, oldest first."""
    stands = standing(every(session))
    found = []
    for row in session.scalars(select(CorrectionRow).order_by(CorrectionRow.made_at, CorrectionRow.id)):
        if row.act_id is not None and row.act_id not in stands:
            continue
        said = stands[row.act_id].said if row.act_id is not None else None
        found.append(
            Correction(
                kind=CorrectionKind(row.kind),
                first=row.first,
                second=row.second,
                made_at=said.made_at if said else row.made_at,
                number=said.id if said else 0,
            )
        )
    return tuple(found)


def titles(session: Session, viewer: Viewer, documents: Collection[str]) -> dict[str, str]:
    """Titles of documents that the viewer may know of, by id."""
    found: dict[str, str] = {}
    wanted = sorted(documents)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(DocumentRow.id, DocumentRow.title).where(
            DocumentRow.id.in_(wanted[start : start + _AT_ONCE]), DocumentRow.mark <= viewer.clearance
        )
        found.update((identifier, title) for identifier, title in session.execute(query))
    return found


def by_act(said: Iterable[Correction]) -> dict[int, list[Correction]]:
    """What counts, by the number under which it does."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for each in said:
        found[each.number].append(each)
    return found


def told_of(
    session: Session, viewer: Viewer, since: datetime, until: datetime, limit: int
) -> tuple[tuple[str, str, str], ...]:
    """Story, title and language of the newest documents of a time, those that repeat another not among them."""
    when = func.coalesce(VersionRow.published_at, DocumentRow.collected_at)
    query = (
        select(DocumentRow.story_id, VersionRow.title, VersionRow.language)
        .join(VersionRow, and_(VersionRow.document_id == DocumentRow.id, VersionRow.number == DocumentRow.version))
        .where(DocumentRow.mark <= viewer.clearance, DocumentRow.story_id.is_not(None))
        .where(DocumentRow.duplicate_of.is_(None), when >= since, when <= until)
        .order_by(when.desc(), DocumentRow.id)
        .limit(limit)
    )
    return tuple((story or "", title, language) for story, title, language in session.execute(query))
