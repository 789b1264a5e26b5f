"""Where a draft holds more than five minutes: said to the editor, with what would mend it. Nothing is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.delivery import words
from app.i18n import Translations
from app.web.desk import Readings
from digest.edition import Edition, EditKind, Section
from digest.lengths import Lengths
from digest.office_texts import text_of
from digest.reading import ReadEntry, Reading

_FIRST = (Section.FOR_DECISION, Section.MUST_KNOW)
_FURTHER: Mapping[Section, Section] = {
    Section.FROM_UNITS: Section.ALSO_NOTED,
    Section.WORTH_KNOWING: Section.ALSO_NOTED,
    Section.WATCH: Section.WORTH_KNOWING,
}
"""Where each other section's last entry may go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overfull:
    """Too much in one place of one reader's briefing."""

    words: str
    reader: str | None
    """None: in the office's own view, which the draft shows."""
    story_id: str | None = None
    """What may move; None where moving it would not reach this reader alone."""
    headline: str = ""
    section: str = ""
    """Code of the section it may move to."""
    remedy: str = ""
    """Move #6 to Worth knowing."""


def overfull(edition: Edition, told: Readings, t: Translations) -> tuple[Overfull, ...]:
    """What is too long, in the office's view and then for each reader in whom it differs.

    Args:
        edition: the draft with its edits.
        told: what each reader is told.
        t: the editor's language.
    """
    base = _sections(told[None])
    found = list(_of(base, edition.lengths, None, t))
    said = {each.words for each in found}
    for view in edition.views:
        if view.leader_id is not None:
            own = _sections(told[view.leader_id])
            found += [each for each in _of(own, edition.lengths, view.name, t) if each.words not in said]
    return tuple(found)


_Sections = Mapping[Section, Sequence[ReadEntry]]


def _sections(told: Reading) -> _Sections:
    return {each.section: each.entries for each in told.sections}


def _of(sections: _Sections, lengths: Lengths, reader: str | None, t: Translations) -> Iterator[Overfull]:
    first = [read for section in _FIRST for read in sections.get(section, ())]
    if len(first) > lengths.must_know:
        said = t.gettext(
            "%(count)s entries stand in For your decision and Must know; %(most)s are what five minutes hold.",
            count=t.number(len(first)),
            most=t.number(lengths.must_know),
        )
        yield _with_remedy(said, first[-1], Section.WORTH_KNOWING, reader, t)
    decisions = len(sections.get(Section.FOR_DECISION, ()))
    if decisions > lengths.for_decision:
        yield Overfull(reader=reader, words=_decisions(decisions, lengths.for_decision, t))
    for section, target in _FURTHER.items():
        entries, most = sections.get(section, ()), getattr(lengths, section)
        if len(entries) > most:
            said = t.gettext(
                "Entries in %(section)s: %(count)s; five minutes hold %(most)s.",
                section=t.gettext(words.SECTIONS[section]),
                count=t.number(len(entries)),
                most=t.number(most),
            )
            yield _with_remedy(said, entries[-1], target, reader, t)


def _decisions(count: int, most: int, t: Translations) -> str:
    return t.gettext(
        "%(count)s entries wait for a decision; the first %(most)s are told in full, each further one gets a line.",
        count=t.number(count),
        most=t.number(most),
    )


def _with_remedy(said: str, last: ReadEntry, target: Section, reader: str | None, t: Translations) -> Overfull:
    """The last entry is the least; a move reaches every reader, so only the office's own view offers it."""
    if reader is not None:
        return Overfull(words=said, reader=reader)
    section = t.gettext(words.SECTIONS[target])
    return Overfull(
        words=said,
        reader=None,
        story_id=last.entry.story_id,
        headline=text_of(last.entry, EditKind.HEADLINE),
        section=target,
        remedy=t.gettext("Move #%(number)s to %(section)s", number=last.number, section=section),
    )
