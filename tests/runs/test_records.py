"""The floor that event files stand on: CRC-32C, record framing, protobuf's wire format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.runs import protobuf, records
from tuilab.runs.crc32c import crc32c, masked


@pytest.mark.parametrize(
    ("data", "crc"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),  # the check value of the Castagnoli CRC
        (bytes(32), 0x8A9136AA),  # this and the next three: RFC 3720, B.4
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(range(31, -1, -1)), 0x113FDB5C),
    ],
)
def test_the_crc_gives_the_published_values(data: bytes, crc: int) -> None:
    assert crc32c(data) == crc
    assert crc32c(memoryview(data)) == crc


def test_the_mask_turns_the_crc_and_adds_a_constant() -> None:
    assert masked(b"") == 0xA282EAD8
    crc = 0xE3069283
    turned = (crc >> 15) | (crc << 17) & 0xFFFFFFFF
    assert masked(b"123456789") == (turned + 0xA282EAD8) % 2**32


@given(st.binary(max_size=300))
def test_a_framed_payload_is_found_whole(payload: bytes) -> None:
    record = records.frame(payload)
    assert len(record) == len(payload) + records.OVERHEAD
    assert records.length_of(record[: records.HEADER]) == len(payload)
    assert record[records.HEADER : -records.FOOTER] == payload
    assert records.is_whole(record, 0, len(payload))


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_flipped_bit_is_noticed(payload: bytes, data: st.DataObject) -> None:
    record = bytearray(records.frame(payload))
    bit = data.draw(st.integers(0, 8 * len(record) - 1))
    record[bit // 8] ^= 1 << bit % 8
    found = bytes(record)
    length = records.length_of(found[: records.HEADER])
    assert length is None or not records.is_whole(found, 0, length)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_record_is_found_behind_what_is_none(garbage: bytes, payload: bytes) -> None:
    block = garbage + records.frame(payload)
    position, found = records.find_header(block, 0)
    assert found
    assert position <= len(garbage)
    assert records.length_of(block[position : position + records.HEADER]) is not None


@given(st.binary(max_size=400), st.integers(1, 5))
def test_a_search_rules_out_all_before_where_it_stops(garbage: bytes, tries: int) -> None:
    position, found = records.find_header(garbage, 0, tries)
    passing = [
        place
        for place in range(len(garbage) - records.HEADER + 1)
        if (length := records.length_of(garbage[place : place + records.HEADER])) is not None
        and length <= records.LIMIT
    ]
    assert not [place for place in passing if place < position]
    assert found == (position in passing)
    assert position > 0 or found or len(garbage) < records.HEADER


def test_a_search_passes_a_large_hole_in_few_tries() -> None:
    hole = bytes(3_000_000)
    assert records.find_header(hole + records.frame(b"x"), 0, tries=20) == (len(hole), True)


@given(st.integers(0, 2**64 - 1))
def test_varints_come_back(value: int) -> None:
    packed = protobuf.varint(value)
    assert protobuf.read_varint(packed, 0, len(packed)) == (value, len(packed))


@pytest.mark.parametrize("packed", [b"", b"\x80", b"\xff" * 11])
def test_a_varint_without_an_end_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="varint"):
        protobuf.read_varint(packed, 0, len(packed))


def test_the_fields_of_a_message_are_walked() -> None:
    inner = protobuf.message(2, b"abc")
    data = b"\x08\x96\x01" + protobuf.message(5, inner) + b"\x19" + bytes(8)
    found = list(protobuf.fields(data, 0, len(data)))
    assert [(f.number, f.wire) for f in found] == [
        (1, protobuf.VARINT),
        (5, protobuf.BYTES),
        (3, protobuf.FIXED64),
    ]
    assert found[0].start == 150
    assert data[found[1].start : found[1].end] == inner


@given(st.binary(max_size=100))
def test_a_message_of_any_bytes_is_walked_or_refused(data: bytes) -> None:
    try:
        found = list(protobuf.fields(data, 0, len(data)))
    except ValueError:
        return
    assert all(f.wire == protobuf.VARINT or 0 <= f.start <= f.end <= len(data) for f in found)
