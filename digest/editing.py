"""What an editor does to a draft, replayed on the composed one, and freezing it when it is approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from digest.edition import (
    Approval,
    Bucket,
    Edit,
    Edition,
    EditKind,
    Entry,
    LedgerLine,
    OfficeText,
    Reason,
    ReasonCode,
    Section,
    Status,
    View,
    ViewEntry,
)
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.ledger import Showing, showings
from digest.office_texts import office_text, with_text, written_entry
from digest.types import Mark

_OVERRULED = (
    ReasonCode.BELOW_LIMIT,
    ReasonCode.OUTSIDE_TOPICS,
    ReasonCode.EDITOR_INCLUDED,
    ReasonCode.EDITOR_EXCLUDED,
)
"""Reasons that no longer hold once an editor includes or excludes a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """A draft between two edits."""

    views: tuple[View, ...]
    entries: Mapping[str, Entry]
    """Entry id -> entry: the draft's own and the candidates."""
    bottom_line: OfficeText | None = None
    authors: Mapping[str, str] = field(default_factory=dict)
    """Story id -> who placed it last."""

    def placed(self, edit: Edit, place: Callable[[View, ViewEntry], View]) -> _Desk:
        """The desk after moving the edit's story in each view that has a place for it."""
        views = tuple(place(view, found) if (found := _find(view, edit.story_id)) else view for view in self.views)
        return replace(self, views=views, authors={**self.authors, str(edit.story_id): edit.author})


def apply(draft: Edition, candidates: Mapping[str, Entry], edits: Sequence[Edit]) -> Edition:
    """Replay edits, in order, on a composed draft: in the base view and in every leader's that may read the entry.

    Args:
        draft: as it was composed; its views end with what they leave out.
        candidates: entry id -> entry that the draft left out, of every clearance.
        edits: first to last.

    Raises:
        NotFoundError: the draft knows no such story.
        InvalidInputError: an edit names no story, no section or position an entry can have, or lacks a text.
        ConflictError: ``already_approved``, ``already_included``, ``already_excluded`` or ``left_out`` (story).
    """
    if draft.approval:
        raise ConflictError("already_approved", edition=draft.id)
    entries = {**candidates, **{entry.id: entry for entry in draft.entries}}
    desk = _Desk(views=draft.views, entries=entries, bottom_line=draft.bottom_line)
    for edit in edits:
        desk = _STEPS[edit.kind](desk, edit)
    return _edited(draft, desk)


def mark_to_write(draft: Edition, candidates: Mapping[str, Entry], story_id: str | None) -> Mark:
    """The mark that a text written now would carry: whoever writes must be cleared for it.

    Args:
        draft: as it stands, with its edits.
        candidates: entry id -> entry that the draft left out, of every clearance.
        story_id: the entry the text belongs to; None for the bottom line.

    Raises:
        NotFoundError: the draft knows no such story.
    """
    desk = _Desk(views=draft.views, entries={**candidates, **{entry.id: entry for entry in draft.entries}})
    if story_id is None:
        return _mark_told(desk)
    place = next((found for view in desk.views if (found := _find(view, story_id))), None)
    if place is None or place.entry_id not in desk.entries:
        raise NotFoundError("story", story_id)
    return desk.entries[place.entry_id].mark


def freeze(draft: Edition, approval: Approval) -> Edition:
    """The edition as it is approved: without what was left out, and without entries that nobody gets.

    Args:
        draft: with its edits applied and its citations checked.
        approval: who approved, and when.

    Raises:
        ConflictError: ``already_approved``.
    """
    if draft.approval:
        raise ConflictError("already_approved", edition=draft.id)
    views = tuple(
        replace(view, entries=tuple(place for place in view.entries if place.section is not Section.LEFT_OUT))
        for view in draft.views
    )
    seen = {place.entry_id for view in views for place in view.entries}
    entries = tuple(entry for entry in draft.entries if entry.id in seen)
    return replace(draft, views=views, entries=entries, approval=approval)


