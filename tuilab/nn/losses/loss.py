"""What every loss is."""

from collections.abc import Callable
from typing import Any, Literal

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError, TuilabError
from tuilab.kernels.parallel.arrays import contiguous

Reduction = Literal["sum_over_batch_size", "mean", "sum", "none"]


class Loss:
    """`loss(y_true, y_pred)`: the samples' losses, of `call`, which a subclass writes, made one number.

    reduction: "sum_over_batch_size", or "mean", their mean; "sum"; "none", as they are: of the shape of
    `y_pred` without its last axis.
    """

    name = "loss"

    def __init__(self, reduction: Reduction | None = "sum_over_batch_size") -> None:
        known = ("sum_over_batch_size", "mean", "sum", "none", None)
        if reduction not in known:
            listed = ", ".join(str(one) for one in known)
            raise TuilabError(f"A reduction is one of {listed}. It was given {reduction!r}.")
        self.reduction = reduction

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """A loss for each sample."""
        raise NotImplementedError

    def __call__(self, y_true: Any, y_pred: Any) -> Tensor:
        targets, predictions = (one if isinstance(one, Tensor) else Tensor(one) for one in (y_true, y_pred))
        losses = self.call(targets, predictions)
        if self.reduction in ("none", None):
            return losses
        return ops.sum(losses) if self.reduction == "sum" else ops.mean(losses)


class LossFunction(Loss):
    """A function of (y_true, y_pred), made with `ops`, as a loss."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.function, self.name = function, getattr(function, "__name__", "loss")

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return self.function(y_true, y_pred)


def by_sample(losses: Tensor) -> Tensor:
    """The mean over the outputs of each sample; of (batch,) each number is a sample's."""
    return ops.mean(losses, axis=-1) if losses.ndim > 1 else losses


def targets_like(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Targets in the type and shape of the predictions: (batch,) counts as (batch, 1), nothing else."""
    data = y_true.data
    if data.shape != y_pred.shape:
        if data.ndim + 1 != y_pred.ndim or (*data.shape, 1) != y_pred.shape:
            raise ShapeError(
                f"Targets and predictions must have one shape. The targets are {data.shape}, the "
                f"predictions {y_pred.shape}. For class numbers use sparse_categorical_crossentropy."
            )
        data = data.reshape(y_pred.shape)
    return Tensor(contiguous(data, y_pred.dtype))


def smoothing(label_smoothing: float) -> float:
    """`label_smoothing` if it is a share."""
    if not 0 <= label_smoothing <= 1:
        raise TuilabError(f"label_smoothing lies between 0 and 1. It was given {label_smoothing!r}.")
    return float(label_smoothing)
