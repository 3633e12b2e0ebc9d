"""Batches of samples, shuffled anew for each epoch in a way that can be done again."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.nested import first, leaves, mapped
from tuilab.data.randomness import generator
from tuilab.errors import DataError, ShapeError

Array = NDArray[Any]


class Batches:
    """The samples of `x` with the targets `y`, `batch_size` at a time; each an array, or a list or mapping
    of arrays.

    The order of an epoch depends on (seed, epoch) alone, so any epoch can be walked again. Each batch is
    a fresh array (but without shuffling a view); the last one is shorter where the samples do not divide
    evenly, or left out with `drop_last`.

    Raises:
        ShapeError: `x` and `y` do not have the same number of rows.
        DataError: there is not one batch in them, or `batch_size` is less than 1.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        batch_size: int,
        seed: int = 0,
        shuffle: bool = True,
        drop_last: bool = False,
    ) -> None:
        _check_lengths(x, y)
        if batch_size < 1:
            raise DataError(f"batch_size={batch_size}: expected a whole number of samples, 1 or more.")
        if drop_last and batch_size > len(first(x)):
            raise DataError(
                f"batch_size={batch_size} is more than the {len(first(x))} samples there are, and drop_last "
                "leaves no batch. Use smaller batches."
            )
        self.x, self.y = x, y
        self.samples = len(first(x))
        self.batch_size = batch_size
        self.seed = seed
        self.shuffle = shuffle
        self.drop_last = drop_last

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        whole, rest = divmod(self.samples, self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    @property
    def end(self) -> int:
        """The place in an epoch from which no batch begins any more."""
        return self.samples - (self.batch_size - 1 if self.drop_last else 0)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The row of `x` that comes at each place of this epoch."""
        if not self.shuffle:
            return np.arange(self.samples)
        return generator(self.seed, "shuffle", epoch).permutation(self.samples)

    def epoch(self, epoch: int, reuse: bool = False, start: int = 0) -> Iterator[tuple[Any, Any]]:
        """The batches (x, y) of one epoch, in order, from its sample number `start` on.

        `reuse` gathers every whole batch of every epoch into the same two arrays: each holds until the next.
        """
        starts = range(start, self.end, self.batch_size)
        if not self.shuffle:
            for start in starts:
                rows = slice(start, start + self.batch_size)
                yield _rows(self.x, rows), _rows(self.y, rows)
            return
        order = self.order(epoch)
        for start in starts:
            batch = order[start : start + self.batch_size]
            if reuse and len(batch) == self.batch_size:
                for gather in self._gatherers:
                    gather(batch)
                yield self._whole_batch
            else:
                yield _rows(self.x, batch), _rows(self.y, batch)

    @functools.cached_property
    def _whole_batch(self) -> tuple[Any, Any]:
        """Where whole batches are gathered, if nobody keeps them."""

        def room(one: Array) -> Array:
            return np.empty((self.batch_size, *one.shape[1:]), one.dtype)

        return mapped(room, self.x), mapped(room, self.y)

    @functools.cached_property
    def _gatherers(self) -> list[Callable[[NDArray[np.int64]], object]]:
        """What fills each array of the whole batch."""
        sources, outs = leaves([self.x, self.y]), leaves(list(self._whole_batch))
        return [_gatherer(source, out) for source, out in zip(sources, outs, strict=True)]


WORTH_THREADS = 1 << 14
"""Bytes in a batch from which all threads gather it."""


def _gatherer(source: Array, out: Array) -> Callable[[NDArray[np.int64]], object]:
    """A function of rows, which copies these rows of `source` to `out`."""
    if out.nbytes >= WORTH_THREADS and source.flags.c_contiguous:
        from tuilab.data.gather import gatherer

        return gatherer(source, out)
    # the rows are a permutation: nothing to clip, but NumPy would go by way of a copy to raise
    return lambda rows: source.take(rows, 0, out, mode="clip")


def _rows(arrays: Any, rows: Any) -> Any:
    """These rows of each array: a copy where they are places, a view where they are a slice."""
    return mapped(lambda one: one[rows], arrays)


def split(x: Any, y: Any, fraction: float) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Keep the last `fraction` of the samples for validation, as Keras does: ((x, y), validation).

    The first `int(len(x) * (1 - fraction))` samples are for training; nothing is shuffled or copied.

    Raises:
        ShapeError: `x` and `y` do not have the same number of rows.
        DataError: `fraction` is not between 0 and 1, or leaves one of the parts empty.
    """
    _check_lengths(x, y)
    if not 0 < fraction < 1:
        raise DataError(f"validation split {fraction}: expected more than 0 and less than 1, such as 0.1.")
    samples = len(first(x))
    at = int(samples * (1 - fraction))
    if at in (0, samples):
        raise DataError(f"validation split {fraction} of {samples} samples leaves one part empty.")
    kept = mapped(lambda one: one[:at], x), mapped(lambda one: one[:at], y)
    return kept, (mapped(lambda one: one[at:], x), mapped(lambda one: one[at:], y))


def _check_lengths(x: Any, y: Any) -> None:
    arrays = [*leaves(x), *leaves(y)]
    if any(np.ndim(one) == 0 for one in arrays) or len({len(one) for one in arrays}) > 1:
        shapes = [" and ".join(str(np.shape(one)) for one in leaves(both)) for both in (x, y)]
        raise ShapeError(
            f"x and y need one row a sample each: x has shape {shapes[0]}, y has shape {shapes[1]}."
        )
    if len(arrays[0]) == 0:
        raise DataError(f"there are no samples: x has shape {np.shape(arrays[0])}.")
