"""The JSON API: everything is read with GET and a key, within the clearance of that key.

:data:`router` holds the routes and the page that describes them, :func:`complete` completes their OpenAPI document,
:mod:`app.api.problems` answers what goes wrong under ``/api/``. The application keeps the opened office as
``app.state.office``.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from app.api import (
    asks,
    briefings,
    documents,
    entries,
    overview,
    reference,
    search,
    sources,
    statements,
    stories,
    topics,
)
from app.api.dependencies import known_parameters
from app.api.description import complete

_v1 = APIRouter(prefix="/v1", dependencies=[Depends(known_parameters)])
for _routes in (overview, briefings, entries, asks, topics, stories, documents, search, statements, sources):
    _v1.include_router(_routes.router)

router = APIRouter(prefix="/api")
router.include_router(_v1)
router.include_router(reference.router)

__all__ = ["complete", "router"]
