"""One tree of boosting, grown leaf by leaf: the leaf whose split gains most is split next.

The histogram of the smaller child is filled from its samples, that of the larger is what remains of the
parent's (G. Ke et al., LightGBM, 2017; H. Shi, Best-first decision tree learning, 2007).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.boosting_bins import MISSING, Bins
from tuilab.learners.kernels.boosting import search, separate

Array = NDArray[Any]
BLOCKS = 8
NO_PARENT = np.zeros((0, MISSING + 1, 3))


@dataclass(frozen=True, slots=True)
class LeafGrowth:
    """When to stop; `penalty` is λ."""

    max_leaf_nodes: int | None
    max_depth: int | None
    min_samples_leaf: int
    penalty: float
    least_curvature: float = 1e-3


@dataclass(frozen=True, slots=True)
class GradientTree:
    """Nodes in the order they came; left is -1 in a leaf. value: what the leaf adds, not yet shrunk. A
    sample with x[feature] <= threshold goes left; one whose value is missing where `missing_left` says."""

    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]
    gain: NDArray[np.float64]
    samples: NDArray[np.int64]


@dataclass(slots=True)
class _Leaf:
    node: int
    depth: int
    start: int
    stop: int
    total: Array
    histogram: Array
    gain: float = 0.0
    feature: int = -1
    split: int = 0
    missing_left: bool = False


class _Grower:
    def __init__(
        self,
        codes: NDArray[np.uint8],
        bins: Bins,
        gradient: Array,
        curvature: Array,
        rows: NDArray[np.int32],
        growth: LeafGrowth,
        spare: list[Array],
    ) -> None:
        self.codes, self.bins, self.growth = codes, bins, growth
        self.gradient, self.curvature = gradient, curvature
        self.rows, self.buffer = rows.copy(), np.empty_like(rows)
        self.counts = np.empty(BLOCKS, np.int64)
        self.spare = spare
        self.nodes: list[dict[str, Any]] = []

    def _histogram(self) -> Array:
        return self.spare.pop() if self.spare else np.empty((len(self.codes), MISSING + 1, 3))

    def _leaf(self, depth: int, start: int, stop: int, total: Array, histogram: Array) -> _Leaf:
        value = -total[0] / (total[1] + self.growth.penalty + np.finfo(np.float64).eps)
        self.nodes.append(
            {
                "feature": -2,
                "threshold": -2.0,
                "missing_left": False,
                "left": -1,
                "right": -1,
                "value": value,
                "gain": 0.0,
                "samples": stop - start,
            }
        )
        return _Leaf(len(self.nodes) - 1, depth, start, stop, total, histogram)

    def _search(self, leaf: _Leaf, sibling: _Leaf | None = None) -> None:
        """Find the best splits of a leaf and of its sibling, whose histogram still is their parent's."""
        rows = self.rows[leaf.start : leaf.stop]
        both = [leaf] if sibling is None else [leaf, sibling]
        shape = (2, len(self.codes))
        gain, split, missing_left = np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.bool_)
        search(
            self.codes,
            self.bins.count,
            rows,
            self.gradient[rows],
            self.curvature[rows],
            NO_PARENT if sibling is None else sibling.histogram,
            leaf.histogram,
            np.stack([one.total for one in both]),
            self.growth.penalty,
            float(self.growth.min_samples_leaf),
            self.growth.least_curvature,
            gain,
            split,
            missing_left,
        )
        deepest = self.growth.max_depth
        for k, one in enumerate(both):
            best = int(np.argmax(gain[k]))
            if gain[k, best] > 0 and (deepest is None or one.depth < deepest):
                one.gain, one.feature = float(gain[k, best]), best
                one.split, one.missing_left = int(split[k, best]), bool(missing_left[k, best])
            else:
                self.spare.append(one.histogram)

    def _split(self, leaf: _Leaf, last: bool) -> tuple[_Leaf, _Leaf]:
        part = slice(leaf.start, leaf.stop)
        column = self.codes[leaf.feature]
        separate(column, leaf.split, MISSING, leaf.missing_left, self.rows[part], self.counts, self.buffer)
        self.rows[part] = self.buffer[: leaf.stop - leaf.start]
        middle = leaf.start + int(self.counts.sum())
        histogram = leaf.histogram[leaf.feature]
        left = histogram[: leaf.split + 1].sum(0) + leaf.missing_left * histogram[MISSING]
        node = self.nodes[leaf.node]
        edges = self.bins.thresholds[leaf.feature]
        known = self.bins.count[leaf.feature]
        node["threshold"] = edges[leaf.split] if leaf.split < known - 1 else np.inf
        node["feature"], node["missing_left"] = leaf.feature, leaf.missing_left
        node["gain"] = leaf.gain
        smaller_left = middle - leaf.start <= leaf.stop - middle
        fresh = leaf.histogram if last else self._histogram()
        of_left, of_right = (fresh, leaf.histogram) if smaller_left else (leaf.histogram, fresh)
        a = self._leaf(leaf.depth + 1, leaf.start, middle, left, of_left)
        b = self._leaf(leaf.depth + 1, middle, leaf.stop, leaf.total - left, of_right)
        node["left"], node["right"] = a.node, b.node
        return (a, b) if smaller_left else (b, a)

    def grow(self) -> GradientTree:
        some = self.gradient[self.rows].sum(), self.curvature[self.rows].sum(), float(len(self.rows))
        leaf = self._leaf(0, 0, len(self.rows), np.array(some), self._histogram())
        self._search(leaf)
        open_, most = [leaf] if leaf.gain > 0 else [], self.growth.max_leaf_nodes
        leaves = 1
        while open_ and (most is None or leaves < most):
            leaf = max(open_, key=lambda one: (one.gain, -one.node))
            open_.remove(leaf)
            leaves += 1
            last = leaves == most
            smaller, larger = self._split(leaf, last)
            if last:
                self.spare.append(leaf.histogram)
                break
            self._search(smaller, larger)
            open_ += [one for one in (smaller, larger) if one.gain > 0]
        self.spare += [one.histogram for one in open_]
        return GradientTree(
            *(np.array([node[name] for node in self.nodes]) for name in GradientTree.__slots__)
        )


def grow(
    codes: NDArray[np.uint8],
    bins: Bins,
    gradient: Array,
    curvature: Array,
    rows: NDArray[np.int32],
    growth: LeafGrowth,
    spare: list[Array],
) -> GradientTree:
    """A tree for the samples `rows`; `spare` keeps histograms between trees."""
    return _Grower(codes, bins, gradient, curvature, rows, growth, spare).grow()
