"""As much of protobuf's wire format as event files need: varints, and a walk over a message's fields."""

from collections.abc import Iterator
from typing import NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    number: int
    wire: int
    start: int
    """For a varint its value, else where its content begins."""
    end: int


def varint(value: int) -> bytes:
    """`value`, 0 or more, in groups of seven bits, the lowest first."""
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)


def read_varint(data: bytes, position: int, end: int) -> tuple[int, int]:
    """The value at `position` and the position behind it; ValueError where it does not end in time."""
    value = shift = 0
    while position < end and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, position
        shift += 7
    raise ValueError("a varint does not end")


def message(number: int, content: bytes) -> bytes:
    """A field that holds bytes, a string or another message."""
    return varint(number << 3 | BYTES) + varint(len(content)) + content


def fields(data: bytes, position: int, end: int) -> Iterator[Field]:
    """The fields of the message in `data[position:end]`; ValueError where it is malformed."""
    while position < end:
        key, position = read_varint(data, position, end)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, position = read_varint(data, position, end)
            yield Field(number, wire, value, position)
            continue
        if wire == BYTES:
            size, position = read_varint(data, position, end)
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire} is not known")
        if size > end - position:
            raise ValueError("a field is longer than its message")
        yield Field(number, wire, position, position + size)
        position += size
