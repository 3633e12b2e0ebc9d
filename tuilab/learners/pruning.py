"""Minimal cost-complexity pruning: the weakest link goes first.

A subtree T below node t costs R(T) + α · leaves(T), where R is the impurity of its leaves, weighted by
their share of all samples. It is worth its leaves as long as α is below g(t) = (R(t) - R(T)) / (leaves(T)
- 1). Pruning takes the node of least g again and again (L. Breiman et al., Classification and Regression
Trees, 1984, section 3.3).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuilab.learners.tree_structure import Tree

Array = NDArray[Any]


class _Links:
    """The tree while it is pruned: risk and number of leaves below each node that is left."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.risk = tree.impurity * tree.weighted_n_node_samples / tree.weighted_n_node_samples[0]
        self.below, self.leaves = self.risk.copy(), np.ones(tree.node_count, np.int64)
        self.parent = np.full(tree.node_count, -1)
        self.inner = tree.children_left >= 0
        for node in np.flatnonzero(self.inner)[::-1]:  # children come after their parents
            left, right = tree.children_left[node], tree.children_right[node]
            self.parent[left] = self.parent[right] = node
            self.below[node] = self.below[left] + self.below[right]
            self.leaves[node] = self.leaves[left] + self.leaves[right]

    def weakest(self) -> tuple[int, float]:
        """The node of least g, and its g."""
        nodes = np.flatnonzero(self.inner)
        g = (self.risk[nodes] - self.below[nodes]) / (self.leaves[nodes] - 1)
        best = int(np.argmin(g))
        return int(nodes[best]), float(g[best])

    def cut(self, node: int) -> None:
        """Make a leaf of the node."""
        risk, leaves = self.risk[node] - self.below[node], self.leaves[node] - 1
        end = node + 1
        while end < self.tree.node_count and self._under(node, end):
            end += 1
        self.inner[node:end] = False
        while node >= 0:
            self.below[node] += risk
            self.leaves[node] -= leaves
            node = int(self.parent[node])

    def _under(self, node: int, other: int) -> bool:
        while other > node:
            other = int(self.parent[other])
        return other == node


def pruned(tree: Tree, alpha: float) -> Tree:
    """The smallest subtree that costs least at this α."""
    links = _Links(tree)
    while links.inner[0]:
        node, g = links.weakest()
        if g > alpha:
            break
        links.cut(node)
    return tree.with_leaves(np.flatnonzero(~links.inner))


def pruning_path(tree: Tree) -> tuple[Array, Array]:
    """The α at which links are cut, from 0 up, and the impurity of the leaves from there on."""
    links = _Links(tree)
    alphas, impurities = [0.0], [float(links.below[0])]
    while links.inner[0]:
        node, g = links.weakest()
        links.cut(node)
        if g <= alphas[-1]:
            impurities[-1] = float(links.below[0])
        else:
            alphas.append(g)
            impurities.append(float(links.below[0]))
    return np.array(alphas), np.array(impurities)
