"""Leaders as their office minds them, on both engines: profile, topics, withdrawn and taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.store import leaders, people, setting_changes
from app.store.leaders import Profile
from app.timetable import OwnSending
from app.viewer import Role
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Leader, Mark
from tests.store_factory import NOW, viewer

MAYOR = Profile(
    leader=Leader(id="", name="Mayor", email="mayor@office.example", clearance=Mark.INTERNAL),
    sending=OwnSending(day=None, clock=None),
)


def added(session: Session) -> Profile:
    return leaders.add(session, viewer(), MAYOR, NOW)


def test_a_profile_is_changed_and_the_topics_stay(session: Session) -> None:
    made = added(session)
    leaders.weigh(session, viewer(role=Role.EDITOR), "mayor", {"river": 2.5}, NOW)
    sending = OwnSending(day="friday", clock="18:00", time_zone="Asia/Shanghai")
    wanted = Profile(leader=replace(made.leader, language="zh", topic_weights=None), sending=sending)
    leaders.change(session, viewer(), "mayor", wanted, NOW)
    kept = leaders.get(session, viewer(), "mayor")
    assert (kept.leader.language, kept.leader.topic_weights, kept.sending) == ("zh", {"river": 2.5}, sending)
    assert people.sendings(session) == {"mayor": sending}
    latest, topics, first = setting_changes.history(session, viewer(), setting_changes.leader("mayor"))
    assert latest.before == {"language": "en", "sending_day": "", "sending_time": "", "time_zone": ""}
    assert (topics.before, topics.after) == ({"topic-river": ""}, {"topic-river": "2.5"})
    assert first.after["name"] == "Mayor"


def test_a_leader_who_is_withdrawn_gets_nothing_until_taken_back(session: Session) -> None:
    added(session)
    leaders.retire(session, viewer(), "mayor", NOW)
    assert people.leaders(session) == ()
    assert [each.retired_at for each in leaders.every(session, viewer())] == [NOW]
    leaders.restore(session, viewer(), "mayor", NOW)
    assert [each.id for each in people.leaders(session)] == ["mayor"]


def test_a_name_is_given_once(session: Session) -> None:
    added(session)
    other = leaders.add(session, viewer(), replace(MAYOR, leader=replace(MAYOR.leader, name="Deputy")), NOW)
    with pytest.raises(InvalidInputError):
        leaders.change(session, viewer(), other.leader.id, MAYOR, NOW)


def test_an_editor_changes_topics_only_and_nobody_reaches_above_the_own_clearance(session: Session) -> None:
    added(session)
    editor, low = viewer(role=Role.EDITOR), viewer(Mark.PUBLIC)
    for attempt in (leaders.retire, leaders.restore):
        with pytest.raises(NotFoundError):
            attempt(session, editor, "mayor", NOW)
        with pytest.raises(ConflictError, match="above_clearance"):
            attempt(session, low, "mayor", NOW)
    with pytest.raises(NotFoundError):
        leaders.change(session, editor, "mayor", MAYOR, NOW)
    with pytest.raises(ConflictError, match="above_clearance"):
        leaders.change(session, low, "mayor", MAYOR, NOW)
    with pytest.raises(NotFoundError):
        leaders.weigh(session, viewer(role=Role.LEADER, leader_id="mayor"), "mayor", None, NOW)
    assert leaders.every(session, viewer(role=Role.LEADER)) == ()
