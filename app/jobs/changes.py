"""Changes after approval: what came of an approved edition's stories since its cut-off, told before it is sent."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from app.delivery.edition_names import edition_label
from app.delivery.mail import Mailer
from app.delivery.notices import NoticeCode, NoticeWords, StoryChange, changed
from app.i18n import Translations
from app.jobs.notices import Telling, holders, tell
from app.office import Office
from app.store import documents, editions, sources, stories
from app.store.editions import EditionLine
from app.viewer import Role, Viewer, system
from digest.changes import Arrival, Change, changes
from digest.edition import Edition, EditKind
from digest.office_texts import text_of
from digest.reading import visible
from digest.types import Document


def since_cut_off(session: Session, viewer: Viewer, edition: Edition) -> tuple[Change, ...]:
    """What the viewer may know of the changes that an edition's stories went through since its cut-off."""
    told = [entry.story_id for entry in edition.entries if not entry.by_hand]
    today = {stories.resolve(session, story_id): story_id for story_id in told}
    came = documents.arrived(session, viewer, tuple(today), edition.id, edition.cut_off)
    if not came:
        return ()
    known = {source.id: source for source in sources.every(session, viewer)}
    arrivals = [
        Arrival(story_id=today[story], document=document, source=known[document.source_id])
        for document, story in came
        if document.source_id in known
    ]
    return changes(arrivals, _approved(session, edition, {each.story_id for each in arrivals}))


def _approved(session: Session, edition: Edition, wanted: set[str]) -> dict[str, list[Document]]:
    """The documents that the entries of some stories were made from, as they were."""
    found: dict[str, dict[str, Document]] = defaultdict(dict)
    for entry in edition.entries:
        if entry.story_id in wanted:
            for each in entry.documents:
                found[entry.story_id][each.id] = documents.get(session, system(), each.id, each.version)
    return {story: list(by_id.values()) for story, by_id in found.items()}


def tell_changes(office: Office, out: Mailer, now: datetime) -> None:
    """Tell the approvers of each changed story of the editions that wait to be sent; the caller holds the lock."""
    with office.reading() as session:
        waiting = editions.to_send(session, None)
        approvers = holders(session, Role.APPROVER) or holders(session, Role.ADMINISTRATOR)
        found = [each for line in waiting for each in _by_story(session, line)]
    for telling, mark in found:
        tell(office, telling, [each for each in approvers if each.clearance >= mark], out, now)


def _by_story(session: Session, line: EditionLine) -> list[tuple[Telling, int]]:
    """A telling for each changed story, with the clearance it takes to be told."""
    edition = editions.get(session, system(), line.id).edition
    every = since_cut_off(session, system(), edition)
    sections = visible(edition, None, max(entry.mark for entry in edition.entries)).sections if every else ()
    entries = {read.entry.story_id: read.entry for section in sections for read in section.entries}
    told = [each for each in every if each.arrival.story_id in entries]
    return [
        (
            _telling(line, story, text_of(entries[story], EditKind.HEADLINE), grouped := tuple(group)),
            max(entries[story].mark, *(each.arrival.document.mark for each in grouped)),
        )
        for story, group in groupby(told, key=lambda each: each.arrival.story_id)
    ]


def _telling(line: EditionLine, story_id: str, headline: str, found: tuple[Change, ...]) -> Telling:
    def words(t: Translations) -> NoticeWords:
        reports = tuple((each.arrival.source.name, each.arrival.document.title, each.figures) for each in found)
        change = StoryChange(
            edition=edition_label(line.id, t), headline=headline, sending=line.send_at, reports=reports
        )
        return changed(change, t)

    return Telling(
        code=NoticeCode.CHANGED, edition_id=line.id, words=words, path=f"/briefings/{line.id}", about=story_id
    )
