"""Bytes to text: which character encoding they are in."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What pages call themselves, and the larger set that is in use (WHATWG Encoding Standard, section 4.2).
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "big5": "big5hkscs"}
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})|<\?xml[^>]{0,100}encoding=[\"']([\w:.-]{1,40})",
    re.IGNORECASE,
)
_SAMPLE = 20_000  # bytes; enough to tell, and detection takes time in proportion
# The most frequent characters of modern Chinese, simplified and traditional. Misread text has almost none.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多"
    "天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长這國個說們為"
    "來時會過對裡後麼沒於還發當無開見經頭從動兩長與學部市府報告工程委員水務發展建設全社會政員业产务部员设报"
)
_MIN_SAMPLE = 10  # bytes beyond ASCII; from fewer nobody can tell, and a stray accent is most likely
_MIN_COMMON = 0.12  # of all Han characters; real texts have 0.25 to 0.5, misread ones below 0.05


def decode(data: bytes, declared: str = "") -> str:
    """Read bytes as text; never fails, and marks what cannot be read with U+FFFD.

    A byte order mark counts first, then UTF-8 if the bytes are valid UTF-8 (hardly any other text is, while
    declarations are often wrong), then what the document declares, then the server (whose default is wrong more often
    than a document, though RFC 7303 has it otherwise), then what the bytes look like.

    Args:
        data: the bytes.
        declared: the name of the encoding as somebody outside declares it, e.g. the server.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    wide = _wide(data)
    names = (wide or "utf-8", _known(_in_document(data)), _known(declared))
    for name in names:
        if name and (text := _strict(data, name)) is not None:
            return text
    if wide or _is_damaged_utf8(data):
        return data.decode(names[0], "replace")
    return data.decode(_chinese(data) or next(filter(None, names[1:]), "") or _detected(data), "replace")


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _known(label: str) -> str:
    """The codec for a label, only if it is one of a text encoding of the web."""
    try:
        codec = codecs.lookup(label.strip())
    except (LookupError, ValueError):
        return ""
    name = _LARGER.get(codec.name, codec.name)
    return (
        ""
        if name in ("utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "mbcs", "undefined")
        else name
    )


def _in_document(data: bytes) -> str:
    found = _DECLARED.search(data[:2048])
    return (found[1] or found[2]).decode("ascii", "ignore") if found else ""


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows by its zero bytes."""
    sample = data[:1000]
    if len(sample) < 4 or sample.count(0) * 4 < len(sample):
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _is_damaged_utf8(data: bytes) -> bool:
    """UTF-8 that was cut or has a few bad bytes: most of what is beyond ASCII is still valid."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - bad > 3 * bad


def _chinese(data: bytes) -> str:
    """The encoding in which the bytes read as Chinese, if there is one."""
    shares = {name: _common_share(data[:_SAMPLE].decode(name, "ignore")) for name in ("gb18030", "big5hkscs")}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= _MIN_COMMON else ""


def _common_share(text: str) -> float:
    han = [character for character in text if "\u4e00" <= character <= "\u9fff"]
    return sum(character in _COMMON for character in han) / len(han) if len(han) >= 4 else 0.0


def _detected(data: bytes) -> str:
    if sum(byte > 0x7F for byte in data[:_SAMPLE]) < _MIN_SAMPLE:
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else "cp1252"
