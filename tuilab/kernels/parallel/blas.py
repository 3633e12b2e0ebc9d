"""The matrix product of one tile, by the BLAS that SciPy brings, for use inside kernels.

Numba's own `np.dot` wants whole contiguous operands, so a tile of a transposed matrix must be copied
first. The routine beneath it takes leading dimensions and needs no copy: on 784 x 128 @ 128 x 512 that
was 1.5 times faster. It is Numba's bridge to SciPy's `gemm` (`numba.np.linalg`), and like there
the name of the routine, not its address, goes into the machine code, so that kernels can be cached.
"""

import functools
import os
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.linalg import _BLAS, ensure_blas

from tuilab.kernels.jit import device

ensure_blas()
_sgemm = _BLAS().numba_xxgemm(types.float32)
_dgemm = _BLAS().numba_xxgemm(types.float64)
_S, _D, _AS_IS, _TRANSPOSED = ord("s"), ord("d"), ord("n"), ord("t")

# How a product is cut into tiles decides in which order it is summed, so it depends on the shapes and on
# the machine, never on how many threads are in use: a run gives the same bits on 1 and on all of them.
# A layer of 784 x 512 on a batch of 128 is cut into as many tiles as the machine has processors, since each
# further one costs (on two processors: 2 tiles 456 µs, 4 tiles 491 µs, 8 tiles 580 µs); a larger
# product into more, for balance. Thin products are slow for their size, and are cut all the same.
SHARES = max(2, min(8, os.cpu_count() or 2))
TILE = 1 << 26  # multiply-adds
THIN_TILE = 1 << 17


@device
def _sgemm_tile(
    ta: Any, tb: Any, m: Any, n: Any, k: Any, a: Any, lda: Any, b: Any, ldb: Any, c: Any, ldc: Any
) -> None:
    one, zero = np.ones(1, np.float32), np.zeros(1, np.float32)
    a_form, b_form = (_TRANSPOSED if ta else _AS_IS), (_TRANSPOSED if tb else _AS_IS)
    _sgemm(_S, b_form, a_form, n, m, k, one.ctypes, b.ctypes, ldb, a.ctypes, lda, zero.ctypes, c.ctypes, ldc)


@device
def _dgemm_tile(
    ta: Any, tb: Any, m: Any, n: Any, k: Any, a: Any, lda: Any, b: Any, ldb: Any, c: Any, ldc: Any
) -> None:
    one, zero = np.ones(1, np.float64), np.zeros(1, np.float64)
    a_form, b_form = (_TRANSPOSED if ta else _AS_IS), (_TRANSPOSED if tb else _AS_IS)
    _dgemm(_D, b_form, a_form, n, m, k, one.ctypes, b.ctypes, ldb, a.ctypes, lda, zero.ctypes, c.ctypes, ldc)


def gemm(
    ta: Any, tb: Any, m: Any, n: Any, k: Any, a: Any, lda: Any, b: Any, ldb: Any, c: Any, ldc: Any
) -> None:
    """c = op(a) op(b), where op transposes if `ta`, `tb` says so; all three in rows, flat, from their start.

    op(a) is m x k, op(b) k x n, c m x n; `lda`, `ldb`, `ldc` are the lengths of the rows they were cut
    from. BLAS thinks in columns, where the same memory is the transpose: c' = op(b)' op(a)'.
    """
    raise NotImplementedError


@overload(gemm, strict=False)
def _gemm(
    ta: Any, tb: Any, m: Any, n: Any, k: Any, a: Any, lda: Any, b: Any, ldb: Any, c: Any, ldc: Any
) -> Any:
    if a.dtype == types.float32:
        return lambda ta, tb, m, n, k, a, lda, b, ldb, c, ldc: _sgemm_tile(
            ta, tb, m, n, k, a, lda, b, ldb, c, ldc
        )
    return lambda ta, tb, m, n, k, a, lda, b, ldb, c, ldc: _dgemm_tile(
        ta, tb, m, n, k, a, lda, b, ldb, c, ldc
    )


@functools.lru_cache(maxsize=1024)
def tiling(shape: tuple[int, ...], k: int) -> tuple[int, int]:
    """Rows and columns of a tile of an m x n product over k."""
    m, n = shape
    work = m * n * k
    tiles = max(1, work // TILE, min(SHARES, work // THIN_TILE))
    if m <= n:
        across = min(tiles, max(1, n // 32))
        down = min(-(-tiles // across), max(1, m // 32))
    else:
        down = min(tiles, max(1, m // 32))
        across = min(-(-tiles // down), max(1, n // 32))
    return max(1, -(-m // down)), max(1, -(-n // across))
