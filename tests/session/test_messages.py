"""Messages arrive whole however they are cut, and bytes that are none end in one sentence."""

import contextlib
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuilab.session.messages import JSON_LIMIT, RAW_LIMIT, Decoder, Message, MessageError, encode

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
FIELDS = st.dictionaries(
    st.text().filter(lambda name: name != "raw"), LEAVES | st.lists(LEAVES, max_size=4), max_size=4
)
MESSAGES = st.lists(st.tuples(FIELDS, st.lists(st.binary(max_size=64), max_size=4)), max_size=4)


def cut(content: bytes, places: list[int]) -> list[bytes]:
    bounds = sorted({0, len(content), *(place % (len(content) + 1) for place in places)})
    return [content[a:b] for a, b in itertools.pairwise(bounds)]


@given(MESSAGES, st.lists(st.integers(min_value=0)))
def test_messages_survive_any_cut(
    messages: list[tuple[dict[str, object], list[bytes]]], places: list[int]
) -> None:
    content = b"".join(encode(fields, raw) for fields, raw in messages)
    decoder = Decoder()
    found = [message for piece in cut(content, places) for message in decoder.feed(piece)]
    assert found == [Message(fields, tuple(raw)) for fields, raw in messages]


@given(FIELDS, st.lists(st.binary(max_size=64), max_size=4), st.data())
def test_a_truncated_message_gives_nothing(
    fields: dict[str, object], raw: list[bytes], data: st.DataObject
) -> None:
    content = encode(fields, raw)
    length = data.draw(st.integers(0, len(content) - 1))
    assert list(Decoder().feed(content[:length])) == []


@given(st.binary(max_size=200))
def test_garbage_is_a_message_error_or_waits_for_more(content: bytes) -> None:
    with contextlib.suppress(MessageError):
        assert all(isinstance(message.fields, dict) for message in Decoder().feed(content))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_lengths_beyond_the_bound_are_refused_at_once(text: int, raw: int) -> None:
    decoder = Decoder()
    if text <= JSON_LIMIT and raw <= RAW_LIMIT:
        return
    with pytest.raises(MessageError, match="more than a message may have"):
        list(decoder.feed(struct.pack(">QQ", text, raw)))


@pytest.mark.parametrize(
    ("text", "raw", "what"),
    [
        (b"{", b"", "bytes that are no message"),
        (b"\xff\xfe", b"", "bytes that are no message"),
        (b"[" * 100_000, b"", "bytes that are no message"),
        (b"[]", b"", "no JSON object"),
        (b'{"raw": 3}', b"", "lengths of its parts"),
        (b'{"raw": [3]}', b"ab", "other lengths"),
        (b'{"raw": [1]}', b"ab", "other lengths"),
        (b'{"raw": [-1, 3]}', b"ab", "other lengths"),
        (b'{"raw": [1e300]}', b"ab", "other lengths"),
        (b'{"raw": [true, 1]}', b"ab", "other lengths"),
    ],
)
def test_what_is_no_message_says_so(text: bytes, raw: bytes, what: str) -> None:
    with pytest.raises(MessageError, match=what):
        list(Decoder().feed(struct.pack(">QQ", len(text), len(raw)) + text + raw))


def test_a_message_that_is_too_long_is_not_made() -> None:
    with pytest.raises(MessageError, match="longer than a message may be"):
        encode({"text": "x" * (JSON_LIMIT + 1)})
