"""Replies to an entry: a ``mailto:`` address (RFC 6068) whose subject names edition and number."""

from __future__ import annotations

from urllib.parse import quote

from app.delivery.plain import one_line
from digest.edition import EditKind
from digest.office_texts import text_of
from digest.reading import ReadEntry
from digest.types import Mark

_NOBODY = "@localhost"
"""Where the sender's address points until somebody sets it: no reply arrives there."""


def address(mail_from: str) -> str | None:
    """The address that takes replies: the sender's of the mail, unless it was never set."""
    return None if mail_from.endswith(_NOBODY) else mail_from


def tag(edition_id: str, number: int) -> str:
    """What the subject of a reply begins with: ``[2026-W47 #3]``."""
    return f"[{edition_id} #{number}]"


def mailto(recipient: str, edition_id: str, read: ReadEntry) -> str:
    """The address of a mail that answers to an entry.

    A subject is read by more eyes than a mail, so it names the headline of a public entry only.
    """
    words = [tag(edition_id, read.number)]
    if read.entry.mark is Mark.PUBLIC:
        words.append(one_line(text_of(read.entry, EditKind.HEADLINE)))
    return f"mailto:{quote(recipient, safe='@')}?subject={quote(' '.join(words), safe='')}"
