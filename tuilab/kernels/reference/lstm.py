"""The long short-term memory: a cell that is written, kept and read through gates.

S. Hochreiter, J. Schmidhuber, 1997, Long Short-Term Memory; the forget gate: F. Gers, J. Schmidhuber,
F. Cummins, 2000, Learning to Forget. The gates stand in Keras's order: input, forget, candidate, output.
"""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.activations import sigmoid, tanh
from tuilab.kernels.reference.products import matmul
from tuilab.kernels.reference.shaping import transpose

Array = Any
ALL = (True,) * 6


def lstm_step(x: Array, h: Array, c: Array, w: Array, u: Array, b: Array) -> tuple[Array, Array, Array]:
    """One step: the new output, the new cell, and the four gates (batch, 4, units)."""
    xp = array_namespace(x, h, c, w, u, b)
    z = xp.reshape(matmul(x, w) + matmul(h, u) + b, (x.shape[0], 4, h.shape[1]))
    i, f, g, o = sigmoid(z[:, 0]), sigmoid(z[:, 1]), tanh(z[:, 2]), sigmoid(z[:, 3])
    cell = f * c + i * g
    return o * tanh(cell), cell, xp.stack([i, f, g, o], axis=1)


def lstm(
    x: Array, h0: Array, c0: Array, w: Array, u: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """All steps: outputs (batch, steps, units), the last output and cell; kept are all gates and cells."""
    xp = array_namespace(x, h0, c0, w, u, b)
    batch, steps, _ = x.shape
    h, c, sequence, gates, cells = h0, c0, [], [], []
    for t in range(steps):
        h, c, gate = lstm_step(x[:, t], h, c, w, u, b)
        sequence.append(h)
        gates.append(gate)
        cells.append(c)
    if steps == 0:
        none = xp.zeros((batch, 0, h0.shape[1]), dtype=x.dtype)
        return none, h, c, xp.zeros((batch, 0, 4, h0.shape[1]), dtype=x.dtype), none
    return xp.stack(sequence, axis=1), h, c, xp.stack(gates, axis=1), xp.stack(cells, axis=1)


def lstm_step_gradient(
    gradient_h: Array,
    gradient_c: Array,
    cell: Array,
    gates: Array,
    x: Array,
    h: Array,
    c: Array,
    w: Array,
    u: Array,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """One step back: from the gradients of its output and its cell those of x, h, c, w, u and b."""
    xp = array_namespace(gradient_h, x)
    i, f, g, o = (gates[:, gate] for gate in range(4))
    read = tanh(cell)
    dc = gradient_c + gradient_h * o * (1 - read * read)
    di = dc * g * i * (1 - i)
    df = dc * c * f * (1 - f)
    dg = dc * i * (1 - g * g)
    do = gradient_h * read * o * (1 - o)
    dz = xp.concat([di, df, dg, do], axis=1)
    return (
        matmul(dz, transpose(w)) if needs[0] else None,
        matmul(dz, transpose(u)) if needs[1] else None,
        dc * f if needs[2] else None,
        matmul(transpose(x), dz) if needs[3] else None,
        matmul(transpose(h), dz) if needs[4] else None,
        xp.sum(dz, axis=0) if needs[5] else None,
    )


def lstm_gradient(
    gradient_sequence: Array,
    gradient_h: Array,
    gradient_c: Array,
    sequence: Array,
    gates: Array,
    cells: Array,
    x: Array,
    h0: Array,
    c0: Array,
    w: Array,
    u: Array,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """Back through time: the last step first, the gradients of the weights added up over the steps."""
    xp = array_namespace(gradient_sequence, x)
    steps = x.shape[1]
    dx: list[Array] = []
    dh, dc = gradient_h, gradient_c
    dw, du, db = xp.zeros_like(w), xp.zeros_like(u), xp.zeros_like(u[0])
    for t in reversed(range(steps)):
        before = (sequence[:, t - 1], cells[:, t - 1]) if t else (h0, c0)
        one, dh, dc, *weights = lstm_step_gradient(
            dh + gradient_sequence[:, t], dc, cells[:, t], gates[:, t], x[:, t], *before, w, u
        )
        dx.insert(0, one)
        dw, du, db = (total + part for total, part in zip((dw, du, db), weights, strict=True))
    found = (xp.stack(dx, axis=1) if steps else xp.zeros_like(x), dh, dc, dw, du, db)
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))
