"""The office's week: its times as they stand, as they would be, and setting them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import settings as office_settings
from app.i18n import Translations, translations
from app.office import Office
from app.settings import Settings
from app.store import people, setting_changes
from app.store.setting_changes import TIMETABLE, SettingChangeKind
from app.timetable import Series, times_of, upcoming
from app.viewer import Role
from app.web import fields as forms
from app.web.fields import Field, Form, TypedDep
from app.web.own_rhythm_fields import own_order_troubles, own_rhythm_fields, own_rhythm_troubles, read_own_rhythm
from app.web.setting_history import told
from app.web.timetable_fields import EVENT_NAMES, order_troubles, plain_troubles, read_timetable, timetable_fields
from app.web.visits import AdministratorVisit, EditorVisit, Visit, see
from app.web.wording import said as words_said

router = APIRouter(prefix="/settings/timetable")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTimes:
    """The next times of one event, and what they would be."""

    name: str
    now: tuple[str, ...]
    then: tuple[str, ...] = ()


@router.get("")
def timetable(visit: EditorVisit, said: Annotated[str, Query(max_length=20)] = "") -> Response:
    """The times as they are set, and what follows from them."""
    return _page(visit, forms.fresh(timetable_fields(visit.office.settings, visit.t)), said=said)


def _page(
    visit: Visit,
    form: Form,
    *,
    wanted: Settings | None = None,
    said: str = "",
    own: Form | None = None,
    own_wanted: Settings | None = None,
) -> Response:
    settings = visit.office.settings
    own = own or forms.fresh(own_rhythm_fields(settings, visit.t))
    with visit.office.reading() as session:
        history = setting_changes.history(session, visit.viewer, TIMETABLE)
        series = people.wishes(session, settings)
        names = [each.name for each in people.leaders(session) if series[each.id] is Series.OWN]
    return visit.page(
        "timetable",
        status=max(form.status, own.status),
        form=form,
        own=own,
        own_daily=settings.rhythm == "weekly",
        own_readers=names,
        own_events=_events(visit, own_wanted, Series.OWN) if names or own_wanted else [],
        own_looked=own_wanted is not None,
        own_misplaced=list(own_order_troubles(settings, visit.t).values()) if names else [],
        events=_events(visit, wanted),
        zone=visit.office.settings.time_zone,
        wanted_zone=wanted.time_zone if wanted else None,
        administrator=visit.viewer.may(Role.ADMINISTRATOR),
        history=told(history, (*form.fields, *own.fields), visit.t),
        said=words_said(said, visit.t),
    )


def _events(visit: Visit, wanted: Settings | None, series: Series = Series.OFFICE) -> list[EventTimes]:
    now = _words(visit, times_of(series, visit.office.settings))
    then = _words(visit, times_of(series, wanted)) if wanted else {}
    return [
        EventTimes(name=visit.t.gettext(name), now=now[event], then=then.get(event, ()))
        for event, name in EVENT_NAMES.items()
    ]


def _words(visit: Visit, settings: Settings) -> dict[str, tuple[str, ...]]:
    """The next times of each event, each on the wall of the time zone that it is set in."""
    t = translations(visit.t.language, settings.time_zone)
    found = upcoming(visit.now, settings)
    return {event: tuple(t.moment(each) for each in moments) for event, moments in found.items()}


@router.post("")
def change(request: Request, visit: AdministratorVisit, typed: TypedDep) -> Response:
    """Set the times; or only look at what would follow from them."""
    turn: Lock = request.app.state.settings_turn
    with turn:
        office: Office = request.app.state.office  # as the one before left it
        present = timetable_fields(office.settings, visit.t)
        mine = forms.filled(present, typed)
        based_on = forms.one(typed, forms.BASED_ON)
        if clash := forms.conflict(present, mine, typed):
            return _page(visit, clash)
        if troubles := plain_troubles(mine, visit.t):
            return _page(visit, forms.refused(mine, based_on, troubles))
        values = read_timetable(mine)
        wanted = office_settings.with_values(office.settings.home, values)
        if troubles := order_troubles(wanted, visit.t):
            return _page(visit, forms.refused(mine, based_on, troubles))
        if forms.one(typed, "action") == "preview":
            return _page(visit, forms.refused(mine, based_on, {}), wanted=wanted)
        if mine == present:
            return see("/settings/timetable?said=nothing_changed")
        made = _write(office, visit, values, present, visit.now)
        request.app.state.office = replace(office, settings=made)
    return see("/settings/timetable?said=timetable_changed")


@router.post("/own")
def change_own(request: Request, visit: AdministratorVisit, typed: TypedDep) -> Response:
    """Set the times of the rhythm that the office does not have; or only look at what would follow from them."""
    turn: Lock = request.app.state.settings_turn
    with turn:
        office: Office = request.app.state.office
        stands = forms.fresh(timetable_fields(office.settings, visit.t))
        present = own_rhythm_fields(office.settings, visit.t)
        mine = forms.filled(present, typed)
        based_on = forms.one(typed, forms.BASED_ON)
        if clash := forms.conflict(present, mine, typed):
            return _page(visit, stands, own=clash)
        if troubles := own_rhythm_troubles(mine, visit.t):
            return _page(visit, stands, own=forms.refused(mine, based_on, troubles))
        values = read_own_rhythm(mine)
        wanted = office_settings.with_values(office.settings.home, values)
        if troubles := own_order_troubles(wanted, visit.t):
            return _page(visit, stands, own=forms.refused(mine, based_on, troubles))
        if forms.one(typed, "action") == "preview":
            return _page(visit, stands, own=forms.refused(mine, based_on, {}), own_wanted=wanted)
        if mine == present:
            return see("/settings/timetable?said=nothing_changed")
        made = _write(office, visit, values, present, visit.now, own_rhythm_fields)
        request.app.state.office = replace(office, settings=made)
    return see("/settings/timetable?said=timetable_changed")


def _write(
    office: Office,
    visit: Visit,
    values: dict[str, object],
    before: Sequence[Field],
    now: datetime,
    fields: Callable[[Settings, Translations], Sequence[Field]] = timetable_fields,
) -> Settings:
    """Keep the change and write the file; when either fails, neither counts."""
    with office.writing.begin() as session:
        made = office_settings.with_values(office.settings.home, values)
        after = fields(made, visit.t)
        setting_changes.record(
            session, visit.viewer, TIMETABLE, SettingChangeKind.CHANGED, now, before=_plain(before), after=_plain(after)
        )
        return office_settings.change(office.settings.home, values)


def _plain(fields: Sequence[Field]) -> dict[str, str]:
    return {each.name: each.value for each in fields}
