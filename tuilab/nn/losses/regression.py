"""Losses of predictions that are numbers: how far they are off. Targets and predictions have one shape."""

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.losses.loss import Loss, Reduction, by_sample, targets_like


class MeanSquaredError(Loss):
    """(1/n) Σ (y - t)²."""

    name = "mean_squared_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return by_sample(ops.square(y_pred - targets_like(y_true, y_pred)))


class MeanAbsoluteError(Loss):
    """(1/n) Σ |y - t|: what is far off pulls no harder than what is near."""

    name = "mean_absolute_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return by_sample(_size(y_pred - targets_like(y_true, y_pred)))


class Huber(Loss):
    """(1/n) Σ of e² / 2 where the error e = |y - t| is at most δ, and δ e - δ² / 2 where it is more.

    Squared near the target, absolute far off. P. Huber, 1964, Robust Estimation of a Location Parameter.
    """

    name = "huber"

    def __init__(self, delta: float = 1.0, reduction: Reduction | None = "sum_over_batch_size") -> None:
        super().__init__(reduction)
        if not delta > 0:
            raise TuilabError(f"Huber's delta is a number above 0. It was given {delta!r}.")
        self.delta = delta

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        error = _size(y_pred - targets_like(y_true, y_pred))
        near = error - ops.relu(error - self.delta)  # the smaller of error and delta
        return by_sample(near * (error - 0.5 * near))


def _size(error: Tensor) -> Tensor:
    """|error|, whose gradient is 0 where the error is."""
    return ops.relu(error) + ops.relu(-error)
