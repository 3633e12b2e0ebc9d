"""MNIST is found wherever it lies, downloaded where it does not, and never taken unchecked."""

import gzip
import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tuilab import data
from tuilab.data import idx, mnist
from tuilab.errors import DataError

RANDOM = np.random.default_rng(0)
VALUES = {
    file.name: RANDOM.integers(0, 256, (6 if file.array.endswith("train") else 2, *file.shape[1:]), np.uint8)
    for file in mnist.FILES
}
SMALL = tuple(
    replace(file, shape=VALUES[file.name].shape, sha256=idx.digest(VALUES[file.name]), gzipped=10_000)
    for file in mnist.FILES
)
TRAIN_IMAGES = SMALL[0].name


def content(name: str) -> bytes:
    return idx.header(VALUES[name].shape) + VALUES[name].tobytes()


def fill(folder: Path, *, gzipped: bool = False) -> Path:
    folder.mkdir(parents=True)
    for name in VALUES:
        path = folder / (f"{name}.gz" if gzipped else name)
        path.write_bytes(gzip.compress(content(name)) if gzipped else content(name))
    return folder


def keras(folder: Path) -> Path:
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", **{file.array: VALUES[file.name] for file in SMALL})  # type: ignore[arg-type]
    return folder / "mnist.npz"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it, off line, on which MNIST is a few samples long."""
    for name in ("TUILAB_DATA", "KERAS_HOME", "TORCH_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    monkeypatch.setattr("tuilab.paths.data_cache", lambda: tmp_path / "own")
    monkeypatch.setattr(mnist, "FILES", SMALL)
    monkeypatch.setattr(mnist, "MIRRORS", ())
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def assert_loads() -> None:
    (x, y), (x_test, y_test) = data.load("mnist")
    for file, values in zip(SMALL, (x, y, x_test, y_test), strict=True):
        assert values.dtype == np.uint8
        assert np.array_equal(values, VALUES[file.name])
        assert values.flags.writeable


@pytest.mark.parametrize("gzipped", [False, True])
def test_tuilab_data_is_looked_at_first(home: Path, monkeypatch: pytest.MonkeyPatch, gzipped: bool) -> None:
    fill(home / "mine" / "mnist", gzipped=gzipped)
    (fill(home / "own" / "mnist") / TRAIN_IMAGES).write_bytes(b"never read")
    monkeypatch.setenv("TUILAB_DATA", str(home / "mine"))
    assert data.path("mnist") == home / "mine" / "mnist"
    assert_loads()


PLACES: list[Callable[[Path], Path]] = [
    lambda home: fill(home / "own" / "mnist"),
    lambda home: keras(home / ".keras" / "datasets"),
    lambda home: fill(home / "data" / "MNIST" / "raw", gzipped=True),
    lambda home: fill(home / "here" / "data" / "MNIST" / "raw"),
    lambda home: fill(home / ".cache" / "torch" / "MNIST" / "raw"),
]


@pytest.mark.parametrize(
    "place", PLACES, ids=["own", "keras", "torchvision", "torchvision here", "torch cache"]
)
def test_caches_are_found(home: Path, place: Callable[[Path], Path]) -> None:
    assert data.path("mnist") is None
    found = place(home)
    assert data.path("mnist") is not None
    assert data.path("mnist").absolute() == found  # type: ignore[union-attr]
    assert_loads()


def test_keras_home_is_followed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(home / "k"))
    keras(home / "k" / "datasets")
    assert_loads()


def test_a_damaged_file_of_the_user_is_told_of_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = fill(home / "mine" / "mnist") / TRAIN_IMAGES
    fill(home / "own" / "mnist")
    damaged.write_bytes(content(TRAIN_IMAGES)[:-1] + b"?")
    monkeypatch.setenv("TUILAB_DATA", str(home / "mine"))
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte: damaged or altered.*unset TUILAB_DATA"):
        data.load("mnist")


def test_a_folder_in_place_of_a_file_is_told_of(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = fill(home / "mine" / "mnist") / TRAIN_IMAGES
    wrong.unlink()
    wrong.mkdir()
    monkeypatch.setenv("TUILAB_DATA", str(home / "mine"))
    with pytest.raises(DataError, match="a folder, where a file was expected"):
        data.load("mnist")


def test_what_others_left_damaged_is_passed_over(home: Path) -> None:
    archive = keras(home / ".keras" / "datasets")
    archive.write_bytes(archive.read_bytes()[:-40])
    fill(home / "data" / "MNIST" / "raw")
    assert_loads()


def test_an_archive_with_other_values_is_not_mnist(home: Path) -> None:
    archive = keras(home / ".keras" / "datasets")
    values = {file.array: VALUES[file.name] for file in SMALL}
    np.savez(archive, **(values | {"y_train": values["y_train"] ^ 1}))
    with pytest.raises(DataError, match="'y_train' is damaged or altered"):
        data.load("mnist")


def test_off_line_one_line_names_the_ways_out(home: Path) -> None:
    with pytest.raises(DataError) as caught:
        data.load("mnist")
    message = str(caught.value)
    assert message.startswith("MNIST is not at hand:")
    for way_out in ("TUILAB_DATA", "`tuilab data get mnist`", "`tuilab train digits`"):
        assert way_out in message
    assert "\n" not in message


def test_off_line_a_half_filled_tuilab_data_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fill(home / "mine" / "mnist") / TRAIN_IMAGES).unlink()
    monkeypatch.setenv("TUILAB_DATA", str(home / "mine"))
    with pytest.raises(DataError, match=r"mine/mnist lacks train-images-idx3-ubyte\."):
        data.load("mnist")


@pytest.fixture
def mirror(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for a mirror on the network; `urllib` reads it as one."""
    folder = fill(home / "mirror", gzipped=True)
    monkeypatch.setattr(mnist, "MIRRORS", (folder.as_uri(),))
    return folder


