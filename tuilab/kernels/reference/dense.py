"""The dense layer: every output connected with every input."""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference import activations
from tuilab.kernels.reference.products import matmul
from tuilab.kernels.reference.shaping import transpose

Array = Any

ACTIVATIONS = {
    "linear": lambda z: z,
    "relu": activations.relu,
    "sigmoid": activations.sigmoid,
    "tanh": activations.tanh,
}
ACTIVATION_GRADIENTS = {
    "linear": lambda gradient, output: gradient,
    "relu": activations.relu_gradient,
    "sigmoid": activations.sigmoid_gradient,
    "tanh": activations.tanh_gradient,
}


def dense(x: Array, w: Array, b: Array, activation: str = "linear") -> Array:
    return ACTIVATIONS[activation](matmul(x, w) + b)


def dense_gradient(
    gradient: Array,
    output: Array,
    x: Array,
    w: Array,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    z = ACTIVATION_GRADIENTS[activation](gradient, output)
    dx = matmul(z, transpose(w)) if needs[0] else None
    dw = matmul(transpose(x), z) if needs[1] else None
    db = array_namespace(z).sum(z, axis=0) if needs[2] else None
    return dx, dw, db
