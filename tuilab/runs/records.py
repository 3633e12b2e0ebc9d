"""TensorFlow's record framing, in which event files are written.

length   u64, little endian
check    u32, masked CRC-32C of the eight bytes of the length
payload  `length` bytes
check    u32, masked CRC-32C of the payload
"""

import re
import struct

from tuilab.runs.crc32c import masked

HEADER = 12
FOOTER = 4
OVERHEAD = HEADER + FOOTER
LIMIT = 4 << 20
"""The largest payload that is read; larger ones (pictures, graphs) are skipped by their length."""

_U32 = struct.Struct("<I")
_U64 = struct.Struct("<Q")
_LARGE_ZEROS = b"\0\0\0\0\0"  # what the five high bytes of a length within the limit are
_NOT_ZERO = re.compile(rb"[^\0]")
_KEPT = 4096

_headers: dict[int, bytes] = {}
_lengths: dict[bytes, int] = {}


def frame(payload: bytes) -> bytes:
    """One record."""
    length = len(payload)
    header = _headers.get(length)
    if header is None:
        packed = _U64.pack(length)
        header = packed + _U32.pack(masked(packed))
        if len(_headers) < _KEPT:
            _headers[length] = header
    return header + payload + _U32.pack(masked(payload))


def length_of(header: bytes) -> int | None:
    """The payload length that a header of twelve bytes tells, None where its check fails."""
    length = _lengths.get(header)
    if length is None:
        if _U32.unpack_from(header, 8)[0] != masked(header[:8]):
            return None
        length = int(_U64.unpack_from(header)[0])
        if len(_lengths) < _KEPT:
            _lengths[header] = length
    return length


def is_whole(block: bytes, start: int, length: int) -> bool:
    """Whether the payload of the record at `start` of `block` passes its check."""
    payload = start + HEADER
    return bool(
        _U32.unpack_from(block, payload + length)[0] == masked(memoryview(block)[payload : payload + length])
    )


def find_header(block: bytes, start: int, tries: int = 20_000) -> tuple[int, bool]:
    """Where in `block`, from `start` on, the next header stands that passes its check and is in the limit.

    Returns the position and True; or, after `tries` headers that failed or at the end, False and the position
    before which there is none.
    """
    end = len(block) - HEADER
    while tries and start <= end:
        zeros = block.find(_LARGE_ZEROS, start + 3)
        if zeros < 0:
            break
        start = zeros - 3
        if start > end:
            return start, False
        header = block[start : start + HEADER]
        if not any(header):
            other = _NOT_ZERO.search(block, start)
            start = (other.start() if other else len(block)) - HEADER + 1
        elif (length := length_of(header)) is not None and length <= LIMIT:
            return start, True
        else:
            start += 1
        tries -= 1
    else:
        return start, False
    return max(start, end + 1), False
