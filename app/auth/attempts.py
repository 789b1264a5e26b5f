"""How often somebody may try to sign in, by network address and by account."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptLimits:
    """Attempts per window."""

    per_address: int = 30  # a whole office may stand behind one address
    per_account: int = 8  # enough for a forgotten password, far too few to guess one
    minutes: int = 10


class Attempts:
    """Counts attempts in memory: one process serves the pages, and a restart may forget them."""

    def __init__(self, limits: AttemptLimits | None = None) -> None:
        chosen = limits or AttemptLimits()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._address = RateLimitItemPerMinute(chosen.per_address, chosen.minutes)
        self._account = RateLimitItemPerMinute(chosen.per_account, chosen.minutes)

    def allowed(self, address: str, account: str) -> bool:
        """Count one attempt and say whether it may be made.

        Args:
            address: the visitor's network address.
            account: what the visitor says who it is, of any length; only its hash is remembered.
        """
        who = hashlib.sha256(account.strip().lower().encode("utf-8", "replace")).hexdigest()
        by_address = self._limiter.hit(self._address, "address", address)
        return by_address and self._limiter.hit(self._account, "account", who)
