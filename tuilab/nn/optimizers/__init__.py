"""Optimizers: how a parameter moves, given its gradient. The arithmetic is in the kernels of their names."""

from typing import Any

from tuilab.nn import schedules
from tuilab.nn.lookup import lookup
from tuilab.nn.optimizers.adagrad import Adagrad
from tuilab.nn.optimizers.adam import Adam, AdamW
from tuilab.nn.optimizers.optimizer import Optimizer
from tuilab.nn.optimizers.rmsprop import RMSprop
from tuilab.nn.optimizers.serialization import deserialize, serialize
from tuilab.nn.optimizers.sgd import SGD


def _momentum() -> Optimizer:
    return SGD(momentum=0.9)


def _nesterov() -> Optimizer:
    return SGD(momentum=0.9, nesterov=True)


OPTIMIZERS: dict[str, Any] = {
    "sgd": SGD,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}


def get(optimizer: str | Optimizer) -> Optimizer:
    """An optimizer by its Keras name, or as it is; `momentum` and `nesterov` are SGD, with 0.9."""
    return lookup("optimizer", optimizer, OPTIMIZERS, Optimizer)


__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]
