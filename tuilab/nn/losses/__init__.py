"""Losses: one number for how wrong a batch of predictions is, by default the mean over its samples."""

from collections.abc import Callable
from typing import Any

from tuilab.autodiff import Tensor
from tuilab.nn.lookup import lookup
from tuilab.nn.losses.crossentropies import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
)
from tuilab.nn.losses.divergence import KLDivergence
from tuilab.nn.losses.hinges import CategoricalHinge, Hinge, SquaredHinge
from tuilab.nn.losses.loss import Loss, LossFunction
from tuilab.nn.losses.regression import Huber, MeanAbsoluteError, MeanSquaredError

LOSSES: dict[str, Any] = {
    one.name: one
    for one in (
        BinaryCrossentropy,
        CategoricalCrossentropy,
        CategoricalHinge,
        Hinge,
        Huber,
        KLDivergence,
        MeanAbsoluteError,
        MeanSquaredError,
        SparseCategoricalCrossentropy,
        SquaredHinge,
    )
}
SHORT: dict[str, Any] = {
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "bce": BinaryCrossentropy,
    "kld": KLDivergence,
}


def get(loss: str | Loss | Callable[[Tensor, Tensor], Tensor]) -> Loss:
    """A loss by its Keras name (`mse`, `mae`, `bce` and `kld` are short for some), as it is, or made of a
    function of (y_true, y_pred)."""
    if callable(loss) and not isinstance(loss, Loss | type):
        loss = LossFunction(loss)
    return lookup("loss", loss, {**LOSSES, **SHORT}, Loss)


__all__ = [
    "LOSSES",
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "Hinge",
    "Huber",
    "KLDivergence",
    "Loss",
    "LossFunction",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "get",
]
