"""The simple recurrent network: its output is fed back to it with the next input.

J. Elman, 1990, Finding Structure in Time.
"""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.dense import ACTIVATION_GRADIENTS, ACTIVATIONS
from tuilab.kernels.reference.products import matmul
from tuilab.kernels.reference.shaping import transpose

Array = Any
ALL = (True,) * 5


def simple_rnn_step(x: Array, h: Array, w: Array, u: Array, b: Array, activation: str = "tanh") -> Array:
    """One step: the new output."""
    return ACTIVATIONS[activation](matmul(x, w) + matmul(h, u) + b)


def simple_rnn(
    x: Array, h0: Array, w: Array, u: Array, b: Array, activation: str = "tanh"
) -> tuple[Array, Array]:
    """All steps: outputs (batch, steps, units), and the last of them."""
    xp = array_namespace(x, h0, w, u, b)
    h, sequence = h0, []
    for t in range(x.shape[1]):
        h = simple_rnn_step(x[:, t], h, w, u, b, activation)
        sequence.append(h)
    if not sequence:
        return xp.zeros((x.shape[0], 0, h0.shape[1]), dtype=x.dtype), h
    return xp.stack(sequence, axis=1), h


def simple_rnn_step_gradient(
    gradient: Array,
    output: Array,
    x: Array,
    h: Array,
    w: Array,
    u: Array,
    activation: str = "tanh",
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """One step back: from the gradient of its output those of x, h, w, u and b."""
    dz = ACTIVATION_GRADIENTS[activation](gradient, output)
    return (
        matmul(dz, transpose(w)) if needs[0] else None,
        matmul(dz, transpose(u)) if needs[1] else None,
        matmul(transpose(x), dz) if needs[2] else None,
        matmul(transpose(h), dz) if needs[3] else None,
        array_namespace(dz).sum(dz, axis=0) if needs[4] else None,
    )


def simple_rnn_gradient(
    gradient_sequence: Array,
    gradient_h: Array,
    sequence: Array,
    x: Array,
    h0: Array,
    w: Array,
    u: Array,
    activation: str = "tanh",
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """Back through time: the last step first, the gradients of the weights added up over the steps."""
    xp = array_namespace(gradient_sequence, x)
    steps = x.shape[1]
    dx: list[Array] = []
    dh = gradient_h
    dw, du, db = xp.zeros_like(w), xp.zeros_like(u), xp.zeros_like(u[0])
    for t in reversed(range(steps)):
        before = sequence[:, t - 1] if t else h0
        one, dh, *weights = simple_rnn_step_gradient(
            dh + gradient_sequence[:, t], sequence[:, t], x[:, t], before, w, u, activation
        )
        dx.insert(0, one)
        dw, du, db = (total + part for total, part in zip((dw, du, db), weights, strict=True))
    found = (xp.stack(dx, axis=1) if steps else xp.zeros_like(x), dh, dw, du, db)
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))
