"""The gated recurrent unit, through time and back, each in one launch."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating
from tuilab.kernels.parallel.blas import gemm, gemm_add
from tuilab.kernels.parallel.elementary import tanh
from tuilab.kernels.parallel.recurrent import (
    add_row,
    check_gates,
    copy_row,
    rows_of_a_task,
    sigmoid_row,
    states_before,
    sum_parts,
)

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
    x: Any, h0: Any, sequence: Any, w: Any, u: Any, first: Any, height: Any, t: Any, gates: Any
) -> None:
    """The sums of step t: x w + h u for both gates, for the candidate x w and, apart from it, h u."""
    steps, features = x.shape[1:]
    units = h0.shape[1]
    two, three, four = 2 * units, 3 * units, 4 * units
    out = gates.reshape(-1)[(first * steps + t) * four :]
    x_rows = x.reshape(-1)[(first * steps + t) * features :]
    h_rows, h_apart = states_before(h0, sequence, first, t)
    flat_w, flat_u = w.reshape(-1), u.reshape(-1)
    gemm(False, False, height, three, features, x_rows, steps * features, flat_w, three, out, steps * four)
    gemm_add(False, False, height, two, units, h_rows, h_apart, flat_u, three, out, steps * four)
    gemm(False, False, height, units, units, h_rows, h_apart, flat_u[two:], three, out[three:], steps * four)


@device
def _step(before: Any, b: Any, gates: Any, units: Any, h: Any) -> None:
    """From the sums of a sample the gates, and from the gates the new state."""
    one = gates.dtype.type(1)  # a plain 1 would make float64 of float32
    add_row(gates[: 2 * units], b[1, : 2 * units])
    sigmoid_row(gates[: 2 * units], b[0, : 2 * units])
    add_row(gates[3 * units :], b[1, 2 * units :])
    z, r, g, recalled = (
        gates[:units],
        gates[units : 2 * units],
        gates[2 * units : 3 * units],
        gates[3 * units :],
    )
    bias = b[0, 2 * units :]
    for j in range(units):
        g[j] = tanh(g[j] + bias[j] + r[j] * recalled[j])
    for j in range(units):
        h[j] = z[j] * before[j] + (one - z[j]) * g[j]


@kernel
def _gru(x: Any, h0: Any, w: Any, u: Any, b: Any, rows: Any, sequence: Any, h: Any, gates: Any) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        for t in range(steps):
            _sums(x, h0, sequence, w, u, first, end - first, t, gates)
            for sample in range(first, end):
                before = h0[sample] if t == 0 else sequence[sample, t - 1]
                _step(before, b, gates[sample, t].reshape(-1), units, sequence[sample, t])
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


@device
def _sums_back(
    x: Any,
    h0: Any,
    sequence: Any,
    w: Any,
    u: Any,
    first: Any,
    height: Any,
    t: Any,
    by_x: Any,
    by_h: Any,
    dx: Any,
    dh: Any,
    part: Any,
) -> None:
    """From the gradients by the sums those by x and h; those by w, u and both biases are added to the rows
    of `part`, one below the other. dx and `part` are empty where nobody asks."""
    steps, features = x.shape[1:]
    units, width = u.shape
    x_from, x_apart = (first * steps + t) * features, steps * features
    x_sums, h_sums = by_x.reshape(-1)[first * width :], by_h.reshape(-1)[first * width :]
    flat_dh = dh.reshape(-1)[first * units :]
    gemm_add(False, True, height, units, width, h_sums, width, u.reshape(-1), width, flat_dh, units)
    if dx.size:
        flat_dx = dx.reshape(-1)[x_from:]
        gemm(False, True, height, features, width, x_sums, width, w.reshape(-1), width, flat_dx, x_apart)
    if part.size:
        flat_part, flat_x = part.reshape(-1), x.reshape(-1)[x_from:]
        gemm_add(True, False, features, width, height, flat_x, x_apart, x_sums, width, flat_part, width)
        h_rows, h_apart = states_before(h0, sequence, first, t)
        below = flat_part[features * width :]
        gemm_add(True, False, units, width, height, h_rows, h_apart, h_sums, width, below, width)
        for sample in range(first, first + height):
            add_row(part[features + units], by_x[sample])
            add_row(part[features + units + 1], by_h[sample])


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
    by_x: Any,
    by_h: Any,
    parts: Any,
    dx: Any,
    dh: Any,
    weights: Any,
) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        part = parts[block]
        part[:] = 0
        for sample in range(first, end):
            copy_row(gradient_h[sample], dh[sample])
        for t in range(steps - 1, -1, -1):
            for sample in range(first, end):
                before, row = h0[sample] if t == 0 else sequence[sample, t - 1], gates[sample, t].reshape(-1)
                add_row(dh[sample], gradient_sequence[sample, t])
                _step_back(dh[sample], before, row, units, by_x[sample], by_h[sample])
            _sums_back(x, h0, sequence, w, u, first, end - first, t, by_x, by_h, dx, dh, part)
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
        np.empty((batch, steps, 4, units), x.dtype),
    )
    _gru(x, h0, w, u, b, rows_of_a_task(batch), sequence, h, gates)
    return sequence, h, gates


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
    arrays = floating("gru_gradient", gradient_sequence, gradient_h, sequence, gates, x, h0, w, u)
    shapes.match("gru_gradient", BACK, *(one.shape for one in arrays))
    x, h0, w = arrays[4], arrays[5], arrays[6]
    (batch, _, features), units = x.shape, h0.shape[1]
    check_gates("gru_gradient", x, w, units, 3)
    rows, depth = rows_of_a_task(batch), features + units + 2 if any(needs[2:]) else 0
    dx = np.empty(x.shape if needs[0] else (0, 0, 0), x.dtype)
    dh, by_x, by_h = np.empty_like(h0), *(np.empty((batch, 3 * units), x.dtype) for _ in range(2))
    parts = np.empty((-(-batch // rows), depth, 3 * units), x.dtype)
    weights = np.empty((depth, 3 * units), x.dtype)
    _gru_gradient(*arrays, rows, by_x, by_h, parts, dx, dh, weights)
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
