"""People who sign in: added, changed, withdrawn and taken back by an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from app.auth.deps import SessionDep, WritingDep
from app.delivery.words import MARKS
from app.i18n import LANGUAGES, N_
from app.jobs.setup import mail_address
from app.store import accounts, leaders, people, setting_changes
from app.store.accounts import Account
from app.store.people import LINK_LIFE, Person
from app.viewer import Role
from app.web import fields as forms
from app.web.field_words import field_word, field_words
from app.web.fields import Field, Form, Shape, TypedDep
from app.web.paths import PersonId, path_to
from app.web.setting_history import told
from app.web.visits import AdministratorVisit, Visit, see
from app.web.wording import ROLES
from app.web.wording import said as words_said
from digest.errors import ConflictError, InvalidInputError
from digest.types import Mark

router = APIRouter(prefix="/settings/people")
Said = Annotated[str, Query(max_length=20)]
MAX_NAME = 120  # characters, as the database has it
_SHAPES = {
    "name": Shape(label=N_("Name"), required=True, most=MAX_NAME),
    "email": Shape(label=N_("Mail address"), kind="email", required=True),
    "role": Shape(label=N_("Role"), kind="select", hint=N_("Each role may also do what the later ones may.")),
    "clearance": Shape(label=N_("Clearance: reads up to"), kind="select"),
    "language": Shape(label=N_("Language"), kind="select"),
    "leader": Shape(label=N_("Which leader it is"), kind="select", hint=N_("For the role of leader only.")),
}


@router.get("")
def person_list(visit: AdministratorVisit, session: SessionDep, said: Said = "") -> Response:
    """Everybody who signs in, those who were withdrawn at the end; and the form for one more."""
    return _list(visit, session, forms.fresh(_fields(visit, session, None)), said)


def _list(visit: Visit, session: Session, form: Form, said: str = "") -> Response:
    found = people.everybody(session, visit.viewer)
    return visit.page(
        "people",
        status=form.status,
        people=[each for each in found if each.withdrawn_at is None],
        withdrawn=[each for each in found if each.withdrawn_at is not None],
        roles={role: visit.t.gettext(label) for role, label in ROLES.items()},
        marks={mark: visit.t.gettext(label) for mark, label in MARKS.items()},
        form=form,
        said=words_said(said, visit.t),
    )


@router.post("")
def add(visit: AdministratorVisit, session: WritingDep, typed: TypedDep) -> Response:
    """A new person, with a one-time sign-in link that is shown once."""
    mine = forms.filled(_fields(visit, session, None), typed)
    troubles = _troubles(visit, mine)
    if not troubles:
        try:
            made, token = accounts.add(session, visit.viewer, _account(mine), visit.now)
            return _link_page(visit, made, token)
        except (InvalidInputError, ConflictError) as error:
            troubles = _refusal(visit, error)
    return _list(visit, session, forms.refused(mine, forms.one(typed, forms.BASED_ON), troubles))


def _link_page(visit: Visit, person: Person, token: str) -> Response:
    base = (visit.office.settings.public_url or str(visit.request.base_url)).rstrip("/")
    return visit.page(
        "person_link",
        at="/settings/people",
        person=person,
        link=f"{base}/sign-in/{token}",
        minutes=int(LINK_LIFE.total_seconds() // 60),
    )


@router.get("/{person_id}")
def person(person_id: PersonId, visit: AdministratorVisit, session: SessionDep, said: Said = "") -> Response:
    """One person, with everything that was changed about them."""
    found = accounts.get(session, visit.viewer, person_id)
    return _page(visit, session, found, forms.fresh(_fields(visit, session, found)), said)


def _page(visit: Visit, session: Session, person: Person, form: Form, said: str = "") -> Response:
    history = setting_changes.history(session, visit.viewer, setting_changes.person(person.id))
    return visit.page(
        "person",
        status=form.status,
        person=person,
        form=form,
        within=person.clearance <= visit.viewer.clearance,
        history=told(history, form.fields, visit.t),
        said=words_said(said, visit.t),
    )


@router.post("/{person_id}")
def change(person_id: PersonId, visit: AdministratorVisit, session: WritingDep, typed: TypedDep) -> Response:
    """Other words or rights for a person."""
    found = accounts.held(session, visit.viewer, person_id)
    present = _fields(visit, session, found)
    mine = forms.filled(present, typed)
    if clash := forms.conflict(present, mine, typed):
        return _page(visit, session, found, clash)
    back = path_to("settings", "people", person_id)
    if mine == present:
        return see(f"{back}?said=nothing_changed")
    troubles = _troubles(visit, mine)
    if not troubles:
        try:
            accounts.change(session, visit.viewer, person_id, _account(mine), visit.now)
            return see(f"{back}?said=person_changed")
        except (InvalidInputError, ConflictError) as error:
            troubles = _refusal(visit, error)
    return _page(visit, session, found, forms.refused(mine, forms.one(typed, forms.BASED_ON), troubles))


@router.post("/{person_id}/withdraw")
def withdraw(person_id: PersonId, visit: AdministratorVisit, session: WritingDep) -> Response:
    """Let a person sign in no more."""
    accounts.withdraw(session, visit.viewer, person_id, visit.now)
    return see(f"{path_to('settings', 'people', person_id)}?said=withdrawn")


@router.post("/{person_id}/reinstate")
def reinstate(person_id: PersonId, visit: AdministratorVisit, session: WritingDep) -> Response:
    """Take back that a person was withdrawn."""
    accounts.reinstate(session, visit.viewer, person_id, visit.now)
    return see(f"{path_to('settings', 'people', person_id)}?said=reinstated")


@router.post("/{person_id}/invite")
def invite(person_id: PersonId, visit: AdministratorVisit, session: WritingDep) -> Response:
    """A new one-time sign-in link, which is shown once."""
    token = accounts.invite(session, visit.viewer, person_id, visit.now)
    return _link_page(visit, accounts.get(session, visit.viewer, person_id), token)


def _fields(visit: Visit, session: Session, person: Person | None) -> tuple[Field, ...]:
    t, offered = visit.t, visit.office.settings.languages
    reach = max(visit.viewer.clearance, person.clearance if person else Mark.PUBLIC)
    languages = dict.fromkeys((*offered, *((person.language,) if person else ())))
    known = [(each.leader.id, each.leader.name) for each in leaders.every(session, visit.viewer)]
    values = {
        "name": person.name if person else "",
        "email": person.email if person else "",
        "role": person.role if person else Role.EDITOR,
        "clearance": (person.clearance if person else Mark.PUBLIC).code,
        "language": person.language if person else offered[0],
        "leader": (person.leader_id if person else None) or "",
    }
    options = {
        "role": [(role.value, t.gettext(ROLES[role])) for role in Role],
        "clearance": [(mark.code, t.gettext(MARKS[mark])) for mark in Mark if mark <= reach],
        "language": [(code, LANGUAGES.get(code, code)) for code in languages],
        "leader": [("", t.gettext("None: staff")), *known],
    }
    return forms.shaped(_SHAPES, values, options, t)


def _troubles(visit: Visit, mine: Sequence[Field]) -> dict[str, str]:
    t = visit.t
    found = forms.checked(mine, field_words(t))
    values = {each.name: each.value for each in mine}
    if "email" not in found:
        try:
            mail_address(values["email"])
        except InvalidInputError:
            found["email"] = field_word("address", t)
    if (values["role"] == Role.LEADER) is not bool(values["leader"]):
        found.setdefault("leader", t.gettext("Name the leader for the role of leader, and none for any other role."))
    return found


def _account(mine: Sequence[Field]) -> Account:
    values = {each.name: each.value for each in mine}
    return Account(
        name=" ".join(values["name"].split()),
        email=mail_address(values["email"]),
        role=Role(values["role"]),
        clearance=Mark.from_code(values["clearance"]),
        language=values["language"],
        leader_id=values["leader"] or None,
    )


def _refusal(visit: Visit, error: InvalidInputError | ConflictError) -> dict[str, str]:
    """What the store refuses, at the field it is about."""
    t = visit.t
    match error:
        case InvalidInputError(field="email"):
            return {"email": t.gettext("Somebody has this address, or had it before being withdrawn: look below.")}
        case InvalidInputError():
            return {"leader": field_word("choice", t)}
        case ConflictError(code="last_administrator"):
            return {"role": t.gettext("This is the last administrator: make somebody else one first.")}
        case _:
            return {"clearance": field_word("above", t)}
