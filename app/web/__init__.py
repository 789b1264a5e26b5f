"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import asks, briefings, documents, drafts, edits, outbox, search, sign_in, sources, stories, topics

router = APIRouter()
for part in (sign_in, briefings, drafts, edits, asks, stories, documents, search, topics, sources, outbox):
    router.include_router(part.router)
