"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import briefings, documents, drafts, outbox, search, sign_in, sources, stories, topics

router = APIRouter()
for part in (sign_in, briefings, drafts, stories, documents, search, topics, sources, outbox):
    router.include_router(part.router)
