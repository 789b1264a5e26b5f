"""Words for the states that only pages show: of editions, deliveries, attempts and notices."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import N_, Translations
from app.store.deliveries import DeliveryState
from app.store.editions import EditionState
from app.viewer import Role

EDITION_STATES: Mapping[EditionState, str] = {
    EditionState.DRAFT: N_("Draft, not approved"),
    EditionState.APPROVED: N_("Approved, not sent yet"),
    EditionState.SENT: N_("Sent"),
}

DELIVERY_STATES: Mapping[DeliveryState, str] = {
    DeliveryState.PLANNED: N_("Waiting to be sent"),
    DeliveryState.SENDING: N_("Being sent"),
    DeliveryState.WRITING: N_("Being written to the outbox folder"),
    DeliveryState.SENT: N_("Sent"),
    DeliveryState.UNCERTAIN: N_("Uncertain"),
    DeliveryState.REFUSED: N_("Refused by the mail server"),
    DeliveryState.OUTBOX: N_("Written to the outbox folder"),
}

DELIVERY_REMEDIES: Mapping[DeliveryState, str] = {
    DeliveryState.UNCERTAIN: N_(
        "The mail server took the mail, or did not: its answer never came. Ask the reader whether it arrived. "
        "It is never sent again by itself."
    ),
    DeliveryState.REFUSED: N_("Check the reader's address with the reader, and the server's words below."),
}

NOTICES: Mapping[str, str] = {"unapproved": N_("Not approved in time")}

ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.APPROVER: N_("Approver"),
    Role.EDITOR: N_("Editor"),
    Role.LEADER: N_("Leader"),
}

_SAID: Mapping[str, str] = {
    "approved": N_("The briefing is approved and can no longer be changed."),
    "checked": N_("The source was read. What came of it stands beside it."),
    "sent": N_("Sending is done. What came of each mail stands below."),
    "busy": N_("The same work is being done already. Load this page again in a minute."),
    "failed": N_("It did not work. An administrator finds the reason in the log."),
    "slow": N_("It is still going on. Load this page again in a minute."),
    "changed": N_("Your password is changed. Everywhere else you are signed out."),
    "stated": N_("The statement is kept. It counts from the next draft on."),
    "restored": N_("The statement counts again."),
    "nothing_to_undo": N_("There is no change left to undo."),
}
"""What a page says once after something was done, by the code in its address."""


def said(code: str, t: Translations) -> str | None:
    """What a page says about what was just done; an address may hold any code, and most say nothing."""
    return t.gettext(_SAID[code]) if code in _SAID else None
