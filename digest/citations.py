"""Whether every sentence of an edition is where its citation says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from digest.edition import Citation, Edition, Entry, Sentence, TextClass


def broken(edition: Edition, texts: Mapping[tuple[str, int], str]) -> tuple[Citation, ...]:
    """Find what keeps an edition from being approved.

    A citation holds when it names a document of its entry at the entry's version, when its text is that version's
    text between its offsets and, under a quoted sentence, when it is the sentence word for word.

    Args:
        edition: the edition to check.
        texts: document id and version -> text of that version.

    Returns:
        The citations that do not hold, each once, in reading order. A sentence that nobody wrote and that cites
        nothing is named by a citation of its entry's id at version 0.
    """
    found = (
        citation
        for entry in edition.entries
        for sentence in _sentences(entry)
        for citation in _faults(entry, sentence, texts)
    )
    return tuple(dict.fromkeys(found))


def _sentences(entry: Entry) -> Iterator[Sentence]:
    if entry.gist is not None:
        yield entry.gist
    yield from entry.sentences


def _faults(entry: Entry, sentence: Sentence, texts: Mapping[tuple[str, int], str]) -> Iterator[Citation]:
    if not sentence.citations and sentence.kind is not TextClass.OFFICE:
        yield Citation(document_id=entry.id, version=0, start=0, end=0, text=sentence.text)
    known = {(document.id, document.version) for document in entry.documents}
    for citation in sentence.citations:
        verbatim = sentence.kind is not TextClass.QUOTED or citation.text == sentence.text
        belongs = (citation.document_id, citation.version) in known
        if not (verbatim and belongs and _in_place(citation, texts)):
            yield citation


def _in_place(citation: Citation, texts: Mapping[tuple[str, int], str]) -> bool:
    text = texts.get((citation.document_id, citation.version))
    if text is None or not 0 <= citation.start < citation.end <= len(text):
        return False
    return text[citation.start : citation.end] == citation.text
