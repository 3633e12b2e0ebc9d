"""Softmax and its logarithm, along any axis.

Lines that are contiguous are shared out among the threads; lines that lie side by side are done together, a
piece of their width at a time.
"""

import math
from typing import Any

import numpy as np

from tuilab.errors import ShapeError
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, apart, floating, result, same_shape
from tuilab.kernels.parallel.lines import Axis, Lines, lines
from tuilab.kernels.parallel.order import furthest, larger

BESIDE = 128
"""Lines side by side that a thread does together."""
SIDE_BY_SIDE = 32
"""Numbers from which on a line is added in several parts."""


@device
def _wide_total(x: Any) -> Any:
    whole, zero = x.size // 8 * 8, x.dtype.type(0)
    a, b, c, d, e, f, g, h = zero, zero, zero, zero, zero, zero, zero, zero
    for i in range(0, whole, 8):
        a, b, c, d = a + x[i], b + x[i + 1], c + x[i + 2], d + x[i + 3]
        e, f, g, h = e + x[i + 4], f + x[i + 5], g + x[i + 6], h + x[i + 7]
    total = ((a + b) + (c + d)) + ((e + f) + (g + h))
    for i in range(whole, x.size):
        total += x[i]
    return total


@device
def row_total(x: Any) -> Any:
    """The sum of x, in an order that depends on its size alone: long rows are added side by side."""
    if x.size >= SIDE_BY_SIDE:
        return _wide_total(x)
    total = x[0]
    for i in range(1, x.size):
        total += x[i]
    return total


@device
def _row_largest(x: Any) -> Any:
    if x.size >= SIDE_BY_SIDE:
        return furthest(x, True)
    largest = x[0]
    for j in range(1, x.size):
        largest = larger(largest, x[j])
    return largest


@device
def softmax_row(x: Any, out: Any) -> Any:
    """out = softmax(x); answers the largest x, and the logarithm of the sum of exp(x - largest): apart,
    because added up they would lose the digits of the second. A NaN anywhere reaches everything."""
    largest = _row_largest(x)
    for j in range(x.size):
        out[j] = elementary.exp(x[j] - largest)
    total = row_total(out)
    for j in range(x.size):
        out[j] /= total
    return largest, math.log(total)


@device
def _log_softmax_row(x: Any, out: Any) -> None:
    largest = _row_largest(x)
    for j in range(x.size):
        out[j] = elementary.exp(x[j] - largest)
    log_total = x.dtype.type(math.log(row_total(out)))
    for j in range(x.size):
        out[j] = x[j] - largest - log_total


@kernel
def _softmax(x: Any, out: Any) -> None:
    for i in prange(x.shape[0]):
        softmax_row(x[i], out[i])


@kernel
def _log_softmax(x: Any, out: Any) -> None:
    for i in prange(x.shape[0]):
        _log_softmax_row(x[i], out[i])


@kernel
def _softmax_columns(x: Any, logarithm: Any, out: Any) -> None:
    outer, n, inner = x.shape
    chunks = (inner + BESIDE - 1) // BESIDE
    for task in prange(outer * chunks):
        o, left = task // chunks, task % chunks * BESIDE
        largest = x[o, 0, left : left + BESIDE].copy()
        total = np.empty(largest.size, x.dtype)
        for k in range(total.size):
            total[k] = 0
        for i in range(1, n):
            row = x[o, i][left : left + BESIDE]
            for k in range(total.size):
                largest[k] = larger(largest[k], row[k])
        for i in range(n):
            row, place = x[o, i][left : left + BESIDE], out[o, i][left : left + BESIDE]
            for k in range(total.size):
                power = elementary.exp(row[k] - largest[k])
                place[k] = row[k] if logarithm else power
                total[k] += power
        if logarithm:
            for k in range(total.size):
                total[k] = elementary.log(total[k])
        for i in range(n):
            place = out[o, i][left : left + BESIDE]
            if logarithm:
                for k in range(total.size):
                    place[k] = place[k] - largest[k] - total[k]
            else:
                for k in range(total.size):
                    place[k] /= total[k]


@kernel
def _softmax_gradient(gradient: Any, output: Any, out: Any) -> None:
    for i in prange(output.shape[0]):
        g, y, dx = gradient[i], output[i], out[i]
        for j in range(y.size):
            dx[j] = g[j] * y[j]
        inner = row_total(dx)
        for j in range(y.size):
            dx[j] = y[j] * (g[j] - inner)


