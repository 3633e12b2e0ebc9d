"""The gated recurrent unit: a state that is partly kept and partly replaced.

K. Cho et al., 2014, Learning Phrase Representations using RNN Encoder-Decoder. Here as in Keras
(`reset_after=True`) and PyTorch: the reset gate works on the product with the recurrent weights, which has a
bias of its own. The gates stand in Keras's order: update, reset, candidate.
"""

from typing import Any

from array_api_compat import array_namespace

from tuilab.kernels.reference.activations import sigmoid, tanh
from tuilab.kernels.reference.products import matmul
from tuilab.kernels.reference.shaping import transpose

Array = Any
ALL = (True,) * 5


def gru_step(x: Array, h: Array, w: Array, u: Array, b: Array) -> tuple[Array, Array]:
    """One step: the new output, and (batch, 4, units) the update gate, the reset gate, the candidate and
    what the candidate took from h before it was reset."""
    xp = array_namespace(x, h, w, u, b)
    units = h.shape[1]
    from_x, from_h = matmul(x, w) + b[0], matmul(h, u) + b[1]
    z = sigmoid(from_x[:, :units] + from_h[:, :units])
    r = sigmoid(from_x[:, units : 2 * units] + from_h[:, units : 2 * units])
    recalled = from_h[:, 2 * units :]
    g = tanh(from_x[:, 2 * units :] + r * recalled)
    return z * h + (1 - z) * g, xp.stack([z, r, g, recalled], axis=1)


def gru(x: Array, h0: Array, w: Array, u: Array, b: Array) -> tuple[Array, Array, Array]:
    """All steps: outputs (batch, steps, units), and the last of them; kept are all gates."""
    xp = array_namespace(x, h0, w, u, b)
    h, sequence, gates = h0, [], []
    for t in range(x.shape[1]):
        h, gate = gru_step(x[:, t], h, w, u, b)
        sequence.append(h)
        gates.append(gate)
    if not sequence:
        batch, units = h0.shape
        return xp.zeros((batch, 0, units), dtype=x.dtype), h, xp.zeros((batch, 0, 4, units), dtype=x.dtype)
    return xp.stack(sequence, axis=1), h, xp.stack(gates, axis=1)


def gru_step_gradient(
    gradient: Array,
    gates: Array,
    x: Array,
    h: Array,
    w: Array,
    u: Array,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """One step back: from the gradient of its output those of x, h, w, u and b."""
    xp = array_namespace(gradient, x)
    z, r, g, recalled = (gates[:, gate] for gate in range(4))
    dg = gradient * (1 - z) * (1 - g * g)
    dz = gradient * (h - g) * z * (1 - z)
    dr = dg * recalled * r * (1 - r)
    by_x = xp.concat([dz, dr, dg], axis=1)
    by_h = xp.concat([dz, dr, dg * r], axis=1)
    return (
        matmul(by_x, transpose(w)) if needs[0] else None,
        gradient * z + matmul(by_h, transpose(u)) if needs[1] else None,
        matmul(transpose(x), by_x) if needs[2] else None,
        matmul(transpose(h), by_h) if needs[3] else None,
        xp.stack([xp.sum(by_x, axis=0), xp.sum(by_h, axis=0)], axis=0) if needs[4] else None,
    )


def gru_gradient(
    gradient_sequence: Array,
    gradient_h: Array,
    sequence: Array,
    gates: Array,
    x: Array,
    h0: Array,
    w: Array,
    u: Array,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    """Back through time: the last step first, the gradients of the weights added up over the steps."""
    xp = array_namespace(gradient_sequence, x)
    steps = x.shape[1]
    dx: list[Array] = []
    dh = gradient_h
    dw, du, db = xp.zeros_like(w), xp.zeros_like(u), xp.zeros((2, u.shape[1]), dtype=u.dtype)
    for t in reversed(range(steps)):
        before = sequence[:, t - 1] if t else h0
        one, dh, *weights = gru_step_gradient(
            dh + gradient_sequence[:, t], gates[:, t], x[:, t], before, w, u
        )
        dx.insert(0, one)
        dw, du, db = (total + part for total, part in zip((dw, du, db), weights, strict=True))
    found = (xp.stack(dx, axis=1) if steps else xp.zeros_like(x), dh, dw, du, db)
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))
