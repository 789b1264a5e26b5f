"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import (
    asks,
    briefings,
    documents,
    drafts,
    edits,
    late_notes,
    outbox,
    search,
    sign_in,
    sources,
    statements,
    stories,
    topics,
)

router = APIRouter()
for part in (
    sign_in,
    briefings,
    drafts,
    edits,
    asks,
    late_notes,
    stories,
    documents,
    search,
    topics,
    sources,
    statements,
    outbox,
):
    router.include_router(part.router)
