"""A document at one of its versions, with the cited passage marked and what its last change was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep
from app.delivery.words import MARKS
from app.store import catalogue, documents, sources
from app.web.paths import DocumentId, OffsetQuery, VersionQuery, path_to, web_address
from app.web.visits import ReaderVisit, Visit
from digest.errors import NotFoundError
from digest.types import Document

router = APIRouter()
MAX_COMPARED = 2000  # paragraphs; comparing takes their product in time


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of a paragraph's text, cited or not. ``first``: the citation begins here."""

    text: str
    cited: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Paragraphs that a version took out and put in at one place."""

    removed: tuple[str, ...]
    added: tuple[str, ...]


@router.get("/documents/{document_id}")
def document(
    document_id: DocumentId,
    visit: ReaderVisit,
    session: SessionDep,
    version: VersionQuery = None,
    start: OffsetQuery = None,
    end: OffsetQuery = None,
) -> Response:
    """A document; ``start`` and ``end`` (in code points) name the passage to mark."""
    found = documents.get(session, visit.viewer, document_id, version)
    versions = documents.versions(session, visit.viewer, document_id)
    asked = start is not None or end is not None
    there = start is not None and end is not None and start < end <= len(found.text)
    return visit.page(
        "document",
        document=found,
        source=_source_name(session, visit, found),
        mark=visit.t.gettext(MARKS[found.mark]) if found.mark else None,
        url=web_address(found.url),
        paragraphs=tuple(paragraphs(found.text, start or 0, end or 0) if there else paragraphs(found.text, 0, 0)),
        lost=asked and not there,
        versions=versions,
        latest=versions[0].number,
        changes=_changes(session, visit, found),
        path=path_to("documents", document_id),
        story=_story_path(session, visit, document_id),
    )


def _story_path(session: Session, visit: Visit, document_id: str) -> str | None:
    story = catalogue.summary(session, visit.viewer, document_id).story_id
    return path_to("stories", story) if story else None


def _source_name(session: Session, visit: Visit, found: Document) -> str:
    try:
        return sources.get(session, visit.viewer, found.source_id).name
    except NotFoundError:  # the source was marked higher after this document was collected
        return visit.t.gettext("Source not named")


def paragraphs(text: str, start: int, end: int) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs of a text, the passage from ``start`` to ``end`` (code points) in pieces of its own.

    Joined with one newline between paragraphs, the pieces are the text again.
    """
    begins = 0
    for paragraph in text.split("\n"):
        ends = begins + len(paragraph)
        cut_in, cut_out = (min(max(at, begins), ends) - begins for at in (start, end))
        pieces = (
            Piece(text=paragraph[:cut_in]),
            Piece(text=paragraph[cut_in:cut_out], cited=True, first=begins <= start < ends),
            Piece(text=paragraph[cut_out:]),
        )
        yield tuple(piece for piece in pieces if piece.text)
        begins = ends + 1


def _changes(session: Session, visit: Visit, found: Document) -> tuple[Change, ...] | None:
    """What the version changed in the one before it; None when it is the first, or too long to compare."""
    if found.version == 1:
        return None
    before = documents.get(session, visit.viewer, found.id, found.version - 1).text.split("\n")
    after = found.text.split("\n")
    return changes(before, after) if max(len(before), len(after)) <= MAX_COMPARED else None


def changes(before: list[str], after: list[str]) -> tuple[Change, ...]:
    """The places where two lists of paragraphs differ, in order."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        Change(removed=tuple(before[old:old_end]), added=tuple(after[new:new_end]))
        for kind, old, old_end, new, new_end in matcher.get_opcodes()
        if kind != "equal"
    )
