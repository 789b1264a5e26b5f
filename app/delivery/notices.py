"""The program's own mails to the office: what each says, in the addressee's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.delivery.plain import one_line
from app.i18n import Translations


class NoticeCode(StrEnum):
    """What a notice tells of."""

    REMINDER = "reminder"
    """The draft waits for approval."""
    UNAPPROVED = "unapproved"
    """Nobody approved in time: it is held."""
    UNREVIEWED = "unreviewed"
    """Nobody approved in time: it will be sent marked."""
    RELEASED = "released"
    """It was sent marked as automatic, not reviewed."""
    BLOCKED = "blocked"
    """It was to be sent marked, but a citation is not where it says."""
    CHANGED = "changed"
    """A story of an approved edition changed before sending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """A notice in one language."""

    title: str
    happened: str
    remedy: str
    action: str
    """The words of the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The times that a notice about approval names."""

    edition: str
    """Its label, ``W47``."""
    deadline: datetime
    sending: datetime
    """When it is to be sent; in a notice about a marked edition, when that goes out."""


def reminder(of: Deadlines, t: Translations) -> NoticeWords:
    """To the approvers, when the draft still waits."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s waits for approval", label=of.edition),
        happened=t.gettext(
            "The draft is ready. It is to be approved by %(deadline)s; it is then sent %(sending)s.", **_times(of, t)
        ),
        remedy=t.gettext("Open the draft, check it and approve it."),
        action=t.gettext("Open the draft"),
    )


def unapproved(of: Deadlines, t: Translations) -> NoticeWords:
    """To the deputy, the approvers and the administrators, when it is held."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s is held: not approved in time", label=of.edition),
        happened=t.gettext(
            "Nobody has approved it by %(deadline)s, so it is held. Sending is due %(sending)s.", **_times(of, t)
        ),
        remedy=t.gettext(
            "Open the draft, check it and approve it, or ask an approver to. Approved after its time of sending, it is "
            "sent at once. Until then no reader gets it."
        ),
        action=t.gettext("Open the draft"),
    )


def unreviewed(of: Deadlines, t: Translations) -> NoticeWords:
    """To the same, where the office has such an edition sent nevertheless."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s will be sent unreviewed: not approved in time", label=of.edition),
        happened=t.gettext(
            "Nobody has approved it by %(deadline)s. Without approval it is sent %(sending)s, marked as automatic, not "
            "reviewed.",
            **_times(of, t),
        ),
        remedy=t.gettext("Open the draft, check it and approve it, or ask an approver to."),
        action=t.gettext("Open the draft"),
    )


def released(of: Deadlines, t: Translations) -> NoticeWords:
    """To the same, when it is being sent."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s was sent unreviewed", label=of.edition),
        happened=t.gettext(
            "Nobody had approved it, so it was sent as the office has set it, marked as automatic, not reviewed."
        ),
        remedy=t.gettext("Read it; where something is wrong, write a correction: those who got the entry are sent it."),
        action=t.gettext("Open the briefing"),
    )


def blocked(of: Deadlines, t: Translations) -> NoticeWords:
    """To the same, when it cannot even be sent marked."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s is held: a citation is not where it says", label=of.edition),
        happened=t.gettext(
            "Nobody has approved it, and it was not sent marked either: a quoted sentence is not found in its document."
        ),
        remedy=t.gettext("Open the draft, take the entries that it names out, and approve it."),
        action=t.gettext("Open the draft"),
    )


def _times(of: Deadlines, t: Translations) -> dict[str, str]:
    return {"deadline": t.moment(of.deadline), "sending": t.moment(of.sending)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryChange:
    """What a notice tells of a story that changed after approval."""

    edition: str
    """Its label."""
    headline: str
    sending: datetime
    reports: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Source, title and new figures of each report."""


def changed(of: StoryChange, t: Translations) -> NoticeWords:
    """To the approvers, before the edition is sent."""
    return NoticeWords(
        title=t.gettext("Briefing %(label)s: a story changed after the cut-off", label=of.edition),
        happened=t.sentences(
            [
                t.gettext("The approved entry “%(headline)s” has newer reports:", headline=one_line(of.headline)),
                *(report(source, title, figures, t) for source, title, figures in of.reports),
                t.gettext("Sending is due %(sending)s.", sending=t.moment(of.sending)),
            ]
        ),
        remedy=t.gettext(
            "Open the briefing; if its readers have to know, add a late note. The approved text stays as it is."
        ),
        action=t.gettext("Open the briefing"),
    )


def report(source: str, title: str, figures: tuple[str, ...], t: Translations) -> str:
    """A newer report in a sentence, with the figures that are new in it."""
    named = t.gettext("%(source)s, “%(title)s”", source=one_line(source), title=one_line(title))
    if not figures:
        return t.gettext("%(report)s.", report=named)
    return t.gettext("%(report)s (new figures: %(figures)s).", report=named, figures=t.gettext(", ").join(figures))
