"""Addresses of documents: which ones are safe to keep and to fetch, and what they look like without tracking."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

MAX_ADDRESS = 4_000  # characters; servers answer 414 well below, and an index row must hold it

_DEFAULT_PORTS = {"http": 80, "https": 443}
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff\ud800-\udfff\\]")
# Parameters that only say how a reader came to a page. General ones (id, uid, ref, source) are kept: on many sites they
# name the article, and an address that lost them shows another page.
_TRACKING = re.compile(
    r"^(?:utm_|mtm_|pk_|itm_|vero_|oly_|hsa_)\w+$"
    r"|^(?:fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|spm|xtor|"
    r"wt_mc|cmpid|ocid|s_cid|at_medium|at_campaign|ftag|guccounter|guce_referrer|guce_referrer_sig)$",
    re.IGNORECASE,
)


def safe_url(address: str, base: str = "") -> str | None:
    """The absolute form of a link, or None when nobody should follow it.

    Only ``http`` and ``https`` with a host are safe. User names before the host are refused, since they only serve to
    make one host look like another (RFC 3986, section 7.6); so are control and invisible characters and backslashes,
    which browsers and libraries read differently.

    Args:
        address: the link as a document gives it; white space around it is ignored.
        base: the address of that document, against which a relative link is resolved.
    """
    try:
        parts = urlsplit(urljoin(base, address.strip()))
        if not _is_safe(parts):
            return None
        return urlunsplit(_normal(parts))
    except ValueError:  # brackets without an IPv6 address, a port that is no number, characters that fold into "/"
        return None


def without_tracking(address: str) -> str:
    """An address without its fragment and the parameters that only tell how a reader came to it.

    The order and spelling of all other parameters is kept, so that the page stays the same; applying it again changes
    nothing.
    """
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.match(pair.partition("=")[0])]
    query = "&".join(kept) if parts.query else ""
    return urlunsplit(parts._replace(query=query, fragment=""))


def _is_safe(parts: SplitResult) -> bool:
    return (
        parts.scheme in _DEFAULT_PORTS
        and bool((parts.hostname or "").rstrip("."))
        and "@" not in parts.netloc
        and "%" not in (parts.hostname or "")
        and parts.port != 0
        and not _INVISIBLE.search(urlunsplit(parts).replace(" ", ""))
        and len(urlunsplit(parts)) <= MAX_ADDRESS
    )


def _normal(parts: SplitResult) -> SplitResult:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return parts._replace(
        netloc=host + port, path=parts.path.replace(" ", "%20") or "/", query=parts.query.replace(" ", "%20")
    )
