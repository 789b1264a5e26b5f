"""Codes with their words in the asked language."""

from __future__ import annotations

from collections.abc import Mapping

from app.delivery.context import Label
from app.delivery.words import MARKS, ORIGINS, SECTIONS, STATEMENT_KINDS, STATUSES
from app.i18n import N_, Translations
from app.store.editions import EditionState
from digest.edition import Section, Status
from digest.types import Mark, Origin, StatementKind

STATES: Mapping[EditionState, str] = {
    EditionState.DRAFT: N_("Draft, not approved"),
    EditionState.APPROVED: N_("Approved"),
    EditionState.SENT: N_("Sent"),
}


def mark_label(mark: Mark, t: Translations) -> Label:
    """A handling mark."""
    return Label(code=mark.code, label=t.gettext(MARKS[mark]))


def origin_label(origin: Origin, t: Translations) -> Label:
    """Who speaks through a source."""
    return Label(code=origin, label=t.gettext(ORIGINS[origin]))


def section_label(section: Section, t: Translations) -> Label:
    """A section of a briefing."""
    return Label(code=section, label=t.gettext(SECTIONS[section]))


def status_label(status: Status, t: Translations) -> Label:
    """New, developing or ongoing."""
    return Label(code=status, label=t.gettext(STATUSES[status]))


def state_label(state: EditionState, t: Translations) -> Label:
    """Where a briefing is on its way."""
    return Label(code=state, label=t.gettext(STATES[state]))


def statement_kind_label(kind: StatementKind, t: Translations) -> Label:
    """A kind of statement."""
    return Label(code=kind, label=t.gettext(STATEMENT_KINDS[kind]))
