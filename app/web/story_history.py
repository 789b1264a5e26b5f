"""What editors did to the grouping of a story, in words, and which entries of an edition it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.i18n import N_
from app.store import story_acts
from app.web.paths import path_to
from app.web.visits import Visit
from digest.constraints import settle
from digest.edition import Edition, EditKind
from digest.office_texts import text_of
from digest.reading import visible
from digest.story_acts import Act, ActKind, can_be_undone, changed_since, meant, overruling, standing

ACTS: Mapping[ActKind, str] = {
    ActKind.MERGE: N_("Merged with another story"),
    ActKind.SPLIT: N_("Made a story of their own"),
    ActKind.MOVE: N_("Moved to another story"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A correction of the grouping, or the undoing of one."""

    id: int
    words: str
    byline: str
    note: str | None
    """That it is undone, or replaced by a later word."""
    titles: tuple[str, ...]
    """Of the documents that were put elsewhere."""
    undoable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An entry whose story was corrected after the edition was composed."""

    headline: str
    language: str
    path: str
    words: str


def history(session: Session, visit: Visit, story_id: str) -> tuple[Past, ...]:
    """Every correction that speaks of the story's documents, oldest first, as far as the visitor may know."""
    acts = story_acts.of_story(session, visit.viewer, story_id)
    if not acts:
        return ()
    notes = _replaced(session, visit, acts)
    titles = story_acts.titles(session, visit.viewer, {each for act in acts for each in act.documents})
    known = {act.id: act for act in acts}
    return tuple(
        Past(
            id=act.id,
            words=_words(act, known, visit),
            byline=_byline(act, visit),
            note=notes.get(act.id) if can_be_undone(act, acts) else visit.t.gettext("undone"),
            titles=tuple(titles[each] for each in act.documents if each in titles) if act.undoes is None else (),
            undoable=can_be_undone(act, acts),
        )
        for act in acts
    )


def _words(act: Act, known: Mapping[int, Act], visit: Visit) -> str:
    root, counts = meant(act, known)
    name = visit.t.gettext(ACTS[root.kind])
    if act.undoes is None:
        return name
    return visit.t.gettext(N_("Done again: %(what)s") if counts else N_("Undone: %(what)s"), what=name)


def _byline(act: Act, visit: Visit) -> str:
    return visit.t.gettext("%(author)s, %(moment)s", author=act.author, moment=visit.t.moment(act.made_at))


def _replaced(session: Session, visit: Visit, acts: tuple[Act, ...]) -> dict[int, str]:
    """For each act that a later one contradicts, which; one that the visitor may not know of is not named."""
    said = story_acts.corrections(session)
    every = standing(story_acts.every(session))
    moved = {each.said.id: each.act.documents for each in every.values()}
    known = {act.id: act for act in acts}
    lost = overruling(story_acts.by_act(said), moved, settle(said))
    notes = {}
    for number, each in every.items():
        if each.said.id not in lost or number not in known:
            continue
        by, whole = lost[each.said.id]
        later = max((known[other] for other in by if other in known), key=lambda act: act.id, default=None)
        notes[number] = _note(later, visit, whole=whole)
    return notes


def _note(later: Act | None, visit: Visit, *, whole: bool) -> str:
    if later is None:
        return visit.t.gettext(N_("replaced by a later word") if whole else N_("replaced in part by a later word"))
    by = _byline(later, visit)
    if whole:
        return visit.t.gettext("replaced by the later word of %(byline)s", byline=by)
    return visit.t.gettext("replaced in part by the later word of %(byline)s", byline=by)


def corrected_since(session: Session, visit: Visit, edition: Edition, leader: str | None) -> tuple[Corrected, ...]:
    """The entries a visitor reads whose stories were corrected after the edition was composed."""
    view = edition.view(leader)
    clearance = min(visit.viewer.clearance, view.clearance) if view else visit.viewer.clearance
    sections = visible(edition, leader if view else None, clearance).sections
    entries = {read.entry.story_id: read.entry for section in sections for read in section.entries}
    told = {document.id for entry in entries.values() for document in entry.documents}
    if not changed_since(story_acts.of_documents(session, visit.viewer, told), edition.made_at):
        return ()  # so it nearly always is, and no entry has to be looked at by itself
    found = []
    for entry in entries.values():
        documents = {document.id for document in entry.documents}
        acts = changed_since(story_acts.of_documents(session, visit.viewer, documents), edition.made_at)
        if acts:
            found.append(
                Corrected(
                    headline=text_of(entry, EditKind.HEADLINE),
                    language=entry.language,
                    path=path_to("stories", entry.story_id),
                    words=_byline(acts[-1], visit),
                )
            )
    return tuple(found)
