"""Decision trees: CART, for classes and for numbers."""

import copy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tuilab.learners import checks
from tuilab.learners.columns import columns
from tuilab.learners.errors import InputError
from tuilab.learners.learner import Learner, Regressor, ShareClassifier
from tuilab.learners.pruning import pruned, pruning_path
from tuilab.learners.trace import Trace
from tuilab.learners.tree_growth import Growth, Level, grow, samples
from tuilab.learners.tree_structure import Grove, Tree

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The best split of one feature: x[feature] <= threshold, and by how much it lowers the impurity."""

    feature: int
    threshold: float
    gain: float


@dataclass(frozen=True, slots=True)
class Split:
    """A node was split. `candidates` has each feature's best split, the chosen one first, then by gain; with
    `max_features`, also of those that were not drawn. Gains are I(node) - w_L/w I(left) - w_R/w I(right),
    where I is the impurity and w the number of samples."""

    node: int
    depth: int
    samples: int
    impurity: float
    chosen: Candidate
    candidates: tuple[Candidate, ...]


def features_drawn(max_features: Any, features: int) -> int:
    """The number of features that `max_features` stands for, 0 for all."""
    if max_features is None:
        return 0
    if max_features in ("sqrt", "log2"):
        drawn = int(np.sqrt(features) if max_features == "sqrt" else np.log2(features))
    elif isinstance(max_features, float):
        checks.real("max_features", max_features, above=0, most=1.0)
        drawn = int(max_features * features)
    else:
        checks.whole("max_features", max_features, 1)
        if max_features > features:
            raise InputError(
                f"max_features={max_features}: expected at most the {features} features there are."
            )
        drawn = int(max_features)
    return 0 if drawn >= features else max(1, drawn)


class DecisionTree(Learner):
    """What both kinds of tree share."""

    _criteria: tuple[str, ...]

    def __init__(
        self,
        *,
        criterion: str,
        max_depth: int | None,
        min_samples_split: int,
        min_samples_leaf: int,
        max_features: int | float | str | None,
        min_impurity_decrease: float,
        ccp_alpha: float,
        random_state: Any,
        record: bool,
    ) -> None:
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.min_impurity_decrease = min_impurity_decrease
        self.ccp_alpha = ccp_alpha
        self.random_state = random_state
        self.record = record

    def _growth(self, classes: int) -> Growth:
        checks.one_of("criterion", self.criterion, self._criteria)
        checks.whole("max_depth", self.max_depth, 1, none=True)
        checks.whole("min_samples_split", self.min_samples_split, 2)
        checks.whole("min_samples_leaf", self.min_samples_leaf, 1)
        checks.real("min_impurity_decrease", self.min_impurity_decrease, least=0)
        checks.real("ccp_alpha", self.ccp_alpha, least=0)
        draw = features_drawn(self.max_features, self.n_features_in_)
        return Growth(
            self.criterion,
            classes,
            self.max_depth,
            self.min_samples_split,
            self.min_samples_leaf,
            self.min_impurity_decrease,
            draw,
            self.record,
        )

    def _grown(self, x: Array, y: Array, classes: int) -> tuple[Tree, list[Level]]:
        growth = self._growth(classes)
        seeds = np.array([checks.seed(self.random_state)])
        (tree,), levels = grow(columns(x), samples(y, None, growth), growth, seeds)
        return tree, levels

    def _learn(self, x: Array, y: Array, classes: int) -> None:
        grown, levels = self._grown(x, y, classes)
        self._take(pruned(grown, self.ccp_alpha) if self.ccp_alpha > 0 else grown)
        if self.record:
            stops, nodes = _stops(grown, levels)
            self.trace_ = Trace(stops, lambda n: self._as_of(grown, nodes[n:]))

    def _take(self, tree: Tree) -> None:
        self.tree_ = tree
        self._grove = Grove.of([tree])

    def _as_of(self, grown: Tree, unsplit: Array) -> Self:
        earlier = copy.copy(self)
        earlier._take(grown.with_leaves(unsplit))
        return earlier

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """What each feature's splits gain, of all gains (Breiman et al., 1984, section 5.3.4)."""
        return self.tree_.importances(self.n_features_in_)

    def get_depth(self) -> int:
        """The number of splits on the longest way from the root to a leaf."""
        return self.tree_.max_depth

    def get_n_leaves(self) -> int:
        """The number of leaves."""
        return self.tree_.n_leaves

    def _pruning_path(self, x: Array, y: Array, classes: int) -> tuple[Array, Array]:
        return pruning_path(self._grown(x, y, classes)[0])


