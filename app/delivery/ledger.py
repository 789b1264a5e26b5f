"""The account of what became of every document, in words."""

from __future__ import annotations

from app.delivery import lines, words
from app.delivery.addresses import path_to, path_to_document
from app.delivery.context import FailedSource, Label, LedgerCountsText, LedgerRow, LedgerText
from app.delivery.failures import source_error
from app.delivery.reasons import reason_text
from app.i18n import Translations
from digest.edition import Edition, LedgerLine, SourceLine, SourceState
from digest.reading import LedgerCounts, Reading


def ledger_text(reading: Reading, edition: Edition, t: Translations) -> LedgerText:
    """The ledger as one reader may know it.

    Args:
        reading: what the reader is shown of the edition.
        edition: for its approval and its address.
        t: the reader's language and the office's time zone.
    """
    failed = [source for source in reading.sources if source.state is SourceState.FAILED]
    return LedgerText(
        counts=_counts(reading.counts),
        line=lines.ledger(reading.counts, edition.approval, t),
        lines=tuple(_row(line, edition, t) for line in reading.ledger),
        failed_sources=tuple(_failed(source, t) for source in failed),
        path=path_to("briefings", edition.id, "ledger"),
    )


def _row(line: LedgerLine, edition: Edition, t: Translations) -> LedgerRow:
    return LedgerRow(
        document_id=line.document_id,
        version=line.version,
        source_id=line.source_id,
        title=line.title,
        bucket=Label(code=line.bucket, label=t.gettext(words.BUCKETS[line.bucket])),
        reason=reason_text(line.reason, edition, t),
        story_id=line.story_id,
        duplicate_of=line.duplicate_of,
        path=path_to_document(line.document_id, line.version) if line.version else None,
    )


def _failed(source: SourceLine, t: Translations) -> FailedSource:
    words_of_it = source_error(source.error or "", {}, t)
    return FailedSource(source_id=source.source_id, name=source.name, error=source.error, words=words_of_it)


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
