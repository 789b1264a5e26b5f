"""The two forms of a leader: the profile, and how much each topic counts; and what a change of them alters when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from zoneinfo import available_timezones

from app.delivery.words import MARKS
from app.i18n import LANGUAGES, N_, Translations
from app.jobs.setup import mail_address, read_rhythm
from app.settings import Settings
from app.store.leaders import Profile
from app.timetable import WEEKDAYS, OwnSending
from app.viewer import Viewer
from app.web import fields as forms
from app.web.field_words import field_word, field_words
from app.web.fields import Field, Shape
from app.web.wording import OWN_RHYTHMS, WEEKDAY_NAMES
from digest.errors import InvalidInputError
from digest.types import Leader, Mark, Topic

MAX_NAME = 120  # characters, as the database has it
MOST_WEIGHT = 10
TOPIC = "topic-"
_SHAPES = {
    "name": Shape(label=N_("Name"), required=True, most=MAX_NAME),
    "email": Shape(label=N_("Mail address: where the briefing goes"), kind="email", required=True),
    "language": Shape(label=N_("Language of the briefing"), kind="select"),
    "clearance": Shape(label=N_("Clearance: reads up to"), kind="select"),
    "rhythm": Shape(
        label=N_("Own rhythm"),
        kind="select",
        hint=N_("Where it is not the office's: the page of the timetable has the times of such briefings."),
    ),
    "sending_day": Shape(label=N_("Own day of sending"), kind="select"),
    "sending_time": Shape(
        label=N_("Own time of sending"),
        kind="time",
        hint=N_("Empty: the office's. Never before the deadline for approval."),
    ),
    "time_zone": Shape(
        label=N_("Own time zone"),
        hint=N_("Empty: the office's. The time of sending is then read on the leader's own wall."),
        most=64,
    ),
}
MAILED = frozenset({"email", "sending_day", "sending_time", "time_zone"})
"""What counts for each mail that is planned, when a briefing is approved; all the rest for the draft."""


_FROM_THE_DRAFT = N_(
    "What the leader is told, in which language and up to which mark, changes with the next draft, after the cut-off "
    "of %(moment)s."
)
_FROM_APPROVAL = N_(
    "Address and time of sending count for each briefing that is approved from now on; mails that are planned already "
    "go out as they were planned."
)


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """Every time zone that can be chosen."""
    return tuple((name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC")


def is_clock(value: str) -> bool:
    """Whether a text is a time of day, ``06:30``."""
    hour, colon, minute = value.partition(":")
    digits = len(hour) == len(minute) == 2 and (hour + minute).isascii() and (hour + minute).isdigit()
    return bool(colon) and digits and int(hour) < 24 and int(minute) < 60


def is_zone(value: str) -> bool:
    """Whether a text is the name of a time zone."""
    return value in available_timezones()


def profile_fields(profile: Profile | None, settings: Settings, viewer: Viewer, t: Translations) -> tuple[Field, ...]:
    """The form of a leader's profile; empty for a new one."""
    leader = profile.leader if profile else Leader(id="", name="", email="", language=settings.languages[0])
    sending = profile.sending if profile else OwnSending(day=None, clock=None)
    reach = max(viewer.clearance, leader.clearance)
    languages = dict.fromkeys((*settings.languages, leader.language))
    values = {
        "name": leader.name,
        "email": leader.email,
        "language": leader.language,
        "clearance": leader.clearance.code,
        "rhythm": sending.rhythm or "",
        "sending_day": sending.day or "",
        "sending_time": sending.clock or "",
        "time_zone": sending.time_zone or "",
    }
    days = [(day, t.gettext(WEEKDAY_NAMES[day])) for day in WEEKDAYS]
    options = {
        "language": [(code, LANGUAGES.get(code, code)) for code in languages],
        "clearance": [(mark.code, t.gettext(MARKS[mark])) for mark in Mark if mark <= reach],
        "rhythm": [("", t.gettext("The office's")), *((code, t.gettext(name)) for code, name in OWN_RHYTHMS.items())],
        "sending_day": [("", t.gettext("The office's")), *days],
        "time_zone": zones(),
    }
    return forms.shaped(_SHAPES, values, options, t)


def topic_fields(profile: Profile, topics: Sequence[Topic]) -> tuple[Field, ...]:
    """How much each topic in use counts for a leader."""
    weights = profile.leader.topic_weights or {}
    return tuple(
        Field(
            name=f"{TOPIC}{topic.id}",
            kind="number",
            label=topic.name,
            value=f"{weights[topic.id]:g}" if topic.id in weights else "",
            most=8,
        )
        for topic in topics
    )


def profile_troubles(mine: Sequence[Field], t: Translations) -> dict[str, str]:
    """What of a profile cannot be taken."""
    found = forms.checked(mine, field_words(t))
    values = {each.name: each.value for each in mine}
    if "email" not in found:
        try:
            mail_address(values["email"])
        except InvalidInputError:
            found["email"] = field_word("address", t)
    if values["sending_time"] and not is_clock(values["sending_time"]):
        found["sending_time"] = field_word("clock", t)
    if values["time_zone"] and not is_zone(values["time_zone"]):
        found["time_zone"] = field_word("zone", t)
    if values["rhythm"] == "daily" and values["sending_day"]:
        found["sending_day"] = t.gettext("A daily briefing comes every working day: choose the office's day.")
    return found


def read_profile(mine: Sequence[Field]) -> Profile:
    """The profile that a form without troubles says."""
    values = {each.name: each.value for each in mine}
    return Profile(
        leader=Leader(
            id="",
            name=" ".join(values["name"].split()),
            email=mail_address(values["email"]),
            language=values["language"],
            clearance=Mark.from_code(values["clearance"]),
        ),
        sending=OwnSending(
            day=values["sending_day"] or None,
            clock=values["sending_time"] or None,
            time_zone=values["time_zone"] or None,
            rhythm=read_rhythm(values["rhythm"]),
        ),
    )


def topic_troubles(mine: Sequence[Field], t: Translations) -> dict[str, str]:
    """Which weights cannot be taken."""
    words = t.gettext("Write a number above 0 and at most 10, or nothing.")
    return {each.name: words for each in mine if each.value and _weight(each.value) is None}


def read_weights(mine: Sequence[Field], profile: Profile) -> dict[str, float] | None:
    """The weights that a form says; those of retired topics stay. None: every topic counts the same."""
    shown = {each.name.removeprefix(TOPIC) for each in mine}
    kept = {topic: value for topic, value in (profile.leader.topic_weights or {}).items() if topic not in shown}
    said = {each.name.removeprefix(TOPIC): _weight(each.value) for each in mine if each.value}
    return {**kept, **{topic: value for topic, value in said.items() if value is not None}} or None


def _weight(value: str) -> float | None:
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number <= MOST_WEIGHT else None


def effects(changed: Collection[str], draft: str | None, cut_off: str, t: Translations) -> tuple[str, ...]:
    """What a change alters, and from when on.

    Args:
        changed: the names of the fields that were changed.
        draft: the draft that stands already, by its label.
        cut_off: when the next draft is made, in words.
        t: the reader's language.
    """
    names, words = set(changed), []
    if names - MAILED:
        words.append(t.gettext(_FROM_THE_DRAFT, moment=cut_off))
        if draft is not None:
            words.append(
                t.gettext("Draft %(label)s was made before and keeps the leader as the leader was.", label=draft)
            )
    if names & MAILED:
        words.append(t.gettext(_FROM_APPROVAL))
    return (*words, t.gettext("Approved briefings never change.")) if words else ()
