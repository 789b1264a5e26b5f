"""Passwords, kept as Argon2id (RFC 9106) and never as they are."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from digest.errors import InvalidInputError

MIN_LENGTH = 12  # NIST SP 800-63B asks for 8 with a second factor; there is none here
MAX_LENGTH = 256  # longer ones only cost time

_hasher = PasswordHasher()  # the library's defaults are the second recommended option of RFC 9106


def hashed(password: str) -> str:
    """What is kept of a password.

    Raises:
        InvalidInputError: it is too short or too long.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInputError("password", "", f"use {MIN_LENGTH} to {MAX_LENGTH} characters")
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept; it takes as long when there is none as when there is."""
    try:
        return _hasher.verify(kept or _nobodys(), password[: MAX_LENGTH + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """A hash to compare with when an account has no password, or does not exist."""
    return _hasher.hash("nobody's password")
