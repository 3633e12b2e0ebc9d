"""Data sets and batches.

(x, y), (x_test, y_test) = data.load("mnist")       # (60000, 28, 28) uint8, (60000,) uint8
"""

from pathlib import Path

from tuilab.data.batches import Batches, split
from tuilab.data.catalogue import CATALOGUE, Arrays, DataSet, Progress, find
from tuilab.data.nested import first

__all__ = [
    "CATALOGUE",
    "Arrays",
    "Batches",
    "DataSet",
    "Progress",
    "find",
    "first",
    "get",
    "load",
    "names",
    "path",
    "split",
]


def load(name: str = "mnist", *, progress: Progress | None = None) -> Arrays:
    """The data set as Keras gives it: ((x, y), (x_test, y_test)), all uint8, x of shape (n, 28, 28).

    Args:
        name: "mnist", downloaded where it is not found, or "digits", drawn at once.
        progress: called as `progress(what, done, total)` while it is downloaded or drawn.

    Raises:
        DataError: there is no such data set, or it is damaged, or it cannot be had.
    """
    return find(name).load(progress)


def names() -> tuple[str, ...]:
    """The names that `load` knows."""
    return tuple(CATALOGUE)


def path(name: str) -> Path | None:
    """Where the data set lies on this computer, or None: not here, or drawn when needed."""
    return find(name).path()


def get(name: str, *, progress: Progress | None = None) -> Path:
    """Download the data set into tuilab's own cache, unless it is there undamaged; its folder."""
    return find(name).get(progress)
