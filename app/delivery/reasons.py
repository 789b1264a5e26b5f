"""A reason as page, mail and JSON show it: its code, its parameters and its words."""

from __future__ import annotations

from app.delivery import words
from app.delivery.context import ReasonText
from app.i18n import Translations
from digest.edition import Edition, Reason


def reason_text(reason: Reason, edition: Edition, t: Translations) -> ReasonText:
    """A reason of an edition in a reader's language; days near the cut-off are written without their year."""
    return ReasonText(code=reason.code, params=dict(reason.params), label=words.reason(reason, t, near=edition.cut_off))
