"""The matrix product on tiles, of two matrices or of many pairs: in registers where the second factor lies
row by row, on the BLAS where it is turned.

Factors are read where they lie: turned, as columns of something wider, or the same one for many products.
Only what has steps in both of its last axes is copied first.
"""

import functools
import math
from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.arrays import (
    Array,
    apart,
    contiguous,
    flat_memory,
    floating_type,
    result,
)
from tuilab.kernels.parallel.blas import SHARES, gemm, tiling
from tuilab.kernels.parallel.matrices import by_columns, by_rows, multiples, nothing
from tuilab.kernels.parallel.register_tiles import multiply


@kernel
def _matmul(
    a: Any,
    a_starts: Any,
    a_turned: Any,
    a_step: Any,
    b: Any,
    b_starts: Any,
    b_turned: Any,
    b_step: Any,
    k: Any,
    rows: Any,
    columns: Any,
    out: Any,
) -> None:
    count, m, n = out.shape
    across = (n + columns - 1) // columns
    tiles = across * ((m + rows - 1) // rows)
    flat_out = out.reshape(-1)
    for task in prange(count * tiles):
        pair, tile = task // tiles, task % tiles
        r, c = tile // across * rows, tile % across * columns
        gemm(
            a_turned,
            b_turned,
            min(rows, m - r),
            min(columns, n - c),
            k,
            a[a_starts[pair] + (r if a_turned else r * a_step) :],
            a_step,
            b[b_starts[pair] + (c * b_step if b_turned else c) :],
            b_step,
            flat_out[(pair * m + r) * n + c :],
            n,
        )


@kernel
def _matmul_rows(
    a: Any, a_starts: Any, a_rows: Any, a_columns: Any, a_row: Any, b: Any, b_starts: Any, b_step: Any,
    k: Any, rows: Any, columns: Any, places: Any, nothing: Any, out: Any,
) -> None:  # fmt: skip
    """The same in register tiles, where b lies row by row."""
    count, m, n = out.shape
    down = (m + rows - 1) // rows
    tasks = down * ((n + columns - 1) // columns)
    flat_out = out.reshape(-1)
    for item in prange(count * tasks):
        pair, task = item // tasks, item % tasks
        r, c = task % down * rows, task // down * columns
        multiply(
            a, a_starts[pair] + r * a_row, a_rows, min(rows, m - r), a_columns, k, b, b_starts[pair] + c,
            b_step, min(columns, n - c), flat_out, (pair * m + r) * n + c, places, nothing, 0, False, False,
        )  # fmt: skip


@functools.lru_cache(maxsize=1024)
def _layout(
    shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int, leading: tuple[int, ...]
) -> tuple[Array, bool, int] | None:
    """Where each matrix begins, whether its columns lie in rows, and the step from one row to the next; None
    where a matrix lies in no rows at all."""
    if any(step < 0 or step % itemsize for step in strides):
        return None
    *wide, down, across = (step // itemsize for step in strides)
    rows, columns = shape[-2:]
    if (columns == 1 or across == 1) and (rows == 1 or down >= columns):
        turned, step = False, columns if rows == 1 else down
    elif (rows == 1 or down == 1) and (columns == 1 or across >= rows):
        turned, step = True, rows if columns == 1 else across
    else:
        return None
    starts = np.zeros(leading, np.int64)
    offset = len(leading) - len(wide)
    for axis, stride in enumerate(wide):
        if shape[axis] != 1:
            places = np.arange(shape[axis], dtype=np.int64) * stride
            starts += places.reshape((-1,) + (1,) * (len(leading) - offset - axis - 1))
    return starts.reshape(-1), turned, step


def _factor(x: Array, dtype: Any, leading: tuple[int, ...]) -> tuple[Array, Array, bool, int]:
    if x.dtype == dtype and x.flags.aligned:
        layout = _layout(x.shape, x.strides, x.itemsize, leading)
        if layout is not None:
            return flat_memory(x), *layout
    x = contiguous(x, dtype)
    layout = _layout(x.shape, x.strides, x.itemsize, leading)
    assert layout is not None  # for it is in rows now
    return flat_memory(x), *layout


def matmul(a: Any, b: Any, out: Array | None = None) -> Array:
    a, b = np.asarray(a), np.asarray(b)
    shape = shapes.match("matmul", "(...,m,k),(...,k,n)->(...,m,n)", a.shape, b.shape)
    dtype = floating_type("matmul", a, b)
    apart("matmul", out, a, b)
    out = result("matmul", out, shape, dtype)
    inner = a.shape[-1]
    if out.size == 0 or inner == 0:
        out[...] = 0
        return out
    leading, (m, n) = shape[:-2], shape[-2:]
    count = math.prod(leading)
    flat_a, a_starts, a_turned, a_step = _factor(a, dtype, leading)
    flat_b, b_starts, b_turned, b_step = _factor(b, dtype, leading)
    results = out.reshape(count, m, n)
    if b_turned:
        rows, columns = tiling((m, n), inner) if count < SHARES else (m, n)
        _matmul(
            flat_a, a_starts, a_turned, a_step, flat_b, b_starts, True, b_step, inner, rows, columns, results
        )
        return out
    rows, columns = by_rows(m, n, dtype.itemsize) if m > n else by_columns(m, n, dtype.itemsize)
    a_row, a_column = (1, a_step) if a_turned else (a_step, 1)
    _matmul_rows(
        flat_a,
        a_starts,
        multiples(a_row, rows),
        multiples(a_column, inner),
        a_row,
        flat_b,
        b_starts,
        b_step,
        inner,
        rows,
        columns,
        multiples(n, rows),
        nothing(n, dtype),
        results,
    )
    return out
