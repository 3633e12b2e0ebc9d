"""Columns cut into at most 255 bins, and one more for missing values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.learners.kernels.boosting import bin_columns

Array = NDArray[Any]
MISSING = 255
SAMPLE = 200_000  # rows that are looked at to place the edges


class Bins:
    """Where each column is cut: between its values where they are few, else at its quantiles.

    thresholds: (features, 254) float64, the first `count[f]` - 1 of feature f used; a value goes into the bin
    of the first threshold that is not below it.
    """

    def __init__(self, x: Array, most: int, seed: int) -> None:
        if len(x) > SAMPLE:
            x = x[generator(seed, "bins").choice(len(x), SAMPLE, replace=False)]
        self.thresholds = np.zeros((x.shape[1], MISSING - 1))
        self.count = np.empty(x.shape[1], np.int64)
        for f in range(x.shape[1]):
            edges = _edges(x[:, f], most)
            self.thresholds[f, : len(edges)] = edges
            self.count[f] = len(edges) + 1

    def codes(self, x: Array) -> NDArray[np.uint8]:
        """The bin of each value: (features, samples)."""
        codes = np.empty((x.shape[1], x.shape[0]), np.uint8)
        bin_columns(x, self.thresholds, self.count, MISSING, codes)
        return codes


def _edges(column: Array, most: int) -> NDArray[np.float64]:
    if column.dtype == np.uint8:
        values = np.flatnonzero(np.bincount(column, minlength=256)).astype(np.float64)
        if len(values) > most:
            known = np.sort(column).astype(np.float64)
    else:
        known = np.sort(column[~np.isnan(column)].astype(np.float64))
        values = np.unique(known)
    if len(values) <= most:
        return values[:-1] * 0.5 + values[1:] * 0.5
    edges: Array = np.percentile(known, np.linspace(0, 100, most + 1)[1:-1], method="midpoint")
    return np.unique(edges)
