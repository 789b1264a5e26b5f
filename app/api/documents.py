"""Routes of documents and their versions."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from app.api.dependencies import (
    DEFAULT_PAGE,
    AfterMoment,
    DocumentId,
    KeyViewer,
    LabelLanguage,
    Limit,
    ReadSession,
    VersionNumber,
)
from app.api.etags import TaggedRoute
from app.api.labels import mark_label
from app.api.paging import next_link
from app.api.problems import documented
from app.api.schemas import DocumentItem, Listing, VersionItem, VersionList, VersionText
from app.i18n import Translations
from app.store import catalogue, documents
from app.store.catalogue import Summary

router = APIRouter(prefix="/documents", tags=["documents"], route_class=TaggedRoute)
PROBLEMS = documented(401, 404, 422, 429, 500)


@router.get("", summary="Documents, the latest change first", responses=documented(401, 422, 429, 500))
def list_documents(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: KeyViewer,
    t: LabelLanguage,
    limit: Limit = DEFAULT_PAGE,
    after: AfterMoment = None,
) -> Listing[DocumentItem]:
    """Documents at their newest version, by the time it was collected. A document that changes moves to the front."""
    page = catalogue.changes(session, viewer, limit=limit, after=after)
    items = tuple(document_item(each, t) for each in page.items)
    return Listing(items=items, next=next_link(request, response, page.next))


@router.get("/{document_id}", summary="One document", responses=PROBLEMS)
def get_document(document_id: DocumentId, session: ReadSession, viewer: KeyViewer, t: LabelLanguage) -> DocumentItem:
    """A document at its newest version, with its story and the document that it repeats; the text is its version's."""
    return document_item(catalogue.summary(session, viewer, document_id), t)


@router.get("/{document_id}/versions", summary="The versions of a document", responses=PROBLEMS)
def list_versions(document_id: DocumentId, session: ReadSession, viewer: KeyViewer) -> VersionList:
    """All versions, newest first. Versions are immutable and numbered from 1."""
    found = documents.versions(session, viewer, document_id)
    items = tuple(
        VersionItem(number=each.number, title=each.title, collected_at=each.collected_at, characters=each.characters)
        for each in found
    )
    return VersionList(document_id=document_id, items=items)


@router.get("/{document_id}/versions/{number}", summary="The text of a version", responses=PROBLEMS)
def get_version(
    document_id: DocumentId, number: VersionNumber, session: ReadSession, viewer: KeyViewer, t: LabelLanguage
) -> VersionText:
    """A version with its text. A citation's `start` and `end` count code points of `text`."""
    found = documents.get(session, viewer, document_id, number)
    return VersionText(
        document_id=found.id,
        number=found.version,
        title=found.title,
        text=found.text,
        language=found.language,
        author=found.author,
        published_at=found.published_at,
        collected_at=found.changed_at,
        complete=found.complete,
        mark=mark_label(found.mark, t),
    )


def document_item(summary: Summary, t: Translations) -> DocumentItem:
    """A document as the API shows it."""
    return DocumentItem(
        id=summary.id,
        source_id=summary.source_id,
        version=summary.version,
        title=summary.title,
        language=summary.language,
        mark=mark_label(summary.mark, t),
        url=_web_address(summary.url),
        author=summary.author,
        published_at=summary.published_at,
        published_clamped=summary.published_clamped,
        collected_at=summary.collected_at,
        changed_at=summary.changed_at,
        complete=summary.complete,
        story_id=summary.story_id,
        duplicate_of=summary.duplicate_of,
    )


def _web_address(url: str | None) -> str | None:
    """The address when a browser may follow it; a source can name anything, ``javascript:`` as well."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
