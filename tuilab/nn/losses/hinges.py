"""Hinges: losses that are 0 once a sample is on the right side by a margin of 1."""

import numpy as np

from tuilab.autodiff import Tensor, ops
from tuilab.kernels.jit import repeatable
from tuilab.kernels.parallel.arrays import Array
from tuilab.nn.losses.loss import Loss, by_sample, targets_like


class Hinge(Loss):
    """(1/n) Σ max(1 - t y, 0), where t is -1 or 1; targets of only 0 and 1 count as -1 and 1.

    The loss of support vector machines. C. Cortes, V. Vapnik, 1995, Support-Vector Networks.
    """

    name = "hinge"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return by_sample(_short_of_the_margin(y_true, y_pred))


class SquaredHinge(Loss):
    """(1/n) Σ max(1 - t y, 0)², where t is -1 or 1; targets of only 0 and 1 count as -1 and 1."""

    name = "squared_hinge"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        return by_sample(ops.square(_short_of_the_margin(y_true, y_pred)))


class CategoricalHinge(Loss):
    """max(1 + max of (1 - t) y - Σ t y, 0): the right class is to lead all others by 1.

    y_true (batch, classes), 1 for the right class, 0 for others; y_pred (batch, classes).
    J. Weston, C. Watkins, 1999, Support Vector Machines for Multi-Class Pattern Recognition.
    """

    name = "categorical_hinge"

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        targets = targets_like(y_true, y_pred)
        right = ops.sum(targets * y_pred, axis=-1)
        best_other = ops.max((1 - targets) * y_pred, axis=-1)
        return ops.relu(best_other - right + 1)


def _short_of_the_margin(y_true: Tensor, y_pred: Tensor) -> Tensor:
    targets = targets_like(y_true, y_pred).data
    signs = np.empty_like(targets)
    repeatable(_as_signs, targets, signs)
    return ops.relu(1 - Tensor(signs) * y_pred)


def _as_signs(targets: Array, signs: Array) -> None:
    """The targets, with -1 for 0 where there are only 0 and 1."""
    answers = ((targets == 0) | (targets == 1)).all()
    signs[...] = 2 * targets - 1 if answers else targets
