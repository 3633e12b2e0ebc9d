"""The long short-term memory, through time and back, each in one launch."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating
from tuilab.kernels.parallel.elementary import tanh
from tuilab.kernels.parallel.recurrent import (
    SUM,
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
    sum_parts,
    sums,
    tanh_row,
    turn_row,
)

ALL = (True,) * 6
STEP = "(batch,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)->(batch,units)"
THROUGH = (
    "(batch,steps,features),(batch,units),(batch,units),(features,gates),(units,gates),(gates)"
    "->(batch,steps,units)"
)
BACK = (
    "(batch,steps,units),(batch,units),(batch,units),(batch,steps,units),(batch,steps,4,units),"
    "(batch,steps,units),(batch,steps,features),(batch,units),(batch,units),(features,gates),(units,gates)"
    "->(batch,steps,features)"
)
STEP_BACK = (
    "(batch,units),(batch,units),(batch,units),(batch,4,units),(batch,features),(batch,units),(batch,units),"
    "(features,gates),(units,gates)->(batch,features)"
)


@device
def _write_cell(before: Any, gates: Any, units: Any, cell: Any) -> None:
    """cell = f · before + i · g."""
    i, f, g = gates[:units], gates[units : 2 * units], gates[2 * units : 3 * units]
    for j in range(units):
        cell[j] = f[j] * before[j] + i[j] * g[j]


@device
def _read_cell(cell: Any, gates: Any, units: Any, h: Any) -> None:
    """h = o · tanh(cell)."""
    o = gates[3 * units :]
    for j in range(units):
        h[j] = o[j] * tanh(cell[j])


@kernel
def _lstm(
    x: Any,
    h0: Any,
    c0: Any,
    w: Any,
    u: Any,
    b: Any,
    rows: Any,
    apart: Any,
    sequence: Any,
    h: Any,
    c: Any,
    gates: Any,
    cells: Any,
) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    width = 4 * units
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        for t in range(steps):
            place = (t * batch + first) * width
            sums(x, h0, sequence, w, u, b, first, end - first, t, apart, gates.reshape(-1), place, SUM)
            for sample in range(first, end):
                row = gates[t, sample].reshape(-1)
                sigmoid_row(row[: 2 * units])
                tanh_row(row[2 * units : 3 * units])
                sigmoid_row(row[3 * units :])
                _write_cell(c0[sample] if t == 0 else cells[t - 1, sample], row, units, cells[t, sample])
                _read_cell(cells[t, sample], row, units, sequence[sample, t])
        for sample in range(first, end):
            copy_row(sequence[sample, steps - 1] if steps else h0[sample], h[sample])
            copy_row(cells[steps - 1, sample] if steps else c0[sample], c[sample])


@device
def _gate_gradients(dh: Any, dc: Any, before: Any, cell: Any, gates: Any, units: Any, dz: Any) -> None:
    """dz = the gradient by the sums in the gates; dc goes from this step's cell to the one before."""
    one = gates.dtype.type(1)  # a plain 1 would make float64 of float32
    i, f, g, o = gates[:units], gates[units : 2 * units], gates[2 * units : 3 * units], gates[3 * units :]
    di, df, dg, do = dz[:units], dz[units : 2 * units], dz[2 * units : 3 * units], dz[3 * units :]
    for j in range(units):
        do[j] = tanh(cell[j])
    for j in range(units):
        dc[j] += dh[j] * o[j] * (one - do[j] * do[j])
    for j in range(units):
        do[j] = dh[j] * do[j] * o[j] * (one - o[j])
    for j in range(units):
        di[j] = dc[j] * g[j] * i[j] * (one - i[j])
    for j in range(units):
        df[j] = dc[j] * before[j] * f[j] * (one - f[j])
    for j in range(units):
        dg[j] = dc[j] * i[j] * (one - g[j] * g[j])
    for j in range(units):
        dc[j] *= f[j]


@kernel
def _lstm_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    gradient_c: Any,
    sequence: Any,
    gates: Any,
    cells: Any,
    x: Any,
    h0: Any,
    c0: Any,
    w: Any,
    u: Any,
    rows: Any,
    apart: Any,
    nothing: Any,
    w_turned: Any,
    u_turned: Any,
    joined: Any,
    dz: Any,
    parts: Any,
    dx: Any,
    dh: Any,
    dc: Any,
    weights: Any,
) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    for gate in prange(4 * units):
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
            copy_row(gradient_c[sample], dc[sample])
        for t in range(steps - 1, -1, -1):
            for sample in range(first, end):
                before, h_before = c0[sample], h0[sample]
                if t:
                    before, h_before = cells[t - 1, sample], sequence[sample, t - 1]
                join_row(x[sample, t], h_before, joined[sample])
                row, cell = gates[t, sample].reshape(-1), cells[t, sample]
                add_row(dh[sample], gradient_sequence[sample, t])
                _gate_gradients(dh[sample], dc[sample], before, cell, row, units, dz[sample])
            state_gradients(dz, u_turned, first, height, apart, False, nothing, dh)
            if dx.size:
                input_gradients(dz, w_turned, first, height, t, apart, nothing, dx)
            if part.size:
                add_weight_gradients(joined, 0, len(part), dz, first, height, apart, nothing, part)
    for number in prange(len(weights)):
        sum_parts(parts, number, weights[number])


