"""What every metric is."""

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.errors import ShapeError

Array = npt.NDArray[Any]


class Metric:
    """Something to know of predictions, gathered over batches: `update` with each, then ask for the `result`.

    `gathered` is all that was taken in since the last reset. A subclass puts new values there and changes
    none that are there, so whoever keeps it can put it back.
    """

    gathered: Any

    def __init__(self, name: str | None = None) -> None:
        words = r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
        self.name = name or re.sub(words, "_", type(self).__name__).lower()
        self.reset()

    def update(self, y_true: Any, y_pred: Any) -> float:
        """Take in a batch; answers what the metric is for this batch alone."""
        raise NotImplementedError

    def result(self) -> float:
        """What the metric is for all batches; NaN where there were no samples to tell it from."""
        raise NotImplementedError

    def reset(self) -> None:
        """Forget all samples."""
        raise NotImplementedError


class MeanMetric(Metric):
    """The mean of `measure` over all samples since the last reset."""

    gathered: tuple[float, int]
    """The sum over the samples, and their number."""

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        """A number for each sample."""
        raise NotImplementedError

    def update(self, y_true: Any, y_pred: Any) -> float:
        values = self.measure(np.asarray(y_true), np.asarray(y_pred))
        total = float(np.count_nonzero(values) if values.dtype == bool else values.sum())
        self.gathered = self.gathered[0] + total, self.gathered[1] + values.size
        return total / max(values.size, 1)

    def result(self) -> float:
        total, count = self.gathered
        return total / count if count else float("nan")

    def reset(self) -> None:
        self.gathered = 0.0, 0


def without_last(array: Array, shape: tuple[int, ...]) -> Array:
    """`array`, where it has `shape` and a last axis of size 1 besides, without that axis."""
    return array.reshape(shape) if array.shape == (*shape, 1) else array


def of_shape(what: str, y_true: Array, shape: tuple[int, ...]) -> Array:
    """`y_true` if it has the shape."""
    if y_true.shape != shape:
        raise ShapeError(f"{what} needs targets of the shape {shape}. It was given {y_true.shape}.")
    return y_true
