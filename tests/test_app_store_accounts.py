"""People as an administrator minds them, on both engines: changed, withdrawn, taken back; the last administrator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy.orm import Session

from app.db import make_engine, writing
from app.store import accounts, people, setting_changes
from app.store.accounts import Account
from app.store.setting_changes import SettingChangeKind
from app.viewer import Role, Viewer
from digest.errors import ConflictError, InvalidInputError, NotFoundError
from digest.types import Mark
from tests.store_factory import NOW, viewer

EDDA = Account(
    name="Edda", email="Edda@Office.example", role=Role.EDITOR, clearance=Mark.INTERNAL, language="en", leader_id=None
)
ADA = Account(
    name="Ada", email="ada@office.example", role=Role.ADMINISTRATOR, clearance=Mark.CONFIDENTIAL, language="en"
)


def admin(session: Session) -> Viewer:
    return accounts.add(session, viewer(), ADA, NOW)[0].viewer


def test_a_person_is_added_with_a_link_that_works_once_and_the_change_is_kept(session: Session) -> None:
    made, token = accounts.add(session, admin(session), EDDA, NOW)
    assert (made.id, made.email, made.signed_in_at) == ("edda", "edda@office.example", None)
    assert people.use_link(session, token, NOW) == made
    assert people.use_link(session, token, NOW) is None
    people.open_session(session, made.id, NOW)
    assert accounts.get(session, viewer(), "edda").signed_in_at == NOW
    (kept,) = setting_changes.history(session, viewer(), setting_changes.person("edda"))
    assert (kept.kind, kept.author, kept.made_at, kept.after["role"]) == (SettingChangeKind.ADDED, "Ada", NOW, "editor")


def test_a_change_keeps_what_stood_there_before_and_counts_at_once(session: Session) -> None:
    ada = admin(session)
    accounts.add(session, ada, EDDA, NOW)
    token = people.open_session(session, "edda", NOW)
    accounts.change(session, ada, "edda", replace(EDDA, role=Role.APPROVER, name="Edda E."), NOW)
    seen = people.signed_in(session, token, NOW)
    assert seen is not None
    assert (seen.role, seen.name) == (Role.APPROVER, "Edda E.")
    kept = setting_changes.history(session, ada, setting_changes.person("edda"))[0]
    assert (kept.before, kept.after) == (
        {"name": "Edda", "role": "editor"},
        {"name": "Edda E.", "role": "approver"},
    )


def test_whoever_is_withdrawn_is_signed_out_and_comes_back_with_all_rights(session: Session) -> None:
    ada = admin(session)
    _, link = accounts.add(session, ada, EDDA, NOW)
    people.set_password(session, "edda", "hash")
    token = people.open_session(session, "edda", NOW)
    accounts.withdraw(session, ada, "edda", NOW)
    accounts.withdraw(session, ada, "edda", NOW + timedelta(hours=1))
    assert people.signed_in(session, token, NOW) is None
    assert people.use_link(session, link, NOW) is None
    assert people.by_email(session, "edda@office.example") is None
    assert people.holders(session, Role.EDITOR) == ()
    assert accounts.get(session, ada, "edda").withdrawn_at == NOW
    with pytest.raises(ConflictError, match="withdrawn"):
        accounts.invite(session, ada, "edda", NOW)
    with pytest.raises(InvalidInputError):
        accounts.add(session, ada, replace(EDDA, name="Another"), NOW)
    accounts.reinstate(session, ada, "edda", NOW)
    back = people.by_email(session, "edda@office.example")
    assert back is not None
    assert (back.role, back.password_hash) == (Role.EDITOR, "hash")
    kinds = [each.kind for each in setting_changes.history(session, ada, setting_changes.person("edda"))]
    assert kinds == [SettingChangeKind.REINSTATED, SettingChangeKind.WITHDRAWN, SettingChangeKind.ADDED]


def test_a_new_link_makes_the_earlier_one_void(session: Session) -> None:
    ada = admin(session)
    _, first = accounts.add(session, ada, EDDA, NOW)
    second = accounts.invite(session, ada, "edda", NOW)
    assert people.use_link(session, first, NOW) is None
    assert people.use_link(session, second, NOW) is not None


def test_the_last_administrator_stays(session: Session) -> None:
    ada = admin(session)
    for attempt in (
        lambda: accounts.withdraw(session, ada, "ada", NOW),
        lambda: accounts.change(session, ada, "ada", replace(ADA, role=Role.APPROVER), NOW),
    ):
        with pytest.raises(ConflictError, match="last_administrator"):
            attempt()
    accounts.add(session, ada, replace(EDDA, role=Role.ADMINISTRATOR), NOW)
    accounts.withdraw(session, ada, "ada", NOW)
    with pytest.raises(ConflictError, match="last_administrator"):
        accounts.withdraw(session, viewer(), "edda", NOW)


def test_two_administrators_who_withdraw_each_other_at_once_leave_one(database_url: str) -> None:
    engine = make_engine(database_url)
    with writing(engine).begin() as session:
        accounts.add(session, admin(session), replace(EDDA, role=Role.ADMINISTRATOR), NOW)
    refused: list[str] = []

    def withdraw(whom: str) -> None:
        try:
            with writing(engine).begin() as mine:
                accounts.withdraw(mine, viewer(), whom, NOW)
        except ConflictError as error:
            refused.append(error.code)

    threads = [Thread(target=withdraw, args=(whom,)) for whom in ("ada", "edda")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    with writing(engine).begin() as session:
        assert len(people.holders(session, Role.ADMINISTRATOR)) == 1
    assert refused == ["last_administrator"]
    engine.dispose()


def test_an_administrator_reaches_no_further_than_the_own_clearance(session: Session) -> None:
    accounts.add(session, admin(session), replace(EDDA, clearance=Mark.CONFIDENTIAL), NOW)
    people.add_leader(
        session, name="Mayor", email="m@office.example", language="en", clearance=Mark.CONFIDENTIAL, identifier="mayor"
    )
    low = viewer(Mark.INTERNAL)
    as_mayor = replace(EDDA, email="x@office.example", role=Role.LEADER, clearance=Mark.PUBLIC, leader_id="mayor")
    for attempt in (
        lambda: accounts.change(session, low, "edda", EDDA, NOW),
        lambda: accounts.withdraw(session, low, "edda", NOW),
        lambda: accounts.invite(session, low, "edda", NOW),
        lambda: accounts.add(session, low, replace(ADA, email="x@office.example"), NOW),
        lambda: accounts.add(session, low, as_mayor, NOW),
    ):
        with pytest.raises(ConflictError, match="above_clearance"):
            attempt()


def test_a_person_of_the_role_leader_is_one_and_nobody_else_is(session: Session) -> None:
    ada = admin(session)
    for wanted in (replace(EDDA, role=Role.LEADER), replace(EDDA, role=Role.LEADER, leader_id="nobody")):
        with pytest.raises(InvalidInputError, match="leader"):
            accounts.add(session, ada, wanted, NOW)


def test_only_administrators_see_to_people(session: Session) -> None:
    admin(session)
    for role in (Role.APPROVER, Role.EDITOR, Role.LEADER):
        with pytest.raises(NotFoundError):
            accounts.get(session, viewer(role=role), "ada")
        with pytest.raises(NotFoundError):
            accounts.withdraw(session, viewer(role=role), "ada", NOW)
        with pytest.raises(NotFoundError):
            accounts.add(session, viewer(role=role), EDDA, NOW)