class DecisionTreeClassifier(ShareClassifier, DecisionTree):
    """A tree of questions x[feature] <= threshold, which ends in shares of the classes.

    Each split lowers the impurity of its node most: Gini 1 - Σ p_k² or entropy -Σ p_k log2 p_k. The splits
    are those of scikit-learn, ties aside: of equal ones, that of the lowest feature is taken.

    Args:
        criterion: "gini" or "entropy".
        max_depth: the most questions on a way; None for as many as it takes.
        min_samples_split, min_samples_leaf: the fewest samples in a node to split, and in a leaf.
        max_features: how many features each split draws: a number, a share, "sqrt", "log2", None for all.
        min_impurity_decrease: the least weighted gain of a split.
        ccp_alpha: prune splits that gain less than this a leaf (cost-complexity pruning).
        random_state: seed of the draws.
        record: leave a `trace_` of `Split`s.

    Learned: `tree_` (a `Tree`), `classes_`, `feature_importances_`, `trace_`.
    Cost: O(features · samples · depth) for columns of up to 256 values; · log(samples) for others.
    Source: L. Breiman, J. Friedman, R. Olshen, C. Stone, Classification and Regression Trees, 1984.
    """

    _criteria = ("gini", "entropy")

    def __init__(
        self,
        *,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = None,
        min_impurity_decrease: float = 0.0,
        ccp_alpha: float = 0.0,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            min_impurity_decrease=min_impurity_decrease,
            ccp_alpha=ccp_alpha,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Grow the tree, and prune it where `ccp_alpha` says so."""
        x, numbers = self._begin_classes(X, y)
        self._learn(x, numbers, len(self.classes_))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """The shares of the classes in the leaf of each sample: (samples, classes)."""
        x = self._incoming(X)
        return self._grove.sums(x)

    def cost_complexity_pruning_path(self, X: Any, y: Any) -> tuple[Array, Array]:
        """The values of `ccp_alpha` at which the tree loses splits, and the impurity of its leaves at
        each."""
        learner = copy.copy(self)
        x, numbers = learner._begin_classes(X, y)
        return learner._pruning_path(x, numbers, len(learner.classes_))


class DecisionTreeRegressor(Regressor, DecisionTree):
    """A tree of questions x[feature] <= threshold, which ends in the mean of its samples' targets.

    Each split lowers the squared error Σ (y - ȳ)² most. Arguments, cost and source are those of
    `DecisionTreeClassifier`, with "squared_error" for the criterion.

    Learned: `tree_` (a `Tree`), `feature_importances_`, `trace_`.
    """

    _criteria = ("squared_error",)

    def __init__(
        self,
        *,
        criterion: str = "squared_error",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = None,
        min_impurity_decrease: float = 0.0,
        ccp_alpha: float = 0.0,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            min_impurity_decrease=min_impurity_decrease,
            ccp_alpha=ccp_alpha,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Grow the tree, and prune it where `ccp_alpha` says so."""
        x, values = self._begin_numbers(X, y)
        self._learn(x, values, 1)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """The mean target in the leaf of each sample."""
        x = self._incoming(X)
        return self._grove.sums(x)[:, 0]

    def cost_complexity_pruning_path(self, X: Any, y: Any) -> tuple[Array, Array]:
        """The values of `ccp_alpha` at which the tree loses splits, and the impurity of its leaves at
        each."""
        learner = copy.copy(self)
        x, values = learner._begin_numbers(X, y)
        return learner._pruning_path(x, values, 1)


def _stops(tree: Tree, levels: list[Level]) -> tuple[list[Split], Array]:
    """A stop for each split, in the order of the nodes' numbers, and those numbers."""
    tables = {}
    for level in levels:
        tables.update(_tables(level))
    nodes = np.flatnonzero(tree.children_left >= 0)
    gains = tree.gains() / tree.weighted_n_node_samples
    depth = np.zeros(tree.node_count, np.int64)
    begin = np.zeros(tree.node_count, np.int64)
    stops = []
    for node in nodes:
        left, right = tree.children_left[node], tree.children_right[node]
        depth[left] = depth[right] = depth[node] + 1
        begin[left], begin[right] = begin[node], begin[node] + tree.n_node_samples[left]
        chosen = Candidate(int(tree.feature[node]), float(tree.threshold[node]), float(gains[node]))
        others = tables.get((int(depth[node]), int(begin[node])), ())
        stops.append(
            Split(
                int(node),
                int(depth[node]),
                int(tree.n_node_samples[node]),
                float(tree.impurity[node]),
                chosen,
                (chosen, *(one for one in others if one.feature != chosen.feature)),
            )
        )
    return stops, nodes


def _tables(level: Level) -> dict[tuple[int, int], tuple[Candidate, ...]]:
    """The candidates of each node, by its depth and the place of its first sample, best first."""
    found = {}
    for node, entries in zip(level.searched, level.candidates, strict=True):
        table = (Candidate(int(f), float(t), float(gain)) for t, f, gain in zip(*entries, strict=True))
        ordered = sorted(table, key=lambda one: (-one.gain, one.feature))
        found[level.depth, int(level.start[node])] = tuple(ordered)
    return found
