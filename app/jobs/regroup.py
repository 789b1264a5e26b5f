"""Regroup: what an editor says of the grouping is kept, and done at once to the stories it is about.

``group`` comes to the same from what was kept: the pairs of documents that belong together, and those that do not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from app.store import stories, story_acts
from app.store.story_acts import KeptAct, Member, Place
from app.viewer import Viewer
from digest.constraints import chained, settle
from digest.errors import ConflictError, InvalidInputError
from digest.identity import match
from digest.parted import without_parted
from digest.story_acts import Act, ActKind, can_be_undone, said_of

log = structlog.get_logger()


def merge(session: Session, editor: Viewer, story_id: str, other_id: str, now: datetime) -> int:
    """Make one story of two: the larger part keeps its id, and the other id leads there for ever.

    Documents above the editor's clearance are not touched; the next grouping finds where they belong.

    Returns:
        The number of the correction.

    Raises:
        InvalidInputError: the two are one story already.
        NotFoundError: one of them is no story that the editor may know of.
    """
    story_acts.held(session)
    first, second = stories.resolve(session, story_id), stories.resolve(session, other_id)
    if first == second:
        raise InvalidInputError("other", other_id, "choose another story: this is the same one")
    joined, moved = story_acts.members(session, editor, first), story_acts.members(session, editor, second)
    return _do(session, editor, ActKind.MERGE, moved, joined, (), now)


def split(session: Session, editor: Viewer, story_id: str, documents: Collection[str], now: datetime) -> int:
    """Make a story of its own of some documents; the larger part keeps the id.

    Returns:
        The number of the correction.

    Raises:
        InvalidInputError: none are named, or all.
        NotFoundError: it is no story that the editor may know of.
        ConflictError: ``story_changed``: a document is not in the story any more.
    """
    story_acts.held(session)
    moved, left = _parts(session, editor, story_id, documents)
    if not left:
        raise InvalidInputError("documents", "all", "leave at least one document in the story")
    return _do(session, editor, ActKind.SPLIT, moved, (), left, now)


def move(
    session: Session, editor: Viewer, story_id: str, documents: Collection[str], other_id: str, now: datetime
) -> int:
    """Move documents of one story into another; a story that loses all of them leads to the other for ever.

    Returns:
        The number of the correction.

    Raises:
        InvalidInputError: no documents are named, or the two are one story.
        NotFoundError: one of them is no story that the editor may know of.
        ConflictError: ``story_changed``: a document is not in the story any more.
    """
    story_acts.held(session)
    moved, left = _parts(session, editor, story_id, documents)
    other = stories.resolve(session, other_id)
    if other == stories.resolve(session, story_id):
        raise InvalidInputError("other", other_id, "choose another story: this is the same one")
    return _do(session, editor, ActKind.MOVE, moved, story_acts.members(session, editor, other), left, now)


def _parts(
    session: Session, editor: Viewer, story_id: str, documents: Collection[str]
) -> tuple[list[Member], list[Member]]:
    """The named documents of a story, and its others."""
    inside = story_acts.members(session, editor, stories.resolve(session, story_id))
    if not documents:
        raise InvalidInputError("documents", "", "tick at least one document")
    if set(documents) - {each.id for each in inside}:
        raise ConflictError("story_changed", story=story_id)
    moved = [each for each in inside if each.id in documents]
    return moved, [each for each in inside if each.id not in documents]


def _do(
    session: Session,
    editor: Viewer,
    kind: ActKind,
    moved: Sequence[Member],
    joined: Sequence[Member],
    left: Sequence[Member],
    now: datetime,
) -> int:
    """Keep what is said, and put the documents where it says."""
    concerned = {each.id: each for each in (*moved, *joined, *left)}
    before = {each.id: each.place for each in concerned.values()}
    pairs = said_of(
        [each.id for each in moved],
        [each.id for each in joined],
        [each.id for each in left],
        {document: place.duplicate_of for document, place in before.items() if place.duplicate_of},
    )
    groups = [frozenset(each.id for each in group) for group in ((*joined, *moved), left) if group]
    order = {each.id: (each.when, each.id) for each in concerned.values()}
    after, redirects = _matched(session, groups, before, order)
    act = Act(id=0, kind=kind, author=editor.name, made_at=now, documents=tuple(sorted(each.id for each in moved)))
    number = story_acts.keep(session, KeptAct(act=act, before=before, after=after), pairs)
    story_acts.put(session, _parted(session, after, order), redirects, now)
    log.info("corrected_grouping", kind=str(kind), correction=number, documents=len(moved), author=editor.id)
    return number


Order = Mapping[str, tuple[datetime, str]]
"""Document -> sort key, the earliest first."""


def _matched(
    session: Session, groups: Sequence[frozenset[str]], before: Mapping[str, Place], order: Order
) -> tuple[dict[str, Place], dict[str, str]]:
    """Where documents come when they are grouped so, and which stories lead elsewhere from now on."""
    previous = story_acts.assigned(session, {place.story_id for place in before.values()})
    matched = match(groups, previous, taken=stories.known_ids(session), order=order)
    after = {
        document: Place(story_id=story, duplicate_of=before[document].duplicate_of)
        for document, story in matched.assignments.items()
    }
    return after, dict(matched.redirects)


def _parted(session: Session, after: Mapping[str, Place], order: Order) -> dict[str, Place]:
    """The same places, where no document repeats one that it was parted from."""
    apart = settle(story_acts.corrections(session)).apart
    repeats = {document: place.duplicate_of for document, place in after.items() if place.duplicate_of}
    left = without_parted(repeats, apart, lambda document: order[document])
    return {
        document: Place(story_id=place.story_id, duplicate_of=left.get(document)) for document, place in after.items()
    }


def undo(session: Session, editor: Viewer, number: int, now: datetime) -> int:
    """Take back a correction, or the taking back of one: its word counts no more, or again.

    Documents that are still where it put them go back to where they were, unless another correction holds them.

    Returns:
        The number of the undoing, which can be undone as well.

    Raises:
        NotFoundError: no such correction, or it concerns documents that the editor may not know of.
        ConflictError: ``undone_already``.
    """
    story_acts.held(session)
    undone = story_acts.get(session, editor, number)
    if not can_be_undone(undone.act, story_acts.every(session)):
        raise ConflictError("undone_already", correction=number)
    here = story_acts.places(session, undone.after)
    before = {document: place for document, (place, _) in here.items()}
    act = Act(
        id=0,
        kind=ActKind.UNDO,
        author=editor.name,
        made_at=now,
        documents=undone.act.documents,
        undoes=number,
    )
    after = {document: _restored(session, document, place, undone) for document, place in before.items()}
    kept = story_acts.keep(session, KeptAct(act=act, before=before, after=after), ())
    story_acts.put(session, *_held_together(session, before, after), now)
    log.info("corrected_grouping", kind=str(ActKind.UNDO), correction=kept, undoes=number, author=editor.id)
    return kept


def _restored(session: Session, document: str, here: Place, undone: KeptAct) -> Place:
    """Where a document goes back to; it stays when it was put elsewhere meanwhile."""
    if stories.resolve(session, undone.after[document].story_id) != here.story_id:
        return here
    old = undone.before[document]
    living = stories.resolve(session, old.story_id)
    return old if living == here.story_id else Place(story_id=living, duplicate_of=old.duplicate_of)


def _held_together(
    session: Session, before: Mapping[str, Place], wanted: Mapping[str, Place]
) -> tuple[dict[str, Place], dict[str, str]]:
    """Places and redirects, where what other corrections hold together stays together, as it is."""
    after = dict(wanted)
    for held in chained(settle(story_acts.corrections(session)).together):
        here = {document: place.story_id for document, (place, _) in story_acts.places(session, held).items()}
        if len({after[each].story_id if each in after else story for each, story in here.items()}) > 1:
            after.update({each: before[each] for each in held if each in before})
    gone_to: dict[str, Counter[str]] = defaultdict(Counter)
    for document, place in before.items():
        gone_to[place.story_id][after[document].story_id] += 1
    others = story_acts.assigned(session, gone_to)
    living = {place.story_id for place in after.values()} | {each for one, each in others.items() if one not in after}
    return after, {each: to.most_common(1)[0][0] for each, to in gone_to.items() if each not in living}
