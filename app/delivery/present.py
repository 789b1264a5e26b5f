"""An edition and a reader become the one context that page, mail and JSON render."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from app.delivery import asks, lines, replies, subject, words
from app.delivery.addresses import citation, path_to, path_to_document, web_address
from app.delivery.context import (
    ApprovalText,
    Briefing,
    DocumentLine,
    EntryText,
    Label,
    Note,
    OfficeNote,
    SectionText,
    SentenceText,
    StatusText,
    ToldPlace,
)
from app.delivery.edition_names import edition_label
from app.delivery.late_notes import late_note
from app.delivery.ledger import ledger_text
from app.delivery.notes import FORMS, Numbers, mail_notes, note_numbers, passages_of, sentences_of
from app.delivery.reasons import reason_text
from app.i18n import Translations, translations
from digest.edition import (
    Approval,
    Edition,
    EntryDocument,
    OfficeText,
    Section,
    Sentence,
    Status,
    TextClass,
    Told,
)
from digest.late_notes import LateNote, readable
from digest.reading import STRANGER, Privy, ReadEntry, Reading, ReadSection, visible
from digest.text import detect
from digest.types import Mark

KEPT = 24
"""Approved editions kept as they are shown, some 2 MB each: of the last weeks, to readers of a few clearances."""


def present(
    edition: Edition,
    *,
    leader_id: str | None,
    clearance: Mark,
    language: str,
    public_url: str | None = None,
    reply_to: str | None = None,
    notes: Sequence[LateNote] = (),
    privy: Privy = STRANGER,
) -> Briefing:
    """What one reader is shown of an edition.

    Args:
        edition: the edition, frozen or a draft.
        leader_id: whose view; None for the office's base view.
        clearance: marks above it are left out.
        language: of labels and phrases; one that is not supported means English.
        public_url: the office's public address; None when it has none.
        reply_to: the mail address that takes replies to entries; None when there is none.
        notes: late notes on the edition; those the reader may read are shown.
        privy: whose statements may be named as reasons.

    Raises:
        NotFoundError: the edition holds no view for that leader.
    """
    presented = _kept if edition.approval else _kept_draft
    reader = _Reader(leader_id, clearance, language, public_url, reply_to, privy)
    reading, briefing = presented(_Itself(edition), reader)
    if not notes:
        return briefing
    t = translations(language, edition.time_zone)
    shown = readable(notes, [each for each in reading.sections if each.section in FORMS], clearance)
    return replace(briefing, late_notes=tuple(late_note(each, t) for each in shown))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Everything but the edition that what is shown depends on."""

    leader_id: str | None
    clearance: Mark
    language: str
    public_url: str | None
    reply_to: str | None
    privy: Privy


@dataclass(frozen=True, slots=True, eq=False)
class _Itself:
    """An edition as a key: the same one is the same object, since the store keeps those it read last."""

    edition: Edition

    def __hash__(self) -> int:
        return id(self.edition)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.edition is self.edition


def _presented(itself: _Itself, reader: _Reader) -> tuple[Reading, Briefing]:
    edition = itself.edition
    reading = visible(edition, reader.leader_id, reader.clearance, privy=reader.privy)
    t = translations(reader.language, edition.time_zone)
    briefing = _Presenter(edition, t, reader.reply_to).briefing(reading, reader.leader_id, reader.public_url)
    return reading, briefing


_kept = lru_cache(maxsize=KEPT)(_presented)
"""An approved edition never changes, and is shown the same to everybody who may read as much of it."""
_kept_draft = lru_cache(maxsize=2)(_presented)
"""Apart: a draft is another value after each edit, and would drive the approved ones out."""