def _include(desk: _Desk, edit: Edit) -> _Desk:
    section, position = _target(edit) or Section.WORTH_KNOWING, _position(edit)
    if all(place.section is not Section.LEFT_OUT for place in _places(desk, edit)):
        raise ConflictError("already_included", story=str(edit.story_id))

    def place(view: View, found: ViewEntry) -> View:
        return _put(view, _included(found, section, edit), position) if found.section is Section.LEFT_OUT else view

    return desk.placed(edit, place)


def _exclude(desk: _Desk, edit: Edit) -> _Desk:
    if all(place.section is Section.LEFT_OUT for place in _places(desk, edit)):
        raise ConflictError("already_excluded", story=str(edit.story_id))
    reason = Reason(code=ReasonCode.EDITOR_EXCLUDED, params={"author": edit.author})

    def place(view: View, found: ViewEntry) -> View:
        excluded = replace(found, section=Section.LEFT_OUT, reasons=(reason, *_standing(found)))
        return _put(view, excluded, 0)  # first, where the editor who wants it back looks

    return desk.placed(edit, place)


def _move(desk: _Desk, edit: Edit) -> _Desk:
    """Move an entry to another section in every view, or to another position where it stands in that section."""
    section, position = _target(edit), _position(edit)
    if section is None and position is None:
        raise InvalidInputError("section", "", "name a section, a position, or both")
    shown = [place.section for place in _places(desk, edit) if place.section is not Section.LEFT_OUT]
    if not shown:
        raise ConflictError("left_out", story=str(edit.story_id))
    elsewhere = section is not None and section is not shown[0]  # the base view comes first

    def place(view: View, found: ViewEntry) -> View:
        if elsewhere and section is not None:
            left_out = found.section is Section.LEFT_OUT
            return _put(
                view, _included(found, section, edit) if left_out else replace(found, section=section), position
            )
        here = found.section is section if section else found.section is not Section.LEFT_OUT
        return _put(view, found, position) if here else view

    return desk.placed(edit, place)


def _write(desk: _Desk, edit: Edit) -> _Desk:
    """Write a text of the entry that the office reads: versions of it for lower clearances do not carry the text."""
    mark = desk.entries[_places(desk, edit)[0].entry_id].mark
    entries = {
        key: with_text(entry, edit, mark) if entry.story_id == edit.story_id and entry.mark >= mark else entry
        for key, entry in desk.entries.items()
    }
    return replace(desk, entries=entries)


def _bottom_line(desk: _Desk, edit: Edit) -> _Desk:
    return replace(desk, bottom_line=office_text(edit, max(Mark)))  # lowered when it is known what is told


def _entry(desk: _Desk, edit: Edit) -> _Desk:
    """Put a hand-written entry into every view that may read it; no document of the ledger is told by it."""
    entry = written_entry(edit)
    section, position = _target(edit) or Section.WORTH_KNOWING, _position(edit)
    place = _included(
        ViewEntry(entry_id=entry.id, story_id=entry.story_id, section=section, status=Status.NEW, reasons=()),
        section,
        edit,
    )
    views = tuple(_put(view, place, position) if entry.mark <= view.clearance else view for view in desk.views)
    return replace(desk, views=views, entries={**desk.entries, entry.id: entry})


_STEPS: Mapping[EditKind, Callable[[_Desk, Edit], _Desk]] = {
    EditKind.INCLUDE: _include,
    EditKind.EXCLUDE: _exclude,
    EditKind.MOVE: _move,
    EditKind.ENTRY: _entry,
    EditKind.BOTTOM_LINE: _bottom_line,
    EditKind.HEADLINE: _write,
    EditKind.GIST: _write,
    EditKind.WHY_HERE: _write,
    EditKind.RECOMMENDATION: _write,
    EditKind.REMARK: _write,
    EditKind.TRANSLATION: _write,
    EditKind.SOURCE: _write,
}


