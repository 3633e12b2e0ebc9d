"""Running sums along an axis, in blocks of a fixed size: each begins where the one before it ended."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import device, kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, contiguous, floating, real, result
from tuilab.kernels.parallel.blocks import clear
from tuilab.kernels.parallel.lines import ALONE, flat, lines, piece, pieces
from tuilab.kernels.parallel.sums import add_lines


@device
def _run(x: Any, n: Any, inner: Any, sums: Any, out: Any) -> None:
    """out = the running sums of n rows, from `sums` on."""
    if inner == 1:
        sum_here = sums[0]
        for i in range(n):
            sum_here += x[i]
            out[i] = sum_here
        return
    for i in range(n):
        row, place = x[i * inner :][: sums.size], out[i * inner :][: sums.size]
        for k in range(sums.size):
            sums[k] += row[k]
            place[k] = sums[k]


@device
def _run_piece(
    number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, before: Any, out: Any
) -> None:
    first, last, block, begin, end, left, right = piece(number, before.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        sums = before[block, o * inner + left : o * inner + right]
        start = (o * n + begin) * inner + left
        _run(x[start:], end - begin, inner, sums, out[start:])


@device
def _add_piece(number: Any, x: Any, n: Any, inner: Any, blocks: Any, group: Any, sums: Any) -> None:
    first, last, block, begin, end, left, right = piece(number, sums.shape[1], n, inner, blocks, group)
    for o in range(first, last):
        into = sums[block, o * inner + left : o * inner + right]
        add_lines(x[(o * n + begin) * inner + left :], end - begin, inner, into)


@device
def _sums_before(sums: Any) -> None:
    """Of each block's sum, the sum of the blocks before it."""
    for k in range(sums.shape[1]):
        until = sums.dtype.type(0)
        for block in range(len(sums)):
            own = sums[block, k]
            sums[block, k] = until
            until += own


@kernel
def _cumulative_sum(x: Any, n: Any, inner: Any, blocks: Any, group: Any, lines: Any, out: Any) -> None:
    before = np.empty((blocks, lines), x.dtype)
    clear(before.reshape(-1))
    count = pieces(lines, inner, blocks, group)
    if blocks > 1:
        for number in prange(count):
            _add_piece(number, x, n, inner, blocks, group, before)
        _sums_before(before)
    if x.size <= ALONE:
        for number in range(count):
            _run_piece(number, x, n, inner, blocks, group, before, out)
    else:
        for number in prange(count):
            _run_piece(number, x, n, inner, blocks, group, before, out)


def _kept_type(name: str, x: Any) -> Array:
    """x in its own type, but whole numbers of less than 32 bits in 64, which sums do not soon leave."""
    (found,) = real(name, (x,))
    if found.dtype.kind == "f":
        return floating(name, found)[0]
    wide = found.dtype.newbyteorder("=") if found.dtype.itemsize >= 4 else np.dtype(np.int64)
    return contiguous(found, wide)


def cumulative_sum(x: Any, axis: int = -1, out: Array | None = None) -> Array:
    x = _kept_type("cumulative_sum", x)
    plan = lines("cumulative_sum", x.shape, axis)
    apart("cumulative_sum", out, x)
    out = result("cumulative_sum", out, x.shape, x.dtype)
    lines_of_it = plan.outer * plan.inner
    _cumulative_sum(flat(x, plan), plan.n, plan.inner, plan.blocks, plan.group, lines_of_it, out.reshape(-1))
    return out
