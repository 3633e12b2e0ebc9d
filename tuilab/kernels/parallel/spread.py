"""Variance and standard deviation of lines of numbers, and their way back.

A block's mean is taken first, then the squares of the differences from it: nothing is lost where the numbers
are large and their differences small. What the mean was rounded by is taken off, and blocks are joined in
order: T. Chan, G. Golub, R. LeVeque, 1983, Algorithms for Computing the Sample Variance.
"""

import math
from typing import Any

import numpy as np

from tuilab.errors import TuilabError
from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, floating, result
from tuilab.kernels.parallel.lines import ALONE, Axis, Lines, flat, lines, piece, pieces
from tuilab.kernels.parallel.repetition import back_along_lines
from tuilab.kernels.parallel.sums import add_lines, mean


@device(float_rules={"contract", "reassoc"})
def _squares_of_line(x: Any, middle: Any) -> Any:
    squares, rest = x.dtype.type(0), x.dtype.type(0)
    for i in range(x.size):
        difference = x[i] - middle
        squares += difference * difference
        rest += difference
    return squares, rest


@device
def _squares(x: Any, n: Any, inner: Any, middle: Any, rest: Any, into: Any) -> None:
    """into[k] = Σ (x[i · inner + k] - mean)² over n; `middle` becomes the mean, `rest` what it
    was rounded by."""
    count = x.dtype.type(n)
    add_lines(x, n, inner, middle)
    for k in range(into.size):
        middle[k] = middle[k] / count
    if inner == 1:
        into[0], rest[0] = _squares_of_line(x[:n], middle[0])
    else:
        into[:] = 0
        rest[:] = 0
        for i in range(n):
            row = x[i * inner :][: into.size]
            for k in range(into.size):
                difference = row[k] - middle[k]
                into[k] += difference * difference
                rest[k] += difference
    for k in range(into.size):
        into[k] -= rest[k] * rest[k] / count
        rest[k] = rest[k] / count


@device
def _squares_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, middles: Any, rests: Any, squares: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, squares.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        into = squares[block, o * inner + left : o * inner + right]
        middle = middles[block, o * inner + left : o * inner + right]
        rest = rests[block, o * inner + left : o * inner + right]
        _squares(x[(o * n + begin) * inner + left :], end - begin, inner, middle, rest, into)


@device
def _joined(middles: Any, rests: Any, squares: Any, n: Any, k: Any) -> Any:
    """The sum of squares of all blocks of line k: their own, and those of their means' differences. Means are
    told as how far they are from the first block's, which is small."""
    number, blocks = squares.dtype.type, len(squares)
    length = (n + blocks - 1) // blocks
    count, middle, total = number(min(n, length)), rests[0, k], squares[0, k]
    for block in range(1, blocks):
        more = number(min(n, (block + 1) * length) - block * length)
        own = (middles[block, k] - middles[0, k]) + rests[block, k]
        difference, whole = own - middle, count + more
        middle += difference * (more / whole)
        total += squares[block, k] + difference * difference * (count * more / whole)
        count = whole
    return total


@kernel
def _variance(x: Any, n: Any, inner: Any, blocks: Any, group: Any, divisor: Any, root: Any, out: Any) -> None:
    squares = np.empty((blocks, out.size), x.dtype)
    middles = np.empty((blocks, out.size), x.dtype)
    rests = np.empty((blocks, out.size), x.dtype)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _squares_piece(number, x, n, inner, blocks, group, middles, rests, squares)
    else:
        for number in prange(count):
            _squares_piece(number, x, n, inner, blocks, group, middles, rests, squares)
    for k in range(out.size):
        spread = _joined(middles, rests, squares, n, k) / divisor
        out[k] = math.sqrt(spread) if root else spread


@kernel
def _variance_gradient(
    gradient: Any, deviation: Any, middle: Any, x: Any, n: Any, divisor: Any, root: Any, out: Any
) -> None:
    """2 (x - mean) / divisor times the gradient; of a root that divided by 2 √, and 0 where that is 0."""
    two, zero = x.dtype.type(2), x.dtype.type(0)
    outer, inner = gradient.shape
    for o in prange(outer):
        share = np.empty(inner, x.dtype)
        for k in range(inner):
            flow, size = gradient[o, k], deviation[o, k]
            if root:
                flow = zero if size == 0 else flow / (two * size)
            share[k] = flow * two / divisor
        for i in range(n):
            row, place = x[(o * n + i) * inner :][:inner], out[(o * n + i) * inner :][:inner]
            for k in range(inner):
                place[k] = share[k] * (row[k] - middle[o, k])


def _divisor(name: str, plan: Lines, correction: float) -> float:
    if plan.n <= correction and correction > 0:
        raise TuilabError(
            f"{name}: correction={correction} leaves nothing of {plan.n} numbers to divide by. "
            f"Expected less than {plan.n}."
        )
    return plan.n - correction


def _spread(
    name: str, x: Any, axis: Axis, keepdims: bool, correction: float, root: bool, out: Array | None
) -> Array:
    (x,) = floating(name, x)
    plan = lines(name, x.shape, axis, keepdims)
    divisor = x.dtype.type(_divisor(name, plan, correction))
    out = result(name, out, plan.shape, x.dtype)
    _variance(flat(x, plan), plan.n, plan.inner, plan.blocks, plan.group, divisor, root, out.reshape(-1))
    return out


def variance(
    x: Any, axis: Axis = None, keepdims: bool = False, correction: float = 0, out: Array | None = None
) -> Array:
    return _spread("variance", x, axis, keepdims, correction, False, out)


def std(
    x: Any, axis: Axis = None, keepdims: bool = False, correction: float = 0, out: Array | None = None
) -> Array:
    return _spread("std", x, axis, keepdims, correction, True, out)


def _spread_back(
    name: str,
    gradient: Array,
    output: Array,
    x: Array,
    axis: Axis,
    keepdims: bool,
    correction: float,
    root: bool,
    out: Array | None,
) -> Array:
    divisor = x.dtype.type(_divisor(name, lines(name, x.shape, axis, keepdims), correction))
    of_results = gradient, output, mean(x, axis, keepdims)
    return back_along_lines(name, _variance_gradient, of_results, x, axis, keepdims, out, divisor, root)


def variance_gradient(
    gradient: Any,
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    correction: float = 0,
    out: Array | None = None,
) -> Array:
    name = "variance_gradient"
    gradient, x = floating(name, gradient, x)
    return _spread_back(name, gradient, gradient, x, axis, keepdims, correction, False, out)


def std_gradient(
    gradient: Any,
    output: Any,
    x: Any,
    axis: Axis = None,
    keepdims: bool = False,
    correction: float = 0,
    out: Array | None = None,
) -> Array:
    name = "std_gradient"
    gradient, output, x = floating(name, gradient, output, x)
    return _spread_back(name, gradient, output, x, axis, keepdims, correction, True, out)
