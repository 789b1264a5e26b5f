"""What may stand in an address, checked before it reaches anything."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query

# Every id that was ever given fits; a NUL, which PostgreSQL refuses in text, does not.
_ID = r"^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$"

EditionId = Annotated[str, Path(pattern=_ID)]
StoryId = Annotated[str, Path(pattern=_ID)]
DocumentId = Annotated[str, Path(pattern=_ID)]
SourceId = Annotated[str, Path(pattern=_ID)]
AskId = Annotated[str, Path(pattern=_ID)]
TopicId = Annotated[str, Path(pattern=_ID)]
StatementId = Annotated[str, Path(pattern=_ID)]
PersonId = Annotated[str, Path(pattern=_ID)]
LeaderId = Annotated[str, Path(pattern=_ID)]
DeliveryId = Annotated[str, Path(pattern=_ID)]
LeaderQuery = Annotated[str | None, Query(pattern=_ID)]
AfterQuery = Annotated[str | None, Query(pattern=_ID)]
SearchQuery = Annotated[str, Query(max_length=200)]
PageQuery = Annotated[int, Query(ge=1, le=100_000)]
VersionQuery = Annotated[int | None, Query(ge=1, le=1_000_000)]
OffsetQuery = Annotated[int | None, Query(ge=0, le=1_000_000_000)]


def path_to(*parts: str) -> str:
    """The address of a page: ``path_to("briefings", "2026-W47")``."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def own_path(wanted: str | None) -> str:
    """A path of this server to lead on to; anything that a browser could take for another server is the front page."""
    if wanted is None or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return "/"
    return wanted


def web_address(url: str | None) -> str | None:
    """The address when a browser may follow it; a source can name anything, ``javascript:`` as well."""
    return url if url is not None and url.lower().startswith(("http://", "https://")) else None