@kernel
def _log_softmax_gradient(gradient: Any, output: Any, out: Any) -> None:
    for i in prange(output.shape[0]):
        g, y, dx = gradient[i], output[i], out[i]
        total = row_total(g)
        for j in range(y.size):
            dx[j] = g[j] - elementary.exp(y[j]) * total


@kernel
def _softmax_columns_gradient(gradient: Any, output: Any, logarithm: Any, out: Any) -> None:
    outer, n, inner = output.shape
    chunks = (inner + BESIDE - 1) // BESIDE
    for task in prange(outer * chunks):
        o, left = task // chunks, task % chunks * BESIDE
        total = np.empty(min(BESIDE, inner - left), output.dtype)
        for k in range(total.size):
            total[k] = 0
        for i in range(n):
            g, y = gradient[o, i][left : left + BESIDE], output[o, i][left : left + BESIDE]
            for k in range(total.size):
                total[k] += g[k] if logarithm else g[k] * y[k]
        for i in range(n):
            g, y = gradient[o, i][left : left + BESIDE], output[o, i][left : left + BESIDE]
            place = out[o, i][left : left + BESIDE]
            if logarithm:
                for k in range(total.size):
                    place[k] = g[k] - elementary.exp(y[k]) * total[k]
            else:
                for k in range(total.size):
                    place[k] = y[k] * (g[k] - total[k])


def _classes(name: str, x: Array, axis: Axis) -> Lines:
    """How x is walked along `axis`, of which there must be one."""
    if isinstance(axis, tuple) or axis is None:
        raise ShapeError(f"{name} goes along one axis. It was given axis={axis}.")
    if x.ndim == 0:
        raise ShapeError(f"{name} needs at least one class on an axis. It was given a single number.")
    return lines(name, x.shape, axis)


def _normalized(name: str, x: Any, axis: int, logarithm: bool, out: Array | None) -> Array:
    (x,) = floating(name, x)
    plan = _classes(name, x, axis)
    if x.size == 0:
        return result(name, out, x.shape, x.dtype)
    if plan.inner == 1:
        out = result(name, out, x.shape, x.dtype)
        launch = _log_softmax if logarithm else _softmax
        launch(x.reshape(-1, plan.n), out.reshape(-1, plan.n))
        return out
    apart(name, out, x)
    out = result(name, out, x.shape, x.dtype)
    size = plan.outer, plan.n, plan.inner
    _softmax_columns(x.reshape(size), logarithm, out.reshape(size))
    return out


def _normalized_back(
    name: str, gradient: Any, output: Any, axis: int, logarithm: bool, out: Array | None
) -> Array:
    gradient, output = floating(name, gradient, output)
    same_shape(name, gradient, output)
    plan = _classes(name, output, axis)
    if output.size == 0:
        return result(name, out, output.shape, output.dtype)
    if plan.inner == 1 and not logarithm:
        out = result(name, out, output.shape, output.dtype)
        _softmax_gradient(*(one.reshape(-1, plan.n) for one in (gradient, output, out)))
        return out
    apart(name, out, gradient, output)
    out = result(name, out, output.shape, output.dtype)
    if plan.inner == 1:
        _log_softmax_gradient(*(one.reshape(-1, plan.n) for one in (gradient, output, out)))
    else:
        size = plan.outer, plan.n, plan.inner
        _softmax_columns_gradient(gradient.reshape(size), output.reshape(size), logarithm, out.reshape(size))
    return out


def softmax(x: Any, axis: int = -1, out: Array | None = None) -> Array:
    return _normalized("softmax", x, axis, False, out)


def softmax_gradient(gradient: Any, output: Any, axis: int = -1, out: Array | None = None) -> Array:
    return _normalized_back("softmax_gradient", gradient, output, axis, False, out)


def log_softmax(x: Any, axis: int = -1, out: Array | None = None) -> Array:
    return _normalized("log_softmax", x, axis, True, out)


def log_softmax_gradient(gradient: Any, output: Any, axis: int = -1, out: Array | None = None) -> Array:
    return _normalized_back("log_softmax_gradient", gradient, output, axis, True, out)
