"""Messages between the lab and a session's child: JSON, with raw arrays beside it, and a length before both.

    length of the JSON   8 bytes, big-endian
    length of the rest   8 bytes, big-endian
    JSON                 an object; `raw` lists the lengths of the parts that follow
    raw parts            one after the other

Both lengths are bounded, and nothing is set aside before bytes are there: whoever sends garbage, claims
2^60 bytes is answered by one `MessageError`. Nothing is ever pickled.
"""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuilab.errors import TuilabError

JSON_LIMIT = 16 << 20
"""As much as the longest cell of the longest lesson needs, with room for escapes."""
RAW_LIMIT = 48 << 20
PARTS_LIMIT = 4096

_LENGTHS = struct.Struct(">QQ")


class MessageError(TuilabError):
    """Bytes that are no message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was said: `fields` is a JSON object, `raw` the parts beside it."""

    fields: Mapping[str, Any]
    raw: tuple[bytes, ...] = ()


def encode(fields: Mapping[str, Any], raw: Sequence[bytes] = ()) -> bytes:
    """The bytes of a message.

    Raises:
        MessageError: it is longer than a message may be.
    """
    text = json.dumps({**fields, "raw": [len(part) for part in raw]}).encode("ascii")
    length = sum(len(part) for part in raw)
    if len(text) > JSON_LIMIT or length > RAW_LIMIT or len(raw) > PARTS_LIMIT:
        raise MessageError(f"A message of {len(text) + length:,} bytes is longer than a message may be.")
    return b"".join((_LENGTHS.pack(len(text), length), text, *raw))


class Decoder:
    """Takes bytes as they arrive, in pieces of any size, and gives the messages that they complete."""

    def __init__(self, json_limit: int = JSON_LIMIT, raw_limit: int = RAW_LIMIT) -> None:
        self._limits = json_limit, raw_limit
        self._bytes = bytearray()
        self._needed = _LENGTHS.size

    def feed(self, piece: bytes) -> Iterator[Message]:
        """The messages that are whole once `piece` has arrived.

        Raises:
            MessageError: these bytes are no message. The decoder is of no more use then.
        """
        self._bytes += piece
        while len(self._bytes) >= self._needed:
            lengths = self._lengths()
            self._needed = _LENGTHS.size + sum(lengths)
            if len(self._bytes) < self._needed:
                break
            whole = bytes(self._bytes[: self._needed])
            del self._bytes[: self._needed]
            self._needed = _LENGTHS.size
            yield _message(whole, lengths[0])

    def _lengths(self) -> tuple[int, int]:
        text, raw = _LENGTHS.unpack_from(self._bytes)
        if text > self._limits[0] or raw > self._limits[1]:
            raise MessageError(
                f"It announced a message of {text + raw:,} bytes, more than a message may have."
            )
        return text, raw


def _message(whole: bytes, text_length: int) -> Message:
    start = _LENGTHS.size + text_length
    try:
        fields = json.loads(whole[_LENGTHS.size : start])
    except (ValueError, RecursionError):
        raise MessageError("It sent bytes that are no message.") from None
    if not isinstance(fields, dict):
        raise MessageError("It sent a message that is no JSON object.")
    lengths = fields.pop("raw", [])
    if not isinstance(lengths, list) or len(lengths) > PARTS_LIMIT:
        raise MessageError("It sent a message without the lengths of its parts.")
    parts: list[bytes] = []
    for length in lengths:
        if type(length) is not int or not 0 <= length <= len(whole) - start:
            raise MessageError("It sent a message whose parts have other lengths than it says.")
        parts.append(whole[start : start + length])
        start += length
    if start != len(whole):
        raise MessageError("It sent a message whose parts have other lengths than it says.")
    return Message(fields, tuple(parts))
