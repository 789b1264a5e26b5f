"""Leaders: what each is told, where and when; the profile is an administrator's to change, the topics an editor's."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep, WritingDep
from app.delivery.edition_names import edition_label
from app.delivery.words import MARKS
from app.store import editions, leaders, setting_changes, statements, stories
from app.store.editions import EditionState
from app.store.leaders import Profile
from app.timetable import OwnSending, Series, series_of, times_of, upcoming
from app.viewer import Role
from app.web import fields as forms
from app.web.field_words import field_word
from app.web.fields import Form, TypedDep
from app.web.leader_fields import (
    effects,
    profile_fields,
    profile_troubles,
    read_profile,
    read_weights,
    topic_fields,
    topic_troubles,
)
from app.web.paths import LeaderId, path_to
from app.web.setting_history import told
from app.web.visits import AdministratorVisit, EditorVisit, Visit, see
from app.web.wording import OWN_RHYTHMS, WEEKDAY_NAMES
from app.web.wording import said as words_said
from digest.errors import ConflictError, InvalidInputError

router = APIRouter(prefix="/settings/leaders")
Said = Annotated[str, Query(max_length=20)]


@router.get("")
def leader_list(visit: EditorVisit, session: SessionDep, said: Said = "") -> Response:
    """All leaders, and the form for one more."""
    return _list(visit, session, forms.fresh(_profile_fields(visit, None)), said)


def _list(visit: Visit, session: Session, form: Form, said: str = "") -> Response:
    found = leaders.every(session, visit.viewer)
    return visit.page(
        "leaders",
        status=form.status,
        lines=[(each, _facts(visit, each)) for each in found if each.retired_at is None],
        retired=[(each, _facts(visit, each)) for each in found if each.retired_at is not None],
        administrator=visit.viewer.may(Role.ADMINISTRATOR),
        form=form,
        said=words_said(said, visit.t),
    )


def _facts(visit: Visit, profile: Profile) -> list[str]:
    t, leader, own = visit.t, profile.leader, profile.sending
    weights = leader.topic_weights
    count = len(weights or ())
    topics = (
        t.gettext("every topic counts the same")
        if weights is None
        else t.ngettext("%(number)s topic", "%(number)s topics", count, number=t.number(count))
    )
    mark = t.gettext("reads up to %(mark)s", mark=t.gettext(MARKS[leader.clearance]))
    when = [t.gettext(WEEKDAY_NAMES[own.day]) if own.day else "", own.clock or "", own.time_zone or ""]
    own_words = " ".join(filter(None, when))
    return [
        leader.email,
        t.language_name(leader.language),
        mark,
        topics,
        *([t.gettext(OWN_RHYTHMS[own.rhythm])] if own.rhythm else []),
        *([t.gettext("sent %(when)s", when=own_words)] if own_words else []),
    ]


def _profile_fields(visit: Visit, profile: Profile | None) -> tuple[forms.Field, ...]:
    return profile_fields(profile, visit.office.settings, visit.viewer, visit.t)


@router.post("")
def add(visit: AdministratorVisit, session: WritingDep, typed: TypedDep) -> Response:
    """A new leader."""
    mine = forms.filled(_profile_fields(visit, None), typed)
    troubles = profile_troubles(mine, visit.t)
    if not troubles:
        try:
            made = leaders.add(session, visit.viewer, read_profile(mine), visit.now)
            return see(f"{path_to('settings', 'leaders', made.leader.id)}?said=leader_added")
        except (InvalidInputError, ConflictError) as error:
            troubles = _refusal(visit, error)
    return _list(visit, session, forms.refused(mine, forms.one(typed, forms.BASED_ON), troubles))


@router.get("/{leader_id}")
def leader(leader_id: LeaderId, visit: EditorVisit, session: SessionDep, said: Said = "") -> Response:
    """One leader, with everything that was changed about them."""
    found = leaders.get(session, visit.viewer, leader_id)
    return _page(visit, session, found, said=said)


def _page(
    visit: Visit,
    session: Session,
    profile: Profile,
    *,
    form: Form | None = None,
    topics: Form | None = None,
    said: str = "",
) -> Response:
    t, leader = visit.t, profile.leader
    form = form or forms.fresh(_profile_fields(visit, profile))
    topics = topics or forms.fresh(topic_fields(profile, stories.topics(session)))
    history = setting_changes.history(session, visit.viewer, setting_changes.leader(leader.id))
    return visit.page(
        "leader",
        status=max(form.status, topics.status),
        profile=profile,
        facts=_facts(visit, profile),
        form=form,
        topics=topics,
        statements=len(statements.every(session, visit.viewer, leader.id)),
        administrator=visit.viewer.may(Role.ADMINISTRATOR),
        within=leader.clearance <= visit.viewer.clearance,
        effects=_effects(visit, session, profile.sending, said, history[0].after if history else ()),
        history=told(history, (*form.fields, *topics.fields), t),
        said=words_said(said, t),
    )


def _effects(visit: Visit, session: Session, own: OwnSending, said: str, changed: Collection[str]) -> tuple[str, ...]:
    """What the change just made alters; nothing when none was made just now."""
    if said != "leader_changed":
        return ()
    series = series_of(own, visit.office.settings)
    found = [editions.latest(session, visit.viewer, approved_only=False, series=each) for each in Series]
    drafts = [edition_label(line.id, visit.t) for line in found if line and line.state is EditionState.DRAFT]
    draft = visit.t.gettext(", ").join(drafts) or None
    cut_off = upcoming(visit.now, times_of(series, visit.office.settings), times=1)["cut_off"][0]
    return effects(changed, draft, visit.t.moment(cut_off), visit.t)


@router.post("/{leader_id}")
def change(leader_id: LeaderId, visit: AdministratorVisit, session: WritingDep, typed: TypedDep) -> Response:
    """Another profile for a leader."""
    found = leaders.held(session, visit.viewer, leader_id)
    present = _profile_fields(visit, found)
    mine = forms.filled(present, typed)
    if clash := forms.conflict(present, mine, typed):
        return _page(visit, session, found, form=clash)
    back = path_to("settings", "leaders", leader_id)
    if mine == present:
        return see(f"{back}?said=nothing_changed")
    troubles = profile_troubles(mine, visit.t)
    if not troubles:
        try:
            leaders.change(session, visit.viewer, leader_id, read_profile(mine), visit.now)
            return see(f"{back}?said=leader_changed")
        except (InvalidInputError, ConflictError) as error:
            troubles = _refusal(visit, error)
    return _page(visit, session, found, form=forms.refused(mine, forms.one(typed, forms.BASED_ON), troubles))


@router.post("/{leader_id}/topics")
def weigh(leader_id: LeaderId, visit: EditorVisit, session: WritingDep, typed: TypedDep) -> Response:
    """How much each topic counts for a leader."""
    found = leaders.held(session, visit.viewer, leader_id)
    present = topic_fields(found, stories.topics(session))
    mine = forms.filled(present, typed)
    if clash := forms.conflict(present, mine, typed):
        return _page(visit, session, found, topics=clash)
    back = path_to("settings", "leaders", leader_id)
    if mine == present:
        return see(f"{back}?said=nothing_changed")
    if troubles := topic_troubles(mine, visit.t):
        based_on = forms.one(typed, forms.BASED_ON)
        return _page(visit, session, found, topics=forms.refused(mine, based_on, troubles))
    leaders.weigh(session, visit.viewer, leader_id, read_weights(mine, found), visit.now)
    return see(f"{back}?said=leader_changed")


@router.post("/{leader_id}/retire")
def retire(leader_id: LeaderId, visit: AdministratorVisit, session: WritingDep) -> Response:
    """Let a leader get no further briefing."""
    leaders.retire(session, visit.viewer, leader_id, visit.now)
    return see(f"{path_to('settings', 'leaders', leader_id)}?said=leader_retired")


@router.post("/{leader_id}/restore")
def restore(leader_id: LeaderId, visit: AdministratorVisit, session: WritingDep) -> Response:
    """Take back that a leader gets no briefing."""
    leaders.restore(session, visit.viewer, leader_id, visit.now)
    return see(f"{path_to('settings', 'leaders', leader_id)}?said=leader_restored")


def _refusal(visit: Visit, error: InvalidInputError | ConflictError) -> dict[str, str]:
    """What the store refuses, at the field it is about."""
    if isinstance(error, InvalidInputError):
        return {"name": visit.t.gettext("A leader of that name exists: give this one another.")}
    return {"clearance": field_word("above", visit.t)}
