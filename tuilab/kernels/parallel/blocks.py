"""Sums of rows, and sums over the blocks of a batch: each block has a row for its own, added in order."""

from typing import Any

from tuilab.kernels.jit import device


@device
def clear(x: Any) -> None:
    """x = 0."""
    x[:] = 0


@device
def add_rows(rows: Any, count: Any, total: Any) -> None:
    """total += the sum of `count` rows, as wide as it is, that lie one behind the other: eight at a time, for
    each by itself would wait for the one before to arrive in `total`."""
    width = total.size
    whole = count // 8 * 8
    for i in range(0, whole, 8):
        eight = rows[i * width : (i + 8) * width]
        for j in range(width):
            a, b = eight[j] + eight[width + j], eight[2 * width + j] + eight[3 * width + j]
            c, d = eight[4 * width + j] + eight[5 * width + j], eight[6 * width + j] + eight[7 * width + j]
            total[j] += (a + b) + (c + d)
    for i in range(whole, count):
        one = rows[i * width : (i + 1) * width]
        for j in range(width):
            total[j] += one[j]


@device
def add_up(parts: Any, begin: Any, end: Any, total: Any) -> None:
    """total[begin:end] = the sum of those columns over all rows of `parts`, in order."""
    into = total[begin:end]
    into[:] = 0
    for row in range(len(parts)):
        part = parts[row, begin:end]
        for i in range(into.size):
            into[i] += part[i]
