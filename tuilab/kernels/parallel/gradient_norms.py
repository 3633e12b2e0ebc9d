"""The lengths of gradients, and what shortens those that are too long: the way to clip them by their norm."""

import math
from typing import Any

import numpy as np

from tuilab.kernels.jit import kernel, prange

BLOCK = 8192
"""Elements of a gradient to a sum of `sum_squares`."""


@kernel(float_rules={"contract", "reassoc"})
def sum_squares(gradient: Any, squares: Any) -> None:
    """The sum of the squares of each block, in float64."""
    for block in prange(squares.size):
        g = gradient[block * BLOCK : (block + 1) * BLOCK]
        total = 0.0
        for i in range(g.size):
            total += np.float64(g[i]) * np.float64(g[i])
        squares[block] = total


@kernel
def clip_scales(squares: Any, begins: Any, most: Any, scales: Any) -> None:
    """What the gradients of each group are multiplied by, so that their norm is at most `most[0]`.

    Group k has the blocks begins[k] to begins[k + 1] of `squares`. A norm that is no number, or infinite,
    makes the scale NaN: the gradients are not to be trusted, and that must show.
    """
    for group in prange(scales.size):
        total = 0.0
        for block in range(begins[group], begins[group + 1]):
            total += squares[block]
        norm = math.sqrt(total)
        scales[group] = (most[0] / norm if norm > most[0] else 1.0) + (norm - norm)
