"""Columns of a table as ranks among their own values, so that a split search can count instead of sort."""

from typing import Any

import numpy as np

from tuilab.kernels.jit import kernel, prange


@kernel
def count_distinct(x: Any, ordered: Any, distinct: Any) -> None:
    """Sort each row of `x` (a feature) into `ordered`, distinct values first, and tell how many there are."""
    for feature in prange(x.shape[0]):
        line = np.sort(x[feature])
        kept = 1
        for place in range(1, line.size):
            if line[place] != line[kept - 1]:
                line[kept] = line[place]
                kept += 1
        ordered[feature] = line
        distinct[feature] = kept


@kernel
def rank(x: Any, ordered: Any, distinct: Any, codes: Any) -> None:
    """codes[f, i] = how many distinct values of feature f are below x[f, i]."""
    for feature in prange(x.shape[0]):
        codes[feature] = np.searchsorted(ordered[feature, : distinct[feature]], x[feature])
