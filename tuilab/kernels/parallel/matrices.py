"""Products of whole matrices in register tiles: how they are shared out, and how a factor is turned for them.

A sum runs over k in order wherever a tile begins, so how a product is cut is a matter of time alone, not of
bits: it may depend on the machine.
"""

import functools
import os
from typing import Any

import numpy as np

from tuilab.kernels.jit import device
from tuilab.kernels.parallel.arrays import Array
from tuilab.kernels.parallel.register_tiles import WIDE
from tuilab.kernels.parallel.vectors import VECTOR_BYTES

PROCESSORS = os.cpu_count() or 1
MOST_ROWS = 1024  # of a task, so that what says where its rows lie stays small
LEAST_ROWS = 4 * WIDE[0]  # of a task: each puts the rows of the second factor together for itself
SIDE = 16  # of the squares that a matrix is turned in: a row of one fills a line of the cache
TURNED = SIDE * 4  # rows that a task turns


@functools.lru_cache(maxsize=128)
def multiples(step: int, count: int) -> Array:
    """0, step, 2 · step, …: where things lie that are `step` apart."""
    return np.arange(count, dtype=np.int64) * step


@functools.lru_cache(maxsize=64)
def nothing(count: int, dtype: Any) -> Array:
    """What sums begin with where nothing is added to them."""
    return np.zeros(count, dtype)


@functools.lru_cache(maxsize=512)
def by_columns(m: int, n: int, itemsize: int) -> tuple[int, int]:
    """Rows and columns of a task, of an m x n product whose second factor is the larger one.

    As many columns as a tile is wide, so that what one task puts together serves all its rows; the rows are
    cut as well where the columns alone do not give every processor the same to do.
    """
    columns = WIDE[1] * VECTOR_BYTES // itemsize
    panels = -(-n // columns)
    even = panels % PROCESSORS == 0 or panels >= 8 * PROCESSORS
    return _rows(m, 1 if even else PROCESSORS), columns


@functools.lru_cache(maxsize=512)
def by_rows(m: int, n: int, itemsize: int) -> tuple[int, int]:
    """The same where the second factor is small: whole rows, as whoever reads them next will share them out;
    columns are cut as well where there are too few rows for all processors."""
    rows = _rows(m, 4 * PROCESSORS)
    return rows, n if m >= rows * PROCESSORS else WIDE[1] * VECTOR_BYTES // itemsize


def _rows(m: int, blocks: int) -> int:
    blocks = max(1, min(blocks, m // LEAST_ROWS), -(-m // MOST_ROWS))
    return max(1, -(-m // blocks // WIDE[0])) * WIDE[0]


@device
def turn(w: Any, begin: Any, end: Any, turned: Any) -> None:
    """Rows `begin` to `end` (less one) of w as columns of `turned`, which has them all."""
    n = w.shape[1]
    for i0 in range(begin, end, SIDE):
        for j0 in range(0, n, SIDE):
            for j in range(j0, min(n, j0 + SIDE)):
                for i in range(i0, min(end, i0 + SIDE)):
                    turned[j, i] = w[i, j]
