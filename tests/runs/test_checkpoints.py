"""Checkpoints: whole or not there, whatever happens to them."""

import os
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.errors import RunError
from tuilab.runs import checkpoints, files

ARRAYS = {"model/w": np.arange(6, dtype=np.float32).reshape(2, 3), "optimizer/iterations": np.array(7)}
FACTS = {"step": 3, "sums": {"loss": 0.5}}


def steps(folder: Path) -> list[int]:
    return sorted(int(path.name[5:13]) for path in folder.glob("step-*"))


def test_what_is_written_is_read_again_to_the_bit(tmp_path: Path) -> None:
    path = checkpoints.write(tmp_path / "checkpoints", 3, ARRAYS, FACTS, best=False)
    found = checkpoints.newest(tmp_path / "checkpoints")
    assert found is not None
    assert (found.path, found.facts) == (path, FACTS)
    assert {name: (it.dtype, it.shape, it.tobytes()) for name, it in found.arrays.items()} == {
        name: (it.dtype, it.shape, it.tobytes()) for name, it in ARRAYS.items()
    }


def test_every_framework_can_read_its_arrays(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    found = load_file(checkpoints.write(tmp_path, 3, ARRAYS, FACTS, best=False))
    assert found.keys() == ARRAYS.keys()


def test_the_last_few_and_the_best_are_kept_and_are_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    for step in range(1, 8):
        checkpoints.write(folder, step, ARRAYS, {"step": step}, best=step == 2)
    assert steps(folder) == [5, 6, 7]
    assert checkpoints.read(folder / checkpoints.BEST).facts == {"step": 2}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_there_is_a_best_one_on_file_systems_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", fail)
    checkpoints.write(tmp_path, 2, ARRAYS, {"step": 2}, best=True)
    assert checkpoints.read(tmp_path / checkpoints.BEST).facts == {"step": 2}


def test_no_flipped_bit_goes_unnoticed(tmp_path: Path) -> None:
    path = checkpoints.write(tmp_path, 3, ARRAYS, FACTS, best=False)
    content = path.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        with pytest.raises(RunError, match="this checkpoint is damaged"):
            checkpoints.read(path)


def test_nothing_cut_short_is_taken(tmp_path: Path) -> None:
    path = checkpoints.write(tmp_path, 3, ARRAYS, FACTS, best=False)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(RunError, match="this checkpoint is damaged"):
            checkpoints.read(path)


def test_a_bad_one_is_passed_over_with_a_word(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, 1, ARRAYS, {"step": 1}, best=False)
    for step, content in ((2, b""), (3, b"\x00" * 100), (4, os.urandom(100))):
        (tmp_path / f"step-{step:08d}.safetensors").write_bytes(content)
    (tmp_path / "step-00000005.safetensors").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "step-00000006.safetensors")
    words: list[str] = []
    found = checkpoints.newest(tmp_path, words.append)
    assert found is not None
    assert found.facts == {"step": 1}
    assert len(words) == 5
    assert all("damaged" in word and word.endswith("It is passed over.") for word in words)


def test_without_any_good_one_the_best_is_taken_and_without_that_none(tmp_path: Path) -> None:
    path = checkpoints.write(tmp_path, 1, ARRAYS, {"step": 1}, best=True)
    path.unlink()
    found = checkpoints.newest(tmp_path)
    assert found is not None
    assert found.path.name == checkpoints.BEST
    found.path.unlink()
    assert checkpoints.newest(tmp_path) is None
    assert checkpoints.newest(tmp_path / "nowhere") is None


@pytest.mark.parametrize("why", [(28, "No space left on device"), (30, "Read-only file system")])
def test_a_write_that_fails_is_one_sentence_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: tuple[int, str]
) -> None:
    checkpoints.write(tmp_path, 1, ARRAYS, {"step": 1}, best=True)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_: Any) -> None:
        raise OSError(*why)

    monkeypatch.setattr(files, "write_all", fail)
    with pytest.raises(RunError, match=why[1]):
        checkpoints.write(tmp_path, 2, ARRAYS, {"step": 2}, best=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_was_left_half_written_goes(tmp_path: Path) -> None:
    checkpoints.write(tmp_path, 1, ARRAYS, FACTS, best=False)
    (tmp_path / ".step-00000002.safetensors.1-1").write_bytes(b"half")
    checkpoints.clear_drafts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001.safetensors"]
