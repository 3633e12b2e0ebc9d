"""Trees grown level by level, many at a time.

All nodes of a level, of all trees, are one launch: a large node's features are shared out, small nodes are
tasks of their own. What a task finds does not depend on who does it, so the trees do not depend on the
threads.

Cost: O(features · samples · depth) for each tree where columns have few values, another log(samples) where
not.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.columns import Columns
from tuilab.learners.kernels.tree_splits import BLOCKS, best_splits, divide
from tuilab.learners.tree_structure import Tree

Array = NDArray[Any]
FEATURES = 64  # features a task, where all are searched
_DEAL = np.argsort([int(f"{block:06b}"[::-1], 2) for block in range(BLOCKS)], kind="stable")


@dataclass(frozen=True, slots=True)
class Growth:
    """When to stop, and what to search. `draw` is the number of features drawn for a split, 0 for all."""

    criterion: str
    classes: int  # 1 for a regression
    max_depth: int | None = None
    min_samples_split: int = 2
    min_samples_leaf: int = 1
    min_impurity_decrease: float = 0.0
    draw: int = 0
    record: bool = False


@dataclass(slots=True)
class Samples:
    """The samples of all trees, one tree after the other: `bounds[t]` to `bounds[t + 1]` are those of tree
    t."""

    rows: NDArray[np.int32]
    label: NDArray[np.int32]
    weight: Array
    amount: Array
    bounds: NDArray[np.int64]
    tree_weight: NDArray[np.float64]

    def arrays(self) -> tuple[Array, Array, Array, Array]:
        return self.rows, self.label, self.weight, self.amount


@dataclass(slots=True)
class Level:
    """The nodes of one level; `parent` is the place in the level above, `square` is Σ weight · target²."""

    tree: Array
    start: Array
    stop: Array
    total: Array
    square: Array
    key: Array
    parent: Array
    feature: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    threshold: Array = field(default_factory=lambda: np.zeros(0))
    children: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    impurity: Array = field(default_factory=lambda: np.zeros(0))
    depth: int = 0
    searched: Array = field(default_factory=lambda: np.zeros(0, np.int64))
    candidates: list[tuple[Array, Array, Array]] = field(default_factory=list)
    """Of each node in `searched`: thresholds, features and gains of the best split of each feature."""


def samples(y: Array, weights: Array | None, growth: Growth, trees: int = 1) -> Samples:
    """The samples of each tree: all of them, or those with a weight in `weights`, of shape (trees,
    samples)."""
    if weights is None:
        weights = np.ones((trees, len(y)), np.int32)
    tree, rows = np.nonzero(weights)
    weight = weights[tree, rows].astype(np.float64)
    if growth.classes > 1:
        label, amount = y[rows].astype(np.int32), weight
    else:
        label, amount = np.zeros(len(rows), np.int32), weight * y[rows]
    bounds = np.searchsorted(tree, np.arange(trees + 1))
    tree_weight = weights.sum(1).astype(np.float64)
    return Samples(rows.astype(np.int32), label, weight, amount, bounds, tree_weight)


def impurity(total: Array, square: Array, criterion: str) -> NDArray[np.float64]:
    """Gini 1 - Σ p², entropy -Σ p log2 p, or the variance, of each row of sums."""
    weight = total[:, 0]
    if criterion == "squared_error":
        variance: NDArray[np.float64] = np.maximum(square / weight - (total[:, 1] / weight) ** 2, 0)
        return variance
    if criterion == "gini":
        gini: NDArray[np.float64] = 1 - (total[:, 1:] ** 2).sum(1) / weight**2
        return gini
    p = total[:, 1:] / weight[:, None]
    entropy: NDArray[np.float64] = -(p * np.log2(np.where(p > 0, p, 1))).sum(1)
    return entropy


def grow(columns: Columns, items: Samples, growth: Growth, seeds: Array) -> tuple[list[Tree], list[Level]]:
    """One tree for each seed. The levels tell how, with the table of candidates where `growth.record`."""
    count = len(items.bounds) - 1
    total = np.zeros((count, growth.classes + 1), items.weight.dtype)
    square = np.zeros(count)
    for t in range(count):
        part = slice(items.bounds[t], items.bounds[t + 1])
        total[t, 0] = items.weight[part].sum()
        total[t, 1:] = _by_class(items.label[part], items.amount[part], growth.classes)
        square[t] = (items.amount[part].astype(np.float64) ** 2 / items.weight[part]).sum()
    level = Level(
        np.arange(count),
        items.bounds[:-1],
        items.bounds[1:],
        total,
        square,
        seeds.astype(np.uint64),
        np.zeros(count, np.int64),
    )
    rows, label, weight, amount = (np.empty_like(one) for one in items.arrays())
    spare = Samples(rows, label, weight, amount, items.bounds, items.tree_weight)
    levels: list[Level] = []
    while len(level.tree):
        levels.append(level)
        level = _next_level(columns, items, spare, growth, level, len(levels) - 1)
        items, spare = spare, items
    return _assemble(levels, count, growth), levels


def _by_class(label: Array, amount: Array, classes: int) -> Array:
    if classes == 1:
        return np.array([amount.sum()])
    sums: Array = np.bincount(label, amount, classes).astype(amount.dtype)
    return sums


def _next_level(
    columns: Columns, items: Samples, spare: Samples, growth: Growth, level: Level, depth: int
) -> Level:
    level.impurity = impurity(level.total, level.square, growth.criterion)
    size = level.stop - level.start
    open_ = (size >= max(growth.min_samples_split, 2 * growth.min_samples_leaf)) & (
        level.impurity > np.finfo(np.float64).eps
    )
    if growth.max_depth is not None and depth >= growth.max_depth:
        open_[:] = False
    level.feature = np.full(len(size), -2)
    level.threshold = np.full(len(size), -2.0)
    level.children = np.full(len(size), -1)
    level.depth = depth
    nodes = np.flatnonzero(open_)
    merit, feature, low, high = _search(columns, items, growth, level, nodes)
    found = np.isfinite(merit)
    nodes, feature, low, high = nodes[found], feature[found], low[found], high[found]
    new = _divided(columns, items, spare, level, nodes, feature, low)
    if growth.min_impurity_decrease > 0 and len(nodes):
        child = impurity(new.total, new.square, growth.criterion) * new.total[:, 0]
        before = level.total[nodes, 0] * level.impurity[nodes]
        gain = (before - child[0::2] - child[1::2]) / items.tree_weight[level.tree[nodes]]
        good = gain + np.finfo(np.float64).eps >= growth.min_impurity_decrease
        nodes, feature, low, high = nodes[good], feature[good], low[good], high[good]
        new = _divided(columns, items, spare, level, nodes, feature, low)
    level.feature[nodes] = feature
    level.threshold[nodes] = columns.thresholds(feature, low, high)
    level.children[nodes] = 2 * np.arange(len(nodes))
    return new


def _search(
    columns: Columns, items: Samples, growth: Growth, level: Level, nodes: Array
) -> tuple[Array, Array, Array, Array]:
    """(merit, feature, low, high) of the best split of each of `nodes`."""
    features = len(columns.codes)
    each = features if growth.draw else 1 if growth.record else FEATURES
    table = _searched(columns, items, growth, level, nodes, each, growth.draw)
    if growth.record:
        every = _searched(columns, items, growth, level, nodes, 1, 0) if growth.draw else table
        _keep_candidates(columns, growth, level, nodes, every)
    best = np.argmax(table[0], axis=1)[:, None] if len(nodes) else np.zeros((0, 1), np.int64)
    top, which, below, above = (np.take_along_axis(one, best, 1)[:, 0] for one in table)
    return top, which, below, above


def _searched(
    columns: Columns, items: Samples, growth: Growth, level: Level, nodes: Array, each: int, draw: int
) -> list[Array]:
    """(merit, feature, low, high) of the best split among each share of the features, `each` of them a share:
    (nodes, shares)."""
    features = len(columns.codes)
    shares = -(-features // each)
    node = np.repeat(nodes, shares)
    first = np.tile(np.arange(shares) * each, len(nodes))
    last = np.minimum(first + each, features)
    merit, feature = np.empty(len(node)), np.empty(len(node), np.int64)
    low, high = np.empty(len(node), np.int64), np.empty(len(node), np.int64)
    # Large nodes first, dealt so that neighbours in size lie far apart among the blocks.
    by_size = np.argsort(level.start[node] - level.stop[node], kind="stable")
    tasks = np.full(-(-len(node) // BLOCKS) * BLOCKS, -1)
    tasks[: len(node)] = by_size
    tasks = tasks.reshape(-1, BLOCKS)[:, _DEAL].reshape(-1)
    if len(node):
        best_splits(
            columns.codes,
            columns.values,
            columns.base,
            columns.distinct,
            *items.arrays(),
            tasks,
            node,
            first,
            last,
            level.start,
            level.stop,
            level.total,
            level.key,
            draw,
            growth.min_samples_leaf,
            growth.criterion == "entropy",
            merit,
            feature,
            low,
            high,
        )
    return [one.reshape(len(nodes), shares) for one in (merit, feature, low, high)]


def _keep_candidates(
    columns: Columns, growth: Growth, level: Level, nodes: Array, table: list[Array]
) -> None:
    level.searched = nodes
    for node, merit, feature, low, high in zip(nodes, *table, strict=True):
        some = merit > -np.inf
        weight = float(level.total[node, 0])
        if growth.criterion == "entropy":
            after = -merit[some] / weight
        elif growth.criterion == "gini":
            after = 1 - merit[some] / weight
        else:
            after = (level.square[node] - merit[some]) / weight
        thresholds = columns.thresholds(feature[some], low[some], high[some])
        level.candidates.append((thresholds, feature[some], level.impurity[node] - after))


def _divided(
    columns: Columns, items: Samples, spare: Samples, level: Level, nodes: Array, feature: Array, low: Array
) -> Level:
    """The level of the children of `nodes`, left and right in turn; their samples are put into `spare`."""
    start, stop = level.start[nodes], level.stop[nodes]
    middle = np.empty_like(start)
    sums = np.empty((2, len(nodes), level.total.shape[1]), level.total.dtype)
    square = np.empty((2, len(nodes)))
    if len(nodes):
        divide(
            columns.codes,
            *items.arrays(),
            start,
            stop,
            feature,
            low,
            *spare.arrays(),
            middle,
            sums[0],
            sums[1],
            square[0],
            square[1],
        )
    with np.errstate(over="ignore"):
        key = level.key[nodes] * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        keys = np.stack([key, key ^ np.uint64(0xD1B54A32D192ED03)], 1).reshape(-1)
    return Level(
        np.repeat(level.tree[nodes], 2),
        np.stack([start, middle], 1).reshape(-1),
        np.stack([middle, stop], 1).reshape(-1),
        sums.transpose(1, 0, 2).reshape(-1, sums.shape[2]),
        square.T.reshape(-1),
        keys,
        np.repeat(nodes, 2),
    )


def _assemble(levels: list[Level], count: int, growth: Growth) -> list[Tree]:
    """The levels' nodes renumbered depth first, tree by tree."""
    sizes = [np.ones(len(level.tree), np.int64) for level in levels]
    for d in range(len(levels) - 1, 0, -1):
        np.add.at(sizes[d - 1], levels[d].parent, sizes[d])
    places = [np.concatenate([[0], np.cumsum(sizes[0])[:-1]])]
    for d in range(1, len(levels)):
        place = places[-1][levels[d].parent] + 1
        place[1::2] += sizes[d][0::2]
        places.append(place)
    bounds = np.concatenate([places[0], [sizes[0].sum()]])
    order = np.argsort(np.concatenate(places))

    def all_of(parts: list[Array]) -> Array:
        joined: Array = np.concatenate(parts)[order]
        return joined

    left, right = [], []
    for d, level in enumerate(levels):
        child = level.children
        inner = child >= 0
        here = np.full((2, len(child)), -1)
        root = bounds[level.tree]
        if inner.any():
            below = places[d + 1]
            here[0, inner] = below[child[inner]] - root[inner]
            here[1, inner] = below[child[inner] + 1] - root[inner]
        left.append(here[0])
        right.append(here[1])
    total = all_of([level.total for level in levels]).astype(np.float64)
    whole = Tree(
        all_of(left),
        all_of(right),
        all_of([level.feature for level in levels]),
        all_of([level.threshold for level in levels]),
        total[:, 1:] / total[:, :1],
        all_of([level.impurity for level in levels]),
        all_of([level.stop - level.start for level in levels]),
        total[:, 0],
    )
    return [
        Tree(*(getattr(whole, name)[bounds[t] : bounds[t + 1]] for name in Tree.__slots__))
        for t in range(count)
    ]
