"""Columns cut into at most 255 bins, and one more for missing values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.learners.kernels.boosting import bin_columns, count_entries, list_entries, place_edges

Array = NDArray[Any]
MISSING = 255
SAMPLE = 200_000  # rows that are looked at to place the edges
BLOCKS = 8  # of features, whatever the number of threads
MOST_FEATURES = 255  # in a block: places in its part of a histogram are 16 bits


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
        place_edges(x, most, self.thresholds, self.count)

    def codes(self, x: Array) -> NDArray[np.uint8]:
        """The bin of each value: (features, samples)."""
        codes = np.empty((x.shape[1], x.shape[0]), np.uint8)
        bin_columns(x, self.thresholds, self.count, MISSING, codes)
        return codes


@dataclass(frozen=True, slots=True)
class Table:
    """Binned samples, by columns and by rows, as the kernels of boosting take them.

    codes: the bin of each value, (features, samples). offset[f]: where feature f begins in a histogram.
    first: the first feature of each block. entries: row by row of a block, from begin[block, row] on, the
    places that are not their feature's `common` one.
    """

    bins: Bins
    codes: NDArray[np.uint8]
    offset: NDArray[np.int64]
    first: NDArray[np.int64]
    common: NDArray[np.int64]
    begin: NDArray[np.int64]
    entries: NDArray[np.uint16]

    @classmethod
    def of(cls, x: Array, bins: Bins) -> "Table":
        codes = bins.codes(x)
        features, samples = codes.shape
        blocks = max(min(BLOCKS, features), -(-features // MOST_FEATURES))
        offset = np.concatenate([[0], np.cumsum(bins.count + 1)])
        first = np.linspace(0, features, blocks + 1).astype(np.int64)
        common, begin = np.empty(features, np.int64), np.empty((blocks, samples + 1), np.int64)
        count_entries(codes, bins.count, first, common, begin)
        before = np.concatenate([[0], np.cumsum(begin[:, -1])])
        begin += before[:-1, None]
        entries = np.empty(before[-1], np.uint16)
        list_entries(codes, bins.count, offset, first, common, begin, entries)
        return cls(bins, codes, offset, first, common, begin, entries)

    @property
    def places(self) -> int:
        """The size of a histogram."""
        return int(self.offset[-1])

    def lists(self) -> tuple[Array, ...]:
        """What `search` needs to fill histograms."""
        return self.offset, self.first, self.common, self.begin, self.entries