def test_what_is_nowhere_is_downloaded_once(home: Path, mirror: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    data.load("mnist", progress=lambda *step: steps.append(step))
    assert {name for name, _, _ in steps} == {file.name for file in SMALL}
    for file in SMALL:
        (mirror / f"{file.name}.gz").unlink()
    assert_loads()
    assert sorted(
        path.name for path in (home / "own" / "mnist").glob("*") if path.suffix != ".lock"
    ) == sorted(VALUES)


def test_get_downloads_only_what_is_missing_or_damaged(home: Path, mirror: Path) -> None:
    assert data.get("mnist") == home / "own" / "mnist"
    for file in SMALL[1:]:
        (mirror / f"{file.name}.gz").unlink()
    damaged = home / "own" / "mnist" / TRAIN_IMAGES
    damaged.write_bytes(b"")
    data.get("mnist")
    assert damaged.read_bytes() == content(TRAIN_IMAGES)
    assert_loads()


def test_a_damaged_file_of_our_own_is_healed_on_line(home: Path, mirror: Path) -> None:
    (fill(home / "own" / "mnist") / TRAIN_IMAGES).write_bytes(b"")
    assert_loads()


def test_a_mirror_with_other_digits_is_not_believed(home: Path, mirror: Path) -> None:
    (mirror / f"{TRAIN_IMAGES}.gz").write_bytes(gzip.compress(content(TRAIN_IMAGES)[:-1] + b"?"))
    with pytest.raises(DataError, match="damaged or altered"):
        data.load("mnist")
    assert not (home / "own" / "mnist" / TRAIN_IMAGES).exists()


def test_a_login_page_from_the_mirror_is_named_as_one(home: Path, mirror: Path) -> None:
    (mirror / f"{TRAIN_IMAGES}.gz").write_bytes(b"<html>Welcome")
    with pytest.raises(DataError, match=r"web page.*`tuilab train digits`"):
        data.load("mnist")


def test_the_mirrors_are_encrypted_and_each_file_has_its_own_hash() -> None:
    assert len(mnist.MIRRORS) >= 2
    assert all(url.startswith("https://") for url in mnist.MIRRORS)
    assert len({file.sha256 for file in mnist.FILES}) == len(mnist.FILES) == 4


def test_drawn_digits_have_no_file(home: Path) -> None:
    assert data.path("digits") is None
    with pytest.raises(DataError, match="nothing to get"):
        data.get("digits")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    assert data.names() == ("mnist", "digits")
    with pytest.raises(DataError, match=r"'mnits'.*Did you mean 'mnist'"):
        data.load("mnits")
    with pytest.raises(DataError) as caught:
        data.path("\x1b[2J")
    assert "\x1b" not in str(caught.value)


@pytest.mark.skipif(
    not (Path(os.environ.get("TUILAB_DATA", "/nowhere")) / "mnist").is_dir(), reason="MNIST is not here"
)
def test_the_real_mnist_is_what_keras_gives() -> None:
    (x, y), (x_test, y_test) = data.load("mnist")
    assert (x.shape, y.shape) == ((60_000, 28, 28), (60_000,))
    assert (x_test.shape, y_test.shape) == ((10_000, 28, 28), (10_000,))
    assert list(y[:5]) == [5, 0, 4, 1, 9]
    assert hashlib.sha256(idx.header(y.shape) + y.tobytes()).hexdigest() == mnist.FILES[1].sha256
