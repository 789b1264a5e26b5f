"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import asks, briefings, documents, drafts, outbox, sign_in, sources, stories

router = APIRouter()
for part in (sign_in, briefings, drafts, asks, stories, documents, sources, outbox):
    router.include_router(part.router)
