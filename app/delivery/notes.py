"""The notes of a briefing: which documents it cites, their numbers, and the words that a mail has to print there."""

from __future__ import annotations

from collections.abc import Iterable

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


def note_numbers(sections: Iterable[ReadSection]) -> Numbers:
    """Numbers from 1 for the cited documents, in the order in which a reader meets them."""
    shown = (read.entry for section in sections if section.section in FORMS for read in section.entries)
    cited = (citation for entry in shown for sentence in sentences_of(entry) for citation in sentence.citations)
    keys = dict.fromkeys((citation.document_id, citation.version) for citation in cited)
    return {key: number for number, key in enumerate(keys, start=1)}


def passages_of(sections: Iterable[SectionText]) -> dict[tuple[str, int], dict[str, None]]:
    """The cited words that a mail has to print in its notes, because its entries do not show them verbatim."""
    told = [
        item
        for section in sections
        if section.told  # a title is all that is said of the others
        for entry in section.entries
        for item in _told(entry, section.form)
    ]
    verbatim = {sentence.text for sentence, shown in told if shown and sentence.text_class is TextClass.QUOTED}
    passages: dict[tuple[str, int], dict[str, None]] = {}  # a dictionary for its order
    for citation in (citation for sentence, _ in told for citation in sentence.citations):
        if citation.text not in verbatim:
            passages.setdefault((citation.document_id, citation.version), {})[citation.text] = None
    return passages


def _told(entry: EntryText, form: Form) -> Iterable[tuple[SentenceText, bool]]:
    """Each sentence that the mail tells of an entry, and whether it shows it in the entry itself.

    One sentence says what the line of a headline is about; the page has the others.
    """
    if entry.original_gist:
        yield entry.original_gist, False  # the office's gist stands in its place; its words are found in the notes
    sentences = (entry.gist, *entry.sentences) if entry.gist else entry.sentences
    for sentence in sentences[:1] if form is Form.LINE else sentences:
        yield sentence, form is Form.FULL or (form is Form.GIST and sentence is entry.gist)