@dataclass(frozen=True, slots=True)
class _Presenter:
    """The edition at hand and the reader's language, which every part needs."""

    edition: Edition
    t: Translations
    reply_to: str | None

    def briefing(self, reading: Reading, leader_id: str | None, public_url: str | None) -> Briefing:
        edition, t = self.edition, self.t
        numbers = note_numbers(reading.sections)
        sections = self._sections(reading, numbers)
        bottom_line = self._office(reading.bottom_line)
        ledger = ledger_text(reading, self.edition, self.t)
        label = edition_label(edition.id, t)
        found = subject.matters(sections, asks.overdue(reading.asks, edition), asks.day_of(edition), t)
        subject_line = subject.subject(label, found, t, example=edition.example, reviewed=_reviewed(edition))
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
            subject=subject_line,
            preview=subject.preview(bottom_line, found, subject_line, ledger.line),
            bottom_line=bottom_line,
            sections=sections,
            notes=self._notes(sections, reading.sections),
            ledger=ledger,
            path=path_to("briefings", edition.id),
            public_url=public_url.rstrip("/") if public_url else None,
            reply_to=self.reply_to,
        )

    def _sections(self, reading: Reading, numbers: Numbers) -> tuple[SectionText, ...]:
        read = {section.section: section.entries for section in reading.sections}
        missing = {Section.FOR_DECISION: asks.nothing_to_decide(reading.asks, self.t)}
        shown = [self._section(code, read.get(code, ()), numbers, missing.get(code)) for code in FORMS]
        shown.insert(list(FORMS).index(Section.MUST_KNOW) + 1, asks.section(reading, self.edition, self.t))
        kept = (section for section in shown if section.entries or section.asks or section.empty_line)
        return tuple(
            each
            for section in kept
            for each in asks.with_further_decisions(section, self.t, self.edition.lengths.for_decision)
        )

    def _section(
        self, code: Section, entries: Sequence[ReadEntry], numbers: Numbers, missing: str | None
    ) -> SectionText:
        most = self.edition.lengths.also_noted
        more = max(0, len(entries) - most) if code is Section.ALSO_NOTED else 0
        return SectionText(
            code=code,
            label=self.t.gettext(words.SECTIONS[code]),
            form=FORMS[code],
            told=code.told,
            entries=tuple(self._entry(entry, numbers) for entry in entries),
            empty_line=None if entries else missing,
            in_mail=most if more else None,
            more_line=asks.more_on_page(more, self.t) if more else None,
        )

    def _entry(self, read: ReadEntry, numbers: Numbers) -> EntryText:
        entry, told = read.entry, tuple(self._told(told) for told in read.place.told_before)
        cited = (c for s in sentences_of(entry) for c in s.citations)
        headline, gist = entry.office_headline, self._sentence(entry.gist, numbers) if entry.gist else None
        return EntryText(
            number=read.number,
            entry_id=entry.id,
            story_id=entry.story_id,
            section=read.place.section,
            headline=headline.text if headline else entry.headline,
            headline_language=detect(headline.text, hint=entry.language) if headline else entry.language,
            language_label=self._foreign(entry.language),
            gist=self._written(entry.office_gist) or gist,
            status=self._status(read.place.status, told),
            told_before=told,
            reasons=tuple(reason_text(reason, self.edition, self.t) for reason in read.place.reasons),
            because=words.because(read.place.reasons, self.t, near=self.edition.cut_off),
            because_brief=words.because_brief(read.place.reasons, self.t, near=self.edition.cut_off),
            topics=tuple(Label(code=topic.id, label=topic.name) for topic in entry.topics),
            mark=self._mark(entry.mark),
            independent_sources=entry.independent_sources,
            reprints=entry.reprints,
            sources_line=words.sources_line(entry, self.t),
            documents=tuple(self._document(document) for document in entry.documents),
            sentences=tuple(self._sentence(sentence, numbers) for sentence in entry.sentences),
            by_hand=entry.by_hand,
            office_headline=self._office(headline),
            original_headline=entry.headline if headline and not entry.by_hand else None,
            office_gist=self._office(entry.office_gist),
            original_gist=gist if entry.office_gist else None,
            translation=self._office(entry.translations.get(self.t.language)),
            why_here=self._office(entry.why_here),
            recommendation=self._office(entry.recommendation),
            remark=self._office(entry.remark),
            note_numbers=tuple(dict.fromkeys(numbers[c.document_id, c.version] for c in cited)),
            outlets=lines.outlets(entry, self.t, near=self.edition.cut_off),
            path=self._entry_path(read),
            asks=tuple(asks.ask_text(ask, self.edition, self.t, number=read.number) for ask in read.asks),
            because_line=words.because_line(read.place.reasons, self.t, near=self.edition.cut_off),
            told_before_line=self._told_before(told, read.place.status),
            sources_told=len(words.sources_of(entry)),
            mail_notes=mail_notes(entry, read.place.section, numbers),
            reply=replies.mailto(self.reply_to, self.edition.id, read) if self.reply_to else None,
            reply_tag=replies.tag(self.edition.id, read.number),
        )

    def _entry_path(self, read: ReadEntry) -> str:
        """The page of the story; an entry written by hand has no other place than the briefing."""
        if read.entry.by_hand:
            return f"{path_to('briefings', self.edition.id)}#entry-{read.number}"
        return path_to("stories", read.entry.story_id)

    def _written(self, text: OfficeText | None) -> SentenceText | None:
        """A text of the office in the place of a sentence: it cites nothing."""
        if text is None:
            return None
        label = self.t.gettext(words.TEXT_CLASSES[TextClass.OFFICE])
        return SentenceText(text_class=TextClass.OFFICE, class_label=label, text=text.text, citations=())

    def _status(self, status: Status, told: Sequence[ToldPlace]) -> StatusText:
        since = told[-1].label if told else None
        label = self.t.gettext(words.STATUSES[status])
        return StatusText(code=status, label=label, since=since, line=words.status(status, since, self.t))

    def _told_before(self, told: Sequence[ToldPlace], status: Status) -> str:
        """Where it was told before; the last place is left out when the status names it."""
        places = told[:-1] if status is Status.DEVELOPING else told
        named = self.t.gettext(", ").join(each.label for each in places)
        return self.t.gettext("Told before: %(places)s.", places=named) if named else ""

    def _told(self, told: Told) -> ToldPlace:
        label = words.place(told, self.t, near=self.edition.id)
        path = path_to("briefings", told.edition_id)
        return ToldPlace(edition_id=told.edition_id, number=told.number, label=label, path=path)

    def _sentence(self, sentence: Sentence, numbers: Numbers) -> SentenceText:
        return SentenceText(
            text_class=sentence.kind,
            class_label=self.t.gettext(words.TEXT_CLASSES[sentence.kind]),
            text=sentence.text,
            citations=tuple(citation(c, numbers[c.document_id, c.version]) for c in sentence.citations),
        )

    def _document(self, document: EntryDocument) -> DocumentLine:
        return DocumentLine(
            id=document.id,
            version=document.version,
            title=document.title,
            source=document.source,
            origin=Label(code=document.origin, label=self.t.gettext(words.ORIGINS[document.origin])),
            url=web_address(document.url),
            published_at=document.published_at,
            collected_at=document.collected_at,
            language=document.language,
            language_label=self._foreign(document.language),
            mark=self._mark(document.mark),
            late=document.late,
            duplicate_of=document.duplicate_of,
            day=self._day(document.published_at or document.collected_at),
            note=words.document_note(document, self.t, near=self.edition.cut_off),
            path=path_to_document(document.id, document.version),
        )

    def _notes(self, sections: Sequence[SectionText], read: Sequence[ReadSection]) -> tuple[Note, ...]:
        """One note for each cited version of a document, in the order of their numbers."""
        documents = {(d.id, d.version): d for section in read for e in section.entries for d in e.entry.documents}
        passages, mailed = passages_of(sections, by_mail=False), passages_of(sections, by_mail=True)
        told = {
            number for section in sections if section.told for entry in section.entries for number in entry.note_numbers
        }
        by_mail = {number for section in sections for entry in section.entries for number in entry.mail_notes}
        notes = note_numbers(read)
        return tuple(
            replace(
                self._note(number, key, documents.get(key), passages.get(key, ()), told=number in told),
                in_mail=number in by_mail,
                mail_passages=tuple(mailed.get(key, ())),
            )
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
        brief = lines.note_in_brief(document, self.t, near=self.edition.cut_off) if document else key[0]
        return Note(
            number=number,
            document_id=key[0],
            version=key[1],
            line=line,
            brief=brief,
            language=document.language if document else "",
            told=told,
            passages=tuple(passages),
            path=path_to_document(*key),
        )

    def _office(self, text: OfficeText | None) -> OfficeNote | None:
        if text is None:
            return None
        byline = self.t.gettext("office, %(author)s, %(day)s", author=text.author, day=self._day(text.written_at))
        return OfficeNote(text=text.text, author=text.author, written_at=text.written_at, byline=byline)

    def _approval(self, approval: Approval | None) -> ApprovalText | None:
        if approval is None:
            return None
        line = lines.approved(approval, self.t)
        return ApprovalText(name=approval.name, approved_at=approval.approved_at, line=line, reviewed=approval.reviewed)

    def _mark(self, mark: Mark) -> Label:
        return Label(code=mark.code, label=self.t.gettext(words.MARKS[mark]))

    def _foreign(self, language: str) -> str | None:
        return None if language == self.t.language else self.t.language_name(language)

    def _day(self, when: datetime) -> str:
        return self.t.day(when, near=self.edition.cut_off)


def _reviewed(edition: Edition) -> bool:
    return edition.approval is None or edition.approval.reviewed
