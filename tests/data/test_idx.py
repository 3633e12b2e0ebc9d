"""An IDX file is read only if it is exactly what it should be; anything else gets one sentence."""

import gzip
import hashlib
import os
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from tuilab.data import idx
from tuilab.errors import DataError

SHAPE = (5, 4, 3)
VALUES = np.arange(60, dtype=np.uint8).reshape(SHAPE)
CONTENT = b"\0\0\x08\x03" + bytes([0, 0, 0, 5, 0, 0, 0, 4, 0, 0, 0, 3]) + VALUES.tobytes()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "images"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("content", [CONTENT, gzip.compress(CONTENT)], ids=["raw", "gzipped"])
def test_values_are_read_raw_and_gzipped_and_may_be_written_to(tmp_path: Path, content: bytes) -> None:
    values = idx.read(written(tmp_path, content), SHAPE, hashlib.sha256(CONTENT).hexdigest())
    assert values.dtype == np.uint8
    assert np.array_equal(values, VALUES)
    values[0] = 0


def test_the_digest_of_values_is_that_of_their_file() -> None:
    assert idx.digest(VALUES) == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "begins with nothing"),
        (CONTENT[:-1], "cut off after 75 of 76 bytes"),
        (CONTENT[:9], "cut off after 9 of 76 bytes"),
        (CONTENT + b"!", "too large, more than the 76 bytes"),
        (b"\0\0\x0d" + CONTENT[3:], "not an IDX file of bytes, it begins with 00 00 0d 03"),
        (b"\0\0\x08\x01" + CONTENT[4:], "not an IDX file of bytes"),
        (CONTENT[:7] + b"\x06" + CONTENT[8:], r"shape \(6, 4, 3\), expected \(5, 4, 3\)"),
        (CONTENT[:4] + b"\xff\xff\xff\xff" + CONTENT[8:], r"shape \(4294967295, 4, 3\)"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><title>Log in</title>", "web page.*login"),
        (gzip.compress(b"<html><body>Welcome to the hotel</body></html>"), "web page"),
        (gzip.compress(CONTENT)[:-12], "gzip data is cut off or damaged"),
        (gzip.compress(CONTENT)[:3], "gzip data is cut off or damaged"),
        (b"\x1f\x8b\x08\0" + b"nonsense" * 10, "gzip data is cut off or damaged"),
        (gzip.compress(CONTENT)[:-5] + b"\0\0\0\0\0", "gzip data is cut off or damaged"),
        (gzip.compress(CONTENT) + b"trailing", "gzip data is cut off or damaged"),
        (gzip.compress(CONTENT + b"!"), "too large"),
    ],
)
def test_a_wrong_file_gives_one_sentence_with_its_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(DataError, match=sentence) as caught:
        idx.read(path, SHAPE)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_changed_value_is_found_by_its_hash(tmp_path: Path) -> None:
    path = written(tmp_path, CONTENT[:-1] + b"\xff")
    with pytest.raises(DataError, match="damaged or altered"):
        idx.read(path, SHAPE, hashlib.sha256(CONTENT).hexdigest())


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    bomb = CONTENT and packer.compress(CONTENT) + b"".join(packer.compress(block) for _ in range(200))
    path = written(tmp_path, bomb + packer.flush())
    assert path.stat().st_size < 1 << 18  # 200 MB in a quarter of one
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="too large"):
            idx.read(path, SHAPE)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "images"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened"))
    with pytest.raises(DataError, match=r"1,099,511,627,776 bytes"):
        idx.read(path, SHAPE)


def test_a_folder_a_pipe_and_nothing_in_its_place_are_told_of(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a folder"):
        idx.read(tmp_path, SHAPE)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="not an ordinary file"):
        idx.read(tmp_path / "pipe", SHAPE)
    with pytest.raises(DataError, match="cannot be read"):
        idx.read(tmp_path / "nothing", SHAPE)


def test_a_file_without_permission_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, CONTENT)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so chmod would prove nothing
    with pytest.raises(DataError, match=r"images: cannot be read \(Permission denied\)"):
        idx.read(path, SHAPE)


def test_what_is_there_but_cannot_be_looked_at_counts_as_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not idx.exists(tmp_path / "nothing")
    assert not idx.exists(written(tmp_path, b"") / "below a file")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert idx.exists(tmp_path / "dangling")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "lstat", refuse)
    assert idx.exists(tmp_path / "closed")
