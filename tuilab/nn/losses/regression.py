"""Losses of predictions that are numbers: how far they are off. Targets and predictions have one shape."""

from tuilab.autodiff import Tensor, ops
from tuilab.nn.losses.loss import Loss, by_sample, targets_like


class MeanSquaredError(Loss):
    """(1/n) Σ (y - t)²."""

    name = "mean_squared_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return by_sample(ops.square(y_pred - targets_like(y_true, y_pred)))
