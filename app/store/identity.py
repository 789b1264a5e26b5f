"""How ids are given: once, readable where a person types them, and the same on every machine."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable

MAX_SLUG = 40


def document_id(source_id: str, key: str) -> str:
    """Id of a document, derived from its identity (source, key): ``d`` and 16 hexadecimal digits."""
    return "d" + hashlib.sha256(f"{source_id}\n{key}".encode()).hexdigest()[:16]


def slug(name: str) -> str:
    """A name as part of an address: ASCII letters, digits and hyphens; a name without any gets its hash."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_SLUG].strip("-")
    return words or "x" + hashlib.sha256(name.encode()).hexdigest()[:8]


def free_slug(name: str, taken: Callable[[str], bool]) -> str:
    """The slug of a name; when it is taken, with the first free number behind it."""
    first = slug(name)
    if not taken(first):
        return first
    number = 2
    while taken(f"{first}-{number}"):
        number += 1
    return f"{first}-{number}"


def token_hash(token: str) -> str:
    """What is kept of a token that only its owner may know (it is long and random, so a plain hash does)."""
    return hashlib.sha256(token.encode()).hexdigest()
