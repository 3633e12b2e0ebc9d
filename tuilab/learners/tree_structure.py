"""A grown tree as arrays, one place a node, and what can be said of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.kernels.tree_walk import add_leaf_values

Array = NDArray[Any]
NO_SKIP = np.zeros((0, 0), np.int32)


@dataclass(frozen=True, slots=True)
class Tree:
    """A binary tree. Nodes are numbered depth first, left before right, as scikit-learn's `tree_` numbers
    them.

    children_left, children_right: the number of the child, -1 in a leaf. feature, threshold: a sample with
    x[feature] <= threshold goes left (-2 in a leaf). value: (nodes, outputs), shares of the classes or the
    mean.
    """

    children_left: NDArray[np.int64]
    children_right: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]
    impurity: NDArray[np.float64]
    n_node_samples: NDArray[np.int64]
    weighted_n_node_samples: NDArray[np.float64]

    @property
    def node_count(self) -> int:
        return len(self.feature)

    @property
    def n_leaves(self) -> int:
        return int((self.children_left < 0).sum())

    @property
    def max_depth(self) -> int:
        depth = np.zeros(self.node_count, np.int64)
        for node in np.flatnonzero(self.children_left >= 0):
            depth[self.children_left[node]] = depth[self.children_right[node]] = depth[node] + 1
        return int(depth.max())

    def gains(self) -> NDArray[np.float64]:
        """By how much each split lowers the impurity, times the weight of its node; 0 in leaves."""
        total = self.impurity * self.weighted_n_node_samples
        inner = self.children_left >= 0
        gain = np.zeros(self.node_count)
        gain[inner] = total[inner] - total[self.children_left[inner]] - total[self.children_right[inner]]
        return gain

    def importances(self, features: int) -> NDArray[np.float64]:
        """What each feature's splits gain, of all gains: they sum to 1, or are 0 in a tree without splits."""
        inner = self.children_left >= 0
        gained: Array = np.bincount(self.feature[inner], self.gains()[inner], features)
        return gained / gained.sum() if gained.sum() > 0 else gained

    def with_leaves(self, leaves: Array) -> "Tree":
        """The tree where the nodes in `leaves` have no children any more, and numbers are closed up."""
        left, right = self.children_left.copy(), self.children_right.copy()
        left[leaves] = right[leaves] = -1
        stays = np.zeros(self.node_count, np.bool_)
        stays[0] = True
        for node in range(self.node_count):  # parents come before their children
            if stays[node] and left[node] >= 0:
                stays[left[node]] = stays[right[node]] = True
        number = np.cumsum(stays) - 1
        left, right = left[stays], right[stays]
        is_leaf = left < 0
        return replace(
            self,
            children_left=np.where(is_leaf, -1, number[left]),
            children_right=np.where(is_leaf, -1, number[right]),
            feature=np.where(is_leaf, -2, self.feature[stays]),
            threshold=np.where(is_leaf, -2.0, self.threshold[stays]),
            value=self.value[stays],
            impurity=self.impurity[stays],
            n_node_samples=self.n_node_samples[stays],
            weighted_n_node_samples=self.weighted_n_node_samples[stays],
        )


@dataclass(frozen=True, slots=True)
class Grove:
    """Several trees end to end, ready to send samples down; `nodes` as `kernels.tree_walk` says, `value` has
    a row a leaf."""

    nodes: NDArray[np.int32]
    value: NDArray[np.float64]
    roots: NDArray[np.int64]

    @classmethod
    def of(cls, trees: list[Tree]) -> "Grove":
        """The trees one behind the other; their thresholds as the largest float32 that is not above them,
        which divides float32 samples in the same way."""
        roots = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
        shift = np.repeat(roots, [tree.node_count for tree in trees])
        exact = np.concatenate([tree.threshold for tree in trees])
        near = exact.astype(np.float32)
        right = np.concatenate([tree.children_right for tree in trees])
        leaf = right < 0
        nodes = np.zeros((len(right), 4), np.int32)
        nodes[:, 0] = np.where(
            leaf, -np.cumsum(leaf, dtype=np.int64), np.concatenate([tree.feature for tree in trees])
        )
        nodes.view(np.float32)[:, 1] = np.where(near > exact, np.nextafter(near, np.float32(-np.inf)), near)
        nodes[:, 2] = right + shift
        value = np.concatenate([tree.value for tree in trees])[leaf]
        single = (value == 1) & (np.abs(value).sum(1) == 1)[:, None]
        nodes[leaf, 2] = np.where(single.any(1), single.argmax(1), -1)
        return cls(nodes, value, roots.astype(np.int64))

    def sums(self, x: Array, skip: NDArray[np.int32] = NO_SKIP) -> NDArray[np.float64]:
        """Σ over the trees of the value of the leaf where each sample ends: (samples, outputs)."""
        out = np.zeros((len(x), self.value.shape[1]))
        x = np.ascontiguousarray(x, np.float32)
        add_leaf_values(x, self.nodes, self.nodes.view(np.float32), self.value, self.roots, skip, out)
        return out
