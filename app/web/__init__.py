"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import briefings, documents, drafts, outbox, sign_in, sources, statements, stories

router = APIRouter()
for part in (sign_in, briefings, drafts, stories, documents, sources, statements, outbox):
    router.include_router(part.router)
