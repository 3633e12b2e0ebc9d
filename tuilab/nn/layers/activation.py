"""Activation functions, and the layer that applies one."""

from collections.abc import Callable

from tuilab.autodiff import Tensor, ops
from tuilab.errors import TuilabError
from tuilab.nn.layers.layer import Layer
from tuilab.text import nearest

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "linear": lambda x: x,
    "relu": ops.relu,
    "sigmoid": ops.sigmoid,
    "softmax": ops.softmax,
    "tanh": ops.tanh,
    "log_softmax": ops.log_softmax,
}


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
