"""Opinion and words of effect: what a source thinks of an event, where a leader wants to know what happened."""

from __future__ import annotations

import re
from itertools import islice

from digest.boilerplate import is_feature, is_furniture
from digest.text import sentences
from digest.types import Document

_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?|「[^」]*」?|『[^』]*』?|(?<!\w)['‘][^'’]{3,}['’](?!\w)")
_FIRST_PERSON = re.compile(
    r"\bI(?:['’](?:m|ve|d|ll))?\b(?!\.)|\b(?:[Mm]y|[Mm]yself)\b|笔者|我(?:认为|觉得|相信|以为|的看法)|在我看来|私以为"
)
_ATTRIBUTED = re.compile(r"\b(?:said|says|told|tweeted|wrote|added|asked|replied|testified)\b|[说說称稱表示]：")
_ADDRESSED = re.compile(r"\b(?:[Yy]ou(?:['’](?:re|ve|ll|d))?|[Yy]our|[Ll]et['’]s)\b|诸位|各位(?:读者|朋友)|你(?:们)?")
_CHARACTERS = 6_000  # more than so many sentences take
_SENTENCES = 15  # whoever comments says so by then; below follow quotations and notes on the author
_OWN_VOICE = 3  # sentences with "I" or "you": one or two may be quotations without marks

_EFFECT = re.compile(
    r"""
      !|！|\b(?:MUST|NOT|NEVER|NOW|WHY|EVERY|ALL|LIES?)\b(?!-)|\bus\b
    | (?i:\b(?:
        absolutely|amazing|awful|(?:bad|terrible)\ idea|bizarre|blasts?|bombshell|brutal(?:ly)?|chilling|crazy
       |crushe[sd]|damning|destroy(?:s|ed)?|devastating|disaster(?:ously)?|disgusting|embarrass\w*|epic|explosive
       |freak\w*\ out|furious|here['’]s|hilarious\w*|hypocri\w+|idiot\w*|ignorant|incredibl[ey]|insane|it['’]s\ time
       |leftists?|let['’]s|libs?|lie[sd]?|lying|meltdown|mocks?|mocking|nuts|obliterat\w+|our|outrage\w*|pals?
       |perfect(?:ly)?|pretty\ much|rants?|rips|roasts?|ruthless\w*|scathing|scream\w*|shame\w*|shock(?:s|ed|ing|er)
       |shreds|slams?|smear\w*|stunn(?:ed|ing|er)|stupid\w*|taunt\w*|tirade|torches|unbelievabl[ey]|unhinged|wacky
       |we|you|your
      )\b)(?!\.)
    | 震惊|惊呆|炸锅|沸腾|重磅|疯传|速看|怒(?:斥|怼|批)|痛批|炮轰|狂喷|打脸|竟然|居然|太可怕|没想到|真相(?:来了|竟)
    """,
    re.VERBOSE,
)


def is_commentary(document: Document) -> bool:
    """Whether a document comments rather than reports.

    Its title asks, comments or announces, or its author speaks as "I" or to the reader, outside quotations.
    """
    if is_feature(document.title):
        return True
    lead = islice(sentences(document.text[:_CHARACTERS], document.language), _SENTENCES)
    return sum(in_own_voice(document.text[start:end]) for start, end in lead) >= _OWN_VOICE


def in_own_voice(sentence: str) -> bool:
    """Whether an author speaks here as "I", or to the reader; what is quoted or attributed is somebody else's."""
    if is_furniture(sentence) or _ATTRIBUTED.search(sentence):
        return False
    spoken = _QUOTED.sub(" ", sentence)
    return bool(_FIRST_PERSON.search(spoken) or _ADDRESSED.search(spoken))


def is_loaded(title: str) -> bool:
    """Whether a title works by effect: loaded adjectives and verbs, exclamation, capitals, addressing the reader.

    What is quoted in it, someone said; a title that says so may still be the plainest there is.
    """
    return bool(_EFFECT.search(_QUOTED.sub(" ", title)))
