"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import briefings, documents, drafts, edits, outbox, search, sign_in, sources, stories

router = APIRouter()
for part in (sign_in, briefings, drafts, edits, stories, documents, search, sources, outbox):
    router.include_router(part.router)
