"""Samples sent down trees."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import kernel, prange

ROWS = 64  # samples a task: their way through a tree stays in the cache


@kernel
def add_leaf_values(
    x: Any, feature: Any, threshold: Any, left: Any, right: Any, value: Any, roots: Any, skip: Any, out: Any
) -> None:
    """out[i] += Σ over trees of the value of the leaf where sample i ends; `x` <= threshold goes left.

    Where `skip` has a row a tree, a tree is left out for the samples with skip[tree, i] != 0.
    """
    n, width = out.shape
    for block in prange((n + ROWS - 1) // ROWS):
        for tree in range(roots.size):
            for i in range(block * ROWS, min(n, (block + 1) * ROWS)):
                if skip.shape[0] and skip[tree, i] != 0:
                    continue
                sample = x[i]
                node = roots[tree]
                while left[node] >= 0:
                    node = left[node] if sample[feature[node]] <= threshold[node] else right[node]
                for k in range(width):
                    out[i, k] += value[node, k]


@kernel
def leaf_of(x: Any, feature: Any, threshold: Any, left: Any, right: Any, out: Any) -> None:
    """out[i] = the leaf where sample i ends."""
    n = out.size
    for block in prange((n + ROWS - 1) // ROWS):
        for i in range(block * ROWS, min(n, (block + 1) * ROWS)):
            sample = x[i]
            node = np.int64(0)
            while left[node] >= 0:
                node = left[node] if sample[feature[node]] <= threshold[node] else right[node]
            out[i] = node
