"""The prologue of an XML document: what stands before its first element."""

from __future__ import annotations

import re

_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


def declares_entities(data: bytes) -> bool:
    """Whether XML declares entities of its own, in any encoding whose letters are ASCII but for zero bytes.

    A declaration needs a document type before the first element; a text that only tells of one has none.
    """
    plain = data.replace(b"\0", b"")
    return has_doctype(plain) and _ENTITY.search(plain) is not None


def has_doctype(data: bytes) -> bool:
    """Whether a document type stands before the first element."""
    at = 0
    while (at := data.find(b"<", at)) >= 0:
        if data.startswith(b"<!--", at):
            at = data.find(b"-->", at)
        elif data.startswith(b"<?", at):
            at = data.find(b"?>", at)
        else:
            return data[at : at + 9].upper() == b"<!DOCTYPE"
        if at < 0:
            return False
        at += 1
    return False
