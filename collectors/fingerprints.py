"""Fingerprints: whether a source says the same of a document as last time.

A document that could only be had in part, for a reason that may pass, gets a fingerprint that differs from what its
source will say next time, so that it is tried again: ``again:2:<fingerprint>`` after the second attempt. After
``MAX_ATTEMPTS`` it gets the plain one and rests until its source says something new; it stays marked as incomplete.
"""

from __future__ import annotations

import hashlib

MAX_ATTEMPTS = 5  # a page that failed in five collections is behind a paywall or gone; more only annoys its server

_AGAIN = "again:"


def fingerprint(*parts: str) -> str:
    """A short digest of texts; different lists of texts have different ones."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def to_retry(plain: str, known: str | None) -> str:
    """The fingerprint for a document that failed now.

    Args:
        plain: what it would get if it were complete.
        known: what it had before, None if it is new.
    """
    prefix, _, rest = (known or "").removeprefix(_AGAIN).partition(":")
    attempts = int(prefix) if is_to_retry(known) and rest == plain and prefix.isdigit() else 0
    return f"{_AGAIN}{attempts + 1}:{plain}" if attempts + 1 < MAX_ATTEMPTS else plain


def is_to_retry(known: str | None) -> bool:
    """Whether a fingerprint asks for another attempt."""
    return known is not None and known.startswith(_AGAIN)
