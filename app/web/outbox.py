"""The outbox: every mail of every edition, its state, and its exact bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

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
NoticeKey = Annotated[str, Query(min_length=1, max_length=200)]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeItem:
    """A notice to the office, or a reminder of an ask, as the page shows it."""

    notice: Notice
    words: str
    state: str
    label: str | None
    """Of the edition that it is about."""
    path: str | None
    """Where the mail is read; None when it has no bytes, or none for this visitor."""


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


def _notice(notice: Notice, visit: Visit) -> NoticeItem:
    return NoticeItem(
        notice=notice,
        words=visit.t.gettext(NOTICES[notice.code]) if notice.code in NOTICES else notice.code,
        state=visit.t.gettext(DELIVERY_STATES[notice.state]),
        label=edition_label(notice.edition_id, visit.t) if notice.edition_id else None,
        path=_notice_path(notice.key) if notice.readable else None,
    )


def _notice_path(key: str, form: str = "") -> str:
    return f"/outbox/notice{form}?{urlencode({'key': key})}"


@router.post("/outbox/send")
def send_now(visit: ApproverVisit, office: OfficeDep) -> Response:  # noqa: ARG001 the visit checks the role
    """Send what is approved, without waiting for its time."""
    outcome = run(office.settings, "send")
    return see(f"/outbox?said={'sent' if outcome is Outcome.DONE else outcome.value}")


@router.get("/outbox/notice")
def notice_mail(key: NoticeKey, visit: EditorVisit, session: SessionDep) -> Response:
    """One notice or reminder, as it looks and as text."""
    notice, content = deliveries.notice(session, visit.viewer, key)
    remedy = DELIVERY_REMEDIES.get(notice.state)
    shown = ShownMail(
        address=notice.address,
        code=notice.state,
        state=visit.t.gettext(DELIVERY_STATES[notice.state]),
        remedy=visit.t.gettext(remedy) if remedy else None,
        html=_notice_path(key, "/html"),
        eml=_notice_path(key, "/eml"),
    )
    return _mail_page(visit, shown, content)


@router.get("/outbox/notice/html")
def notice_html(key: NoticeKey, visit: EditorVisit, session: SessionDep) -> Response:
    """The HTML of a notice, in a sandbox."""
    return _html(deliveries.notice(session, visit.viewer, key)[1])


@router.get("/outbox/notice/eml")
def notice_bytes(key: NoticeKey, visit: EditorVisit, session: SessionDep) -> Response:
    """The exact bytes of a notice, as a file for a mail program."""
    return _file(deliveries.notice(session, visit.viewer, key)[1], re.sub("[^A-Za-z0-9-]+", "-", key))


@router.get("/outbox/{delivery_id}")
def mail(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """One mail, as it looks and as text."""
    delivery = next((each for each in deliveries.every(session, visit.viewer) if each.id == delivery_id), None)
    if delivery is None:
        raise NotFoundError("delivery", delivery_id)
    row = _row(delivery, visit)
    shown = ShownMail(
        address=delivery.address,
        code=delivery.state,
        state=row.state,
        remedy=row.remedy,
        html=f"/outbox/{delivery_id}/html",
        eml=f"/outbox/{delivery_id}/eml",
    )
    return _mail_page(visit, shown, deliveries.message(session, visit.viewer, delivery_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMail:
    """What stands around a mail."""

    address: str
    code: DeliveryState
    state: str
    remedy: str | None
    html: str
    """Where the mail alone is."""
    eml: str
    """Where its bytes are."""


def _mail_page(visit: Visit, shown: ShownMail, content: bytes) -> Response:
    message = _parsed(content)
    headers = [(name, str(message[name])) for name in ("Subject", "From", "To", "Date", "Message-ID") if message[name]]
    page = visit.page("mail", mail=shown, headers=headers, text=_body(message, "plain"))
    page.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return page


@router.get("/outbox/{delivery_id}/html")
def mail_html(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """The HTML of a mail, in a sandbox."""
    return _html(deliveries.message(session, visit.viewer, delivery_id))


@router.get("/outbox/{delivery_id}/eml")
def mail_bytes(delivery_id: DeliveryId, visit: EditorVisit, session: SessionDep) -> Response:
    """The exact bytes, as a file for a mail program."""
    return _file(deliveries.message(session, visit.viewer, delivery_id), delivery_id)


def _html(content: bytes) -> Response:
    return HTMLResponse(_body(_parsed(content), "html"), headers={"Content-Security-Policy": MAIL_POLICY})


def _file(content: bytes, name: str) -> Response:
    disposition = f'attachment; filename="{name}.eml"'
    return Response(content, media_type="message/rfc822", headers={"Content-Disposition": disposition})


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
