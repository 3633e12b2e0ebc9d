"""The dense layer: the product, the bias and the activation in one go, while the sums are at hand.

On a batch of 128, from 784 to 512, register tiles take 273 µs there and 265 back, the BLAS 382 and 356.
"""

from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, apart, floating, result
from tuilab.kernels.parallel.matrices import TURNED, by_columns, by_rows, multiples, nothing, turn
from tuilab.kernels.parallel.register_tiles import multiply

STRIPS = 8  # rows of a batch are summed in so many strips, whatever the threads
LINEAR, RELU, SIGMOID, TANH = range(4)
ACTIVATIONS = {"linear": LINEAR, "relu": RELU, "sigmoid": SIGMOID, "tanh": TANH}


@device
def _activate(z: Any, activation: Any) -> None:
    """z = activation(z), a row in place; one loop each, so that each is vectorised."""
    if activation == RELU:
        for j in range(z.size):
            z[j] = 0 if z[j] < 0 else z[j]
    elif activation == SIGMOID:
        for j in range(z.size):
            z[j] = elementary.sigmoid(z[j])
    elif activation == TANH:
        for j in range(z.size):
            z[j] = elementary.tanh(z[j])


@device
def _activation_gradient(gradient: Any, output: Any, activation: Any, z: Any) -> None:
    """z = gradient * activation'(…), a row, the derivative written by the activation's output."""
    one = output.dtype.type(1)  # a plain 1 would make float64 of float32
    if activation == RELU:
        for j in range(z.size):
            z[j] = 0 if output[j] <= 0 else gradient[j]
    elif activation == SIGMOID:
        for j in range(z.size):
            z[j] = gradient[j] * output[j] * (one - output[j])
    elif activation == TANH:
        for j in range(z.size):
            z[j] = gradient[j] * (one - output[j] * output[j])
    else:
        for j in range(z.size):
            z[j] = gradient[j]


