"""The outbox: every mail of every edition, its state, and its exact bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from app.auth.deps import OfficeDep, SessionDep
from app.delivery.edition_names import edition_label
from app.delivery.render import CONTENT_SECURITY_POLICY
from app.store import deliveries, late_notes
from app.store.deliveries import Delivery, DeliveryState, Notice
from app.viewer import Role
from app.web.lists import part_of
from app.web.paths import DeliveryId, PageQuery
from app.web.verbs import Outcome, run
from app.web.visits import ApproverVisit, EditorVisit, Visit, see
from app.web.wording import DELIVERY_REMEDIES, DELIVERY_STATES, NOTICES
from app.web.wording import said as words_said
from digest.errors import NotFoundError

router = APIRouter()
EDITIONS_PER_PAGE = 8  # two months of weeks

MAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A mail is shown as a mail program would: its own styles, nothing fetched, nothing run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailItem:
    """A delivery as the page shows it."""

    delivery: Delivery
    state: str
    remedy: str | None
    readable: bool
    """There are bytes to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionMails:
    """The deliveries of one edition."""

    edition_id: str
    label: str
    mails: tuple[MailItem, ...]


@router.get("/outbox")
def outbox(
    visit: EditorVisit,
    session: SessionDep,
    page: PageQuery = 1,
    said: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Every delivery, the latest edition's first, and the notices to the office."""
    every = deliveries.every(session, visit.viewer)
    corrections = late_notes.mails(session, visit.viewer)
    return visit.page(
        "outbox",
        part=part_of(_by_edition(every, visit), page, EDITIONS_PER_PAGE),
        waiting=[*(each.state for each in every), *(each.state for each in corrections)].count(DeliveryState.PLANNED),
        notices=[_notice(each, visit) for each in deliveries.notices(session, visit.viewer)],
        corrections=[
            (each, edition_label(each.note.edition_id, visit.t), visit.t.gettext(DELIVERY_STATES[each.state]))
            for each in corrections
        ],
        may_send=visit.viewer.may(Role.APPROVER),
        by_server=visit.office.settings.smtp_host is not None and not visit.office.settings.example,
        public_url=visit.office.settings.public_url,
        said=words_said(said, visit.t),
    )


def _by_edition(every: Iterable[Delivery], visit: Visit) -> Sequence[EditionMails]:
    return [
        EditionMails(
            edition_id=edition, label=edition_label(edition, visit.t), mails=tuple(_row(each, visit) for each in mails)
        )
        for edition, mails in groupby(every, key=lambda each: each.edition_id)
    ]


def _row(delivery: Delivery, visit: Visit) -> MailItem:
    remedy = DELIVERY_REMEDIES.get(delivery.state)
    return MailItem(
        delivery=delivery,
        state=visit.t.gettext(DELIVERY_STATES[delivery.state]),
        remedy=visit.t.gettext(remedy) if remedy else None,
        readable=delivery.tried_at is not None,
    )


def _notice(notice: Notice, visit: Visit) -> tuple[Notice, str, str]:
    words = visit.t.gettext(NOTICES[notice.code]) if notice.code in NOTICES else notice.code
    return notice, words, visit.t.gettext(DELIVERY_STATES[notice.state])


@router.post("/outbox/send")
def send_now(visit: ApproverVisit, office: OfficeDep) -> Response:  # noqa: ARG001 the visit checks the role
    """Send what is approved, without waiting for its time."""
    outcome = run(office.settings, "send")
    return see(f"/outbox?said={'sent' if outcome is Outcome.DONE else outcome.value}")


@router.get("/outbox/{delivery_id}")
def mail(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """One mail, as it looks and as text."""
    delivery = next((each for each in deliveries.every(session, visit.viewer) if each.id == delivery_id), None)
    if delivery is None:
        raise NotFoundError("delivery", delivery_id)
    message = _parsed(deliveries.message(session, visit.viewer, delivery_id))
    headers = [(name, str(message[name])) for name in ("Subject", "From", "To", "Date", "Message-ID") if message[name]]
    page = visit.page("mail", mail=_row(delivery, visit), headers=headers, text=_body(message, "plain"))
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get("/outbox/{delivery_id}/html")
def mail_html(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """The HTML of a mail, in a sandbox."""
    message = _parsed(deliveries.message(session, visit.viewer, delivery_id))
    return HTMLResponse(_body(message, "html"), headers={"Content-Security-Policy": MAIL_POLICY})


@router.get("/outbox/{delivery_id}/eml")
def mail_bytes(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """The exact bytes, as a file for a mail program."""
    content = deliveries.message(session, visit.viewer, delivery_id)
    disposition = f'attachment; filename="{delivery_id}.eml"'
    return Response(content, media_type="message/rfc822", headers={"Content-Disposition": disposition})


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
