"""MNIST: its four files, where they may lie, and how they get here.

Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998. Its licence is
unclear, so it is never part of this project. Whatever the source, the values are checked against the
SHA-256 of the original files.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuilab import paths
from tuilab.data import download, idx, npz
from tuilab.errors import DataError

Bytes = NDArray[np.uint8]
Arrays = tuple[tuple[Bytes, Bytes], tuple[Bytes, Bytes]]
Progress = Callable[[str, int, int], None]

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)


@dataclass(frozen=True, slots=True)
class File:
    """One of the four files: its name, what Keras calls its array, and what it must hold."""

    name: str
    array: str
    shape: tuple[int, ...]
    sha256: str
    gzipped: int

    def read(self, path: Path) -> Bytes:
        return idx.read(path, self.shape, self.sha256)


FILES = (
    File(
        "train-images-idx3-ubyte", "x_train", (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 9_912_422,
    ),
    File(
        "train-labels-idx1-ubyte", "y_train", (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 28_881,
    ),
    File(
        "t10k-images-idx3-ubyte", "x_test", (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 1_648_877,
    ),
    File(
        "t10k-labels-idx1-ubyte", "y_test", (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 4_542,
    ),
)  # fmt: skip

WAYS_OUT = (
    "When on line, run `tuilab data get mnist`; or put its four files where TUILAB_DATA/mnist/"
    "train-images-idx3-ubyte.gz and its like are found; or train on drawn digits: `tuilab train digits`."
)


def load(progress: Progress | None = None, mirrors: Sequence[str] | None = None) -> Arrays:
    """MNIST as Keras gives it: ((x, y), (x_test, y_test)), all uint8, x of shape (n, 28, 28).

    Looks in `TUILAB_DATA`, in tuilab's own cache, in Keras's and in torchvision's; else downloads.

    Raises:
        DataError: a file in `TUILAB_DATA` is damaged, or MNIST is nowhere and cannot be downloaded.
    """
    complaints = _lacking()
    for place in _places():
        try:
            return _assemble(place)
        except DataError as error:
            if place.given:
                raise DataError(f"{error} Replace it, or unset TUILAB_DATA.") from error
            complaints.append(str(error))
    try:
        get(progress, mirrors)
    except DataError as error:
        raise DataError(" ".join(["MNIST is not at hand:", str(error), *complaints, WAYS_OUT])) from error
    return _assemble(_own())


def path() -> Path | None:
    """The folder or archive that `load` would read first, or None where it would have to download."""
    return next((place.path for place in _places()), None)


def get(progress: Progress | None = None, mirrors: Sequence[str] | None = None) -> Path:
    """Download what tuilab's own cache lacks, or holds damaged, and answer its folder."""
    own = _own().path
    for file in FILES:
        there = own / file.name
        try:
            if idx.exists(there):
                file.read(there)
                continue
        except DataError:
            pass  # the download replaces it
        urls = [
            f"{mirror.rstrip('/')}/{file.name}.gz" for mirror in (MIRRORS if mirrors is None else mirrors)
        ]
        download.fetch(urls, there, file.gzipped, _content_of(file), progress)
    return own


@dataclass(frozen=True, slots=True)
class _Place:
    """Where all four files are: a folder of IDX files, or Keras's archive."""

    path: Path
    given: bool = False  # by the user, whose files are not silently passed over

    @property
    def is_archive(self) -> bool:
        return self.path.suffix == ".npz"


def _own() -> _Place:
    return _Place(paths.data_cache() / "mnist")


def _places() -> Iterator[_Place]:
    """Where all four files, or Keras's archive, are found, in the order in which they are tried."""
    given = paths.given_data()
    candidates = [_Place(given / "mnist", given=True)] if given else []
    candidates += [_own(), _Place(_keras_home() / "datasets" / "mnist.npz")]
    candidates += [_Place(root / "MNIST" / "raw") for root in _torchvision_roots()]
    for place in candidates:
        if idx.exists(place.path) if place.is_archive else not _missing(place.path):
            yield place


def _lacking() -> list[str]:
    """A sentence where `TUILAB_DATA` is set but does not have all of MNIST."""
    given = paths.given_data()
    missing = _missing(given / "mnist") if given else []
    return [f"TUILAB_DATA is set, but {given}/mnist lacks {', '.join(missing)}."] if missing else []


def _missing(folder: Path) -> list[str]:
    return [file.name for file in FILES if _find(folder, file) is None]


def _find(folder: Path, file: File) -> Path | None:
    """The file in `folder`, unpacked or gzipped."""
    return next((p for p in (folder / file.name, folder / f"{file.name}.gz") if idx.exists(p)), None)


def _keras_home() -> Path:
    home = os.environ.get("KERAS_HOME")
    return Path(home) if home else _home() / ".keras"


def _torchvision_roots() -> list[Path]:
    """torchvision has no place of its own; these are the roots that its examples are run with."""
    torch_home = os.environ.get("TORCH_HOME")
    return [
        Path("data"),
        Path(),
        _home() / "data",
        Path(torch_home) if torch_home else _home() / ".cache" / "torch",
    ]


def _home() -> Path:
    return Path(os.path.expanduser("~"))


def _assemble(place: _Place) -> Arrays:
    if place.is_archive:
        x, y, x_test, y_test = _from_keras(place.path)
    else:
        x, y, x_test, y_test = (
            file.read(_find(place.path, file) or place.path / file.name) for file in FILES
        )
    return (x, y), (x_test, y_test)


def _from_keras(archive: Path) -> list[Bytes]:
    arrays = npz.read(archive, {file.array: file.shape for file in FILES})
    for file in FILES:
        if idx.digest(arrays[file.array]) != file.sha256:
            raise DataError(f"{archive}: {file.array!r} is damaged or altered, its values are not MNIST's.")
    return [arrays[file.array] for file in FILES]


def _content_of(file: File) -> download.Check:
    def check(path: Path) -> bytes:
        return idx.header(file.shape) + file.read(path).tobytes()

    return check
