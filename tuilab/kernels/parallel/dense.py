"""The dense layer: the product, the bias and the activation of a tile in one go, while it is in the cache."""

from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels import shapes
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, apart, floating, result
from tuilab.kernels.parallel.blas import gemm, tiling

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
def _dense(x: Any, w: Any, b: Any, activation: Any, rows: Any, columns: Any, out: Any) -> None:
    m, k = x.shape
    n = w.shape[1]
    across = (n + columns - 1) // columns
    flat_x, flat_w, flat_out = x.reshape(-1), w.reshape(-1), out.reshape(-1)
    for tile in prange(across * ((m + rows - 1) // rows)):
        r, c = tile // across * rows, tile % across * columns
        height, width = min(rows, m - r), min(columns, n - c)
        gemm(False, False, height, width, k, flat_x[r * k :], k, flat_w[c:], n, flat_out[r * n + c :], n)
        bias = b[c : c + width]
        for i in range(r, r + height):
            row = flat_out[i * n + c : i * n + c + width]  # a slice of two axes would not be vectorised
            for j in range(row.size):
                row[j] += bias[j]
            _activate(row, activation)


@kernel
def _dense_gradient(
    gradient: Any,
    output: Any,
    activation: Any,
    x: Any,
    w: Any,
    w_tile: Any,
    x_tile: Any,
    z: Any,
    dx: Any,
    dw: Any,
    db: Any,
) -> None:
    m, n = output.shape
    k = x.shape[1]
    height = (m + STRIPS - 1) // STRIPS
    sums = np.zeros((STRIPS, n), z.dtype)
    for strip in prange(STRIPS):
        for i in range(strip * height, min(m, (strip + 1) * height)):
            row, total = z[i], sums[strip]
            _activation_gradient(gradient[i], output[i], activation, row)
            for j in range(n):
                total[j] += row[j]
    db[:] = sums[0]
    for strip in range(1, STRIPS):
        for j in range(n):
            db[j] += sums[strip, j]
    flat_x, flat_w, flat_z = x.reshape(-1), w.reshape(-1), z.reshape(-1)
    flat_dx, flat_dw = dx.reshape(-1), dw.reshape(-1)
    w_rows, w_columns = w_tile
    x_rows, x_columns = x_tile
    w_across, x_across = (n + w_columns - 1) // w_columns, (k + x_columns - 1) // x_columns
    w_tiles = w_across * ((k + w_rows - 1) // w_rows) if dw.size else 0
    x_tiles = x_across * ((m + x_rows - 1) // x_rows) if dx.size else 0
    for tile in prange(w_tiles + x_tiles):
        if tile < w_tiles:
            r, c = tile // w_across * w_rows, tile % w_across * w_columns
            height, width = min(w_rows, k - r), min(w_columns, n - c)
            gemm(True, False, height, width, m, flat_x[r:], k, flat_z[c:], n, flat_dw[r * n + c :], n)
        else:
            r, c = (tile - w_tiles) // x_across * x_rows, (tile - w_tiles) % x_across * x_columns
            height, width = min(x_rows, m - r), min(x_columns, k - c)
            gemm(
                False, True, height, width, n, flat_z[r * n :], n, flat_w[c * n :], n, flat_dx[r * k + c :], k
            )


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
    if x.size and w.size:
        _dense(x, w, b, _activation_number(activation), *tiling(shape, x.shape[1]), out)
    else:
        out[...] = 0
        _dense(
            np.zeros((len(x), 1), x.dtype),
            np.zeros((1, len(b)), x.dtype),
            b,
            _activation_number(activation),
            *tiling(shape, 1),
            out,
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
    (m, n), k = output.shape, x.shape[1]
    dx = np.empty(x.shape if needs[0] else (0, 0), x.dtype)
    dw = np.empty(w.shape if needs[1] else (0, 0), x.dtype)
    db, z = np.empty(n, x.dtype), np.empty_like(output)
    if m == 0:
        dw[...] = 0
    _dense_gradient(
        gradient,
        output,
        _activation_number(activation),
        x,
        w,
        tiling((k, n), max(m, 1)),
        tiling((max(m, 1), k), n),
        z,
        dx,
        dw if m else dw[:0],
        db,
    )
    return dx if needs[0] else None, dw if needs[1] else None, db if needs[2] else None
