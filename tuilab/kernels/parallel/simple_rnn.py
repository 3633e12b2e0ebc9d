"""The simple recurrent network, through time and back, each in one launch."""

from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating
from tuilab.kernels.parallel.dense import ACTIVATIONS, _activate, _activation_gradient
from tuilab.kernels.parallel.recurrent import (
    H,
    add_row,
    add_weight_gradients,
    check_gates,
    copy_row,
    input_gradients,
    join_row,
    offsets,
    rows_of_a_task,
    state_gradients,
    sum_parts,
    sums,
    turn_row,
)

ALL = (True,) * 5
STEP = "(batch,features),(batch,units),(features,units),(units,units),(units)->(batch,units)"
THROUGH = "(batch,steps,features),(batch,units),(features,units),(units,units),(units)->(batch,steps,units)"
STEP_BACK = (
    "(batch,units),(batch,units),(batch,features),(batch,units),(features,units),(units,units)"
    "->(batch,features)"
)
BACK = (
    "(batch,steps,units),(batch,units),(batch,steps,units),(batch,steps,features),(batch,units),"
    "(features,units),(units,units)->(batch,steps,features)"
)


@kernel
def _simple_rnn(
    x: Any, h0: Any, w: Any, u: Any, b: Any, activation: Any, rows: Any, apart: Any, sequence: Any, h: Any
) -> None:
    batch, steps, _ = x.shape
    units = h0.shape[1]
    for block in prange((batch + rows - 1) // rows):
        first = block * rows
        end = min(batch, first + rows)
        for t in range(steps):
            place = (first * steps + t) * units
            sums(x, h0, sequence, w, u, b, first, end - first, t, apart, sequence.reshape(-1), place, H)
            for sample in range(first, end):
                _activate(sequence[sample, t], activation)
        for sample in range(first, end):
            copy_row(sequence[sample, steps - 1] if steps else h0[sample], h[sample])


@kernel
def _simple_rnn_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    sequence: Any,
    x: Any,
    h0: Any,
    w: Any,
    u: Any,
    activation: Any,
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
    weights: Any,
) -> None:
    batch, steps, _ = x.shape
    for unit in prange(len(u)):
        turn_row(w, unit, w_turned[unit])
        turn_row(u, unit, u_turned[unit])
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
                before = h0[sample] if t == 0 else sequence[sample, t - 1]
                join_row(x[sample, t], before, joined[sample])
                add_row(dh[sample], gradient_sequence[sample, t])
                _activation_gradient(dh[sample], sequence[sample, t], activation, dz[sample])
            state_gradients(dz, u_turned, first, height, apart, False, nothing, dh)
            if dx.size:
                input_gradients(dz, w_turned, first, height, t, apart, nothing, dx)
            if part.size:
                add_weight_gradients(joined, 0, len(part), dz, first, height, apart, nothing, part)
    for number in prange(len(weights)):
        sum_parts(parts, number, weights[number])


def _activation_number(activation: str) -> int:
    if activation not in ACTIVATIONS:
        raise TuilabError(
            f"simple_rnn has no activation {activation!r}. Expected one of {', '.join(ACTIVATIONS)}."
        )
    return ACTIVATIONS[activation]


def simple_rnn(x: Any, h0: Any, w: Any, u: Any, b: Any, activation: str = "tanh") -> tuple[Array, Array]:
    x, h0, w, u, b = floating("simple_rnn", x, h0, w, u, b)
    shape = shapes.match("simple_rnn", THROUGH, x.shape, h0.shape, w.shape, u.shape, b.shape)
    check_gates("simple_rnn", x, w, h0.shape[1], 1)
    sequence, h = np.empty(shape, x.dtype), np.empty_like(h0)
    _, steps, units = shape
    apart = offsets(steps, x.shape[2], units, units)
    rows = rows_of_a_task(len(x))
    _simple_rnn(x, h0, w, u, b, _activation_number(activation), rows, apart, sequence, h)
    return sequence, h


def simple_rnn_step(x: Any, h: Any, w: Any, u: Any, b: Any, activation: str = "tanh") -> Array:
    x, h, w, u, b = floating("simple_rnn_step", x, h, w, u, b)
    shapes.match("simple_rnn_step", STEP, x.shape, h.shape, w.shape, u.shape, b.shape)
    _, new = simple_rnn(x[:, np.newaxis], h, w, u, b, activation)
    return new


def simple_rnn_gradient(
    gradient_sequence: Any,
    gradient_h: Any,
    sequence: Any,
    x: Any,
    h0: Any,
    w: Any,
    u: Any,
    activation: str = "tanh",
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    arrays = floating("simple_rnn_gradient", gradient_sequence, gradient_h, sequence, x, h0, w, u)
    shapes.match("simple_rnn_gradient", BACK, *(one.shape for one in arrays))
    x, h0, w = arrays[3], arrays[4], arrays[5]
    (batch, steps, features), units = x.shape, h0.shape[1]
    check_gates("simple_rnn_gradient", x, w, units, 1)
    rows, depth = rows_of_a_task(batch), features + units + 1 if any(needs[2:]) else 0
    dx = np.empty(x.shape if needs[0] else (0, 0, 0), x.dtype)
    dh, dz = np.empty_like(h0), np.empty_like(h0)
    parts = np.empty((-(-batch // rows), depth, units), x.dtype)
    weights = np.empty((depth, units), x.dtype)
    apart, nothing = offsets(steps, features, units, units), np.zeros(max(features, units), x.dtype)
    joined = np.empty((batch, features + units + 1), x.dtype)
    w_turned, u_turned = np.empty((units, features), x.dtype), np.empty((units, units), x.dtype)
    scratch = (w_turned, u_turned, joined, dz)
    number = _activation_number(activation)
    _simple_rnn_gradient(*arrays, number, rows, apart, nothing, *scratch, parts, dx, dh, weights)
    found = (dx, dh, weights[:features], weights[features:-1], weights[-1:].reshape(-1))
    return tuple(one if needed else None for one, needed in zip(found, needs, strict=True))


def simple_rnn_step_gradient(
    gradient: Any,
    output: Any,
    x: Any,
    h: Any,
    w: Any,
    u: Any,
    activation: str = "tanh",
    needs: tuple[bool, ...] = ALL,
) -> tuple[Array | None, ...]:
    arrays = floating("simple_rnn_step_gradient", gradient, output, x, h, w, u)
    shapes.match("simple_rnn_step_gradient", STEP_BACK, *(one.shape for one in arrays))
    gradient, output, x, h, w, u = arrays
    through = (np.zeros_like(h)[:, np.newaxis], gradient, output[:, np.newaxis], x[:, np.newaxis], h, w, u)
    dx, *others = simple_rnn_gradient(*through, activation, needs)
    return (None if dx is None else dx[:, 0], *others)
