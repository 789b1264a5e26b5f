"""What a person writes in a draft: which text an edit replaces, and what an entry written by hand is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from digest.edition import Edit, Edition, EditKind, Entry, OfficeText, Section
from digest.errors import InvalidInputError
from digest.text import detect
from digest.types import Mark

Field = tuple[EditKind, str | None, str | None]
"""One text of a draft: the kind of edit that writes it, the story it belongs to, the language of a translation."""


def field_of(edit: Edit) -> Field:
    """The text that an edit replaces."""
    return (edit.kind, edit.story_id, edit.language)


def latest(edits: Iterable[Edit]) -> Mapping[Field, Edit]:
    """The last edit of each text, of those that stand.

    Args:
        edits: first to last.
    """
    return {field_of(edit): edit for edit in edits if edit.kind.writes}


def office_text(edit: Edit, mark: Mark, text: str | None = None) -> OfficeText | None:
    """A text with who wrote it and when; None for an empty one. Headlines and sources are kept on one line.

    Args:
        edit: whose author, time and, unless another is given, text it takes.
        mark: of what it is written about.
        text: another one than the edit's.
    """
    words = ((edit.text if text is None else text) or "").strip()
    if text is not None or edit.kind in (EditKind.HEADLINE, EditKind.SOURCE):
        words = " ".join(words.split())
    return OfficeText(text=words, author=edit.author, written_at=edit.made_at, mark=mark) if words else None


def with_text(entry: Entry, edit: Edit, mark: Mark) -> Entry:
    """The entry with the text that an edit writes, or without it when the edit empties it.

    An original that is sent back unchanged stays what it was: it is no text of the office.

    Raises:
        InvalidInputError: a hand-written entry would lose its headline or source, a translation names no language, or
            the source of documents would be overwritten.
    """
    text = office_text(edit, mark)
    if edit.kind is EditKind.TRANSLATION:
        return _translated(entry, edit, text)
    if entry.by_hand and text is None and edit.kind in (EditKind.HEADLINE, EditKind.SOURCE):
        raise InvalidInputError(edit.kind, "", "an entry written by hand needs a headline and a source")
    if edit.kind is EditKind.SOURCE and not entry.by_hand:
        raise InvalidInputError("source", edit.text or "", "its documents say where this story comes from")
    if text and not entry.by_hand and text.text == _original(entry, edit.kind):
        text = None
    return _WRITERS[edit.kind](entry, text)


_WRITERS: Mapping[EditKind, Callable[[Entry, OfficeText | None], Entry]] = {
    EditKind.HEADLINE: lambda entry, text: replace(entry, office_headline=text),
    EditKind.GIST: lambda entry, text: replace(entry, office_gist=text),
    EditKind.WHY_HERE: lambda entry, text: replace(entry, why_here=text),
    EditKind.RECOMMENDATION: lambda entry, text: replace(entry, recommendation=text),
    EditKind.REMARK: lambda entry, text: replace(entry, remark=text),
    EditKind.SOURCE: lambda entry, text: replace(entry, source=text),
}


def _translated(entry: Entry, edit: Edit, text: OfficeText | None) -> Entry:
    if not edit.language:
        raise InvalidInputError("language", "", "name the language of the translation")
    others = {code: each for code, each in entry.translations.items() if code != edit.language}
    return replace(entry, translations={**others, edit.language: text} if text else others)


def _original(entry: Entry, kind: EditKind) -> str | None:
    if kind is EditKind.HEADLINE:
        return entry.headline
    return entry.gist.text if kind is EditKind.GIST and entry.gist else None


def text_of(entry: Entry, kind: EditKind, language: str | None = None) -> str:
    """What an entry says in one of its texts, the office's or the original; empty when it says nothing there."""
    texts: Mapping[EditKind, OfficeText | None] = {
        EditKind.HEADLINE: entry.office_headline,
        EditKind.GIST: entry.office_gist,
        EditKind.WHY_HERE: entry.why_here,
        EditKind.RECOMMENDATION: entry.recommendation,
        EditKind.REMARK: entry.remark,
        EditKind.SOURCE: entry.source,
        EditKind.TRANSLATION: entry.translations.get(language or ""),
    }
    text = texts.get(kind)
    return text.text if text else _original(entry, kind) or ""


def written_entry(edit: Edit) -> Entry:
    """The entry that an edit writes by hand: no documents, no citations, every word of it office text.

    Raises:
        InvalidInputError: headline, source or mark is missing.
    """
    mark = edit.mark
    if mark is None:
        raise InvalidInputError("mark", "", "say how an entry written by hand is to be handled")
    headline, source = office_text(edit, mark, edit.headline or ""), office_text(edit, mark, edit.source or "")
    if headline is None or source is None:
        raise InvalidInputError(
            "headline", edit.headline or "", "an entry written by hand needs a headline and a source"
        )
    identifier = f"h{edit.id}"
    return Entry(
        id=identifier,
        story_id=identifier,
        headline=headline.text,
        gist=None,
        sentences=(),
        documents=(),
        independent_sources=0,
        reprints=0,
        topics=(),
        language=detect(f"{headline.text}\n{edit.text or ''}", hint=edit.language),
        mark=mark,
        office_headline=headline,
        office_gist=office_text(edit, mark),
        source=source,
    )


def untranslated(edition: Edition, clearance: Mark) -> Mapping[str, tuple[str, ...]]:
    """Which entries a reader gets in another language than the own, without a translation of the office.

    Args:
        edition: with its edits applied.
        clearance: of whoever asks; entries above it are not counted.

    Returns:
        Language of readers -> the ids of such stories, each once, in the order of the first view that has them; a
        language that lacks nothing has none.
    """
    entries = {entry.id: entry for entry in edition.entries}
    found: dict[str, dict[str, None]] = {view.language: {} for view in edition.views}
    for view in edition.views:
        for place in view.entries:
            entry = entries.get(place.entry_id)
            if entry is None or place.section is Section.LEFT_OUT or entry.mark > clearance:
                continue
            if entry.language != view.language and view.language not in entry.translations:
                found[view.language][entry.story_id] = None
    return {language: tuple(stories) for language, stories in found.items()}
