"""Accuracies: the share of samples that were predicted right."""

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels.parallel.extremes import argmax
from tuilab.nn.metrics.metric import Array, MeanMetric, of_shape, without_last


class SparseCategoricalAccuracy(MeanMetric):
    """The share of samples whose most probable class is the right one; y_true holds class numbers."""

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        right: Array = y_pred.argmax(-1) == _labels(y_true, y_pred)
        return right


class CategoricalAccuracy(MeanMetric):
    """The share of samples whose most probable class is the right one; y_true holds a weight a class."""

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        right: Array = argmax(y_pred) == argmax(of_shape("accuracy", y_true, y_pred.shape))
        return right


class BinaryAccuracy(MeanMetric):
    """The share of outputs on the right side of `threshold`."""

    def __init__(self, threshold: float = 0.5, name: str | None = None) -> None:
        super().__init__(name)
        self.threshold = threshold

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        y_pred = without_last(y_pred, y_true.shape)
        right: Array = (y_pred > self.threshold) == (of_shape("accuracy", y_true, y_pred.shape) > 0.5)
        return right


class SparseTopKCategoricalAccuracy(MeanMetric):
    """The share of samples whose right class is among the k most probable; y_true holds class numbers."""

    def __init__(self, k: int = 5, name: str | None = None) -> None:
        super().__init__(name)
        self.k = checked_k(k)

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        return _among_first(self.k, _labels(y_true, y_pred), y_pred)


class TopKCategoricalAccuracy(MeanMetric):
    """The share of samples whose right class is among the k most probable; y_true holds a weight a class."""

    def __init__(self, k: int = 5, name: str | None = None) -> None:
        super().__init__(name)
        self.k = checked_k(k)

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        return _among_first(self.k, of_shape("accuracy", y_true, y_pred.shape).argmax(-1), y_pred)


def checked_k(k: int) -> int:
    """`k` if it is a whole number, 1 or more."""
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise TuilabError(f"k is a whole number, 1 or more. It was given {k!r}.")
    return k


def _labels(y_true: Array, y_pred: Array) -> Array:
    shape = y_pred.shape[:-1]
    return of_shape("accuracy", without_last(y_true, shape), shape)


def _among_first(k: int, labels: Array, y_pred: Array) -> Array:
    """Whether fewer than k classes are more probable than the right one; where that is NaN, no."""
    own = np.take_along_axis(y_pred, labels[..., None].astype(np.intp), axis=-1)
    first: Array = ((y_pred > own).sum(-1) < k) & ~np.isnan(own[..., 0])
    return first
