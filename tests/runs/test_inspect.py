"""Tensors for a viewer go through safetensors, and a damaged file is told from a good one."""

import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from tuilab.errors import RunError
from tuilab.runs import Run, read_tensors, write_tensors
from tuilab.runs import inspect as tensors


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run.create(tmp_path / "runs", {})


def test_tensors_come_back_with_their_metadata(run: Run) -> None:
    given: dict[str, np.ndarray] = {
        "images": np.arange(20 * 28 * 28, dtype=np.uint8).reshape(20, 28, 28),
        "labels": np.arange(20, dtype=np.uint8),
        "confidence": np.linspace(0, 1, 20, dtype=np.float32),
        "turned": np.arange(6.0).reshape(2, 3).T,
        "none": np.empty((0, 3), np.float32),
    }
    write_tensors(run, "digits", given, {"step": "123"})
    arrays, metadata = read_tensors(run, "digits")
    assert metadata == {"step": "123"}
    assert set(arrays) == set(given)
    for name, array in given.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)
    assert (run.inspect_folder / "digits.safetensors").stat().st_mode & 0o777 == 0o600


def test_tensors_without_metadata_have_none(run: Run) -> None:
    write_tensors(run, "digits", {"a": np.zeros(3)})
    write_tensors(run, "digits", {"b": np.ones(3)})
    arrays, metadata = read_tensors(run, "digits")
    assert (list(arrays), metadata) == (["b"], {})


def test_tensors_that_were_not_written_yet_are_an_ordinary_mistake(run: Run) -> None:
    with pytest.raises(RunError, match=r"digits\.safetensors"):
        read_tensors(run, "digits")


def framed(header: object, data: bytes = b"") -> bytes:
    packed = json.dumps(header).encode()
    return struct.pack("<Q", len(packed)) + packed + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        struct.pack("<Q", 2**64 - 1) + b"{}",
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 100_000) + b"[" * 100_000,
        framed([]),
        framed({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 8]}}, bytes(8)),
        framed({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}, bytes(8)),
        framed({"a": {"dtype": "F32", "shape": [2], "data_offsets": [8, 16]}}, bytes(16)),
        framed({"a": {"dtype": "X9", "shape": [2], "data_offsets": [0, 8]}}, bytes(8)),
        framed({"__metadata__": 7}),
    ],
)
def test_what_is_no_safetensors_is_refused(run: Run, content: bytes) -> None:
    (run.inspect_folder / "digits.safetensors").write_bytes(content)
    with pytest.raises(RunError, match="damaged"):
        read_tensors(run, "digits")


def test_a_file_beyond_the_limit_is_not_read(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tensors(run, "digits", {"a": np.zeros(1000)})
    monkeypatch.setattr(tensors, "SIZE_LIMIT", 4000)
    with pytest.raises(RunError, match="larger than 4,000 bytes"):
        read_tensors(run, "digits")


def test_a_symlink_or_pipe_is_not_read(run: Run, tmp_path: Path) -> None:
    write_tensors(run, "digits", {"a": np.zeros(3)})
    os.rename(run.inspect_folder / "digits.safetensors", tmp_path / "outside")
    (run.inspect_folder / "digits.safetensors").symlink_to(tmp_path / "outside")
    os.mkfifo(run.inspect_folder / "pipe.safetensors")
    for name in ("digits", "pipe"):
        with pytest.raises(RunError, match="cannot be read"):
            read_tensors(run, name)


@pytest.mark.parametrize("name", ["", "../run", "a/b", ".hidden", "\x1b[2J"])
def test_a_name_that_leaves_the_folder_is_refused(run: Run, name: str) -> None:
    with pytest.raises(RunError, match="cannot name tensors"):
        write_tensors(run, name, {"a": np.zeros(1)})
