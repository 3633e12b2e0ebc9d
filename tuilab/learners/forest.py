"""Random forests: many trees, each on its own draw of the samples, each split on its own draw of features."""

import copy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tuilab.data.randomness import generator
from tuilab.learners import checks
from tuilab.learners.columns import columns
from tuilab.learners.errors import InputError
from tuilab.learners.learner import Learner, Regressor, ShareClassifier
from tuilab.learners.trace import Trace
from tuilab.learners.tree import features_drawn
from tuilab.learners.tree_growth import Growth, grow, samples
from tuilab.learners.tree_structure import Grove, Tree

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class TreeAdded:
    """A tree joined the forest. `before` and `after` are the out-of-bag scores of the forest without and with
    it, over the samples that some tree so far has not seen: accuracy or R²; NaN where there are none, or
    without bootstrap."""

    number: int
    tree: Tree
    samples: int
    before: float
    after: float


class RandomForest(Learner):
    """What both kinds of forest share."""

    _criteria: tuple[str, ...]

    def __init__(
        self,
        *,
        n_estimators: int,
        criterion: str,
        max_depth: int | None,
        min_samples_split: int,
        min_samples_leaf: int,
        max_features: int | float | str | None,
        bootstrap: bool,
        oob_score: bool,
        max_samples: int | float | None,
        random_state: Any,
        record: bool,
    ) -> None:
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.max_samples = max_samples
        self.random_state = random_state
        self.record = record

    def _growth(self, classes: int) -> Growth:
        checks.whole("n_estimators", self.n_estimators, 1)
        checks.one_of("criterion", self.criterion, self._criteria)
        checks.whole("max_depth", self.max_depth, 1, none=True)
        checks.whole("min_samples_split", self.min_samples_split, 2)
        checks.whole("min_samples_leaf", self.min_samples_leaf, 1)
        if self.oob_score and not self.bootstrap:
            raise InputError("oob_score=True needs bootstrap=True: without it every tree sees every sample.")
        draw = features_drawn(self.max_features, self.n_features_in_)
        return Growth(
            self.criterion, classes, self.max_depth, self.min_samples_split, self.min_samples_leaf, 0.0, draw
        )

    def _drawn(self, count: int, seed: int) -> NDArray[np.int32]:
        """How often each tree draws each sample: (trees, samples)."""
        if not self.bootstrap:
            return np.ones((self.n_estimators, count), np.int32)
        size = count
        if isinstance(self.max_samples, float):
            checks.real("max_samples", self.max_samples, above=0, most=1.0)
            size = max(1, round(count * self.max_samples))
        elif self.max_samples is not None:
            checks.whole("max_samples", self.max_samples, 1)
            size = min(count, self.max_samples)
        times = np.empty((self.n_estimators, count), np.int32)
        for tree in range(self.n_estimators):
            rows = generator(seed, "bootstrap", tree).integers(count, size=size)
            times[tree] = np.bincount(rows, minlength=count)
        return times

    def _learn(self, x: Array, y: Array, classes: int) -> None:
        growth = self._growth(classes)
        seed = checks.seed(self.random_state)
        times = self._drawn(len(x), seed)
        seeds = generator(seed, "features of splits").integers(2**63, size=self.n_estimators)
        trees, _ = grow(columns(x), samples(y, times, growth, self.n_estimators), growth, seeds)
        self._take(trees)
        if self.oob_score:
            out = times == 0
            sums = self._grove.sums(x, times)
            self._keep_out_of_bag(sums, out.sum(0), y)
        if self.record:
            alone = Growth(self.criterion, classes, max_depth=0)
            (self._root,), _ = grow(columns(x[:, :1]), samples(y, None, alone), alone, seeds[:1])
            self.trace_ = Trace(self._stops(x, y, times), self._as_of)

    def _take(self, trees: list[Tree]) -> None:
        self.trees_ = trees
        if trees:
            self._grove = Grove.of(trees)

    def _as_of(self, stops: int) -> Self:
        earlier = copy.copy(self)
        earlier._take(self.trees_[:stops])
        if not stops:
            earlier._grove = Grove.of([self._root])
        return earlier

    def _stops(self, x: Array, y: Array, times: NDArray[np.int32]) -> list[TreeAdded]:
        sums, seen = np.zeros((len(x), self._grove.value.shape[1])), np.zeros(len(x), np.int64)
        stops, before = [], np.nan
        for number, tree in enumerate(self.trees_):
            sums += Grove.of([tree]).sums(x, times[number : number + 1])
            seen += times[number] == 0
            after = self._score_of(sums, seen, y)
            stops.append(TreeAdded(number, tree, int((times[number] > 0).sum()), before, after))
            before = after
        return stops

    def _score_of(self, sums: Array, trees: Array, y: Array) -> float:
        raise NotImplementedError

    def _keep_out_of_bag(self, sums: Array, trees: Array, y: Array) -> None:
        self.oob_score_ = self._score_of(sums, trees, y)

    @property
    def feature_importances_(self) -> NDArray[np.float64]:
        """The mean of the trees' importances, without trees that never split."""
        each = [tree.importances(self.n_features_in_) for tree in self.trees_ if tree.node_count > 1]
        mean: NDArray[np.float64] = np.mean(each, axis=0) if each else np.zeros(self.n_features_in_)
        return mean / mean.sum() if each else mean


