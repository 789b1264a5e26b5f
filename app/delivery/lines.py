"""The lines that sum up an edition: its period, its subject and preview, its notes, its ledger."""

from __future__ import annotations

import re
from datetime import datetime

from app.delivery.context import Label
from app.delivery.plain import one_line, shortened
from app.delivery.words import document_note
from app.i18n import Translations
from digest.edition import Approval, Edition, Entry, EntryDocument
from digest.reading import LedgerCounts

_LEAST_PHRASE = 0.6
"""Share of the room that a headline cut at the end of a phrase must still fill, or it is cut at a word."""

_PHRASE_END = re.compile(
    r"[,;:，；：、](?=.)|\s+(?=(?:about|after|against|ahead|amid|and|as|at|before|but|by|despite|during|following|from|in|into"
    r"|on|or|over|since|that|to|under|until|when|where|while|who|with|without)\b)|\s+[-–—]+\s+"
)


def state(edition: Edition, t: Translations) -> Label:
    """Whether the edition is a draft or approved."""
    if edition.approval is None:
        return Label(code="draft", label=t.gettext("Draft, not approved"))
    if not edition.approval.reviewed:
        return Label(code="approved", label=t.gettext("Automatic, not reviewed"))
    return Label(code="approved", label=t.gettext("Approved"))


def period(edition: Edition, t: Translations) -> str:
    """What the edition covers: ``13 Nov 2026 to 20 Nov 2026``."""
    start, end = edition.period_start, edition.cut_off
    if start is None:
        return t.gettext("everything up to %(end)s", end=t.day(end))
    return t.gettext("%(start)s to %(end)s", start=t.day(start), end=t.day(end))


def approved(approval: Approval, t: Translations) -> str:
    """Who approved, and when: ``Approved by the office director, Fri 15:42.``."""
    when = t.moment_of_week(approval.approved_at)
    if not approval.reviewed:
        return t.gettext("Automatic, not reviewed: nobody had approved it by %(when)s.", when=when)
    return t.gettext("Approved by %(name)s, %(when)s.", name=approval.name, when=when)


def note(document: EntryDocument, t: Translations, *, near: datetime) -> str:
    """What a citation's number stands for: ``Water Department, “Seepage at gauge 4”, 18 Nov``."""
    title, source = one_line(document.title), one_line(document.source)
    remark = document_note(document, t, near=near)
    day = remark or t.day(document.published_at or document.collected_at, near=near)
    return t.gettext("%(source)s, “%(title)s”, %(day)s", source=source, title=title, day=day)


def note_in_brief(document: EntryDocument, t: Translations, *, near: datetime) -> str:
    """The source and the day of a citation, one line of a mail: ``Water Department, 18 Nov``."""
    day = document_note(document, t, near=near) or t.day(document.published_at or document.collected_at, near=near)
    return t.gettext(", ").join([one_line(document.source), day])


def outlets(entry: Entry, t: Translations, *, near: datetime) -> str:
    """Who tells an entry in words of their own, and the day of the latest report: ``Reuters, Daily Post, 25 May``."""
    if entry.by_hand:
        return one_line(entry.source.text) if entry.source else "–"
    first_hand = [document for document in entry.documents if document.duplicate_of is None] or entry.documents
    names = dict.fromkeys(one_line(document.source) for document in first_hand)
    latest = max(document.published_at or document.collected_at for document in first_hand)
    return t.gettext(", ").join([*names, t.day(latest, near=near)])


def ledger(counts: LedgerCounts, approval: Approval | None, t: Translations) -> str:
    """The account of the period in a few sentences: read, repeated, told, noted, left out, approved."""
    parts = [_read(counts, t), _became(counts, t)]
    if counts.failed:
        parts.append(_unreadable(counts.failed, t))
    parts.append(approved(approval, t) if approval else t.gettext("Not approved yet."))
    return t.sentences(parts)


def _read(counts: LedgerCounts, t: Translations) -> str:
    sources = counts.sources_ok + len(counts.sources_failed)
    line = t.ngettext(
        "Read %(documents)s document from %(ok)s of %(sources)s sources",
        "Read %(documents)s documents from %(ok)s of %(sources)s sources",
        counts.documents,
        documents=t.number(counts.documents),
        ok=t.number(counts.sources_ok),
        sources=t.number(sources),
    )
    if not counts.sources_failed:
        return t.gettext("%(read)s.", read=line)
    names = t.gettext(", ").join(one_line(name) for name in counts.sources_failed)
    return t.gettext("%(read)s (failed: %(names)s).", read=line, names=names)


def _became(counts: LedgerCounts, t: Translations) -> str:
    duplicates = t.ngettext(
        "%(count)s duplicate", "%(count)s duplicates", counts.duplicates, count=t.number(counts.duplicates)
    )
    stories = t.ngettext("%(count)s story", "%(count)s stories", counts.stories, count=t.number(counts.stories))
    return t.gettext(
        "%(duplicates)s; %(stories)s: %(told)s told, %(noted)s noted, %(left_out)s left out.",
        duplicates=duplicates,
        stories=stories,
        told=t.number(counts.told),
        noted=t.number(counts.noted),
        left_out=t.number(counts.left_out),
    )


def _unreadable(count: int, t: Translations) -> str:
    return t.ngettext(
        "%(count)s document could not be read.",
        "%(count)s documents could not be read.",
        count,
        count=t.number(count),
    )


def phrase(text: str, width: int) -> str:
    """The text, cut where a phrase ends when it does not fit, else as :func:`app.delivery.plain.shortened` cuts it.

    Args:
        text: one line.
        width: the most characters the result may have, at least 1.
    """
    if len(text) <= width:
        return text
    ends = [found.start() for found in _PHRASE_END.finditer(text) if found.start() < width]
    if ends and ends[-1] >= _LEAST_PHRASE * width:
        return text[: ends[-1]].rstrip() + "…"
    return shortened(text, width)
