"""The payload of an event record: TensorFlow's `Event` message with its `Summary`, as TensorBoard reads it.

Event    1 wall_time f64   2 step i64   3 file_version   5 summary   7 session_log
Summary  1 value*
Value    1 tag   2 simple_value f32   8 tensor   9 metadata
Tensor   1 dtype   2 shape   4 content   5 float_val*   6 double_val*   8 string_val*
"""

import struct
from collections.abc import Mapping
from typing import NamedTuple

from tuilab.runs.protobuf import BYTES, FIXED32, FIXED64, VARINT, fields, message, varint

FILE_VERSION = "brain.Event:2"
TAG_LIMIT = 200
"""The longest tag, in bytes; a longer one is cut."""
TEXT_LIMIT = 10_000
"""The longest text of a text point, in characters; a longer one is cut."""

_F32 = struct.Struct("<f")
_F64 = struct.Struct("<d")
_WALL_TIME = struct.Struct("<Bd")
_ALL_BITS = 0xFFFF_FFFF_FFFF_FFFF
_STRING = 7  # DataType.DT_STRING
_TEXT_PLUGIN = b"text"
_TEXT_METADATA = message(9, message(1, message(1, _TEXT_PLUGIN)) + b"\x20\x02")  # data_class TENSOR

_value_heads: dict[str, bytes] = {}


class Event(NamedTuple):
    wall_time: float
    step: int
    scalars: list[tuple[bytes, float]]
    texts: list[tuple[bytes, str]]


def file_version(wall_time: float) -> bytes:
    """The event that opens a file."""
    return _WALL_TIME.pack(0x09, wall_time) + message(3, FILE_VERSION.encode())


def going_on(wall_time: float, step: int) -> bytes:
    """The event of a run that goes on after `step`: readers forget what they have from later steps."""
    start = _WALL_TIME.pack(0x09, wall_time)
    return b"".join((start, b"\x10", varint((step + 1) & _ALL_BITS), message(7, b"\x08\x01")))  # START


def scalars(wall_time: float, step: int, values: Mapping[str, float]) -> bytes:
    """An event with a float32 value for each tag. NaN stays NaN; what is too large becomes infinity."""
    parts = []
    for tag, value in values.items():
        parts.append(_value_heads.get(tag) or _value_head(tag))
        try:
            parts.append(_F32.pack(value))
        except OverflowError:
            parts.append(_F32.pack(float("inf") if value > 0 else float("-inf")))
    return _event(wall_time, step, b"".join(parts))


def text(wall_time: float, step: int, tag: str, content: str) -> bytes:
    """An event with a text, as TensorBoard's text plugin shows it."""
    tensor = b"\x08\x07" + message(2, b"") + message(8, content[:TEXT_LIMIT].encode("utf-8", "replace"))
    return _event(wall_time, step, message(1, message(1, _tag(tag)) + _TEXT_METADATA + message(8, tensor)))


def _event(wall_time: float, step: int, summary: bytes) -> bytes:
    start = _WALL_TIME.pack(0x09, wall_time)
    return b"".join((start, b"\x10", varint(step & _ALL_BITS), b"\x2a", varint(len(summary)), summary))


def _value_head(tag: str) -> bytes:
    named = message(1, _tag(tag))
    head = b"\x0a" + varint(len(named) + 5) + named + b"\x15"
    if len(_value_heads) < 1000:
        _value_heads[tag] = head
    return head


def _tag(tag: str) -> bytes:
    return tag.encode("utf-8", "replace")[:TAG_LIMIT].decode("utf-8", "ignore").encode()


def signed(step: int) -> int:
    """A varint's 64 bits as the signed number they stand for."""
    return step - (1 << 64) if step >> 63 else step


def parse(data: bytes, start: int, end: int) -> Event:
    """The scalars and texts of the event in `data[start:end]`, whoever wrote it; ValueError if malformed."""
    event = Event(0.0, 0, [], [])
    for field in fields(data, start, end):
        if field.number == 1 and field.wire == FIXED64:
            event = event._replace(wall_time=_F64.unpack_from(data, field.start)[0])
        elif field.number == 2 and field.wire == VARINT:
            event = event._replace(step=signed(field.start))
        elif field.number == 5 and field.wire == BYTES:
            for value in fields(data, field.start, field.end):
                if value.number == 1 and value.wire == BYTES:
                    _parse_value(data, value.start, value.end, event)
    return event


def _parse_value(data: bytes, start: int, end: int, event: Event) -> None:
    tag = b""
    found: float | bytes | None = None
    is_text = False
    for field in fields(data, start, end):
        if field.number == 1 and field.wire == BYTES:
            tag = data[field.start : min(field.end, field.start + TAG_LIMIT)]
        elif field.number == 2 and field.wire == FIXED32:
            found = _F32.unpack_from(data, field.start)[0]
        elif field.number == 8 and field.wire == BYTES:
            found = _only_element(data, field.start, field.end)
        elif field.number == 9 and field.wire == BYTES:
            is_text = _plugin(data, field.start, field.end) == _TEXT_PLUGIN
    if isinstance(found, bytes):
        if is_text:
            event.texts.append((tag, found[: 4 * TEXT_LIMIT].decode("utf-8", "replace")[:TEXT_LIMIT]))
    elif found is not None:
        event.scalars.append((tag, found))


def _only_element(data: bytes, start: int, end: int) -> float | bytes | None:
    """The element of a tensor that has one, of float32, float64 or string; None for any other tensor."""
    numbers = {1: _F32, 2: _F64}
    dtype = 0
    contents: list[bytes] = []
    for field in fields(data, start, end):
        if field.number == 1 and field.wire == VARINT:
            dtype = field.start
        elif field.number in (4, 5, 6, 8) and field.wire != VARINT:
            contents.append(data[field.start : field.end])
    if len(contents) != 1:
        return None
    if dtype == _STRING:
        return contents[0]
    number = numbers.get(dtype)
    if number is None or len(contents[0]) != number.size:
        return None
    return float(number.unpack(contents[0])[0])


def _plugin(data: bytes, start: int, end: int) -> bytes:
    for plugin in fields(data, start, end):
        if plugin.number == 1 and plugin.wire == BYTES:
            for field in fields(data, plugin.start, plugin.end):
                if field.number == 1 and field.wire == BYTES:
                    return data[field.start : field.end][:64]
    return b""
