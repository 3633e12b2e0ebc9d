"""Metrics: what a person wants to know of predictions, gathered over batches."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tuilab.errors import ShapeError
from tuilab.kernels.parallel.reductions import argmax
from tuilab.nn import losses
from tuilab.nn.lookup import lookup

Array = npt.NDArray[Any]


class Metric:
    """The mean of `measure` over all samples since the last reset."""

    name = "metric"

    def __init__(self) -> None:
        self.total, self.count = 0.0, 0

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        """A number for each sample."""
        raise NotImplementedError

    def update(self, y_true: Any, y_pred: Any) -> float:
        """Take in a batch; answers the batch's own mean."""
        values = self.measure(np.asarray(y_true), np.asarray(y_pred))
        total = float(np.count_nonzero(values) if values.dtype == bool else values.sum())
        self.total += total
        self.count += values.size
        return total / max(values.size, 1)

    def result(self) -> float:
        """The mean over all samples; NaN where there were none."""
        return self.total / self.count if self.count else float("nan")

    def reset(self) -> None:
        """Forget all samples."""
        self.total, self.count = 0.0, 0


class SparseCategoricalAccuracy(Metric):
    """The share of samples whose most probable class is the right one; y_true holds class numbers."""

    name = "accuracy"

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        shape = y_pred.shape[:-1]
        right: Array = y_pred.argmax(-1) == _fit(_without_last(y_true, shape), shape)
        return right


class CategoricalAccuracy(Metric):
    """The share of samples whose most probable class is the right one; y_true holds a weight a class."""

    name = "accuracy"

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        right: Array = argmax(y_pred) == argmax(_fit(y_true, y_pred.shape))
        return right


class BinaryAccuracy(Metric):
    """The share of outputs on the right side of `threshold`."""

    name = "accuracy"

    def __init__(self, threshold: float = 0.5) -> None:
        super().__init__()
        self.threshold = threshold

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        right: Array = (_without_last(y_pred, y_true.shape) > self.threshold) == (
            _fit(y_true, _without_last(y_pred, y_true.shape).shape) > 0.5
        )
        return right


def _without_last(array: Array, shape: tuple[int, ...]) -> Array:
    """`array`, where it has `shape` and a last axis of size 1 besides, without that axis."""
    return array.reshape(shape) if array.shape == (*shape, 1) else array


def _fit(y_true: Array, shape: tuple[int, ...]) -> Array:
    if y_true.shape != shape:
        raise ShapeError(f"accuracy needs targets of the shape {shape}. It was given {y_true.shape}.")
    return y_true


METRICS: dict[str, type[Metric]] = {
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "binary_accuracy": BinaryAccuracy,
}


def get(metric: str | Metric, loss: losses.Loss) -> Metric:
    """A metric by its Keras name, or as it is; `accuracy` is the accuracy that fits the loss."""
    if metric in ("accuracy", "acc"):
        if isinstance(loss, losses.SparseCategoricalCrossentropy):
            return SparseCategoricalAccuracy()
        return BinaryAccuracy() if isinstance(loss, losses.BinaryCrossentropy) else CategoricalAccuracy()
    return lookup("metric", metric, METRICS, Metric)
