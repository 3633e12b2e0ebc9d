"""Sums over the blocks of a batch: each block has a row for its own, and the rows are added in order."""

from typing import Any

from tuilab.kernels.jit import device


@device
def clear(x: Any) -> None:
    """x = 0."""
    x[:] = 0


@device
def add_up(parts: Any, begin: Any, end: Any, total: Any) -> None:
    """total[begin:end] = the sum of those columns over all rows of `parts`, in order."""
    into = total[begin:end]
    into[:] = 0
    for row in range(len(parts)):
        part = parts[row, begin:end]
        for i in range(into.size):
            into[i] += part[i]