class RandomForestClassifier(ShareClassifier, RandomForest):
    """The mean of many trees' shares of the classes; each tree is grown on a bootstrap of the samples, and
    each split chooses among `max_features` features drawn for it.

    Args:
        n_estimators: the number of trees.
        criterion, max_depth, min_samples_split, min_samples_leaf, max_features: as for
        `DecisionTreeClassifier`. bootstrap: whether a tree draws as many samples as there are, with
        replacement, or sees all. oob_score: whether to score each sample by the trees that did not see it.
        max_samples: how many samples a tree draws, a number or a share; None for as many as there are.
        random_state: seed. A tree depends on (seed, its number) alone.
        record: leave a `trace_` of `TreeAdded`.

    Learned: `trees_`, `classes_`, `oob_score_`, `oob_decision_function_`, `feature_importances_`, `trace_`.
    Cost: O(trees · max_features · samples · depth).
    Source: L. Breiman, Random Forests, Machine Learning 45, 2001.
    """

    _criteria = ("gini", "entropy")

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = "sqrt",
        bootstrap: bool = True,
        oob_score: bool = False,
        max_samples: int | float | None = None,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            n_estimators=n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            bootstrap=bootstrap,
            oob_score=oob_score,
            max_samples=max_samples,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Grow all trees."""
        x, numbers = self._begin_classes(X, y)
        self._learn(x, numbers, len(self.classes_))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """The mean over the trees of the shares of the classes: (samples, classes)."""
        x = self._incoming(X)
        return self._grove.sums(x) / len(self._grove.roots)

    def _score_of(self, sums: Array, trees: Array, y: Array) -> float:
        some = trees > 0
        return float(np.mean(sums[some].argmax(1) == y[some])) if some.any() else float("nan")

    def _keep_out_of_bag(self, sums: Array, trees: Array, y: Array) -> None:
        super()._keep_out_of_bag(sums, trees, y)
        self.oob_decision_function_ = np.where(
            trees[:, None] > 0, sums / np.maximum(trees, 1)[:, None], np.nan
        )


class RandomForestRegressor(Regressor, RandomForest):
    """The mean of many trees' predictions. Arguments, cost and source are those of `RandomForestClassifier`,
    but by default each split chooses among all features.

    Learned: `trees_`, `oob_score_` (R²), `oob_prediction_`, `feature_importances_`, `trace_`.
    """

    _criteria = ("squared_error",)

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        criterion: str = "squared_error",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        max_features: int | float | str | None = 1.0,
        bootstrap: bool = True,
        oob_score: bool = False,
        max_samples: int | float | None = None,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            n_estimators=n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_split=min_samples_split,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            bootstrap=bootstrap,
            oob_score=oob_score,
            max_samples=max_samples,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Grow all trees."""
        x, values = self._begin_numbers(X, y)
        self._learn(x, values, 1)
        return self

    def predict(self, X: Any) -> NDArray[np.float64]:
        """The mean of the trees' predictions."""
        x = self._incoming(X)
        return self._grove.sums(x)[:, 0] / len(self._grove.roots)

    def _score_of(self, sums: Array, trees: Array, y: Array) -> float:
        some = trees > 0
        if not some.any() or np.ptp(y[some]) == 0:
            return float("nan")
        rest = y[some] - sums[some, 0] / trees[some]
        return float(1 - (rest**2).sum() / ((y[some] - y[some].mean()) ** 2).sum())

    def _keep_out_of_bag(self, sums: Array, trees: Array, y: Array) -> None:
        super()._keep_out_of_bag(sums, trees, y)
        self.oob_prediction_ = np.where(trees > 0, sums[:, 0] / np.maximum(trees, 1), np.nan)
