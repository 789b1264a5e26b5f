"""That a form was sent from one of our pages, by the browser that holds the session (CSRF)."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_for(session: str, key: str) -> str:
    """The token that the forms of a session carry.

    Args:
        session: the token in the session's cookie.
        key: the office's secret for forms.
    """
    return hmac.new(key.encode(), session.encode(), hashlib.sha256).hexdigest()


def token_fits(given: str, session: str, key: str) -> bool:
    """Whether a form carries the token of its session."""
    return hmac.compare_digest(given.encode(), token_for(session, key).encode())


def same_origin(*, fetch_site: str | None, origin: str | None, host: str, public_url: str | None) -> bool | None:
    """Whether a request comes from a page of ours; None when the browser says nothing about it.

    Args:
        fetch_site: the header ``Sec-Fetch-Site`` (W3C Fetch Metadata).
        origin: the header ``Origin`` (RFC 6454).
        host: the header ``Host``.
        public_url: the office's public address; a proxy may put another name into ``Host``.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    if origin is None:
        return None
    ours = {host.lower(), urlsplit(public_url or "").netloc.lower()} - {""}
    return urlsplit(origin).netloc.lower() in ours
