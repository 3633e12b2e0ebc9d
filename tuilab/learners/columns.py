"""A table turned on its side for the trees: each column as ranks among its distinct values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.kernels.columns import count_distinct, rank
from tuilab.learners.kernels.tree_splits import FEW_VALUES

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """codes[f, i] is the rank of x[i, f] among the values of feature f, which lie in `values` from base[f]
    on, distinct[f] of them. Values are float32, as scikit-learn's trees take them."""

    codes: Array
    values: NDArray[np.float32]
    base: NDArray[np.int64]
    distinct: NDArray[np.int64]

    def thresholds(self, feature: Array, low: Array, high: Array) -> NDArray[np.float64]:
        """Halfway between two neighbouring values; the lower one where nothing lies between."""
        a = self.values[self.base[feature] + low].astype(np.float64)
        b = self.values[self.base[feature] + high].astype(np.float64)
        middle = a / 2 + b / 2
        return np.where((middle == b) | ~np.isfinite(middle), a, middle)


def columns(x: Array) -> Columns:
    """Rank the columns of `x`, of shape (samples, features). Bytes are their own ranks, at no cost.

    Whole numbers from 0 to 255 count as bytes, whatever their type.
    """
    features = x.shape[1]
    if x.dtype != np.uint8 and _are_bytes(x):
        x = x.astype(np.uint8)
    if x.dtype == np.uint8:
        return Columns(
            np.ascontiguousarray(x.T),
            np.arange(FEW_VALUES, dtype=np.float32),
            np.zeros(features, np.int64),
            np.full(features, FEW_VALUES),
        )
    turned = np.ascontiguousarray(x.T.astype(np.float32))
    ordered, distinct = np.empty_like(turned), np.empty(features, np.int64)
    count_distinct(turned, ordered, distinct)
    codes = np.empty(turned.shape, np.uint8 if distinct.max() <= FEW_VALUES else np.int32)
    rank(turned, ordered, distinct, codes)
    return Columns(codes, ordered.reshape(-1), np.arange(features) * len(x), distinct)


def _are_bytes(x: Array) -> bool:
    """Whether all are whole numbers from 0 to 255; a look at the first rows answers for most tables."""
    for part in (x[:16], x):
        if part.min() < 0 or part.max() > 255 or (part != part.astype(np.uint8)).any():
            return False
    return True
