"""How far predictions that are numbers are off."""

import numpy as np

from tuilab.nn.metrics.metric import Array, MeanMetric, of_shape, without_last


class MeanSquaredError(MeanMetric):
    """The mean of (y - t)²."""

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        return np.square(_errors(y_true, y_pred))


class MeanAbsoluteError(MeanMetric):
    """The mean of |y - t|."""

    def measure(self, y_true: Array, y_pred: Array) -> Array:
        return np.abs(_errors(y_true, y_pred))


def _errors(y_true: Array, y_pred: Array) -> Array:
    y_pred = without_last(y_pred, y_true.shape)
    errors: Array = y_pred.astype(np.float64) - of_shape("an error", y_true, y_pred.shape)
    return errors
