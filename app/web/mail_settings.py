"""How mail goes out, which setting says so and where it stands; and a test message, told step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from app.auth.attempts import Attempts
from app.delivery.mail_trial import Tried
from app.delivery.mail_words import FAILED_STEPS, STEPS, remedy, step_words
from app.i18n import N_, Translations
from app.jobs.mail_trial import try_mail
from app.settings import Settings, set_by_environment, set_in_file
from app.store import setting_changes
from app.store.setting_changes import MAIL
from app.web import fields as forms
from app.web.field_words import field_word
from app.web.fields import Field, TypedDep
from app.web.setting_history import told
from app.web.visits import AdministratorVisit, Visit
from digest.errors import InvalidInputError

router = APIRouter(prefix="/settings/mail")
RECENT = 10  # tests that the page lists; it says how many there were

SETTINGS_OF_MAIL: Mapping[str, str] = {
    "smtp_host": N_("Mail server"),
    "smtp_port": N_("Port"),
    "smtp_security": N_("Encryption"),
    "smtp_user": N_("User name at the server"),
    "smtp_password": N_("Password at the server"),
    "smtp_timeout_s": N_("Seconds to wait for the server"),
    "mail_from": N_("Sender address"),
    "public_url": N_("Address that links in mail lead to"),
}
_SECURITY = {
    "starttls": N_("STARTTLS: encrypted after the greeting"),
    "tls": N_("TLS from the first byte"),
    "none": N_("None: for a server on the same machine only"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting as it stands, and where it is set."""

    label: str
    value: str
    variable: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step of a test message in words."""

    words: str
    reply: str
    worked: bool
    remedy: str | None


@router.get("")
def mail_page(visit: AdministratorVisit) -> Response:
    """How mail goes out."""
    assert visit.person is not None, "an administrator's visit has a person"
    return _page(visit, _field(visit, visit.person.email))


def _field(visit: Visit, value: str, trouble: str | None = None) -> Field:
    label = visit.t.gettext("Mail address")
    return Field(name="address", kind="email", label=label, value=value, required=True, trouble=trouble)


def _page(visit: Visit, field: Field, tried: tuple[Tried, ...] = (), *, status: int = 200) -> Response:
    settings, t = visit.office.settings, visit.t
    with visit.office.reading() as session:
        history = setting_changes.history(session, visit.viewer, MAIL)
    return visit.page(
        "mail_settings",
        status=422 if field.trouble and status == 200 else status,
        lines=[_line(settings, name, t) for name in SETTINGS_OF_MAIL],
        outbox=str(settings.outbox),
        file=str(settings.home / "settings.json"),
        to_outbox=settings.smtp_host is None or settings.example,
        example=settings.example,
        form=forms.fresh([field]),
        steps=[_step(each, t) for each in tried],
        history=told(history[:RECENT], _outcome_fields(t), t),
        tests=len(history),
    )


def _outcome_fields(t: Translations) -> tuple[Field, ...]:
    """What is kept of a test, in words."""
    worked = [(step.value, t.gettext(words)) for step, words in STEPS.items()]
    failed = [(f"failed-{step}", t.gettext(words)) for step, words in FAILED_STEPS.items()]
    return (
        Field(name="address", label=t.gettext("Mail address")),
        Field(name="outcome", label=t.gettext("Outcome"), options=(*worked, *failed)),
        Field(name="reply", label=t.gettext("Answer")),
    )


def _line(settings: Settings, name: str, t: Translations) -> SettingLine:
    place = (
        t.gettext("environment variable")
        if set_by_environment(name)
        else t.gettext("settings.json")
        if set_in_file(settings.home, name)
        else t.gettext("not set: the default")
    )
    return SettingLine(
        label=t.gettext(SETTINGS_OF_MAIL[name]),
        value=_value(settings, name, t),
        variable=f"STAFFWORK_{name.upper()}",
        place=place,
    )


def _value(settings: Settings, name: str, t: Translations) -> str:
    value = getattr(settings, name)
    if name == "smtp_password":
        return t.gettext("set, and never shown") if value is not None else t.gettext("none")
    if name == "smtp_security":
        return t.gettext(_SECURITY[value])
    return t.gettext("none") if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _step(tried: Tried, t: Translations) -> StepLine:
    worked = tried.trouble is None
    return StepLine(words=step_words(tried, t), reply=tried.reply, worked=worked, remedy=remedy(tried, t))


@router.post("/test")
def test_mail(request: Request, visit: AdministratorVisit, typed: TypedDep) -> Response:
    """Send a test message, and tell what came of each step."""
    address = forms.one(typed, "address")
    attempts: Attempts = request.app.state.attempts
    visitor = request.client.host if request.client else ""
    if not attempts.allowed(visitor, f"mail test {visit.viewer.id}"):
        words = visit.t.gettext("Too many tests. Wait ten minutes and try again.")
        return _page(visit, _field(visit, address, words), status=429)
    try:
        tried = try_mail(visit.office, visit.viewer, address, visit.t, visit.now)
    except InvalidInputError:
        return _page(visit, _field(visit, address, field_word("address", visit.t)))
    return _page(visit, _field(visit, address), tried)