def lstm(x: Any, h0: Any, c0: Any, w: Any, u: Any, b: Any) -> tuple[Array, Array, Array, Array, Array]:
    x, h0, c0, w, u, b = floating("lstm", x, h0, c0, w, u, b)
    shapes.match("lstm", THROUGH, x.shape, h0.shape, c0.shape, w.shape, u.shape, b.shape)
    (batch, steps, features), units = x.shape, h0.shape[1]
    check_gates("lstm", x, w, units, 4)
    sequence, cells = np.empty((batch, steps, units), x.dtype), np.empty((steps, batch, units), x.dtype)
    gates, h, c = np.empty((steps, batch, 4, units), x.dtype), np.empty_like(h0), np.empty_like(c0)
    apart = offsets(steps, features, units, 4 * units)
    _lstm(x, h0, c0, w, u, b, rows_of_a_task(batch), apart, sequence, h, c, gates, cells)
    return sequence, h, c, other_axis_first(gates), other_axis_first(cells)


def lstm_step(x: Any, h: Any, c: Any, w: Any, u: Any, b: Any) -> tuple[Array, Array, Array]:
    x, h, c, w, u, b = floating("lstm_step", x, h, c, w, u, b)
    shapes.match("lstm_step", STEP, x.shape, h.shape, c.shape, w.shape, u.shape, b.shape)
    check_gates("lstm_step", x, w, h.shape[1], 4)
    _, new_h, new_c, gates, _ = lstm(x[:, np.newaxis], h, c, w, u, b)
    return new_h, new_c, gates[:, 0]


def lstm_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    gradient_c: Any,
    sequence: Any,
    gates: Any,
    cells: Any,
    x: Any,
    h0: Any,
    c0: Any,
    w: Any,
    u: Any,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    flows, weights_of = (gradient_sequence, gradient_h, gradient_c), (x, h0, c0, w, u)
    given = (*flows, sequence, gates, cells, *weights_of)
    shapes.match("lstm_gradient", BACK, *(np.shape(one) for one in given))
    kept = (sequence, other_axis_first(gates), other_axis_first(cells))
    arrays = floating("lstm_gradient", *flows, *kept, *weights_of)
    x, h0, w, u = arrays[6], arrays[7], arrays[9], arrays[10]
    (batch, steps, features), units = x.shape, h0.shape[1]
    check_gates("lstm_gradient", x, w, units, 4)
    rows, depth, width = rows_of_a_task(batch), features + units + 1, 4 * units
    dx = np.empty(x.shape if needs[0] else (0, 0, 0), x.dtype)
    dh, dc, dz = np.empty_like(h0), np.empty_like(h0), np.empty((batch, width), x.dtype)
    if not any(needs[3:]):
        depth = 0
    parts = np.empty((-(-batch // rows), depth, width), x.dtype)
    weights = np.empty((depth, width), x.dtype)
    apart, nothing = offsets(steps, features, units, width), np.zeros(max(features, width), x.dtype)
    joined = np.empty((batch, features + units + 1), x.dtype)
    w_turned, u_turned = np.empty((width, features), x.dtype), np.empty((width, units), x.dtype)
    _lstm_gradient(*arrays, rows, apart, nothing, w_turned, u_turned, joined, dz, parts, dx, dh, dc, weights)
    found = (dx, dh, dc, weights[:features], weights[features:-1], weights[-1:].reshape(-1))
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))


def lstm_step_gradient(
    gradient_h: Any,
    gradient_c: Any,
    cell: Any,
    gates: Any,
    x: Any,
    h: Any,
    c: Any,
    w: Any,
    u: Any,
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    arrays = floating("lstm_step_gradient", gradient_h, gradient_c, cell, gates, x, h, c, w, u)
    shapes.match("lstm_step_gradient", STEP_BACK, *(one.shape for one in arrays))
    gradient_h, gradient_c, cell, gates, x, h, c, w, u = arrays
    check_gates("lstm_step_gradient", x, w, h.shape[1], 4)
    nothing = np.zeros((*h.shape[:1], 1, *h.shape[1:]), h.dtype)
    dx, *others = lstm_gradient(
        nothing,
        gradient_h,
        gradient_c,
        nothing,
        gates[:, np.newaxis],
        cell[:, np.newaxis],
        x[:, np.newaxis],
        h,
        c,
        w,
        u,
        needs,
    )
    return (None if dx is None else dx[:, 0], *others)
