"""Losses: one number for how wrong a batch of predictions is, the mean over its samples.

`loss(y_true, y_pred)` answers a scalar tensor. The cross-entropies take probabilities, or logits where
`from_logits`. Where the probabilities come from softmax or sigmoid, the logits they came from are used
all the same: that is exact where a probability is rounded to 0 or 1, and its gradient is simply p - t.
"""

from typing import Any

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError
from tuilab.kernels import shapes
from tuilab.kernels.parallel.arrays import integer_labels
from tuilab.nn.lookup import lookup


class Loss:
    """The mean over the batch of `call(y_true, y_pred)`, which a subclass writes."""

    name = "loss"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """A loss for each sample, or each element, of the batch."""
        raise NotImplementedError

    def __call__(self, y_true: Any, y_pred: Tensor) -> Tensor:
        return ops.mean(self.call(y_true if isinstance(y_true, Tensor) else Tensor(y_true), y_pred))


class MeanSquaredError(Loss):
    """(1/n) Σ (y - t)²."""

    name = "mean_squared_error"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return ops.square(ops.subtract(y_pred, _like(y_true, y_pred)))


class SparseCategoricalCrossentropy(Loss):
    """-log p[t], where t is the number of the right class.

    y_true (batch,) whole numbers; y_pred (batch, classes).
    """

    name = "sparse_categorical_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        logits = _logits(self.from_logits, y_pred, "softmax")
        labels = y_true.data.reshape(-1) if y_true.shape == (*y_pred.shape[:1], 1) else y_true.data
        if logits is not None:
            return ops.sparse_softmax_cross_entropy(logits, Tensor(labels))
        shapes.match(self.name, "(batch,classes),(batch)->(batch)", y_pred.shape, labels.shape)
        classes = np.arange(y_pred.shape[-1])
        labels = integer_labels(self.name, labels, len(classes))
        return ops.cross_entropy(y_pred, Tensor((labels[:, None] == classes).astype(y_pred.dtype)))


class CategoricalCrossentropy(Loss):
    """-Σ t log p, where t holds a weight for each class, 1 for the right one.

    y_true (batch, classes); y_pred (batch, classes).
    """

    name = "categorical_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets, logits = _like(y_true, y_pred), _logits(self.from_logits, y_pred, "softmax")
        if logits is not None:
            return ops.softmax_cross_entropy(logits, targets)
        return ops.cross_entropy(y_pred, targets)


class BinaryCrossentropy(Loss):
    """-t log p - (1 - t) log(1 - p), the mean over all outputs.

    y_true and y_pred of one shape, (batch,) or (batch, outputs).
    """

    name = "binary_crossentropy"

    def __init__(self, from_logits: bool = False) -> None:
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets, logits = _like(y_true, y_pred), _logits(self.from_logits, y_pred, "sigmoid")
        if logits is not None:
            return ops.sigmoid_cross_entropy(logits, targets)
        return ops.binary_cross_entropy(y_pred, targets)


def _logits(from_logits: bool, y_pred: Tensor, activation: str) -> Tensor | None:
    return y_pred if from_logits else y_pred.logits_of(activation)


def _like(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Targets in the type and shape of the predictions: (batch,) counts as (batch, 1), nothing else."""
    data = y_true.data
    if data.shape != y_pred.shape:
        if data.ndim + 1 != y_pred.ndim or (*data.shape, 1) != y_pred.shape:
            raise ShapeError(
                f"Targets and predictions must have one shape. The targets are {data.shape}, the "
                f"predictions {y_pred.shape}. For class numbers use sparse_categorical_crossentropy."
            )
        data = data.reshape(y_pred.shape)
    return Tensor(data.astype(y_pred.dtype, copy=False))


LOSSES: dict[str, type[Loss]] = {
    one.name: one
    for one in (
        BinaryCrossentropy,
        CategoricalCrossentropy,
        MeanSquaredError,
        SparseCategoricalCrossentropy,
    )
}


def get(loss: str | Loss) -> Loss:
    """A loss by its Keras name, or as it is; `mse` is short for the mean squared error."""
    table = {**LOSSES, "mse": MeanSquaredError}
    return lookup("loss", loss, table, Loss)
