"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import briefings, documents, drafts, late_notes, outbox, sign_in, sources, stories

router = APIRouter()
for part in (sign_in, briefings, drafts, late_notes, stories, documents, sources, outbox):
    router.include_router(part.router)
