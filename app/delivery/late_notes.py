"""Late notes and corrections as a reader sees them."""

from __future__ import annotations

from app.delivery import words
from app.delivery.context import Label, LateNoteText
from app.i18n import Translations
from digest.edition import EditKind
from digest.late_notes import ReadNote
from digest.office_texts import text_of
from digest.text import detect


def late_note(value: ReadNote, t: Translations) -> LateNoteText:
    """A note with its entry, in the reader's language."""
    note, entry = value.note, value.read.entry
    headline = text_of(entry, EditKind.HEADLINE)
    return LateNoteText(
        kind=Label(code=note.kind, label=t.gettext(words.NOTE_KINDS[note.kind])),
        number=value.read.number,
        story_id=note.story_id,
        headline=headline,
        headline_language=detect(headline, hint=entry.language) if entry.office_headline else entry.language,
        text=note.text,
        author=note.author,
        written_at=note.written_at,
        byline=t.gettext("office, %(author)s, %(day)s", author=note.author, day=t.moment(note.written_at)),
        mark=Label(code=note.mark.code, label=t.gettext(words.MARKS[note.mark])),
    )
