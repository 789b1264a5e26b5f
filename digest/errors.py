"""The errors of the project. They carry data, not HTTP codes; whoever shows them finds the words.

::

    StaffworkError
      x NotFoundError        kind, id
      x InvalidInputError    field, value, code
      x ConflictError        code, params
      x BrokenCitationError  citations that are not where they say
      x SourceError          one attempt to read a source (or one of its documents) failed
        + FetchError         the network, an HTTP status, a limit, a forbidden address
        + ParseError         the bytes are not what they claim, or too much
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.edition import Citation


class StaffworkError(Exception):
    """Base of all errors of the project."""


class NotFoundError(StaffworkError):
    """Nothing of that kind has that id, or the viewer may not know of it."""

    def __init__(self, kind: str, identifier: str) -> None:
        super().__init__(f"no {kind} {identifier!r}")
        self.kind = kind
        self.identifier = identifier


class InvalidInputError(StaffworkError):
    """A value given by a person or a program cannot be used; ``remedy`` says what would do, in English."""

    def __init__(self, field: str, value: str, remedy: str) -> None:
        super().__init__(f"{field} {value!r}: {remedy}")
        self.field = field
        self.value = value
        self.remedy = remedy


class ConflictError(StaffworkError):
    """What was asked for does not fit the present state, e.g. approving an edition that is approved already."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code + "".join(f" {name}={value}" for name, value in params.items()))
        self.code = code
        self.params = params


class BrokenCitationError(StaffworkError):
    """Citations whose text is not found at their place; the edition cannot be approved."""

    def __init__(self, citations: tuple[Citation, ...]) -> None:
        super().__init__(
            f"{len(citations)} broken citations: " + ", ".join(f"{c.document_id} v{c.version}" for c in citations)
        )
        self.citations = citations


class SourceError(StaffworkError):
    """An attempt to read a source, or one document of it, failed.

    ``code`` names the failure (``"timeout"``, ``"http_status"``, ``"not_a_feed"``, …), ``params`` hold its data
    (``status=404``, ``limit=…``); the words are found where it is shown. ``retry_after_s``: the server asked for a
    pause.
    """

    def __init__(self, code: str, *, retry_after_s: float | None = None, **params: str | int) -> None:
        super().__init__(code + "".join(f" {name}={value}" for name, value in params.items()))
        self.code = code
        self.params: Mapping[str, str | int] = params
        self.retry_after_s = retry_after_s


class FetchError(SourceError):
    """The network, an HTTP status, a limit, or a forbidden address.

    Codes: ``dns``, ``connect``, ``tls``, ``timeout``, ``http_status`` (status), ``too_large`` (limit),
    ``too_slow`` (limit), ``forbidden_address`` (address), ``bad_address``, ``too_many_redirects``, ``protocol``,
    ``missing_folder`` (path), ``unreadable`` (a file without the right to read it), ``link`` (a link among files).
    """


class ParseError(SourceError):
    """The bytes are not what they claim, or parsing them took too much.

    Codes: ``not_a_feed`` (kind: html, empty, json, unknown), ``entities`` (XML with its own entities),
    ``unknown_format``, ``encrypted``, ``broken``, ``no_text``, ``too_large`` (limit), ``memory`` (limit), ``timeout``
    (limit), ``crashed``.
    """
