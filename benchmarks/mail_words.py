"""How long mails are, by part: ``python -m benchmarks.mail_words FILE.eml…``.

For each mail the words of its text: what is read (head, sections), of which the reasons, then the notes, and the
account of what was read. A Chinese character counts as 70 / 130 of a word, as the limits of an entry have it
(:mod:`digest.summary`).
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from digest.summary import SummaryParams

_WORDS = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]*\w[^\s\u3400-\u9fff]*")
_HEADING = re.compile(r"\n([^\n]+)\n-{2,}\n")
_REASONS = re.compile(r"^    (?:Chosen because|选入理由).*\n(?:    (?![“|]).*\n)*", re.MULTILINE)
_NOTES, _ACCOUNT = ("Notes", "注释"), ("What was read", "采集情况")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Words of one mail."""

    body: int
    """Everything before the notes, the reasons included."""
    reasons: int
    notes: int
    account: int


def words(text: str) -> int:
    """How many words a text has."""
    params = SummaryParams()
    found = _WORDS.findall(text)
    chinese = sum(re.match(r"[\u3400-\u9fff]", each) is not None for each in found)
    return round(len(found) - chinese + chinese * params.entry_words / params.entry_characters)


def lengths(text: str) -> Lengths:
    """The words of a mail's text by part."""
    head, *rest = _HEADING.split(text)
    sections = list(zip(rest[::2], rest[1::2], strict=True))
    last = (*_NOTES, *_ACCOUNT)
    body = head + "".join(part for heading, part in sections if heading not in last)
    return Lengths(
        body=words(body),
        reasons=sum(map(words, _REASONS.findall(body))),
        notes=sum(words(part) for heading, part in sections if heading in _NOTES),
        account=sum(words(part) for heading, part in sections if heading in _ACCOUNT),
    )


def main() -> None:
    """Print a line for each mail."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mails", type=Path, nargs="+", help="as they were sent")
    for path in parser.parse_args().mails:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        text = mail.get_body(("plain",)) if isinstance(mail, EmailMessage) else None
        if text is None:
            parser.error(f"{path}: no mail with a text part; name an .eml of the outbox")
        print(path, lengths(str(text.get_content()).replace("\r\n", "\n")))


if __name__ == "__main__":
    main()
