"""The matrix product on tiles."""

from typing import Any

import numpy as np

from tuilab.kernels import shapes
from tuilab.kernels.jit import kernel, prange
from tuilab.kernels.parallel.arrays import Array, apart, contiguous, floating, result
from tuilab.kernels.parallel.blas import gemm, tiling


@kernel
def _matmul(a: Any, a_turned: Any, b: Any, b_turned: Any, rows: Any, columns: Any, out: Any) -> None:
    m, n = out.shape
    k = a.shape[0] if a_turned else a.shape[1]
    across = (n + columns - 1) // columns
    flat_a, flat_b, flat_out = a.reshape(-1), b.reshape(-1), out.reshape(-1)
    for tile in prange(across * ((m + rows - 1) // rows)):
        r, c = tile // across * rows, tile % across * columns
        gemm(
            a_turned,
            b_turned,
            min(rows, m - r),
            min(columns, n - c),
            k,
            flat_a[(r if a_turned else r * k) :],
            m if a_turned else k,
            flat_b[(c * k if b_turned else c) :],
            k if b_turned else n,
            flat_out[r * n + c :],
            n,
        )


def _plain_or_turned(x: Array) -> tuple[Array, bool]:
    """The memory of `x` in rows, and whether `x` is the transpose of what lies there."""
    if x.flags.c_contiguous:
        return x, False
    if x.flags.f_contiguous:
        return x.T, True
    return contiguous(x, x.dtype), False


def matmul(a: Any, b: Any, out: Array | None = None) -> Array:
    a, b = np.asarray(a), np.asarray(b)
    shape = shapes.match("matmul", "(m,k),(k,n)->(m,n)", a.shape, b.shape)
    (a, a_turned), (b, b_turned) = _plain_or_turned(a), _plain_or_turned(b)
    a, b = floating("matmul", a, b)
    apart("matmul", out, a, b)
    out = result("matmul", out, shape, a.dtype)
    inner = a.shape[0] if a_turned else a.shape[1]
    if out.size == 0 or inner == 0:
        out[...] = 0
        return out
    _matmul(a, a_turned, b, b_turned, *tiling(out.shape, inner), out)
    return out
