"""The one Jinja environment: pages and mails from typed contexts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.delivery import plain
from app.delivery.context import AskText, Briefing
from app.delivery.notices import NoticeWords
from app.delivery.subject import rest_of_subject
from app.i18n import LANGUAGES, Translations, translations

TEMPLATES = Path(__file__).parents[2] / "templates"
STATIC = Path(__file__).parents[1] / "static"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What every page is sent with. ``connect-src`` is for htmx, which fetches from this server only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around every page: the office, the visitor, and the way to the other pages."""

    office: str
    example: bool = False
    path: str
    query: Mapping[str, str]
    viewer: str | None = None
    """The signed-in person's name."""
    csrf_token: str | None = None
    """For the forms of a signed-in person."""
    pages: tuple[str, ...] = ()
    """Codes of the pages the visitor may open, in order: ``briefings``, ``asks``, ``sources``, ``outbox``."""

    def in_language(self, language: str) -> str:
        """The address of this page in another language."""
        return f"{self.path}?{urlencode({**self.query, 'language': language})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to the office itself, with what stands around its words."""

    office: str
    example: bool
    words: NoticeWords
    path: str
    public_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """That an ask is due soon, today, or overdue."""

    office: str
    example: bool
    ask: AskText
    edition: str | None
    """The label of the edition that asked it first."""
    public_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it is read: a subject of one line, and the same matter as HTML and as plain text."""

    subject: str
    html: str
    text: str


def page(template: str, t: Translations, *, frame: Frame, **context: object) -> str:
    """A web page.

    Args:
        template: its name under ``templates/``, ``web/briefing.html``.
        t: the visitor's language.
        frame: what stands around it.
        context: the values its template names.
    """
    return _rendered(template, t, frame=frame, languages=LANGUAGES, **context)


def mail(briefing: Briefing) -> Mail:
    """The mail that brings a briefing to its reader; it stands alone, with the cited passages as notes."""
    t = translations(briefing.language, briefing.time_zone)
    return _mail("email/briefing", t, briefing=briefing)


def notice(value: Notice, t: Translations) -> Mail:
    """The mail that tells the office of something it has to do or to know."""
    return _mail("email/notice", t, notice=value)


def reminding(value: Reminding, t: Translations) -> Mail:
    """The mail that reminds the owner of an ask."""
    return _mail("email/reminder", t, reminder=value)


def correction(briefing: Briefing, t: Translations) -> Mail:
    """The mail that brings one correction, the briefing's only late note, to a reader who has the briefing."""
    return _mail("email/correction", t, briefing=briefing)


def _mail(folder: str, t: Translations, **context: object) -> Mail:
    return Mail(
        subject=plain.one_line(_rendered(f"{folder}/subject.txt", t, **context)),
        html=_inliner().inline(_rendered(f"{folder}/body.html", t, **context)),
        text=_rendered(f"{folder}/body.txt", t, **context).strip() + "\n",
    )


def _rendered(template: str, t: Translations, **context: object) -> str:
    context |= {"t": t, "gettext": t.gettext, "ngettext": t.ngettext}
    return environment().get_template(template).render(context)


@cache
def environment() -> Environment:
    """The environment of all templates: escaping by extension, and nothing undefined passes."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.filters["in_subject"] = rest_of_subject
    made.filters["wrapped"] = plain.wrapped
    made.filters["columns"] = plain.columns
    made.globals["static"] = static_path
    return made


@cache
def static_path(name: str) -> str:
    """The address of a static file, which changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


@cache
def _inliner() -> CSSInliner:
    # Media queries cannot be inlined: dark mode and narrow screens keep their rules in the head.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
