"""The safetensors library as the judge of our files, and PyTorch's reader; its abuses are refused.

The abuses are those of the library's `attacks/safetensors_abuse_attempt_*.py`, and a file for each way in
which its format can be broken (its README, "Format" and "Benefits").
"""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from tuilab import nn
from tuilab.errors import TuilabError


def model(seed: int = 0) -> nn.Sequential:
    made = nn.Sequential([nn.Dense(2, name="one"), nn.Dense(2, name="two")], seed=seed)
    made.build((2,))
    return made


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    model().save_weights(tmp_path / "weights.safetensors")
    return tmp_path / "weights.safetensors"


def expected() -> dict[str, Any]:
    return {str(one.name): one.data for one in model().weights}


def test_its_reader_finds_our_parameters_by_name(saved: Path) -> None:
    found = load_file(saved)
    assert found.keys() == expected().keys()
    for name, one in expected().items():
        assert found[name].dtype == one.dtype
        np.testing.assert_array_equal(found[name], one)


def test_its_reader_takes_a_single_parameter_without_the_rest(saved: Path) -> None:
    with safe_open(saved, "numpy") as file:
        np.testing.assert_array_equal(file.get_slice("two/kernel")[:, 1], expected()["two/kernel"][:, 1])


def test_pytorch_reads_them(saved: Path) -> None:
    pytest.importorskip("torch")
    from safetensors.torch import load_file as load_in_torch

    for name, one in load_in_torch(saved).items():
        np.testing.assert_array_equal(one.numpy(), expected()[name])


def test_we_read_what_it_writes(tmp_path: Path) -> None:
    save_file(expected(), tmp_path / "theirs.safetensors", metadata={"format": "np"})
    other = model(seed=5)
    other.load_weights(tmp_path / "theirs.safetensors")
    for one, wanted in zip(other.get_weights(), model().get_weights(), strict=True):
        np.testing.assert_array_equal(one, wanted)


def parts(content: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def whole(header: dict[str, Any] | bytes, numbers: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def a_header_longer_than_the_file(content: bytes) -> bytes:
    return struct.pack("<Q", 1000) + content[8:]


def a_header_of_four_gigabytes(content: bytes) -> bytes:
    return struct.pack("<Q", 2**32) + content[8:]


def all_tensors_in_one_place(content: bytes) -> bytes:
    header, numbers = parts(content)
    return whole(
        {name: {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]} for name in header}, numbers
    )


def a_hundred_thousand_tensors_in_one_place(content: bytes) -> bytes:
    place = {"dtype": "F32", "shape": [200, 200], "data_offsets": [0, 160_000]}
    return whole({f"weight_{number}": place for number in range(100_000)}, bytes(160_000))


def a_hole_between_tensors(content: bytes) -> bytes:
    header, numbers = parts(content)
    for one in header.values():
        if one["data_offsets"][0]:
            one["data_offsets"] = [offset + 4 for offset in one["data_offsets"]]
    return whole(header, numbers + bytes(4))


def bytes_that_belong_to_nothing(content: bytes) -> bytes:
    return content + bytes(64)


def fewer_numbers_than_promised(content: bytes) -> bytes:
    return content[:-4]


def offsets_backwards(content: bytes) -> bytes:
    header, numbers = parts(content)
    for one in header.values():
        one["data_offsets"].reverse()
    return whole(header, numbers)


def a_size_that_overflows(content: bytes) -> bytes:
    header, numbers = parts(content)
    header["one/kernel"]["shape"] = [2**62, 8]
    return whole(header, numbers)


def a_negative_size(content: bytes) -> bytes:
    header, numbers = parts(content)
    header["one/kernel"]["shape"] = [-2, -2]
    return whole(header, numbers)


def another_shape_than_the_numbers_have(content: bytes) -> bytes:
    header, numbers = parts(content)
    header["one/kernel"]["shape"] = [2, 3]
    return whole(header, numbers)


def a_type_that_does_not_exist(content: bytes) -> bytes:
    header, numbers = parts(content)
    header["one/kernel"]["dtype"] = "PICKLE"
    return whole(header, numbers)


def a_header_that_is_no_json(content: bytes) -> bytes:
    return whole(b"{'one/kernel': __import__('os').abort()}", parts(content)[1])


def a_header_that_is_no_text(content: bytes) -> bytes:
    return whole(b"{\xff\xfe}", parts(content)[1])


ABUSES = [
    a_header_longer_than_the_file,
    a_header_of_four_gigabytes,
    all_tensors_in_one_place,
    a_hundred_thousand_tensors_in_one_place,
    a_hole_between_tensors,
    bytes_that_belong_to_nothing,
    fewer_numbers_than_promised,
    offsets_backwards,
    a_size_that_overflows,
    a_negative_size,
    another_shape_than_the_numbers_have,
    a_type_that_does_not_exist,
    a_header_that_is_no_json,
    a_header_that_is_no_text,
]


def test_a_file_taken_apart_and_put_together_is_the_same(saved: Path) -> None:
    """So the abuses below fail for what they break, not for how they are made."""
    saved.write_bytes(whole(*parts(saved.read_bytes())))
    other = model(seed=5)
    other.load_weights(saved)
    np.testing.assert_array_equal(other.get_weights()[0], model().get_weights()[0])


@pytest.mark.parametrize("abuse", ABUSES, ids=lambda one: one.__name__)
def test_refused(saved: Path, abuse: Any) -> None:
    saved.write_bytes(abuse(saved.read_bytes()))
    victim = model(seed=5)
    before = victim.get_weights()
    with pytest.raises(TuilabError, match=r"weights.safetensors: this is not a file of weights") as caught:
        victim.load_weights(saved)
    assert "\n" not in str(caught.value)
    for one, wanted in zip(victim.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, wanted)
