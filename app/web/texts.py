"""The texts that an editor may write in a draft, each with a form that knows which edit it was loaded with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.i18n import N_, Translations
from digest.edition import Edit, Edition, EditKind, Entry
from digest.office_texts import Field, latest, text_of
from digest.types import Mark

LABELS: Mapping[EditKind, str] = {
    EditKind.BOTTOM_LINE: N_("Bottom line"),
    EditKind.HEADLINE: N_("Headline"),
    EditKind.GIST: N_("Gist"),
    EditKind.TRANSLATION: N_("Translation into %(language)s"),
    EditKind.WHY_HERE: N_("Why it matters here"),
    EditKind.RECOMMENDATION: N_("Recommendation"),
    EditKind.REMARK: N_("Remark"),
    EditKind.SOURCE: N_("Source"),
}
"""The texts in the order in which they are edited."""

_HINTS: Mapping[EditKind, str] = {
    EditKind.BOTTOM_LINE: N_("One to three lines: decide, know, watch. Empty: none."),
    EditKind.HEADLINE: N_("Actor, verb, figure. Empty: the original."),
    EditKind.GIST: N_("One sentence. Empty: the original."),
    EditKind.TRANSLATION: N_("Headline and gist in that language. Empty: none."),
    EditKind.WHY_HERE: N_("What it means for this office. Empty: none."),
    EditKind.RECOMMENDATION: N_("What to do, and by when. Empty: none."),
    EditKind.REMARK: N_("What the office adds. Empty: none."),
    EditKind.SOURCE: N_("Who said it, and how it came."),
}

_ONE_LINE = (EditKind.HEADLINE, EditKind.SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """A form for one text of a draft."""

    kind: EditKind
    story_id: str | None
    language: str | None
    """Of a translation."""
    label: str
    hint: str
    text: str
    based_on: int
    """Id of the edit whose text it shows; 0 when nobody wrote one."""
    byline: str | None
    """Who wrote it, and when."""

    @property
    def key(self) -> str:
        """Names the form on its page."""
        return "-".join(filter(None, (self.kind, self.story_id, self.language)))

    @property
    def one_line(self) -> bool:
        """Whether the text has no line breaks."""
        return self.kind in _ONE_LINE


def label_of(kind: EditKind, language: str | None, t: Translations) -> str:
    """What a text is called: ``Translation into Chinese``."""
    name = t.language_name(language) if language else ""
    return t.gettext(LABELS[kind]) % {"language": name} if kind is EditKind.TRANSLATION else t.gettext(LABELS[kind])


def text_form(field: Field, text: str, standing: Mapping[Field, Edit], t: Translations) -> TextForm:
    """The form for a text as it stands.

    Args:
        field: which text.
        text: what it says, the original when nobody wrote another.
        standing: the last edit of each text.
        t: the editor's language.
    """
    kind, story_id, language = field
    last = standing.get(field)
    byline = t.gettext("%(author)s, %(moment)s", author=last.author, moment=t.moment(last.made_at)) if last else None
    return TextForm(
        kind=kind,
        story_id=story_id,
        language=language,
        label=label_of(kind, language, t),
        hint=t.gettext(_HINTS[kind]),
        text=text,
        based_on=last.id if last else 0,
        byline=byline,
    )


def bottom_line_form(
    edition: Edition, mark: Mark, clearance: Mark, edits: Iterable[Edit], t: Translations
) -> TextForm | None:
    """The form for the bottom line; None for an editor who is not cleared for what it sums up.

    Args:
        edition: with its edits applied.
        mark: that a bottom line written now carries.
        clearance: the editor's.
        edits: those that stand.
        t: the editor's language.
    """
    if mark > clearance:
        return None
    text = edition.bottom_line.text if edition.bottom_line else ""
    return text_form((EditKind.BOTTOM_LINE, None, None), text, latest(edits), t)


def entry_forms(
    edition: Edition, candidates: Iterable[Entry], clearance: Mark, edits: Iterable[Edit], t: Translations
) -> Mapping[str, tuple[TextForm, ...]]:
    """The forms for the texts of each entry.

    Args:
        edition: with its edits applied.
        candidates: entries that the draft left out.
        clearance: the editor's; an entry above it, or of which only a part may be read, has no forms.
        edits: those that stand.
        t: the editor's language.

    Returns:
        Story id -> its forms.
    """
    known = {entry.id: entry for entry in (*candidates, *edition.entries)}
    whole = {place.story_id: place.entry_id for view in reversed(edition.views) for place in view.entries}
    languages = sorted({view.language for view in edition.views})
    standing = latest(edits)
    return {
        story_id: _forms(known[entry_id], languages, standing, t)
        for story_id, entry_id in whole.items()
        if entry_id in known and known[entry_id].mark <= clearance
    }


def _forms(
    entry: Entry, languages: Iterable[str], standing: Mapping[Field, Edit], t: Translations
) -> tuple[TextForm, ...]:
    fields: list[Field] = []
    for kind in LABELS:
        if kind is EditKind.TRANSLATION:
            fields += [(kind, entry.story_id, language) for language in languages if language != entry.language]
        elif kind is not EditKind.BOTTOM_LINE and (entry.by_hand or kind is not EditKind.SOURCE):
            fields.append((kind, entry.story_id, None))
    return tuple(text_form(field, text_of(entry, field[0], field[2]), standing, t) for field in fields)
