"""Trees of boosting, grown leaf by leaf: the leaf whose split gains most is split next.

The trees of an iteration, one a class, grow side by side, and a split of each is one launch: on busy
processors a launch waits for the slowest of them, so few launches are worth more than what a further one
would spread.

The histogram of the smaller child is filled from its samples, that of the larger is what remains of the
parent's (G. Ke et al., LightGBM, 2017; H. Shi, Best-first decision tree learning, 2007).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.boosting_bins import MISSING, Table
from tuilab.learners.kernels.boosting import search

Array = NDArray[Any]
ROOM = 2**29  # bytes for the histograms of trees that grow side by side


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
    slot: int  # of its histogram
    gain: float = 0.0
    feature: int = -1
    split: int = 0
    missing_left: bool = False


class Pool:
    """Histograms by number; the numbers of those that are needed no more are given out again."""

    def __init__(self, places: int, growth: LeafGrowth, outputs: int) -> None:
        leaves = growth.max_leaf_nodes or 64
        self.at_once = max(1, min(outputs, ROOM // (24 * places * leaves)))
        """How many trees grow side by side."""
        count = self.at_once * leaves
        self.arrays = np.empty((count, places, 3))
        self.free = list(range(count))[::-1]

    def take(self) -> int:
        if not self.free:
            count = len(self.arrays)
            self.arrays = np.concatenate([self.arrays, np.empty_like(self.arrays)])
            self.free = list(range(count, 2 * count))
        return self.free.pop()


class _Grower:
    """One tree while it grows: its nodes, and the leaves that may yet be split."""

    def __init__(self, growth: LeafGrowth, table: Table, pool: Pool, total: Array, samples: int) -> None:
        self.growth, self.table, self.pool = growth, table, pool
        self.nodes: list[dict[str, Any]] = []
        self.leaves: list[_Leaf] = []
        self.pair: list[_Leaf] = [self._leaf(0, 0, samples, total, pool.take())]
        """What is to be searched: the root, or a leaf to fill and its sibling, which has the parent's
        histogram."""

    def _leaf(self, depth: int, start: int, stop: int, total: Array, slot: int) -> _Leaf:
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
        leaf = _Leaf(len(self.nodes) - 1, depth, start, stop, total, slot)
        self.leaves.append(leaf)
        return leaf

    def take(self, gain: Array, feature: Array, split: Array, missing_left: Array) -> None:
        """Keep the best split that was found for each of the pair."""
        for k, one in enumerate(self.pair):
            block = int(np.argmax(gain[k]))
            if gain[k, block] > 0:
                one.gain, one.feature = float(gain[k, block]), int(feature[k, block])
                one.split, one.missing_left = int(split[k, block]), bool(missing_left[k, block])
            else:
                self.pool.free.append(one.slot)
        self.pair = []

    def next(self) -> _Leaf | None:
        """The leaf to split next, or None where the tree is grown."""
        best = max(self.leaves, key=lambda one: (one.gain, -one.node))
        if best.gain > 0 and len(self.leaves) != self.growth.max_leaf_nodes:
            return best
        for one in self.leaves:
            if one.gain > 0:
                self.pool.free.append(one.slot)
                one.gain = 0.0
        return None

    def split(self, leaf: _Leaf, middle: int) -> None:
        """Put two leaves in the place of one, whose rows are divided at `middle`."""
        self.leaves.remove(leaf)
        start = self.table.offset[leaf.feature]
        known = self.table.bins.count[leaf.feature]
        histogram = self.pool.arrays[leaf.slot]
        left = histogram[start : start + leaf.split + 1].sum(0) + leaf.missing_left * histogram[start + known]
        node = self.nodes[leaf.node]
        edges = self.table.bins.thresholds[leaf.feature]
        node["threshold"] = edges[leaf.split] if leaf.split < known - 1 else np.inf
        node["feature"], node["missing_left"], node["gain"] = leaf.feature, leaf.missing_left, leaf.gain
        last = len(self.leaves) + 2 == self.growth.max_leaf_nodes
        larger = max(middle - leaf.start, leaf.stop - middle)
        last = last or larger < 2 * self.growth.min_samples_leaf or leaf.depth + 1 == self.growth.max_depth
        fresh = leaf.slot if last else self.pool.take()
        smaller_left = middle - leaf.start <= leaf.stop - middle
        of_left, of_right = (fresh, leaf.slot) if smaller_left else (leaf.slot, fresh)
        a = self._leaf(leaf.depth + 1, leaf.start, middle, left, of_left)
        b = self._leaf(leaf.depth + 1, middle, leaf.stop, leaf.total - left, of_right)
        node["left"], node["right"] = a.node, b.node
        if last:
            self.pool.free.append(leaf.slot)
        else:
            self.pair = [a, b] if smaller_left else [b, a]

    def tree(self) -> GradientTree:
        return GradientTree(
            *(np.array([node[name] for node in self.nodes]) for name in GradientTree.__slots__)
        )


def grow(
    table: Table,
    gradient: Array,
    curvature: Array,
    rows: NDArray[np.int32],
    growth: LeafGrowth,
    pool: Pool,
) -> tuple[list[GradientTree], NDArray[np.float64]]:
    """A tree for each row of `gradient` and `curvature` (outputs, samples), fitted to the samples `rows`;
    and what each says of those, 0 of others: (samples, outputs). `pool` keeps its histograms for the next
    call."""
    trees, said = [], np.zeros(gradient.shape)
    for part in np.array_split(np.arange(len(gradient)), -(-len(gradient) // pool.at_once)):
        growers, order = _side_by_side(table, gradient[part], curvature[part], rows, growth, pool)
        trees += [one.tree() for one in growers]
        for k, one, line in zip(part, growers, order, strict=True):
            for leaf in one.leaves:
                said[k, line[leaf.start : leaf.stop]] = one.nodes[leaf.node]["value"]
    return trees, np.ascontiguousarray(said.T)


def _side_by_side(
    table: Table,
    gradient: Array,
    curvature: Array,
    rows: NDArray[np.int32],
    growth: LeafGrowth,
    pool: Pool,
) -> tuple[list[_Grower], NDArray[np.int32]]:
    """The trees, grown, and the rows of each in the order of its leaves."""
    size = np.full(len(gradient), len(rows))
    totals = np.stack([gradient[:, rows].sum(1), curvature[:, rows].sum(1), size], axis=1)
    growers = [_Grower(growth, table, pool, total, len(rows)) for total in totals]
    order = np.tile(rows, (len(growers), 1))
    while any(one.pair or one.next() for one in growers):
        _search(table, growers, order, gradient, curvature, growth, pool)
        _divide(table, growers, order)
    return growers, order


def _search(
    table: Table,
    growers: list[_Grower],
    order: Array,
    gradient: Array,
    curvature: Array,
    growth: LeafGrowth,
    pool: Pool,
) -> None:
    """Find the best splits of each tree's pair."""
    count = len(growers)
    start, stop, filled, parent = np.full((4, count), -1)
    totals = np.zeros((count, 2, 3))
    for t, one in enumerate(growers):
        for k, leaf in enumerate(one.pair):
            totals[t, k] = leaf.total
        if one.pair:
            start[t], stop[t], filled[t] = one.pair[0].start, one.pair[0].stop, one.pair[0].slot
            parent[t] = one.pair[1].slot if len(one.pair) == 2 else -1
    shape = (count, 2, len(table.begin))
    gain, feature, split = np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    missing_left = np.zeros(shape, np.bool_)
    search(
        *table.lists(),
        order,
        start,
        stop,
        gradient,
        curvature,
        pool.arrays,
        filled,
        parent,
        totals,
        growth.penalty,
        float(growth.min_samples_leaf),
        growth.least_curvature,
        gain,
        feature,
        split,
        missing_left,
    )
    for t, one in enumerate(growers):
        one.take(gain[t], feature[t], split[t], missing_left[t])


def _divide(table: Table, growers: list[_Grower], order: NDArray[np.int32]) -> None:
    """Split each tree's best leaf: the rows that go left come first, each side in the order it had."""
    for one, line in zip(growers, order, strict=True):
        leaf = one.next()
        if leaf is None:
            continue
        rows = line[leaf.start : leaf.stop]
        codes = table.codes[leaf.feature, rows]
        left = codes <= leaf.split
        if leaf.missing_left:
            left |= codes == MISSING
        first, others = rows[left], rows[~left]
        rows[: len(first)], rows[len(first) :] = first, others
        one.split(leaf, leaf.start + len(first))
