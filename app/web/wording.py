"""Words for the states that only pages show: of editions, deliveries, attempts and notices."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import N_, Translations
from app.store.asks import ChangeKind, Which
from app.store.deliveries import DeliveryState
from app.store.editions import EditionState
from app.store.setting_changes import SettingChangeKind
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

NOTICES: Mapping[str, str] = {
    "reminder": N_("Waits for approval"),
    "unapproved": N_("Not approved in time"),
    "unreviewed": N_("Not approved in time, will be sent unreviewed"),
    "released": N_("Sent unreviewed"),
    "blocked": N_("Held because of a citation"),
    "changed": N_("A story changed after approval"),
    "ask_before": N_("Reminder before the due date"),
    "ask_due": N_("Reminder on the due date"),
    "ask_overdue": N_("Reminder: overdue"),
}

ASK_LISTS: Mapping[Which, str] = {
    Which.OPEN: N_("Open"),
    Which.OVERDUE: N_("Overdue"),
    Which.CLOSED: N_("Closed"),
}

ASK_CHANGES: Mapping[ChangeKind, str] = {
    ChangeKind.MADE: N_("Asked"),
    ChangeKind.EDITED: N_("Changed"),
    ChangeKind.CLOSED: N_("Closed"),
    ChangeKind.REOPENED: N_("Opened again"),
}

ASK_FIELDS: Mapping[str, str] = {
    "text": N_("What is asked"),
    "owner": N_("Owner"),
    "address": N_("Mail address"),
    "due": N_("Due date"),
    "mark": N_("Mark"),
    "options": N_("Options"),
    "recommendation": N_("Recommended"),
    "consulted": N_("Consulted"),
    "next_step": N_("Next step"),
    "result": N_("Result"),
}
"""The fields whose earlier content is shown in an ask's history."""

ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.APPROVER: N_("Approver"),
    Role.EDITOR: N_("Editor"),
    Role.LEADER: N_("Leader"),
}

RHYTHMS: Mapping[str, str] = {"weekly": N_("Weekly"), "daily": N_("Daily")}
FOR_SOME: Mapping[str, str] = {"weekly": N_("Weekly for single leaders"), "daily": N_("Daily for single leaders")}
FOR_YOU: Mapping[str, str] = {"weekly": N_("Weekly, for you"), "daily": N_("Daily, for you")}
OWN_RHYTHMS: Mapping[str, str] = {
    "weekly": N_("a briefing each week"),
    "daily": N_("a briefing each working day"),
}

WEEKDAY_NAMES: Mapping[str, str] = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}

SETTING_CHANGES: Mapping[SettingChangeKind, str] = {
    SettingChangeKind.ADDED: N_("Added by %(author)s, %(moment)s"),
    SettingChangeKind.CHANGED: N_("Changed by %(author)s, %(moment)s"),
    SettingChangeKind.WITHDRAWN: N_("Withdrawn by %(author)s, %(moment)s"),
    SettingChangeKind.REINSTATED: N_("Taken back by %(author)s, %(moment)s"),
    SettingChangeKind.INVITED: N_("New sign-in link by %(author)s, %(moment)s"),
    SettingChangeKind.TESTED: N_("Test message by %(author)s, %(moment)s"),
}

_SAID: Mapping[str, str] = {
    "approved": N_("The briefing is approved. Until sending begins, the approval can be taken back."),
    "taken_back": N_("The approval is taken back: this is a draft again. Nothing goes out until somebody approves it."),
    "checked": N_("The source was read; what came of it stands below. Its documents are grouped with the next ones."),
    "grouped": N_("The source was read and its documents are grouped into stories. What came of it stands below."),
    "late_note": N_("The note is added. It goes out with the briefing."),
    "correction": N_("The correction is added. Each reader who has the entry is sent it within a minute."),
    "sent": N_("Sending is done. What came of each mail stands below."),
    "busy": N_("The same work is being done already. Load this page again in a minute."),
    "failed": N_("It did not work. An administrator finds the reason in the log."),
    "slow": N_("It is still going on. Load this page again in a minute."),
    "changed": N_("Your password is changed. Everywhere else you are signed out."),
    "asked": N_("The ask is kept. It comes back in every briefing until it is closed."),
    "ask_changed": N_("The ask is changed; what stood there before is kept below."),
    "ask_closed": N_("The ask is closed. The next briefing brings the result to the readers."),
    "ask_reopened": N_("The ask is open again."),
    "no_reason": N_("Nothing was done: say the result or the reason."),
    "topic_added": N_("The topic is added. What it gathers is found at the next grouping."),
    "topic_changed": N_("The topic is changed. What it gathers is found anew at the next grouping."),
    "topic_retired": N_("The topic is retired: it gathers nothing more. It can be taken into use again."),
    "topic_restored": N_("The topic is in use again."),
    "person_changed": N_("The person is changed. It counts from the next page that the person opens."),
    "withdrawn": N_("Withdrawn: signed out everywhere, and no sign-in link works any more. You can take this back."),
    "reinstated": N_("Taken back: the person may sign in again, with the same rights as before."),
    "nothing_changed": N_("Nothing was changed: everything stands as it was."),
    "leader_added": N_("The leader is added, and is told from the next draft on."),
    "leader_changed": N_("The leader is changed. What it alters, and from when on, stands below."),
    "leader_retired": N_("Withdrawn: the leader is in no draft made from now on. You can take this back."),
    "leader_restored": N_("Taken back: the leader is told again from the next draft on."),
    "lengths_changed": N_("The lengths are changed. The next draft is made with them."),
    "timetable_changed": N_("The timetable is changed. The times that follow from it stand below."),
    "ended": N_("Signed out there."),
    "stated": N_("The statement is kept. It counts from the next draft on."),
    "restored": N_("The statement counts again."),
    "story_merge": N_("The stories are one now. Later groupings keep them so. You can undo it below."),
    "story_split": N_("The documents are a story of their own now. You can undo it below."),
    "story_move": N_("The documents are moved to this story. You can undo it below."),
    "story_no_documents": N_("Nothing was done: tick the documents that do not belong here, but not all of them."),
    "story_no_other": N_("Nothing was done: choose another story in the list, or search for one."),
    "story_undo": N_("It is taken back. What another correction holds together stays so."),
    "nothing_to_undo": N_("There is no change left to undo."),
}
"""What a page says once after something was done, by the code in its address."""


def said(code: str, t: Translations) -> str | None:
    """What a page says about what was just done; an address may hold any code, and most say nothing."""
    return t.gettext(_SAID[code]) if code in _SAID else None
