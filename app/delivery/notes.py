"""The notes of a briefing: which documents it cites, their numbers, and the words that a mail has to print there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from app.delivery.context import EntryText, Form, SectionText, SentenceText
from digest.edition import Entry, Section, Sentence, TextClass
from digest.reading import ReadSection

FORMS = {
    Section.FOR_DECISION: Form.FULL,
    Section.MUST_KNOW: Form.FULL,
    Section.FROM_UNITS: Form.GIST,
    Section.WORTH_KNOWING: Form.LINE,
    Section.WATCH: Form.GIST,
    Section.ALSO_NOTED: Form.LINE,
}
"""The sections of a briefing in reading order. What was left out is not among them: the ledger accounts for it."""

Numbers = dict[tuple[str, int], int]
"""(document id, version) -> number of its note."""


def sentences_of(entry: Entry) -> tuple[Sentence, ...]:
    """The sentences of an entry that rest on documents, in reading order."""
    return (entry.gist, *entry.sentences) if entry.gist else entry.sentences


def note_numbers(sections: Sequence[ReadSection]) -> Numbers:
    """Numbers from 1 for the cited documents: first those that a mail prints, as a reader meets them, then the others.

    So the notes of a mail have no gaps, and mail and page give a document the same number.
    """
    shown = [
        (section.section, read.entry) for section in sections if section.section in FORMS for read in section.entries
    ]
    at_first = (s for section, entry in shown if section.told for s in sentences_of(entry)[: shown_of(FORMS[section])])
    rest = (sentence for _, entry in shown for sentence in sentences_of(entry))
    cited = (citation for sentence in chain(at_first, rest) for citation in sentence.citations)
    keys = dict.fromkeys((citation.document_id, citation.version) for citation in cited)
    return {key: number for number, key in enumerate(keys, start=1)}


def shown_of(form: Form) -> int | None:
    """How many of an entry's sentences a mail shows or rests on; None: all of them.

    One sentence says what a line of a headline is about; where the gist stands alone, the page has the others.
    """
    return None if form is Form.FULL else 1


def mail_notes(entry: Entry, section: Section, numbers: Numbers) -> tuple[int, ...]:
    """The notes that a mail prints for an entry; none for one of which only the title is told."""
    shown = sentences_of(entry)[: shown_of(FORMS[section])] if section.told and section in FORMS else ()
    return tuple(dict.fromkeys(numbers[c.document_id, c.version] for s in shown for c in s.citations))


def passages_of(sections: Iterable[SectionText], *, by_mail: bool) -> dict[tuple[str, int], dict[str, None]]:
    """The cited words that have to be printed in the notes, because the entries do not show them verbatim.

    Args:
        sections: as they are shown.
        by_mail: only those that what a mail shows rests on; else those of every sentence, which a document holds.
    """
    told = [
        item
        for section in sections
        if section.told  # a title is all that is said of the others
        for entry in section.entries
        for item in _told(entry, section.form, by_mail=by_mail)
    ]
    verbatim = {sentence.text for sentence, shown in told if shown and sentence.text_class is TextClass.QUOTED}
    passages: dict[tuple[str, int], dict[str, None]] = {}  # a dictionary for its order
    for citation in (citation for sentence, _ in told for citation in sentence.citations):
        if citation.text not in verbatim:
            passages.setdefault((citation.document_id, citation.version), {})[citation.text] = None
    return passages


def _told(entry: EntryText, form: Form, *, by_mail: bool) -> Iterable[tuple[SentenceText, bool]]:
    """Each sentence that is told of an entry, and whether it is shown in the entry itself."""
    if entry.original_gist:
        yield entry.original_gist, False  # the office's gist stands in its place; its words are found in the notes
    sentences = (entry.gist, *entry.sentences) if entry.gist else entry.sentences
    for sentence in sentences[: shown_of(form)] if by_mail or form is Form.LINE else sentences:
        yield sentence, form is Form.FULL or (form is Form.GIST and sentence is entry.gist)
