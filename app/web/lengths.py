"""How much a briefing holds: the limits of its sections, and setting them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import settings as office_settings
from app.office import Office
from app.settings import Settings
from app.store import setting_changes
from app.store.setting_changes import LENGTHS, SettingChangeKind
from app.viewer import Role
from app.web import fields as forms
from app.web.fields import Field, Form, TypedDep
from app.web.lengths_fields import length_fields, length_troubles, read_lengths
from app.web.setting_history import told
from app.web.visits import AdministratorVisit, EditorVisit, Visit, see
from app.web.wording import said as words_said

router = APIRouter(prefix="/settings/lengths")


@router.get("")
def lengths(visit: EditorVisit, said: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The lengths as they are set."""
    return _page(visit, forms.fresh(length_fields(visit.office.settings, visit.t)), said=said)


def _page(visit: Visit, form: Form, *, said: str = "") -> Response:
    with visit.office.reading() as session:
        history = setting_changes.history(session, visit.viewer, LENGTHS)
    return visit.page(
        "lengths",
        status=form.status,
        form=form,
        administrator=visit.viewer.may(Role.ADMINISTRATOR),
        history=told(history, form.fields, visit.t),
        said=words_said(said, visit.t),
    )


@router.post("")
def change(request: Request, visit: AdministratorVisit, typed: TypedDep) -> Response:
    """Set the lengths."""
    turn: Lock = request.app.state.settings_turn
    with turn:
        office: Office = request.app.state.office  # as the one before left it
        present = length_fields(office.settings, visit.t)
        mine = forms.filled(present, typed)
        if clash := forms.conflict(present, mine, typed):
            return _page(visit, clash)
        if troubles := length_troubles(mine, visit.t):
            return _page(visit, forms.refused(mine, forms.one(typed, forms.BASED_ON), troubles))
        if mine == present:
            return see("/settings/lengths?said=nothing_changed")
        made = _write(office, visit, read_lengths(mine), present)
        request.app.state.office = replace(office, settings=made)
    return see("/settings/lengths?said=lengths_changed")


def _write(office: Office, visit: Visit, values: dict[str, int], before: Sequence[Field]) -> Settings:
    """Keep the change and write the file; when either fails, neither counts."""
    with office.writing.begin() as session:
        after = length_fields(office_settings.with_values(office.settings.home, dict(values)), visit.t)
        setting_changes.record(
            session,
            visit.viewer,
            LENGTHS,
            SettingChangeKind.CHANGED,
            visit.now,
            before={each.name: each.value for each in before},
            after={each.name: each.value for each in after},
        )
        return office_settings.change(office.settings.home, dict(values))
