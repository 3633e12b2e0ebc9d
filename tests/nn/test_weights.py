"""Parameters in files: a round trip, and every wrong file refused in one sentence."""

import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from tuilab import nn
from tuilab.errors import TuilabError


def model(units: int = 3, seed: int = 0) -> nn.Sequential:
    made = nn.Sequential([nn.Dense(units, activation="relu"), nn.Dense(2)], seed=seed)
    made.build((4,))
    return made


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    model().save_weights(tmp_path / "weights.safetensors")
    return tmp_path / "weights.safetensors"


def test_what_is_saved_comes_back(saved: Path) -> None:
    other = model(seed=9)
    other.load_weights(str(saved))
    for one, wanted in zip(other.get_weights(), model().get_weights(), strict=True):
        np.testing.assert_array_equal(one, wanted)
    assert os.listdir(saved.parent) == ["weights.safetensors"]


def test_other_programs_read_it(saved: Path) -> None:
    from safetensors.numpy import load_file

    found = load_file(saved)
    assert {name: one.shape for name, one in found.items()} == {
        "dense/kernel": (4, 3), "dense/bias": (3,), "dense_1/kernel": (3, 2), "dense_1/bias": (2,)
    }  # fmt: skip


def test_layers_whose_names_would_clash_are_all_saved(tmp_path: Path) -> None:
    def clash() -> nn.Sequential:
        made = nn.Sequential([nn.Dense(4, name="dense_1"), nn.Dense(4), nn.Dense(4)], seed=1)
        made.build((4,))
        return made

    clash().save_weights(tmp_path / "w.safetensors")
    other = clash()
    other.set_weights([np.zeros_like(one) for one in other.get_weights()])
    other.load_weights(tmp_path / "w.safetensors")
    for one, wanted in zip(other.get_weights(), clash().get_weights(), strict=True):
        np.testing.assert_array_equal(one, wanted)


def test_a_file_of_another_model_is_refused_and_changes_nothing(saved: Path) -> None:
    other = model(units=5, seed=4)
    before = other.get_weights()
    with pytest.raises(TuilabError, match=r"dense/kernel has the shape \(4, 5\). It was given \(4, 3\)"):
        other.load_weights(saved)
    for one, wanted in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, wanted)
    single = nn.Sequential([nn.Dense(3)], seed=0)
    single.build((4,))
    with pytest.raises(TuilabError, match=r"holds .*dense_1/kernel; the model has dense/kernel, dense/bias"):
        single.load_weights(saved)


def bfloat16(path: Path) -> bytes:
    header = json.dumps({"w": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(header)) + header + b"\0" * 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: b"",
        lambda path: b"PK\x03\x04 not this at all",
        lambda path: path.read_bytes()[:-5],
        lambda path: b"\xff" * 8 + path.read_bytes()[8:],
        lambda path: struct.pack("<Q", 5) + b"{]{]{",
        lambda path: path.read_bytes()[:8] + b"\0" + path.read_bytes()[9:],
        bfloat16,
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(saved: Path, damage: object) -> None:
    saved.write_bytes(damage(saved))  # type: ignore[operator]
    with pytest.raises(TuilabError, match=r"weights.safetensors: ") as caught:
        model().load_weights(saved)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(TuilabError, match=r"none.safetensors: there is no such file"):
        model().load_weights(tmp_path / "none.safetensors")
    with pytest.raises(TuilabError, match=r"is not a file of weights"):
        model().load_weights(tmp_path)


def test_where_nothing_can_be_written_a_sentence_says_so_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(TuilabError, match=r"the weights could not be written"):
        model().save_weights(tmp_path / "missing" / "w.safetensors")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TuilabError, match=r"the weights could not be written"):
        model().save_weights(tmp_path / "folder")
    assert os.listdir(tmp_path) == ["folder"]
