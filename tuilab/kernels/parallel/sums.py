"""Sums, means and products of lines of numbers, and their way back."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, contiguous, floating, real, result
from tuilab.kernels.parallel.lines import ALONE, WIDE, Axis, flat, lines, piece, pieces
from tuilab.kernels.parallel.repetition import back_along_lines, given_back


@device(float_rules={"contract", "reassoc"})
def total(x: Any) -> Any:
    """The sum of x, several parts of it side by side: in order, it would wait for each addition in turn."""
    found = x.dtype.type(0)
    for i in range(x.size):
        found += x[i]
    return found


@device
def _add_rows(x: Any, rows: Any, step: Any, into: Any) -> None:
    """into = the sum of so many rows of its width, which begin `step` apart; four at a time, so that `into`
    is read and written a fourth as often."""
    into[:] = 0
    whole = rows // 4 * 4
    for i in range(0, whole, 4):
        a, b = x[i * step :][: into.size], x[(i + 1) * step :][: into.size]
        c, d = x[(i + 2) * step :][: into.size], x[(i + 3) * step :][: into.size]
        for k in range(into.size):
            into[k] += (a[k] + b[k]) + (c[k] + d[k])
    for i in range(whole, rows):
        row = x[i * step :][: into.size]
        for k in range(into.size):
            into[k] += row[k]


@device
def add_lines(x: Any, n: Any, inner: Any, into: Any) -> None:
    """into[k] = Σ x[i · inner + k] over n. Lines that lie close together are added as if they were further
    apart, several numbers of each side by side."""
    if inner == 1:
        into[0] = total(x[:n])
    elif into.size < inner or inner >= WIDE // 2 or n < WIDE:
        _add_rows(x, n, inner, into)
    else:
        beside = WIDE // inner
        wide = np.empty(beside * inner, x.dtype)
        rows = n // beside
        _add_rows(x, rows, wide.size, wide)
        _add_rows(wide, beside, inner, into)
        for i in range(rows * beside, n):
            for k in range(inner):
                into[k] += x[i * inner + k]


@device
def _sum_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, divisor: Any, sums: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, sums.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        if inner == 1:
            sums[block, o] = total(x[o * n + begin : o * n + end])
            if divisor != 1:
                sums[block, o] = sums[block, o] / divisor
            continue
        into = sums[block, o * inner + left : o * inner + right]
        add_lines(x[(o * n + begin) * inner + left :], end - begin, inner, into)
        if divisor != 1:
            for k in range(into.size):
                into[k] = into[k] / divisor


@kernel
def _sum(x: Any, n: Any, inner: Any, blocks: Any, group: Any, divisor: Any, out: Any) -> None:
    sums = np.empty((blocks, out.size), x.dtype) if blocks > 1 else out.reshape(1, out.size)
    share = divisor if blocks == 1 else x.dtype.type(1)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _sum_piece(number, x, n, inner, blocks, group, share, sums)
    else:
        for number in prange(count):
            _sum_piece(number, x, n, inner, blocks, group, share, sums)
    if blocks > 1:
        _finish_sums(sums, divisor, out)


@device
def _finish_sums(sums: Any, divisor: Any, out: Any) -> None:
    _add_rows(sums.reshape(-1), len(sums), out.size, out)
    if divisor != 1:
        for k in range(out.size):
            out[k] = out[k] / divisor


@device(float_rules={"contract", "reassoc"})
def _product(x: Any) -> Any:
    found = x.dtype.type(1)
    for i in range(x.size):
        found *= x[i]
    return found


@device
def _multiply_rows(x: Any, rows: Any, step: Any, into: Any) -> None:
    """into = the product of so many rows of its width, which begin `step` apart."""
    into[:] = 1
    for i in range(rows):
        row = x[i * step :][: into.size]
        for k in range(into.size):
            into[k] *= row[k]


@device
def _product_piece(number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, products: Any) -> None:
    first, last, block, begin, end, left, right = piece(number, products.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        into = products[block, o * inner + left : o * inner + right]
        start = (o * n + begin) * inner + left
        if inner == 1:
            into[0] = _product(x[start : start + end - begin])
        else:
            _multiply_rows(x[start:], end - begin, inner, into)


@kernel
def _prod(x: Any, n: Any, inner: Any, blocks: Any, group: Any, out: Any) -> None:
    products = np.empty((blocks, out.size), x.dtype) if blocks > 1 else out.reshape(1, out.size)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _product_piece(number, x, n, inner, blocks, group, products)
    else:
        for number in prange(count):
            _product_piece(number, x, n, inner, blocks, group, products)
    if blocks > 1:
        _multiply_rows(products.reshape(-1), blocks, out.size, out)


@kernel
def _prod_gradient(gradient: Any, x: Any, n: Any, out: Any) -> None:
    """out = the gradient times the product of all others on the line: of those before it, and of those after
    it. So it is right where there are zeros, by which nothing can be divided."""
    outer, inner = gradient.shape
    for o in prange(outer):
        product = np.empty(inner, x.dtype)
        for k in range(inner):
            product[k] = gradient[o, k]
        for i in range(n):
            row, place = x[(o * n + i) * inner :][:inner], out[(o * n + i) * inner :][:inner]
            for k in range(inner):
                place[k] = product[k]
                product[k] *= row[k]
        for k in range(inner):
            product[k] = 1
        for i in range(n - 1, -1, -1):
            row, place = x[(o * n + i) * inner :][:inner], out[(o * n + i) * inner :][:inner]
            for k in range(inner):
                place[k] *= product[k]
                product[k] *= row[k]


def _whole_or_floating(name: str, x: Any) -> Array:
    """Floating numbers as they are; whole ones, and booleans as 0 and 1, in 64 bits, as NumPy adds them."""
    (found,) = real(name, (x,))
    if found.dtype.kind == "f":
        return floating(name, found)[0]
    return contiguous(found, np.uint64 if found.dtype.kind == "u" else np.int64)


def _summed(name: str, x: Array, axis: Axis, keepdims: bool, mean: bool, out: Array | None) -> Array:
    plan = lines(name, x.shape, axis, keepdims)
    out = result(name, out, plan.shape, x.dtype)
    divisor = x.dtype.type(plan.n if mean else 1)
    _sum(flat(x, plan), plan.n, plan.inner, plan.blocks, plan.group, divisor, out.reshape(-1))
    return out


def sum(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:  # noqa: A001
    return _summed("sum", _whole_or_floating("sum", x), axis, keepdims, False, out)


def sum_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    return given_back("sum_gradient", gradient, x, axis, keepdims, False, out)


def mean(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:
    (x,) = floating("mean", x)
    return _summed("mean", x, axis, keepdims, True, out)


def mean_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    return given_back("mean_gradient", gradient, x, axis, keepdims, True, out)


def prod(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:
    x = _whole_or_floating("prod", x)
    plan = lines("prod", x.shape, axis, keepdims)
    out = result("prod", out, plan.shape, x.dtype)
    _prod(flat(x, plan), plan.n, plan.inner, plan.blocks, plan.group, out.reshape(-1))
    return out


def prod_gradient(
    gradient: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    name = "prod_gradient"
    gradient, x = floating(name, gradient, x)
    return back_along_lines(name, _prod_gradient, (gradient,), x, axis, keepdims, out)
