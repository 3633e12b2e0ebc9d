"""The gated recurrent unit, through time and back, each in one launch."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating
from tuilab.kernels.parallel.elementary import tanh
from tuilab.kernels.parallel.recurrent import (
    KEPT,
    ONE,
    X,
    add_row,
    add_weight_gradients,
    check_gates,
    copy_row,
    input_gradients,
    join_row,
    offsets,
    other_axis_first,
    rows_of_a_task,
    sigmoid_row,
    state_gradients,
    states_before,
    sum_parts,
    turn_row,
)
from tuilab.kernels.parallel.register_tiles import multiply

ALL = (True,) * 5
STEP = "(batch,features),(batch,units),(features,gates),(units,gates),(2,gates)->(batch,units)"
THROUGH = "(batch,steps,features),(batch,units),(features,gates),(units,gates),(2,gates)->(batch,steps,units)"
STEP_BACK = (
    "(batch,units),(batch,4,units),(batch,features),(batch,units),(features,gates),(units,gates)"
    "->(batch,features)"
)
BACK = (
    "(batch,steps,units),(batch,units),(batch,steps,units),(batch,steps,4,units),(batch,steps,features),"
    "(batch,units),(features,gates),(units,gates)->(batch,steps,features)"
)


@device
def _sums(
    x: Any, h0: Any, sequence: Any, w: Any, u: Any, b: Any, first: Any, height: Any, t: Any, apart: Any,
    gates: Any,
) -> None:  # fmt: skip
    """The sums of step t: with x, and for update and reset gate with h; for the candidate that is apart."""
    batch, steps, features = x.shape
    units = h0.shape[1]
    two, three, four = 2 * units, 3 * units, 4 * units
    out, place, flat_b = gates.reshape(-1), (t * batch + first) * four, b.reshape(-1)
    states, begin, lie = states_before(h0, sequence, first, t)
    multiply(
        x.reshape(-1), (first * steps + t) * features, apart[X], height, apart[ONE], features,
        w.reshape(-1), 0, three, three, out, place, apart[KEPT], flat_b, 0, False, False,
    )  # fmt: skip
    multiply(
        states, begin, apart[lie], height, apart[ONE], units,
        u.reshape(-1), 0, three, two, out, place, apart[KEPT], flat_b, 0, True, False,
    )  # fmt: skip
    multiply(
        states, begin, apart[lie], height, apart[ONE], units,
        u.reshape(-1), two, three, units, out, place + three, apart[KEPT], flat_b, three + two, False, False,
    )  # fmt: skip


@device
def _step(before: Any, b: Any, gates: Any, units: Any, h: Any) -> None:
    """From the sums of a sample the gates, and from the gates the new state."""
    one = gates.dtype.type(1)  # a plain 1 would make float64 of float32
    add_row(gates[: 2 * units], b[1, : 2 * units])
    sigmoid_row(gates[: 2 * units])
    z, r, g, recalled = (
        gates[:units],
        gates[units : 2 * units],
        gates[2 * units : 3 * units],
        gates[3 * units :],
    )
    for j in range(units):
        g[j] = tanh(g[j] + r[j] * recalled[j])
    for j in range(units):
        h[j] = z[j] * before[j] + (one - z[j]) * g[j]


@kernel
def _gru(
    x: Any, h0: Any, w: Any, u: Any, b: Any, rows: Any, apart: Any, sequence: Any, h: Any, gates: Any
) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        for t in range(steps):
            _sums(x, h0, sequence, w, u, b, first, end - first, t, apart, gates)
            for sample in range(first, end):
                before = h0[sample] if t == 0 else sequence[sample, t - 1]
                _step(before, b, gates[t, sample].reshape(-1), units, sequence[sample, t])
        for sample in range(first, end):
            copy_row(sequence[sample, steps - 1] if steps else h0[sample], h[sample])


@device
def _step_back(dh: Any, before: Any, gates: Any, units: Any, by_x: Any, by_h: Any) -> None:
    """The gradients by the sums with x and with h; dh becomes what goes past the gates."""
    one = gates.dtype.type(1)
    z, r, g, recalled = (
        gates[:units],
        gates[units : 2 * units],
        gates[2 * units : 3 * units],
        gates[3 * units :],
    )
    dz, dr, dg = by_x[:units], by_x[units : 2 * units], by_x[2 * units :]
    d_recalled = by_h[2 * units :]
    for j in range(units):
        dg[j] = dh[j] * (one - z[j]) * (one - g[j] * g[j])
    for j in range(units):
        dz[j] = dh[j] * (before[j] - g[j]) * z[j] * (one - z[j])
    for j in range(units):
        dr[j] = dg[j] * recalled[j] * r[j] * (one - r[j])
    for j in range(units):
        d_recalled[j] = dg[j] * r[j]
    copy_row(by_x[: 2 * units], by_h[: 2 * units])
    for j in range(units):
        dh[j] *= z[j]


@kernel
def _gru_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    sequence: Any,
    gates: Any,
    x: Any,
    h0: Any,
    w: Any,
    u: Any,
    rows: Any,
    apart: Any,
    nothing: Any,
    w_turned: Any,
    u_turned: Any,
    joined: Any,
    by_x: Any,
    by_h: Any,
    parts: Any,
    dx: Any,
    dh: Any,
    weights: Any,
) -> None:
    batch, steps, _ = x.shape
    features, units = w_turned.shape[1], h0.shape[1]
    for gate in prange(3 * units):
        turn_row(w, gate, w_turned[gate])
        turn_row(u, gate, u_turned[gate])
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        height = end - first
        part = parts[block]
        part[:] = 0
        for sample in range(first, end):
            copy_row(gradient_h[sample], dh[sample])
        for t in range(steps - 1, -1, -1):
            for sample in range(first, end):
                before, row = h0[sample], gates[t, sample].reshape(-1)
                if t:
                    before = sequence[sample, t - 1]
                join_row(x[sample, t], before, joined[sample])
                add_row(dh[sample], gradient_sequence[sample, t])
                _step_back(dh[sample], before, row, units, by_x[sample], by_h[sample])
                if part.size:
                    add_row(part[features + units], by_x[sample])
                    add_row(part[features + units + 1], by_h[sample])
            state_gradients(by_h, u_turned, first, height, apart, True, nothing, dh)
            if dx.size:
                input_gradients(by_x, w_turned, first, height, t, apart, nothing, dx)
            if part.size:
                add_weight_gradients(joined, 0, features, by_x, first, height, apart, nothing, part)
                add_weight_gradients(joined, features, units, by_h, first, height, apart, nothing, part)
    for number in prange(len(weights)):
        sum_parts(parts, number, weights[number])


def gru(x: Any, h0: Any, w: Any, u: Any, b: Any) -> tuple[Array, Array, Array]:
    x, h0, w, u, b = floating("gru", x, h0, w, u, b)
    shape = shapes.match("gru", THROUGH, x.shape, h0.shape, w.shape, u.shape, b.shape)
    batch, steps, units = shape
    check_gates("gru", x, w, units, 3)
    sequence, h, gates = (
        np.empty(shape, x.dtype),
        np.empty_like(h0),
        np.empty((steps, batch, 4, units), x.dtype),
    )
    apart = offsets(steps, x.shape[2], units, 3 * units, 4 * units)
    _gru(x, h0, w, u, b, rows_of_a_task(batch), apart, sequence, h, gates)
    return sequence, h, other_axis_first(gates)


def gru_step(x: Any, h: Any, w: Any, u: Any, b: Any) -> tuple[Array, Array]:
    x, h, w, u, b = floating("gru_step", x, h, w, u, b)
    shapes.match("gru_step", STEP, x.shape, h.shape, w.shape, u.shape, b.shape)
    check_gates("gru_step", x, w, h.shape[1], 3)
    _, new, gates = gru(x[:, np.newaxis], h, w, u, b)
    return new, gates[:, 0]


def gru_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    sequence: Any,
    gates: Any,
    x: Any,
    h0: Any,
    w: Any,
    u: Any,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    given = (gradient_sequence, gradient_h, sequence, gates, x, h0, w, u)
    shapes.match("gru_gradient", BACK, *(np.shape(one) for one in given))
    arrays = floating("gru_gradient", *given[:3], other_axis_first(gates), *given[4:])
    x, h0, w = arrays[4], arrays[5], arrays[6]
    (batch, steps, features), units = x.shape, h0.shape[1]
    check_gates("gru_gradient", x, w, units, 3)
    rows, depth = rows_of_a_task(batch), features + units + 2 if any(needs[2:]) else 0
    dx = np.empty(x.shape if needs[0] else (0, 0, 0), x.dtype)
    dh, by_x, by_h = np.empty_like(h0), *(np.empty((batch, 3 * units), x.dtype) for _ in range(2))
    parts = np.empty((-(-batch // rows), depth, 3 * units), x.dtype)
    weights = np.empty((depth, 3 * units), x.dtype)
    apart = offsets(steps, features, units, 3 * units, 4 * units)
    nothing = np.zeros(max(features, 3 * units), x.dtype)
    joined = np.empty((batch, features + units + 1), x.dtype)
    w_turned, u_turned = np.empty((3 * units, features), x.dtype), np.empty((3 * units, units), x.dtype)
    scratch = (w_turned, u_turned, joined, by_x, by_h)
    _gru_gradient(*arrays, rows, apart, nothing, *scratch, parts, dx, dh, weights)
    found = (dx, dh, weights[:features], weights[features:-2], weights[-2:])
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))


def gru_step_gradient(
    gradient: Any,
    gates: Any,
    x: Any,
    h: Any,
    w: Any,
    u: Any,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    arrays = floating("gru_step_gradient", gradient, gates, x, h, w, u)
    shapes.match("gru_step_gradient", STEP_BACK, *(one.shape for one in arrays))
    gradient, gates, x, h, w, u = arrays
    check_gates("gru_step_gradient", x, w, h.shape[1], 3)
    nothing = np.zeros_like(h)[:, np.newaxis]
    through = (nothing, gradient, nothing, gates[:, np.newaxis], x[:, np.newaxis], h, w, u)
    dx, *others = gru_gradient(*through, needs)
    return (None if dx is None else dx[:, 0], *others)
