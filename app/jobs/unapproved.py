"""What becomes of drafts as their times come: a reminder, an alert, and, where the office wants it, sending unreviewed.

Everything is read from the data and told once, so a machine that slept over an hour makes up for it when it wakes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.delivery import notices as wording
from app.delivery.edition_names import edition_label
from app.delivery.mail import Mailer
from app.delivery.notices import Deadlines, NoticeCode, NoticeWords
from app.i18n import Translations
from app.jobs.approve import release
from app.jobs.lock import LockedError
from app.jobs.notices import Telling, holders, tell, with_deputy
from app.office import Office
from app.store import editions
from app.store.editions import EditionLine
from app.timetable import release_at, times_of
from app.viewer import Role
from digest.errors import BrokenCitationError

log = structlog.get_logger()

STALE = timedelta(days=7)
"""An edition that should have gone out longer ago is no longer sent by itself: it is not news to anybody."""

Wording = Callable[[Deadlines, Translations], NoticeWords]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What came of the drafts."""

    unapproved: tuple[str, ...]
    """Ids of those past their deadline that are still drafts."""
    released: tuple[str, ...]
    """Ids of those that go out unreviewed."""


def watch(office: Office, out: Mailer, now: datetime) -> Watched:
    """Remind, alert and release, as each draft's time has come; the caller holds the lock of sending."""
    with office.reading() as session:
        drafts = editions.drafts(session)
    unapproved: list[str] = []
    released: list[str] = []
    for line in drafts:
        if line.approve_by <= now:
            (released if _settled(office, line, out, now) else unapproved).append(line.id)
        elif line.remind_at is not None and line.remind_at <= now:
            _tell(office, line, NoticeCode.REMINDER, out, now)
    return Watched(unapproved=tuple(unapproved), released=tuple(released))


def _settled(office: Office, line: EditionLine, out: Mailer, now: datetime) -> bool:
    """Tell of an edition past its deadline; whether it now goes out unreviewed."""
    due = _release_at(office, line)
    if _held(office, line) or due + STALE < now:
        _tell(office, line, NoticeCode.UNAPPROVED, out, now)
        return False
    if now < due:
        _tell(office, line, NoticeCode.UNREVIEWED, out, now)
        return False
    return _released(office, line, out, now)


def _held(office: Office, line: EditionLine) -> bool:
    """Whether it waits for a person: a person took its approval back, so it is not the program's to send."""
    return office.settings.unapproved == "hold" or line.taken_back > 0


def _release_at(office: Office, line: EditionLine) -> datetime:
    return release_at(line.approve_by, line.send_at, times_of(line.series, office.settings))


def _released(office: Office, line: EditionLine, out: Mailer, now: datetime) -> bool:
    try:
        done = release(office, line.id, now)
    except BrokenCitationError:
        _tell(office, line, NoticeCode.BLOCKED, out, now)
        return False
    except LockedError:  # somebody is approving at this moment: the next round looks again
        log.info("not released", edition=line.id, reason="locked")
        return False
    if done:
        _tell(office, line, NoticeCode.RELEASED, out, now)
    return done


_WORDING: dict[NoticeCode, Wording] = {
    NoticeCode.REMINDER: wording.reminder,
    NoticeCode.UNAPPROVED: wording.unapproved,
    NoticeCode.UNREVIEWED: wording.unreviewed,
    NoticeCode.RELEASED: wording.released,
    NoticeCode.BLOCKED: wording.blocked,
}


def _tell(office: Office, line: EditionLine, code: NoticeCode, out: Mailer, now: datetime) -> None:
    """The reminder is for those who may approve; the rest is for the deputy and the administrators as well."""
    marked = code is not NoticeCode.UNAPPROVED and not _held(office, line)
    sending = _release_at(office, line) if marked and code is not NoticeCode.REMINDER else line.send_at

    def words(t: Translations) -> NoticeWords:
        times = Deadlines(edition=edition_label(line.id, t), deadline=line.approve_by, sending=sending)
        return _WORDING[code](times, t)

    with office.reading() as session:
        if code is NoticeCode.REMINDER:
            addressees = holders(session, Role.APPROVER) or holders(session, Role.ADMINISTRATOR)
        else:
            addressees = with_deputy(holders(session, Role.APPROVER, Role.ADMINISTRATOR), office.settings)
    place = "" if code is NoticeCode.RELEASED else "/draft"
    again = f"again-{line.taken_back}" if line.taken_back else ""  # what was told before the first approval is past
    telling = Telling(code=code, edition_id=line.id, words=words, path=f"/briefings/{line.id}{place}", about=again)
    tell(office, telling, addressees, out, now)
