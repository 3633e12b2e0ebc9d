"""Keras's archive is read without pickles and without believing what it claims."""

import io
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuilab.data import npz
from tuilab.errors import DataError

X = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
SHAPES = {"x": X.shape}


def saved(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def archive_of(path: Path, member: bytes, name: str = "x.npy", way: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", way) as archive:
        archive.writestr(name, member)
    return path


def as_npy(array: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def test_arrays_are_read_by_name(tmp_path: Path) -> None:
    found = npz.read(saved(tmp_path / "a.npz", x=X, other=np.zeros(3)), SHAPES)
    assert np.array_equal(found["x"], X)
    found["x"][0] = 1  # may be written to


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("unpickled",))

    path = saved(tmp_path / "a.npz", x=np.array([Trap()], dtype=object))
    with pytest.raises(DataError, match=r"a\.npz: 'x' holds pickled objects, expected bytes"):
        npz.read(path, SHAPES)


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (X[:1], r"shape \(1, 3, 4\), expected bytes of shape \(2, 3, 4\)"),
        (X.astype(np.float32), "<f4"),
        (np.asfortranarray(X), "row by row"),
    ],
)
def test_another_array_is_refused(tmp_path: Path, array: np.ndarray[Any, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        npz.read(saved(tmp_path / "a.npz", x=array), SHAPES)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (as_npy(X)[:-1], "cut off or too long"),
        (as_npy(X) + b"!", "cut off or too long"),
        (b"nonsense", "not an array as NumPy saves it"),
        (b"", "not an array as NumPy saves it"),
        (as_npy(X).replace(b"(2, 3, 4)", b"(__import__('os'),)"[:9]), "not an array as NumPy saves it"),
    ],
)
def test_a_damaged_array_is_refused(tmp_path: Path, member: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        npz.read(archive_of(tmp_path / "a.npz", member), SHAPES)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    content = saved(tmp_path / "a.npz", x=X).read_bytes()
    path = tmp_path / "b.npz"
    for damaged in (b"", b"PK", content[:-30], content[:140] + b"?" + content[141:], b"no archive at all"):
        path.write_bytes(damaged)
        with pytest.raises(DataError, match=r"b\.npz: (not an \.npz archive, or a damaged one|.* as NumPy)"):
            npz.read(path, SHAPES)
    path.write_bytes(b"<!doctype html>")
    with pytest.raises(DataError, match="web page"):
        npz.read(path, SHAPES)
    with pytest.raises(DataError, match="a folder"):
        npz.read(tmp_path, SHAPES)


def test_a_missing_array_and_an_unknown_packing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no array 'x'"):
        npz.read(saved(tmp_path / "a.npz", y=X), SHAPES)
    with pytest.raises(DataError, match="compressed in a way"):
        npz.read(archive_of(tmp_path / "b.npz", as_npy(X), way=zipfile.ZIP_LZMA), SHAPES)


def test_a_bomb_and_a_lie_about_the_shape_take_no_memory(tmp_path: Path) -> None:
    bomb = archive_of(tmp_path / "a.npz", as_npy(X) + bytes(100 << 20))
    lie = archive_of(
        tmp_path / "b.npz", as_npy(X).replace(b"(2, 3, 4), }         ", b"(99999999999, 3, 4), }"[:21])
    )
    for path in (bomb, lie):
        tracemalloc.start()
        try:
            with pytest.raises(DataError):
                npz.read(path, SHAPES)
            assert tracemalloc.get_traced_memory()[1] < 2 << 20
        finally:
            tracemalloc.stop()
