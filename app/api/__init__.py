"""The JSON API: everything is read with GET and a key, within the clearance of that key.

:data:`router` holds the routes, :mod:`app.api.problems` answers what goes wrong under ``/api/``. The application keeps
the opened office as ``app.state.office``.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends

from app.api import briefings, documents, sources, stories
from app.api.dependencies import known_parameters

router = APIRouter(prefix="/api/v1", dependencies=[Depends(known_parameters)])
for _routes in (briefings, stories, documents, sources):
    router.include_router(_routes.router)

__all__ = ["router"]
