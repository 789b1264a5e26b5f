"""How the program and its parser child talk: frames of a JSON object and bytes, each with its length before it."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

PREFIX = struct.Struct(">II")  # lengths in bytes of the JSON and of the body
Message = Mapping[str, Any]


def pack(message: Message, body: bytes = b"") -> bytes:
    """The frame of a message without its body, which follows."""
    text = json.dumps(message).encode()
    return PREFIX.pack(len(text), len(body)) + text


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame; None at the end of the stream."""
    prefix = stream.read(PREFIX.size)
    if len(prefix) < PREFIX.size:
        return None
    message_length, body_length = PREFIX.unpack(prefix)
    message = json.loads(stream.read(message_length))
    return message, stream.read(body_length)
