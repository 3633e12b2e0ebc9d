"""Activation functions, and the layer that applies one."""

from collections.abc import Callable

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.layers.layer import Layer
from tuilab.text import nearest

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda x: x,
    "elu": ops.elu,
    "exponential": ops.exp,
    "gelu": ops.gelu,
    "hard_sigmoid": ops.hard_sigmoid,
    "hard_silu": ops.hard_silu,
    "hard_swish": ops.hard_silu,
    "hard_tanh": ops.hard_tanh,
    "leaky_relu": ops.leaky_relu,
    "mish": ops.mish,
    "relu": ops.relu,
    "relu6": ops.relu6,
    "selu": ops.selu,
    "sigmoid": ops.sigmoid,
    "silu": ops.silu,
    "softmax": ops.softmax,
    "softplus": ops.softplus,
    "softsign": ops.softsign,
    "swish": ops.silu,
    "tanh": ops.tanh,
    "log_softmax": ops.log_softmax,
}
"""Keras's names, with Keras's defaults."""


def named(activation: str | None) -> str:
    """The activation's name, checked; None is linear."""
    if activation is None:
        return "linear"
    if activation not in ACTIVATIONS:
        guess = nearest(str(activation), ACTIVATIONS)
        hint = f" Did you mean {guess!r}?" if guess else f" Expected one of {', '.join(ACTIVATIONS)}."
        raise TuilabError(f"There is no activation {activation!r}.{hint}")
    return activation


class Activation(Layer):
    """y = activation(x), element by element; softmax along the last axis."""

    def __init__(self, activation: str, name: str | None = None) -> None:
        super().__init__(name)
        self.activation = named(activation)

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        return ACTIVATIONS[self.activation](x)