@kernel
def _dense(
    x: Any, w: Any, b: Any, activation: Any, rows: Any, columns: Any, x_rows: Any, ones: Any, places: Any,
    out: Any,
) -> None:  # fmt: skip
    m, k = x.shape
    n = w.shape[1]
    flat_x, flat_w, flat_out = x.reshape(-1), w.reshape(-1), out.reshape(-1)
    down = (m + rows - 1) // rows
    for task in prange(down * ((n + columns - 1) // columns)):
        r, c = task % down * rows, task // down * columns
        height, width = min(rows, m - r), min(columns, n - c)
        multiply(
            flat_x, r * k, x_rows, height, ones, k, flat_w, c, n, width,
            flat_out, r * n + c, places, b, c, False, activation == RELU,
        )  # fmt: skip
        if activation > RELU:
            for i in range(r, r + height):
                _activate(flat_out[i * n + c : i * n + c + width], activation)


@kernel
def _dense_gradient(
    gradient: Any, output: Any, activation: Any, x: Any, w: Any, w_cut: Any, x_cut: Any, x_rows: Any,
    z_rows: Any, ones: Any, dw_rows: Any, nothing: Any, turned: Any, z: Any, sums: Any, dx: Any, dw: Any,
    db: Any,
) -> None:  # fmt: skip
    m, n = output.shape
    k = x.shape[1]
    height, turns = (m + STRIPS - 1) // STRIPS, (k + TURNED - 1) // TURNED if len(turned) else 0
    for strip in prange(STRIPS + turns):
        if strip < STRIPS:
            total = sums[strip]
            total[:] = 0
            for i in range(strip * height, min(m, (strip + 1) * height)):
                row = z[i]
                _activation_gradient(gradient[i], output[i], activation, row)
                for j in range(n):
                    total[j] += row[j]
        else:
            begin = (strip - STRIPS) * TURNED
            turn(w, begin, min(k, begin + TURNED), turned)
    db[:] = sums[0]
    for strip in range(1, STRIPS):
        for j in range(n):
            db[j] += sums[strip, j]
    flat_x, flat_z, flat_turned = x.reshape(-1), z.reshape(-1), turned.reshape(-1)
    flat_dx, flat_dw = dx.reshape(-1), dw.reshape(-1)
    w_down, x_down = (k + w_cut[0] - 1) // w_cut[0], (m + x_cut[0] - 1) // x_cut[0]
    w_tasks = w_down * ((n + w_cut[1] - 1) // w_cut[1]) if dw.size else 0
    x_tasks = x_down * ((k + x_cut[1] - 1) // x_cut[1]) if dx.size else 0
    for task in prange(w_tasks + x_tasks):
        if task < w_tasks:  # dw = xᵀ z
            r, c = task % w_down * w_cut[0], task // w_down * w_cut[1]
            multiply(
                flat_x, r, ones, min(w_cut[0], k - r), x_rows, m, flat_z, c, n, min(w_cut[1], n - c),
                flat_dw, r * n + c, dw_rows, nothing, 0, False, False,
            )  # fmt: skip
        else:  # dx = z wᵀ
            r, c = (task - w_tasks) % x_down * x_cut[0], (task - w_tasks) // x_down * x_cut[1]
            multiply(
                flat_z, r * n, z_rows, min(x_cut[0], m - r), ones, n, flat_turned, c, k,
                min(x_cut[1], k - c), flat_dx, r * k + c, x_rows, nothing, 0, False, False,
            )  # fmt: skip


def _activation_number(activation: str) -> int:
    if activation not in ACTIVATIONS:
        raise TuilabError(
            f"dense: no activation {activation!r} is fused. Expected one of {', '.join(ACTIVATIONS)}."
        )
    return ACTIVATIONS[activation]


def dense(x: Any, w: Any, b: Any, activation: str = "linear", out: Array | None = None) -> Array:
    x, w, b = floating("dense", x, w, b)
    shape = shapes.match(
        "dense", "(batch,inputs),(inputs,units),(units)->(batch,units)", x.shape, w.shape, b.shape
    )
    apart("dense", out, x, w, b)
    out = result("dense", out, shape, x.dtype)
    number = _activation_number(activation)
    if not x.shape[1]:  # a sum of nothing: one of 0 · 0
        x, w = np.zeros((len(x), 1), x.dtype), np.zeros((1, len(b)), x.dtype)
    (m, k), n = x.shape, w.shape[1]
    _dense(
        x, w, b, number, *by_columns(m, n, x.itemsize), multiples(k, m), multiples(1, k), multiples(n, m), out
    )
    return out


def dense_gradient(
    gradient: Any,
    output: Any,
    x: Any,
    w: Any,
    activation: str = "linear",
    needs: tuple[bool, ...] = (True, True, True),
) -> tuple[Array | None, Array | None, Array | None]:
    gradient, output, x, w = floating("dense_gradient", gradient, output, x, w)
    spec = "(batch,units),(batch,units),(batch,inputs),(inputs,units)->(batch,units)"
    shapes.match("dense_gradient", spec, gradient.shape, output.shape, x.shape, w.shape)
    (m, n), k, dtype = output.shape, x.shape[1], x.dtype
    dx = np.empty(x.shape if needs[0] else (0, 0), dtype)
    dw = np.empty(w.shape if needs[1] else (0, 0), dtype)
    db = np.empty(n, dtype)
    if not (m and n):  # sums of nothing
        for one in (dx, dw, db):
            one[...] = 0
        return dx if needs[0] else None, dw if needs[1] else None, db if needs[2] else None
    w_cut, x_cut = by_rows(k, n, x.itemsize), by_columns(m, k, x.itemsize)
    _dense_gradient(
        gradient,
        output,
        _activation_number(activation),
        x,
        w,
        w_cut,
        x_cut,
        multiples(k, max(m, x_cut[0])),
        multiples(n, x_cut[0]),
        multiples(1, max(w_cut[0], n)),
        multiples(n, w_cut[0]),
        nothing(max(k, n), dtype),
        np.empty((n if needs[0] else 0, k), dtype),
        np.empty_like(output),
        np.empty((STRIPS, n), dtype),
        dx,
        dw,
        db,
    )
    return dx if needs[0] else None, dw if needs[1] else None, db if needs[2] else None
