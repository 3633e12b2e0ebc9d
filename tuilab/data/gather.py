"""Rows of a data set gathered into a batch, by all threads: each row is a miss in every cache.

On MNIST a batch of 128 images takes 7 µs so, 14 µs by NumPy; more telling is that the threads of training's
kernels need not fall asleep while one thread gathers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.kernels.jit import kernel, prange

Array = npt.NDArray[Any]
ROWS = 8  # rows a task


@kernel
def _gather(source: Any, rows: Any, out: Any) -> None:
    for task in prange((rows.size + ROWS - 1) // ROWS):
        for place in range(task * ROWS, min(rows.size, (task + 1) * ROWS)):
            out[place] = source[rows[place]]


def gatherer(source: Array, out: Array) -> Callable[[npt.NDArray[np.int64]], None]:
    """A function of rows: out[i] = source[rows[i]]. Every row lies in `source`; both lie in memory row by
    row."""
    only_read, written = _bytes(source), _bytes(out)
    only_read.flags.writeable = False  # as a data set from a file is, and no kernel compiled for both kinds
    return lambda rows: _gather(only_read, rows, written)


def _bytes(array: Array) -> npt.NDArray[np.uint8]:
    """The memory as bytes, so that one compiled kernel serves all types."""
    return array.reshape(len(array), -1).view(np.uint8)
