"""The matrix product on tiles, of two matrices or of many pairs.

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
    leading, matrix = shape[:-2], shape[-2:]
    count = math.prod(leading)
    tile = tiling(matrix, inner) if count < SHARES else matrix
    _matmul(
        *_factor(a, dtype, leading),
        *_factor(b, dtype, leading),
        inner,
        *tile,
        out.reshape(count, *matrix),
    )
    return out