def _target(edit: Edit) -> Section | None:
    if edit.section is Section.LEFT_OUT:
        raise InvalidInputError("section", edit.section, "exclude the story instead")
    return edit.section


def _position(edit: Edit) -> int | None:
    if edit.position is not None and edit.position < 0:
        raise InvalidInputError("position", str(edit.position), "positions count from 0")
    return edit.position


def _places(desk: _Desk, edit: Edit) -> list[ViewEntry]:
    """The edit's story in each view that may read it, the base view first; each place's entry is at hand."""
    if edit.story_id is None:
        raise InvalidInputError("story_id", "", "name the story to edit")
    places = [place for view in desk.views if (place := _find(view, edit.story_id))]
    if not places or any(place.entry_id not in desk.entries for place in places):
        raise NotFoundError("story", edit.story_id)
    return places


def _find(view: View, story_id: str | None) -> ViewEntry | None:
    return next((place for place in view.entries if place.story_id == story_id), None)


def _included(place: ViewEntry, section: Section, edit: Edit) -> ViewEntry:
    reason = Reason(code=ReasonCode.EDITOR_INCLUDED, params={"author": edit.author})
    return replace(place, section=section, reasons=(reason, *_standing(place)))


def _standing(place: ViewEntry) -> tuple[Reason, ...]:
    return tuple(reason for reason in place.reasons if reason.code not in _OVERRULED)


def _put(view: View, place: ViewEntry, position: int | None) -> View:
    """The view with the place moved to its section, at a position within it; None or too far means last."""
    others = [other for other in view.entries if other.story_id != place.story_id]
    peers = [other for other in others if other.section is place.section]
    peers.insert(len(peers) if position is None else position, place)
    rest = [other for other in others if other.section is not place.section]
    order = list(Section)
    return replace(view, entries=tuple(sorted(rest + peers, key=lambda each: order.index(each.section))))


def _edited(draft: Edition, desk: _Desk) -> Edition:
    """The draft with what is on the desk, its ledger brought up to it."""
    told = [place.entry_id for view in desk.views for place in view.entries if place.section is not Section.LEFT_OUT]
    by_hand = [entry.id for entry in desk.entries.values() if entry.by_hand]  # the draft alone holds them, told or not
    ids = dict.fromkeys([*(entry.id for entry in draft.entries), *told, *by_hand])
    shown = showings(desk.views, desk.entries)
    return replace(
        draft,
        entries=tuple(desk.entries[entry_id] for entry_id in ids),
        views=desk.views,
        bottom_line=_as_told(desk),
        ledger=tuple(_line(line, shown, desk.authors) for line in draft.ledger),
    )


def _as_told(desk: _Desk) -> OfficeText | None:
    """The bottom line, marked as high as the entries it sums up: those that the base view tells."""
    return replace(desk.bottom_line, mark=_mark_told(desk)) if desk.bottom_line else None


def _mark_told(desk: _Desk) -> Mark:
    marks = (desk.entries[place.entry_id].mark for place in desk.views[0].entries if place.section.told)
    return max(marks, default=Mark.PUBLIC)


def _line(line: LedgerLine, shown: Mapping[str, Showing], authors: Mapping[str, str]) -> LedgerLine:
    if line.story_id is None or line.story_id not in authors or line.bucket in (Bucket.DUPLICATE, Bucket.FAILED):
        return line
    bucket = shown.get(line.document_id, Showing()).bucket
    if bucket is line.bucket and line.reason.code is not ReasonCode.TOLD_ELSEWHERE:
        return line
    code = ReasonCode.EDITOR_EXCLUDED if bucket is Bucket.LEFT_OUT else ReasonCode.EDITOR_INCLUDED
    return replace(line, bucket=bucket, reason=Reason(code=code, params={"author": authors[line.story_id]}))
