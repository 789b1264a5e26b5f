"""What the draft page shows beside the briefing: what was left out, where readers differ, whether citations hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.delivery import words
from app.delivery.asks import FURTHER_DECISIONS
from app.delivery.context import Briefing, EntryText
from app.i18n import Translations
from app.viewer import Viewer
from digest.edition import Edition, EditKind, Entry, Section, View
from digest.errors import ConflictError
from digest.office_texts import text_of, untranslated
from digest.reading import ReadEntry, Reading, visible
from digest.types import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A story that the base view leaves out, with why in words."""

    story_id: str
    headline: str
    language: str
    why: str
    """One sentence."""
    speaks: str
    """What speaks for it, with how many sources tell it."""
    by_hand: bool
    told_elsewhere: bool
    """Whether some reader's view tells it all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How one reader's view differs from the base view."""

    leader_id: str
    name: str
    mark: str
    more: tuple[str, ...]
    """Headlines that only this reader is told."""
    less: tuple[str, ...]
    """Headlines that this reader is not told."""
    elsewhere: tuple[tuple[str, str], ...]
    """Headline, and the section it has for this reader."""

    @property
    def any(self) -> bool:
        """Whether there is a difference at all."""
        return bool(self.more or self.less or self.elsewhere)


def left_out(edition: Edition, candidates: Sequence[Entry], viewer: Viewer, t: Translations) -> tuple[LeftOut, ...]:
    """Every story the base view leaves out that the editor may know of, the nearest miss first."""
    reading = visible(edition, None, viewer.clearance, privy=viewer.privy, candidates=candidates)
    found = [read for section in reading.sections if section.section is Section.LEFT_OUT for read in section.entries]
    told = {place.story_id for view in edition.views for place in view.entries if place.section is not Section.LEFT_OUT}
    return tuple(_left_out(read, edition, t, elsewhere=read.entry.story_id in told) for read in found)


def _left_out(read: ReadEntry, edition: Edition, t: Translations, *, elsewhere: bool) -> LeftOut:
    why, speaks = words.left_out(read.place.reasons, t, near=edition.cut_off)
    return LeftOut(
        story_id=read.entry.story_id,
        headline=text_of(read.entry, EditKind.HEADLINE),
        language=read.entry.language,
        why=why,
        speaks=t.sentences([speaks, words.sources_line(read.entry, t)]),
        by_hand=read.entry.by_hand,
        told_elsewhere=elsewhere,
    )


Readings = Mapping[str | None, Reading]
"""Leader id -> what that leader is told, as far as an editor may know; None: the office's own view."""


def readings(edition: Edition, clearance: Mark) -> Readings:
    """What each reader of a draft is told, made once for all that the draft page says of it.

    Args:
        edition: the draft with its edits.
        clearance: of the editor.
    """
    return {
        view.leader_id: visible(
            edition, view.leader_id, min(clearance, view.clearance) if view.leader_id else clearance
        )
        for view in edition.views
    }


def differences(edition: Edition, told: Readings, t: Translations) -> tuple[Difference, ...]:
    """How each reader's view differs from the base view, as far as the editor may know."""
    base = _places(told[None])
    leaders = (view for view in edition.views if view.leader_id is not None)
    return tuple(_difference(view, base, _places(told[view.leader_id]), t) for view in leaders)


_Places = Mapping[str, tuple[Section, str]]
"""Story id -> section and headline."""


def _places(told: Reading) -> _Places:
    shown = [section for section in told.sections if section.section is not Section.LEFT_OUT]
    return {
        read.entry.story_id: (section.section, text_of(read.entry, EditKind.HEADLINE))
        for section in shown
        for read in section.entries
    }


def _difference(view: View, base: _Places, own: _Places, t: Translations) -> Difference:
    moved = {story: place for story, place in own.items() if story in base and base[story][0] is not place[0]}
    return Difference(
        leader_id=view.leader_id or "",
        name=view.name,
        mark=t.gettext(words.MARKS[view.clearance]),
        more=tuple(headline for story, (_, headline) in own.items() if story not in base),
        less=tuple(headline for story, (_, headline) in base.items() if story not in own),
        elsewhere=tuple((headline, t.gettext(words.SECTIONS[section])) for section, headline in moved.values()),
    )


def neighbour_position(view: View, shown: Sequence[str], story_id: str, step: int) -> int | None:
    """Where in its section a story goes to change places with its neighbour.

    Args:
        view: the whole base view, with entries the editor may not see.
        shown: story ids of the entries the editor sees, in order, of the same section.
        story_id: which one moves.
        step: -1 up, 1 down.

    Returns:
        The index in the section, from 0; None when it is the first or the last already.
    """
    if story_id not in shown or not 0 <= shown.index(story_id) + step < len(shown):
        return None
    section = next(place.section for place in view.entries if place.story_id == story_id)
    order = [place.story_id for place in view.entries if place.section is section]
    return order.index(shown[shown.index(story_id) + step])


def position_before(view: View, section: Section, story_id: str, before: str) -> int:
    """Where in a section a story goes to stand right before another one.

    Args:
        view: the whole base view.
        section: where the other one was seen.
        story_id: which one moves.
        before: the story it is put before.

    Returns:
        The index in the section without the moved story, from 0.

    Raises:
        ConflictError: ``changed_meanwhile``: the other story does not stand in that section any more.
    """
    order = [place.story_id for place in view.entries if place.section is section and place.story_id != story_id]
    if before not in order:
        raise ConflictError("changed_meanwhile", story=before)
    return order.index(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSection:
    """A section as the editor works on it: empty ones are shown too, so that an entry can be put there."""

    code: str
    label: str
    entries: tuple[EntryText, ...]
    in_full: int | None = None
    """How many of them are told in full, the others with a line each; None: all in the same way."""


def draft_sections(briefing: Briefing, in_full: int, t: Translations) -> tuple[DraftSection, ...]:
    """Every section an entry can stand in, in reading order."""
    shown = {section.code: section.entries for section in briefing.sections}
    shown[Section.FOR_DECISION] = shown.get(Section.FOR_DECISION, ()) + shown.get(FURTHER_DECISIONS, ())
    return tuple(
        DraftSection(
            code=section,
            label=t.gettext(words.SECTIONS[section]),
            entries=shown.get(section, ()),
            in_full=in_full if section is Section.FOR_DECISION else None,
        )
        for section in Section
        if section is not Section.LEFT_OUT
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Untranslated:
    """The entries that readers of one language get without a translation."""

    language: str
    entries: tuple[tuple[str, str], ...]
    """Headline, and where its translation is written."""


def without_translation(edition: Edition, clearance: Mark, t: Translations) -> tuple[Untranslated, ...]:
    """What is left to translate for the readers of each language, as far as the editor may know."""
    headlines = {
        entry.story_id: text_of(entry, EditKind.HEADLINE) for entry in edition.entries if entry.mark <= clearance
    }
    shown = _places(visible(edition, None, clearance))

    def address(story: str) -> str:
        return f"#story-{story}" if story in shown else f"?{urlencode({'q': headlines[story]})}#story-{story}"

    return tuple(
        Untranslated(
            language=t.language_name(code), entries=tuple((headlines[story], address(story)) for story in stories)
        )
        for code, stories in untranslated(edition, clearance).items()
        if stories
    )
