"""Regularizers: what large weights cost, added to the loss."""

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.lookup import lookup


class Regularizer:
    """A function of a parameter: `regularizer(weight)` answers a scalar tensor."""

    def __call__(self, weight: Tensor) -> Tensor:
        raise NotImplementedError


class L1L2(Regularizer):
    """l₁ Σ |w| + l₂ Σ w²: the first pulls small weights to 0, the second large ones to smaller ones.

    R. Tibshirani, 1996 (lasso); A. Hoerl, R. Kennard, 1970 (ridge); H. Zou, T. Hastie, 2005 (both).
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        for name, value in (("l1", l1), ("l2", l2)):
            if not 0 <= value < float("inf"):
                raise TuilabError(f"{name} is a number, 0 or more. It was given {value!r}.")
        self.l1, self.l2 = float(l1), float(l2)

    def __call__(self, weight: Tensor) -> Tensor:
        costs = []
        if self.l1:
            costs.append(self.l1 * ops.sum(ops.relu(weight) + ops.relu(-weight)))
        if self.l2 or not self.l1:
            costs.append(self.l2 * ops.sum(ops.square(weight)))
        return costs[0] if len(costs) == 1 else costs[0] + costs[1]


class L1(L1L2):
    """l₁ Σ |w|."""

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """l₂ Σ w²."""

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


REGULARIZERS = {"l1": L1, "l2": L2}


def get(regularizer: str | Regularizer | None) -> Regularizer | None:
    """A regularizer by its Keras name, or as it is; None for none."""
    return None if regularizer is None else lookup("regularizer", regularizer, REGULARIZERS, Regularizer)
