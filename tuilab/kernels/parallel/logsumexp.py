"""The logarithm of sums of exp, along axes: what is largest is taken off before, and added at the end."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange, repeatable
from tuilab.kernels.parallel import elementary
from tuilab.kernels.parallel.arrays import Array, floating, result
from tuilab.kernels.parallel.lines import ALONE, Axis, flat, lines, piece, pieces
from tuilab.kernels.parallel.order import furthest_lines, larger
from tuilab.kernels.parallel.repetition import back_along_lines


@device
def _finite(largest: Any, zero: Any) -> Any:
    """What is taken off before exp: the largest, or nothing where that is infinite."""
    return largest if abs(largest) != np.inf else zero


@device(float_rules={"contract", "reassoc"})
def _total_of_powers(x: Any, shift: Any) -> Any:
    total = x.dtype.type(0)
    for i in range(x.size):
        total += elementary.exp(x[i] - shift)
    return total


@device
def _powers_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, largest: Any, totals: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, totals.shape[1], n, inner, blocks, group)
    zero = x.dtype.type(0)
    for o in range(first, last):
        most = largest[block, o * inner + left : o * inner + right]
        total = totals[block, o * inner + left : o * inner + right]
        own = x[(o * n + begin) * inner + left :]
        furthest_lines(own, end - begin, inner, True, most)
        if inner == 1:
            total[0] = _total_of_powers(own[: end - begin], _finite(most[0], zero))
        else:
            total[:] = 0
            for i in range(end - begin):
                row = own[i * inner :][: total.size]
                for k in range(total.size):
                    total[k] += elementary.exp(row[k] - _finite(most[k], zero))


@kernel
def _logsumexp(x: Any, n: Any, inner: Any, blocks: Any, group: Any, out: Any) -> None:
    largest = np.empty((blocks, out.size), x.dtype)
    totals = np.empty((blocks, out.size), x.dtype)
    count = pieces(out.size, inner, blocks, group)
    if x.size <= ALONE:
        for number in range(count):
            _powers_piece(number, x, n, inner, blocks, group, largest, totals)
    else:
        for number in prange(count):
            _powers_piece(number, x, n, inner, blocks, group, largest, totals)
    _join_powers(largest, totals, out)


@device
def _join_powers(largest: Any, totals: Any, out: Any) -> None:
    """out = the logarithms of the blocks' totals added, each of which is held against its own largest."""
    zero = out.dtype.type(0)
    for k in range(out.size):
        most, total = largest[0, k], totals[0, k]
        for block in range(1, len(totals)):
            before, most = most, larger(most, largest[block, k])
            shift = _finite(most, zero)
            own = totals[block, k] * elementary.exp(largest[block, k] - shift)
            total = total * elementary.exp(before - shift) + own
        out[k] = elementary.log(total) + _finite(most, zero)


@kernel
def _logsumexp_gradient(gradient: Any, output: Any, x: Any, n: Any, out: Any) -> None:
    outer, inner = gradient.shape
    for o in prange(outer):
        g, y = gradient[o], output[o]
        if inner == 1:
            row, place = x[o * n :][:n], out[o * n :][:n]
            for i in range(n):
                place[i] = g[0] * elementary.exp(row[i] - y[0])
        else:
            for i in range(n):
                row, place = x[(o * n + i) * inner :][:inner], out[(o * n + i) * inner :][:inner]
                for k in range(inner):
                    place[k] = g[k] * elementary.exp(row[k] - y[k])


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None) -> Array:
    (x,) = floating("logsumexp", x)
    plan = lines("logsumexp", x.shape, axis, keepdims)
    out = result("logsumexp", out, plan.shape, x.dtype)
    if plan.n == 0:
        repeatable(out.fill, -np.inf)
        return out
    _logsumexp(flat(x, plan), plan.n, plan.inner, plan.blocks, plan.group, out.reshape(-1))
    return out


def logsumexp_gradient(
    gradient: Any, output: Any, x: Any, axis: Axis = None, keepdims: bool = False, out: Array | None = None
) -> Array:
    name = "logsumexp_gradient"
    gradient, output, x = floating(name, gradient, output, x)
    return back_along_lines(name, _logsumexp_gradient, (gradient, output), x, axis, keepdims, out)
