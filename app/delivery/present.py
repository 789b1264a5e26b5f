"""An edition and a reader become the one context that page, mail and JSON render."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from app.delivery import lines, words
from app.delivery.context import (
    ApprovalText,
    Briefing,
    CitationLink,
    DocumentLine,
    EntryText,
    FailedSource,
    Form,
    Label,
    LedgerCountsText,
    LedgerRow,
    LedgerText,
    Note,
    OfficeNote,
    ReasonText,
    SectionText,
    SentenceText,
    StatusText,
    ToldPlace,
)
from app.delivery.failures import source_error
from app.i18n import Translations, translations
from digest.edition import (
    Approval,
    Citation,
    Edition,
    Entry,
    EntryDocument,
    LedgerLine,
    OfficeText,
    Reason,
    Section,
    Sentence,
    SourceLine,
    SourceState,
    Status,
    TextClass,
    Told,
)
from digest.reading import STRANGER, LedgerCounts, Privy, ReadEntry, Reading, ReadSection, visible
from digest.types import Mark

FORMS = {
    Section.FOR_DECISION: Form.FULL,
    Section.MUST_KNOW: Form.FULL,
    Section.FROM_UNITS: Form.GIST,
    Section.WORTH_KNOWING: Form.LINE,
    Section.WATCH: Form.GIST,
    Section.ALSO_NOTED: Form.LINE,
}
"""The sections of a briefing in reading order. What was left out is not among them: the ledger accounts for it."""


def present(
    edition: Edition,
    *,
    leader_id: str | None,
    clearance: Mark,
    language: str,
    public_url: str | None = None,
    privy: Privy = STRANGER,
) -> Briefing:
    """What one reader is shown of an edition.

    Args:
        edition: the edition, frozen or a draft.
        leader_id: whose view; None for the office's base view.
        clearance: marks above it are left out.
        language: of labels and phrases; one that is not supported means English.
        public_url: the office's public address; None when it has none.
        privy: whose statements may be named as reasons.

    Raises:
        NotFoundError: the edition holds no view for that leader.
    """
    reading = visible(edition, leader_id, clearance, privy=privy)
    t = translations(language, edition.time_zone)
    return _Presenter(edition, t).briefing(reading, leader_id, public_url)


@dataclass(frozen=True, slots=True)
class _Presenter:
    """The edition at hand and the reader's language, which every part needs."""

    edition: Edition
    t: Translations

    def briefing(self, reading: Reading, leader_id: str | None, public_url: str | None) -> Briefing:
        edition, t = self.edition, self.t
        numbers = _note_numbers(reading.sections)
        sections = self._sections(reading.sections, numbers)
        bottom_line = self._office(reading.bottom_line)
        ledger = self._ledger(reading)
        label = words.edition_label(edition.id, t)
        return Briefing(
            schema_version=edition.schema_version,
            id=edition.id,
            label=label,
            office=edition.office,
            language=t.language,
            time_zone=edition.time_zone,
            leader_id=leader_id,
            reader=reading.view.name,
            example=edition.example,
            state=lines.state(edition, t),
            period_start=edition.period_start,
            cut_off=edition.cut_off,
            period_line=lines.period(edition, t),
            approval=self._approval(edition.approval),
            subject=lines.subject(label, _headlines(sections), t, example=edition.example),
            preview=lines.preview(bottom_line, sections, ledger.line),
            bottom_line=bottom_line,
            sections=sections,
            notes=self._notes(sections, reading.sections),
            ledger=ledger,
            path=_path("briefings", edition.id),
            public_url=public_url.rstrip("/") if public_url else None,
        )

    def _sections(self, sections: Sequence[ReadSection], numbers: _Numbers) -> tuple[SectionText, ...]:
        read = {section.section: section.entries for section in sections}
        shown = (self._section(code, read.get(code, ()), numbers) for code in FORMS)
        return tuple(section for section in shown if section.entries or section.empty_line)

    def _section(self, code: Section, entries: Sequence[ReadEntry], numbers: _Numbers) -> SectionText:
        decisions_missing = code is Section.FOR_DECISION and not entries
        return SectionText(
            code=code,
            label=self.t.gettext(words.SECTIONS[code]),
            form=FORMS[code],
            told=code.told,
            entries=tuple(self._entry(entry, numbers) for entry in entries),
            empty_line=self.t.gettext("No decisions needed this week.") if decisions_missing else None,
        )

    def _entry(self, read: ReadEntry, numbers: _Numbers) -> EntryText:
        entry, told = read.entry, tuple(self._told(told) for told in read.place.told_before)
        cited = (c for s in _sentences(entry) for c in s.citations)
        return EntryText(
            number=read.number,
            entry_id=entry.id,
            story_id=entry.story_id,
            section=read.place.section,
            headline=entry.headline,
            headline_language=entry.language,
            language_label=self._foreign(entry.language),
            gist=self._sentence(entry.gist, numbers) if entry.gist else None,
            status=self._status(read.place.status, told),
            told_before=told,
            reasons=tuple(self._reason(reason) for reason in read.place.reasons),
            because=words.because(read.place.reasons, self.t, near=self.edition.cut_off),
            topics=tuple(Label(code=topic.id, label=topic.name) for topic in entry.topics),
            mark=self._mark(entry.mark),
            independent_sources=entry.independent_sources,
            reprints=entry.reprints,
            sources_line=words.sources_line(entry, self.t),
            documents=tuple(self._document(document) for document in entry.documents),
            sentences=tuple(self._sentence(sentence, numbers) for sentence in entry.sentences),
            remark=self._office(entry.remark),
            note_numbers=tuple(dict.fromkeys(numbers[c.document_id, c.version] for c in cited)),
            outlets=lines.outlets(entry, self.t, near=self.edition.cut_off),
            path=_path("stories", entry.story_id),
        )

    def _status(self, status: Status, told: Sequence[ToldPlace]) -> StatusText:
        since = told[-1].label if told else None
        label = self.t.gettext(words.STATUSES[status])
        return StatusText(code=status, label=label, since=since, line=words.status(status, since, self.t))

    def _told(self, told: Told) -> ToldPlace:
        label = words.place(told, self.t, near=self.edition.id)
        path = _path("briefings", told.edition_id)
        return ToldPlace(edition_id=told.edition_id, number=told.number, label=label, path=path)

    def _reason(self, reason: Reason) -> ReasonText:
        return ReasonText(
            code=reason.code, params=dict(reason.params), label=words.reason(reason, self.t, near=self.edition.cut_off)
        )

    def _sentence(self, sentence: Sentence, numbers: _Numbers) -> SentenceText:
        return SentenceText(
            text_class=sentence.kind,
            class_label=self.t.gettext(words.TEXT_CLASSES[sentence.kind]),
            text=sentence.text,
            citations=tuple(_citation(c, numbers[c.document_id, c.version]) for c in sentence.citations),
        )

    def _document(self, document: EntryDocument) -> DocumentLine:
        return DocumentLine(
            id=document.id,
            version=document.version,
            title=document.title,
            source=document.source,
            origin=Label(code=document.origin, label=self.t.gettext(words.ORIGINS[document.origin])),
            url=_web_address(document.url),
            published_at=document.published_at,
            collected_at=document.collected_at,
            language=document.language,
            language_label=self._foreign(document.language),
            mark=self._mark(document.mark),
            late=document.late,
            duplicate_of=document.duplicate_of,
            day=self._day(document.published_at or document.collected_at),
            note=words.document_note(document, self.t, near=self.edition.cut_off),
            path=_document_path(document.id, document.version),
        )

    def _notes(self, sections: Sequence[SectionText], read: Sequence[ReadSection]) -> tuple[Note, ...]:
        """One note for each cited version of a document, in the order of their numbers."""
        documents = {(d.id, d.version): d for section in read for e in section.entries for d in e.entry.documents}
        passages = _passages(sections)
        told = {
            number for section in sections if section.told for entry in section.entries for number in entry.note_numbers
        }
        notes = _note_numbers(read)
        return tuple(
            self._note(number, key, documents.get(key), passages.get(key, ()), told=number in told)
            for key, number in notes.items()
        )

    def _note(
        self,
        number: int,
        key: tuple[str, int],
        document: EntryDocument | None,
        passages: Iterable[str],
        *,
        told: bool,
    ) -> Note:
        line = lines.note(document, self.t, near=self.edition.cut_off) if document else key[0]
        return Note(
            number=number,
            document_id=key[0],
            version=key[1],
            line=line,
            language=document.language if document else "",
            told=told,
            passages=tuple(passages),
            path=_document_path(*key),
        )

    def _ledger(self, reading: Reading) -> LedgerText:
        failed = [source for source in reading.sources if source.state is SourceState.FAILED]
        return LedgerText(
            counts=_counts(reading.counts),
            line=lines.ledger(reading.counts, self.edition.approval, self.t),
            lines=tuple(self._ledger_row(line) for line in reading.ledger),
            failed_sources=tuple(self._failed(source) for source in failed),
            path=_path("briefings", self.edition.id, "ledger"),
        )

    def _ledger_row(self, line: LedgerLine) -> LedgerRow:
        return LedgerRow(
            document_id=line.document_id,
            version=line.version,
            source_id=line.source_id,
            title=line.title,
            bucket=Label(code=line.bucket, label=self.t.gettext(words.BUCKETS[line.bucket])),
            reason=self._reason(line.reason),
            story_id=line.story_id,
            duplicate_of=line.duplicate_of,
            path=_document_path(line.document_id, line.version) if line.version else None,
        )

    def _failed(self, source: SourceLine) -> FailedSource:
        words_of_it = source_error(source.error or "", {}, self.t)
        return FailedSource(source_id=source.source_id, name=source.name, error=source.error, words=words_of_it)

    def _office(self, text: OfficeText | None) -> OfficeNote | None:
        if text is None:
            return None
        byline = self.t.gettext("office, %(author)s, %(day)s", author=text.author, day=self._day(text.written_at))
        return OfficeNote(text=text.text, author=text.author, written_at=text.written_at, byline=byline)

    def _approval(self, approval: Approval | None) -> ApprovalText | None:
        if approval is None:
            return None
        line = lines.approved(approval, self.t)
        return ApprovalText(name=approval.name, approved_at=approval.approved_at, line=line)

    def _mark(self, mark: Mark) -> Label:
        return Label(code=mark.code, label=self.t.gettext(words.MARKS[mark]))

    def _foreign(self, language: str) -> str | None:
        return None if language == self.t.language else self.t.language_name(language)

    def _day(self, when: datetime) -> str:
        return self.t.day(when, near=self.edition.cut_off)


