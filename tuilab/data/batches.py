"""Batches of samples, shuffled anew for each epoch in a way that can be done again."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.errors import DataError, ShapeError

Array = NDArray[Any]


class Batches:
    """The samples of `x` with the targets `y`, `batch_size` at a time.

    The order of an epoch depends on (seed, epoch) alone, so any epoch can be walked again. Each batch is
    a fresh array (but without shuffling a view); the last one is shorter where the samples do not divide
    evenly, or left out with `drop_last`.

    Raises:
        ShapeError: `x` and `y` do not have the same number of rows.
        DataError: there is not one batch in them, or `batch_size` is less than 1.
    """

    def __init__(
        self,
        x: Array,
        y: Array,
        batch_size: int,
        seed: int = 0,
        shuffle: bool = True,
        drop_last: bool = False,
    ) -> None:
        _check_lengths(x, y)
        if batch_size < 1:
            raise DataError(f"batch_size={batch_size}: expected a whole number of samples, 1 or more.")
        if drop_last and batch_size > len(x):
            raise DataError(
                f"batch_size={batch_size} is more than the {len(x)} samples there are, and drop_last leaves "
                "no batch. Use smaller batches."
            )
        self.x, self.y = x, y
        self.batch_size = batch_size
        self.seed = seed
        self.shuffle = shuffle
        self.drop_last = drop_last

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        whole, rest = divmod(len(self.x), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The row of `x` that comes at each place of this epoch."""
        if not self.shuffle:
            return np.arange(len(self.x))
        return generator(self.seed, "shuffle", epoch).permutation(len(self.x))

    def epoch(self, epoch: int, reuse: bool = False) -> Iterator[tuple[Array, Array]]:
        """The batches (x, y) of one epoch, in order.

        `reuse` gathers every whole batch of every epoch into the same two arrays: each holds until the next.
        """
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        if not self.shuffle:
            for start in starts:
                rows = slice(start, start + self.batch_size)
                yield self.x[rows], self.y[rows]
            return
        order = self.order(epoch)
        for start in starts:
            batch = order[start : start + self.batch_size]
            if reuse and len(batch) == self.batch_size:
                for source, out in zip((self.x, self.y), self._whole_batch, strict=True):
                    _gather(source, batch, out)
                yield self._whole_batch
            else:
                yield self.x.take(batch, axis=0), self.y.take(batch, axis=0)

    @functools.cached_property
    def _whole_batch(self) -> tuple[Array, Array]:
        """Where whole batches are gathered, if nobody keeps them."""
        x, y = (np.empty((self.batch_size, *one.shape[1:]), one.dtype) for one in (self.x, self.y))
        return x, y


WORTH_THREADS = 1 << 14
"""Bytes in a batch from which all threads gather it."""


def _gather(source: Array, rows: NDArray[np.int64], out: Array) -> None:
    if out.nbytes >= WORTH_THREADS and source.flags.c_contiguous:
        from tuilab.data.gather import gather

        gather(source, rows, out)
    else:
        # the rows are a permutation: nothing to clip, but NumPy would go by way of a copy to raise
        source.take(rows, 0, out, mode="clip")


def split(x: Array, y: Array, fraction: float) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Keep the last `fraction` of the samples for validation, as Keras does: ((x, y), validation).

    The first `int(len(x) * (1 - fraction))` samples are for training; nothing is shuffled or copied.

    Raises:
        ShapeError: `x` and `y` do not have the same number of rows.
        DataError: `fraction` is not between 0 and 1, or leaves one of the parts empty.
    """
    _check_lengths(x, y)
    if not 0 < fraction < 1:
        raise DataError(f"validation split {fraction}: expected more than 0 and less than 1, such as 0.1.")
    at = int(len(x) * (1 - fraction))
    if at in (0, len(x)):
        raise DataError(f"validation split {fraction} of {len(x)} samples leaves one part empty.")
    return (x[:at], y[:at]), (x[at:], y[at:])


def _check_lengths(x: Array, y: Array) -> None:
    if np.ndim(x) == 0 or np.ndim(y) == 0 or len(x) != len(y):
        raise ShapeError(
            f"x and y need one row a sample each: x has shape {np.shape(x)}, y has shape {np.shape(y)}."
        )
    if len(x) == 0:
        raise DataError(f"there are no samples: x has shape {np.shape(x)}.")
