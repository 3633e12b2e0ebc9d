"""The data sets, one row each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuilab.data import mnist
from tuilab.errors import DataError
from tuilab.text import nearest, safe

Bytes = NDArray[np.uint8]
Arrays = tuple[tuple[Bytes, Bytes], tuple[Bytes, Bytes]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set: how it is called, and how to get at it."""

    name: str
    title: str
    description: str
    load: Callable[[Progress | None], Arrays]
    path: Callable[[], Path | None]
    get: Callable[[Progress | None], Path]
    absent: str
    """What to say where `path` finds nothing."""


def _draw_digits(progress: Progress | None) -> Arrays:
    from tuilab.data import drawn_digits  # brings Numba, which only drawing needs

    return drawn_digits.load(progress=progress)


def _nothing_to_get(progress: Progress | None) -> Path:
    raise DataError(
        "Drawn digits are drawn anew at each start: there is nothing to get. Run `tuilab train digits`."
    )


CATALOGUE = {
    dataset.name: dataset
    for dataset in (
        DataSet(
            name="mnist",
            title="MNIST",
            description="70,000 handwritten digits of 28 x 28 pixels, by LeCun, Cortes and Burges",
            load=mnist.load,
            path=mnist.path,
            get=mnist.get,
            absent="not here yet: `tuilab data get mnist` fetches it",
        ),
        DataSet(
            name="digits",
            title="Drawn digits",
            description="70,000 digits of 28 x 28 pixels, drawn by tuilab; they need no network",
            load=_draw_digits,
            path=lambda: None,
            get=_nothing_to_get,
            absent="drawn when it is asked for",
        ),
    )
}


def find(name: str) -> DataSet:
    """The data set called `name`; a DataError that names the nearest one where there is none."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    guess = nearest(name, CATALOGUE)
    hint = f" Did you mean {guess!r}?" if guess else ""
    raise DataError(
        f"There is no data set {safe(repr(name), limit=60)}: expected one of {', '.join(CATALOGUE)}.{hint}"
    )
