"""The pages, rendered on the server: each module holds the addresses of one noun."""

from fastapi import APIRouter

from app.web import (
    asks,
    briefings,
    documents,
    drafts,
    edits,
    late_notes,
    leaders,
    lengths,
    mail_settings,
    outbox,
    people,
    search,
    settings_index,
    sign_in,
    sources,
    statements,
    stories,
    story_corrections,
    timetable,
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
    story_corrections,
    documents,
    search,
    topics,
    sources,
    statements,
    outbox,
    settings_index,
    people,
    leaders,
    timetable,
    lengths,
    mail_settings,
):
    router.include_router(part.router)
