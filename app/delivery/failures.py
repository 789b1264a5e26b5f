"""Words for what went wrong: what happened, and what to do next. Technical text of an error is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.i18n import N_, Translations


@dataclass(frozen=True, slots=True)
class Failure:
    """The messages for one code of a :class:`~digest.errors.SourceError`."""

    happened: str
    remedy: str
    precise: str | None = None
    """What happened, for when the error carries the parameters that are named in it."""


FAILURES: Mapping[str, Failure] = {
    "dns": Failure(
        N_("The server's name was not found"),
        N_("Check the address for a misprint; if it is right, the name server may be down: it is tried again."),
    ),
    "connect": Failure(
        N_("The server did not accept the connection"),
        N_("It is tried again. If it lasts, ask the publisher, or check the proxy and the firewall."),
    ),
    "tls": Failure(
        N_("The server's certificate is not valid"),
        N_("Tell the publisher; if it is a server of your own network, install its certificate authority here."),
    ),
    "timeout": Failure(
        N_("It took too long"),
        N_("It is tried again. If it lasts, ask the publisher whether the service is overloaded."),
        N_("It took longer than %(limit)s seconds"),
    ),
    "http_status": Failure(
        N_("The server answered with an error"),
        N_("Open the address in a browser: if it has moved, change it; if it wants a sign-in, ask for an open feed."),
        N_("The server answered with error %(status)s"),
    ),
    "too_large": Failure(
        N_("It is larger than allowed"),
        N_("Ask the publisher for a shorter feed or a smaller file, or raise the limit in the settings."),
        N_("It is larger than the %(limit)s bytes allowed"),
    ),
    "too_slow": Failure(
        N_("The server sent its answer too slowly"),
        N_("It is tried again. If it lasts, tell the publisher."),
    ),
    "forbidden_address": Failure(
        N_("The address leads into a private network"),
        N_("If it is meant to, an administrator can add the host to the allow-list."),
        N_("The address leads into a private network (%(address)s)"),
    ),
    "bad_address": Failure(
        N_("The address is not a web address"),
        N_("Correct it: it must begin with http:// or https:// and name a server."),
    ),
    "too_many_redirects": Failure(
        N_("The address leads on from one place to the next without end"),
        N_("Open it in a browser and put in the address where it ends."),
    ),
    "protocol": Failure(
        N_("The server's answer does not follow the rules of the web"),
        N_("It is tried again. If it lasts, tell the publisher."),
    ),
    "missing_folder": Failure(
        N_("The folder is missing or may not be read"),
        N_("Make the folder, or give the program the right to read it."),
        N_("The folder %(path)s is missing or may not be read"),
    ),
    "unreadable": Failure(
        N_("The file may not be read"),
        N_("Give the program the right to read it."),
    ),
    "link": Failure(
        N_("The file is a link to another place, which is never followed"),
        N_("Put a copy of the file itself into the folder."),
    ),
    "not_a_feed": Failure(
        N_("The address gives something else than a feed"),
        N_("Look on the page for its feed (often marked RSS) and put in that address."),
        N_("The address gives something else than a feed (%(kind)s)"),
    ),
    "entities": Failure(
        N_("The feed defines XML entities of its own, which can be used for an attack"),
        N_("Ask the publisher for a feed without them."),
    ),
    "unknown_format": Failure(
        N_("The file has a format that is not known"),
        N_("Ask for it as PDF, DOCX, XLSX, HTML, Markdown or text."),
    ),
    "encrypted": Failure(
        N_("The file is protected by a password"),
        N_("Ask the sender for an unprotected copy."),
    ),
    "broken": Failure(
        N_("The file is damaged, or is not what its name says"),
        N_("Ask the sender for it once more."),
    ),
    "no_text": Failure(
        N_("No text was found in it"),
        N_("It may be a scan or a picture: ask for a copy with text."),
    ),
    "memory": Failure(
        N_("Reading it would take more memory than allowed"),
        N_("Ask for a smaller file; treat one from an unknown sender with suspicion."),
    ),
    "internal": Failure(
        N_("The program made a mistake while reading it"),
        N_("It is tried again. If it lasts, show the log to the administrator."),
    ),
    "crashed": Failure(
        N_("The program that reads such files gave up on it"),
        N_("Ask for it in another format; treat one from an unknown sender with suspicion."),
    ),
}

_UNKNOWN = Failure(
    N_("It failed for a reason that has no words yet (%(code)s)"),
    N_("It is tried again. If it lasts, show this to an administrator."),
)


def what_happened(code: str, params: Mapping[str, str | int], t: Translations) -> str:
    """What went wrong, as a clause without a full stop.

    Args:
        code: the code of a :class:`~digest.errors.SourceError`.
        params: its parameters; the ledger keeps only the code, then they are empty.
        t: the reader's language.
    """
    failure = FAILURES.get(code)
    if failure is None:
        return t.gettext(_UNKNOWN.happened, code=code or "–")
    if failure.precise is not None and params:
        shown = {name: value if isinstance(value, str) else t.number(value) for name, value in params.items()}
        try:
            return t.gettext(failure.precise) % shown
        except KeyError:  # another code's parameters: the general words are true as well
            return t.gettext(failure.happened)
    return t.gettext(failure.happened)


def what_to_do(code: str, t: Translations) -> str:
    """What a person can do about it, as whole sentences."""
    return t.gettext(FAILURES.get(code, _UNKNOWN).remedy)


def source_error(code: str, params: Mapping[str, str | int], t: Translations) -> str:
    """What happened and what to do, as whole sentences."""
    return t.gettext("%(happened)s. %(remedy)s", happened=what_happened(code, params, t), remedy=what_to_do(code, t))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An error page: what happened, and what the visitor can do next."""

    status: int
    title: str
    happened: str
    remedy: str
    reference: str | None = None
    """What to tell an administrator, who finds it in the log."""


_PROBLEMS: Mapping[int, tuple[str, str, str]] = {
    400: (
        N_("This request cannot be understood"),
        N_("Something in the form or the address is not as it should be."),
        N_("Go back, check what you put in, and try again."),
    ),
    401: (
        N_("Please sign in"),
        N_("You are not signed in, or your session has ended."),
        N_("Sign in; then open the page again."),
    ),
    403: (
        N_("You may not do this"),
        N_("Your role does not allow it, or the page was open for too long."),
        N_("Load the page again. If it still fails, ask an administrator for the right."),
    ),
    404: (
        N_("There is no such page"),
        N_("The address is wrong, or what it names may not be shown to you."),
        N_("Check the address, or begin at the latest briefing."),
    ),
    409: (
        N_("Things have changed meanwhile"),
        N_("What you wanted to change has changed in the meantime."),
        N_("Load the page again and look at its present state."),
    ),
    429: (
        N_("Too many attempts"),
        N_("For safety, no more attempts are accepted for a while."),
        N_("Wait a few minutes and try again."),
    ),
    500: (
        N_("Something went wrong here"),
        N_("The fault is ours, not yours."),
        N_("Try again in a minute. If it lasts, give an administrator the number below."),
    ),
}


def problem(status: int, t: Translations, *, reference: str | None = None) -> Problem:
    """The error page for an HTTP status; one without words of its own is told as 400 or 500.

    Args:
        status: the HTTP status of the answer, 400 to 599.
        t: the visitor's language.
        reference: what an administrator finds in the log.
    """
    title, happened, remedy = _PROBLEMS.get(status) or _PROBLEMS[400 if status < 500 else 500]
    return Problem(
        status=status,
        title=t.gettext(title),
        happened=t.gettext(happened),
        remedy=t.gettext(remedy),
        reference=reference,
    )
