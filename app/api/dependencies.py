"""What every route needs: the office, a session, who asks, and checked parameters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from typing import Annotated, Literal

from fastapi import Depends, HTTPException, Path, Query, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from app.api import description
from app.auth.deps import NowDep
from app.i18n import Translations, translations
from app.office import Office
from app.store import people
from app.viewer import Viewer

ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]{0,63}$"
"""Every id that was ever given fits; a NUL, which PostgreSQL refuses in text, does not."""

MAX_PAGE = 200  # a page of stories is then about 60 kB: one answer on a slow line
DEFAULT_PAGE = 50

BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="API key",
    description="`Authorization: Bearer sw_…`; an administrator makes a key with `staffwork api-key add`.",
)


def open_office(request: Request) -> Office:
    """The office that the application serves."""
    office: Office = request.app.state.office
    return office


OpenOffice = Annotated[Office, Depends(open_office)]


def open_session(office: OpenOffice) -> Iterator[Session]:
    """A session for one request, which only reads."""
    with office.reading() as session:
        yield session


ReadSession = Annotated[Session, Depends(open_session, scope="function")]


def key_viewer(
    session: ReadSession, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
) -> Viewer:
    """Whoever the request's key stands for. The session of a browser is no key: what runs in a page cannot ask.

    Raises:
        HTTPException: 401, without a key, or with one that is unknown or revoked.
    """
    viewer = people.key_viewer(session, credentials.credentials) if credentials else None
    if viewer is None:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
    return viewer


KeyViewer = Annotated[Viewer, Depends(key_viewer)]


def known_parameters(request: Request, _viewer: KeyViewer) -> None:
    """Refuse a query parameter that the route does not have, or has twice: it would change the answer silently.

    Raises:
        RequestValidationError: naming each of them, or what cannot be chosen of the answer's shape.
    """
    route = request.scope["route"]
    fields = get_flat_params(route.dependant)
    known = {field.alias for field in fields if isinstance(field.field_info, params.Query)}
    known |= set(description.parameters(route.shape))
    given = Counter(name for name, _ in request.query_params.multi_items())
    _refuse(given.keys() - known, "unknown", f"not a parameter here; known are: {', '.join(sorted(known))}")
    _refuse({name for name in given if given[name] > 1}, "repeated", "given more than once; give it once")
    route.shape.chosen(request.query_params.get("fields"))
    if request.query_params.get("format", "json") not in description.FORMATS:
        _refuse({"format"}, "unknown_format", f"not a format; known are: {', '.join(description.FORMATS)}")


def _refuse(names: Set[str], code: str, message: str) -> None:
    if names:
        raise RequestValidationError([{"loc": ("query", name), "type": code, "msg": message} for name in sorted(names)])


def reader_language(
    office: OpenOffice,
    language: Annotated[
        Literal["en", "zh"], Query(description="The language of labels; codes stay English.", examples=["zh"])
    ] = "en",
) -> Translations:
    """The language of the labels, with the office's time zone."""
    return translations(language, office.settings.time_zone)


LabelLanguage = Annotated[Translations, Depends(reader_language)]

Now = NowDep
"""The time of the request: what is overdue depends on it."""

LeaderParameter = Annotated[
    str | None,
    Query(
        pattern=ID_PATTERN,
        description="Whose view, by leader id; the office's base view without it.",
        examples=["halvers"],
    ),
]
OfLeader = Annotated[
    str | None, Query(pattern=ID_PATTERN, description="Only of this leader, by leader id.", examples=["halvers"])
]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="Most items of the page.", examples=[20])]
_AFTER = "Where the page begins: from a `next` link."
After = Annotated[str | None, Query(pattern=ID_PATTERN, description=_AFTER, examples=["2026-W46"])]
AfterEntry = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,56}-[0-9]{1,6}$", description=_AFTER, examples=["2026-W46-7"]),
]
AfterMoment = Annotated[
    str | None,
    Query(
        pattern=r"^-?[0-9]{1,17}-[A-Za-z0-9-]{1,64}$",
        description=_AFTER,
        examples=["1795003500000000-d5be85a272c69d288"],
    ),
]
AfterDay = Annotated[
    str | None,
    Query(pattern=r"^[1-9][0-9]{0,5}-[a-z0-9]{1,24}$", description=_AFTER, examples=["739946-a5d2c81f0b3e6"]),
]

BriefingId = Annotated[str, Path(pattern=ID_PATTERN, description="A briefing's id.", examples=["2026-W47"])]
StoryId = Annotated[
    str, Path(pattern=ID_PATTERN, description="A story's id, valid for ever.", examples=["s1f0c4d9b2a7e"])
]
DocumentId = Annotated[
    str, Path(pattern=ID_PATTERN, description="A document's id, valid for ever.", examples=["d3b1f60c2a9e4d875"])
]
AskId = Annotated[str, Path(pattern=ID_PATTERN, description="An ask's id.", examples=["a5d2c81f0b3e6"])]
TopicId = Annotated[str, Path(pattern=ID_PATTERN, description="A topic's id.", examples=["housing"])]
VersionNumber = Annotated[int, Path(ge=1, le=1_000_000, description="The number of a version, from 1.", examples=[1])]
