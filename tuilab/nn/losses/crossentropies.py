"""Cross-entropies: how surprised the predictions are by what is right.

They take probabilities, or logits where `from_logits`. Where the probabilities come from softmax or sigmoid,
the logits they came from are used all the same: that is exact where a probability is rounded to 0 or 1, and
its gradient is simply p - t. I. Goodfellow, Y. Bengio, A. Courville, 2016, Deep Learning, section 6.2.2.
"""

import math

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.errors import ShapeError
from tuilab.kernels.jit import repeatable
from tuilab.kernels.parallel.arrays import Array, integer_labels
from tuilab.nn.losses.loss import Loss, Reduction, by_sample, smoothing, targets_like


class SparseCategoricalCrossentropy(Loss):
    """-log p[t], where t is the number of the right class.

    y_true (batch, …) whole numbers; y_pred (batch, …, classes).
    """

    name = "sparse_categorical_crossentropy"

    def __init__(
        self, from_logits: bool = False, reduction: Reduction | None = "sum_over_batch_size"
    ) -> None:
        super().__init__(reduction)
        self.from_logits = from_logits

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        shape, labels = y_pred.shape[:-1], y_true.data
        if labels.shape not in (shape, (*shape, 1)):
            raise ShapeError(
                f"{self.name} takes a class number for each prediction: y_true (batch,) and y_pred (batch, "
                f"classes). It was given {labels.shape} and {y_pred.shape}."
            )
        labels = labels.reshape(-1)
        logits = _logits(self.from_logits, y_pred, "softmax")
        if logits is not None:
            losses = ops.sparse_softmax_cross_entropy(_rows(logits), Tensor(labels))
        else:
            rows = _rows(y_pred)
            labels = integer_labels(self.name, labels, rows.shape[-1])
            targets = np.empty(rows.shape, rows.dtype)
            repeatable(_mark, targets, labels)
            losses = ops.cross_entropy(rows, Tensor(targets))
        return losses if losses.shape == shape else ops.reshape(losses, shape)


class CategoricalCrossentropy(Loss):
    """-Σ t log p, where t holds a weight for each class, 1 for the right one.

    y_true (batch, …, classes); y_pred (batch, …, classes). label_smoothing: the share s of the weight that is
    taken from the right class and given to all alike, t ← (1 - s) t + s / classes (C. Szegedy et al., 2016).
    """

    name = "categorical_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: Reduction | None = "sum_over_batch_size",
    ) -> None:
        super().__init__(reduction)
        self.from_logits, self.label_smoothing = from_logits, smoothing(label_smoothing)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets, logits = targets_like(y_true, y_pred), _logits(self.from_logits, y_pred, "softmax")
        if self.label_smoothing:
            targets = (1 - self.label_smoothing) * targets + self.label_smoothing / y_pred.shape[-1]
        if logits is not None:
            losses = ops.softmax_cross_entropy(_rows(logits), _rows(targets))
        else:
            losses = ops.cross_entropy(_rows(y_pred), _rows(targets))
        return losses if y_pred.ndim == 2 else ops.reshape(losses, y_pred.shape[:-1])


class BinaryCrossentropy(Loss):
    """-t log p - (1 - t) log(1 - p), the mean over all outputs.

    y_true and y_pred of one shape, (batch,) or (batch, …, outputs). label_smoothing: the share s of the way
    that targets are moved towards 1/2, t ← (1 - s) t + s / 2.
    """

    name = "binary_crossentropy"

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        reduction: Reduction | None = "sum_over_batch_size",
    ) -> None:
        super().__init__(reduction)
        self.from_logits, self.label_smoothing = from_logits, smoothing(label_smoothing)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets, logits = targets_like(y_true, y_pred), _logits(self.from_logits, y_pred, "sigmoid")
        if self.label_smoothing:
            targets = (1 - self.label_smoothing) * targets + 0.5 * self.label_smoothing
        if logits is not None:
            return by_sample(ops.sigmoid_cross_entropy(logits, targets))
        return by_sample(ops.binary_cross_entropy(y_pred, targets))


def _logits(from_logits: bool, y_pred: Tensor, activation: str) -> Tensor | None:
    return y_pred if from_logits else y_pred.logits_of(activation)


def _rows(x: Tensor) -> Tensor:
    """(batch, …, classes) as (samples, classes)."""
    return x if x.ndim == 2 else ops.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def _mark(targets: Array, labels: Array) -> None:
    """1 at the place of each label, 0 elsewhere."""
    targets[...] = labels[:, None] == np.arange(targets.shape[1])
