"""The account of what became of every document of the period: each in exactly one bucket, with the reason.

A line says nothing that rests on documents marked higher than its own: readers cleared for the document read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from digest.edition import Bucket, Entry, LedgerLine, Reason, ReasonCode, Section, View
from digest.entries import Material
from digest.inputs import ComposeInputs, FailedDocument, PeriodStory
from digest.types import Document, Mark
from digest.views import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """The views that tell a document's entry, and those that note it."""

    told: tuple[View, ...] = ()
    noted: tuple[View, ...] = ()

    @property
    def bucket(self) -> Bucket:
        """Told if any view tells it, noted if any notes it."""
        if self.told:
            return Bucket.TOLD
        return Bucket.NOTED if self.noted else Bucket.LEFT_OUT

    @property
    def by_base(self) -> bool:
        """Whether the base view tells or notes it."""
        return any(view.leader_id is None for view in (*self.told, *self.noted))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The names of the leaders whose views tell (or note) it; empty when the base view does so too."""
        views = self.told or self.noted
        return () if any(view.leader_id is None for view in views) else tuple(view.name for view in views)


def showings(views: Iterable[View], entries: Mapping[str, Entry]) -> Mapping[str, Showing]:
    """Which views tell and note each document.

    Args:
        views: the views of an edition.
        entries: entry id -> entry, at least those that a view tells or notes.

    Returns:
        Document id -> showing, for the documents that any view tells or notes.
    """
    found: dict[str, dict[str, list[View]]] = {}
    for view in views:
        for place in view.entries:
            if place.section is not Section.LEFT_OUT:
                kind = "told" if place.section.told else "noted"
                for document in entries[place.entry_id].documents:
                    found.setdefault(document.id, {"told": [], "noted": []})[kind].append(view)
    return {key: Showing(told=tuple(by["told"]), noted=tuple(by["noted"])) for key, by in found.items()}


def ledger(
    inputs: ComposeInputs,
    *,
    materials: Mapping[Mark, Mapping[str, Material]],
    standings: Mapping[Mark, Mapping[str, Standing]],
    shown: Mapping[str, Showing],
) -> tuple[LedgerLine, ...]:
    """Account for every document of a period.

    Args:
        inputs: the documents, those that could not be read, and the sources.
        materials: clearance -> story id -> what may be known of it.
        standings: clearance -> story id -> where the office's ranking of what that clearance may know puts it.
        shown: document id -> the views that tell or note it.

    Returns:
        One line for each document, by source, title and id.
    """
    account = _Account(
        inputs=inputs,
        materials=materials,
        standings=standings,
        shown=shown,
        room={clearance: _room(materials[clearance], standings[clearance], shown) for clearance in Mark},
        source_ids={d.id: d.source_id for story in inputs.stories for d in (*story.earlier, *story.documents)},
    )
    read = {document.id: account.line(document, story) for story in inputs.stories for document in story.documents}
    failed = {failure.document_id: _failed(failure) for failure in inputs.failed}
    lines = {**failed, **read}.values()  # a document with a readable version is accounted for by that one
    return tuple(sorted(lines, key=lambda line: (line.source_id, line.title, line.document_id)))


def _room(materials: Mapping[str, Material], standings: Mapping[str, Standing], shown: Mapping[str, Showing]) -> int:
    """How many of the competing stories the base view tells or notes."""
    return sum(
        any(document.id in shown and shown[document.id].by_base for document in materials[story_id].documents)
        for story_id, standing in standings.items()
        if standing.rank is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """What the lines are drawn from."""

    inputs: ComposeInputs
    materials: Mapping[Mark, Mapping[str, Material]]
    standings: Mapping[Mark, Mapping[str, Standing]]
    shown: Mapping[str, Showing]
    room: Mapping[Mark, int]
    source_ids: Mapping[str, str]

    def line(self, document: Document, story: PeriodStory) -> LedgerLine:
        original = self.materials[document.mark][story.story_id].duplicates.get(document.id)
        showing = self.shown.get(document.id, Showing())
        return LedgerLine(
            document_id=document.id,
            version=document.version,
            source_id=document.source_id,
            title=document.title,
            mark=document.mark,
            bucket=Bucket.DUPLICATE if original else showing.bucket,
            reason=self._repeats(original) if original else self._reason(document, story.story_id, showing),
            story_id=story.story_id,
            duplicate_of=original,
        )

    def _reason(self, document: Document, story_id: str, showing: Showing) -> Reason:
        if showing.elsewhere:
            return Reason(code=ReasonCode.TOLD_ELSEWHERE, params={"leaders": ", ".join(showing.elsewhere)})
        standing = self.standings[document.mark][story_id]
        if showing.bucket is Bucket.LEFT_OUT:
            return standing.left_out(self.room[document.mark])
        return standing.open_merit

    def _repeats(self, original: str) -> Reason:
        source = self.inputs.sources[self.source_ids[original]]
        return Reason(code=ReasonCode.REPEATS, params={"source": source.name})


def _failed(failure: FailedDocument) -> LedgerLine:
    return LedgerLine(
        document_id=failure.document_id,
        version=0,
        source_id=failure.source_id,
        title=failure.title,
        mark=failure.mark,
        bucket=Bucket.FAILED,
        reason=Reason(code=ReasonCode.UNREADABLE, params={"error": failure.error}),
    )