_Numbers = dict[tuple[str, int], int]
"""(document id, version) -> number of its note."""


def _sentences(entry: Entry) -> tuple[Sentence, ...]:
    return (entry.gist, *entry.sentences) if entry.gist else entry.sentences


def _note_numbers(sections: Iterable[ReadSection]) -> _Numbers:
    """Numbers from 1 for the cited documents, in the order in which a reader meets them."""
    shown = (read.entry for section in sections if section.section in FORMS for read in section.entries)
    cited = (citation for entry in shown for sentence in _sentences(entry) for citation in sentence.citations)
    keys = dict.fromkeys((citation.document_id, citation.version) for citation in cited)
    return {key: number for number, key in enumerate(keys, start=1)}


def _passages(sections: Iterable[SectionText]) -> dict[tuple[str, int], dict[str, None]]:
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
    sentences = (entry.gist, *entry.sentences) if entry.gist else entry.sentences
    for sentence in sentences[:1] if form is Form.LINE else sentences:
        yield sentence, form is Form.FULL or (form is Form.GIST and sentence is entry.gist)


def _headlines(sections: Iterable[SectionText]) -> list[str]:
    return [entry.headline for section in sections for entry in section.entries]


def _citation(citation: Citation, number: int) -> CitationLink:
    place = {"version": citation.version, "start": citation.start, "end": citation.end}
    return CitationLink(
        number=number,
        document_id=citation.document_id,
        version=citation.version,
        start=citation.start,
        end=citation.end,
        text=citation.text,
        path=f"{_path('documents', citation.document_id)}?{urlencode(place)}#passage",
    )


def _counts(counts: LedgerCounts) -> LedgerCountsText:
    return LedgerCountsText(
        documents=counts.documents,
        sources=counts.sources_ok + len(counts.sources_failed),
        sources_ok=counts.sources_ok,
        duplicates=counts.duplicates,
        stories=counts.stories,
        told=counts.told,
        noted=counts.noted,
        left_out=counts.left_out,
        unreadable=counts.failed,
    )


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _document_path(identifier: str, version: int) -> str:
    return f"{_path('documents', identifier)}?version={version}"


def _web_address(url: str | None) -> str | None:
    """The address when a browser may follow it; a source can name anything, ``javascript:`` as well."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
