"""Gradient boosting on histograms: each tree is fitted to what the ones before it left over."""

import copy
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from tuilab.data.randomness import generator
from tuilab.learners import checks
from tuilab.learners.boosting_bins import MISSING, Bins, Table
from tuilab.learners.boosting_growth import GradientTree, LeafGrowth, Pool, grow
from tuilab.learners.boosting_losses import BinaryCrossEntropy, CrossEntropy, Loss, SquaredError
from tuilab.learners.kernels.boosting import walk
from tuilab.learners.learner import Classifier, Learner, Regressor
from tuilab.learners.trace import Trace

Array = NDArray[Any]
Numbers = NDArray[np.float64]
HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Boost:
    """An iteration added a tree for each output. Residuals are what a tree is fitted to, the negative
    gradient of the loss: (samples, outputs), before the trees and after; `loss` is the mean over the
    training samples."""

    iteration: int
    trees: tuple[GradientTree, ...]
    loss_before: float
    loss_after: float
    residuals_before: Numbers
    residuals_after: Numbers


@dataclass(frozen=True, slots=True)
class _Stumps:
    """All trees end to end, as `walk` takes them."""

    arrays: tuple[Array, ...]
    roots: NDArray[np.int64]

    @classmethod
    def of(cls, trees: list[GradientTree], rate: float) -> "_Stumps":
        sizes = [len(tree.left) for tree in trees]
        roots = np.cumsum([0, *sizes[:-1]]).astype(np.int64)
        shift = np.repeat(roots, sizes)
        join = {name: np.concatenate([getattr(t, name) for t in trees]) for name in GradientTree.__slots__}
        left = np.where(join["left"] < 0, -1, join["left"] + shift)
        right = np.where(join["right"] < 0, -1, join["right"] + shift)
        value = join["value"] * rate
        return cls((join["feature"], join["threshold"], join["missing_left"], left, right, value), roots)


class GradientBoosting(Learner):
    """What both kinds of boosting share."""

    allow_nan = True

    def __init__(
        self,
        *,
        learning_rate: float,
        max_iter: int,
        max_leaf_nodes: int | None,
        max_depth: int | None,
        min_samples_leaf: int,
        l2_regularization: float,
        max_bins: int,
        subsample: float,
        early_stopping: bool | str,
        validation_fraction: float,
        n_iter_no_change: int,
        tol: float,
        random_state: Any,
        record: bool,
    ) -> None:
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_bins = max_bins
        self.subsample = subsample
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.random_state = random_state
        self.record = record

    def _check(self) -> LeafGrowth:
        checks.real("learning_rate", self.learning_rate, above=0)
        checks.whole("max_iter", self.max_iter, 1)
        checks.whole("max_leaf_nodes", self.max_leaf_nodes, 2, none=True)
        checks.whole("max_depth", self.max_depth, 1, none=True)
        checks.whole("min_samples_leaf", self.min_samples_leaf, 1)
        checks.real("l2_regularization", self.l2_regularization, least=0)
        checks.real("max_bins", self.max_bins, least=2, most=MISSING)
        checks.real("subsample", self.subsample, above=0, most=1)
        checks.real("validation_fraction", self.validation_fraction, above=0, most=0.9)
        checks.whole("n_iter_no_change", self.n_iter_no_change, 1)
        return LeafGrowth(
            self.max_leaf_nodes, self.max_depth, self.min_samples_leaf, float(self.l2_regularization)
        )

    def _learn(self, x: Array, y: Array, loss: Loss) -> None:
        growth = self._check()
        seed = checks.seed(self.random_state)
        stops_early = len(x) > 10_000 if self.early_stopping == "auto" else bool(self.early_stopping)
        kept = np.zeros(len(x), np.bool_)
        if stops_early:
            kept = _held_out(y, self.validation_fraction, seed, loss.outputs > 1 or self.kind == "classifier")
        x_kept, y_kept = x[kept], y[kept]
        if stops_early:
            x, y = x[~kept], y[~kept]
        self._boost(x, y, x_kept, y_kept, loss, growth, seed)

    def _boost(
        self,
        x: Array,
        y: Array,
        x_kept: Array,
        y_kept: Array,
        loss: Loss,
        growth: LeafGrowth,
        seed: int,
    ) -> None:
        table = Table.of(x, Bins(x, int(self.max_bins), seed))
        pool = Pool(table.places, growth, loss.outputs)
        self._baseline = loss.start(y)
        raw = np.tile(self._baseline, (len(x), 1))
        raw_kept = np.tile(self._baseline, (len(x_kept), 1))
        self.train_loss_ = [loss.value(y, raw)]
        self.validation_loss_ = [loss.value(y_kept, raw_kept)] if len(x_kept) else []
        trees: list[GradientTree] = []
        stops: list[Boost] = []
        gradient, curvature = loss.derivatives(y, raw)
        for iteration in range(self.max_iter):
            rows = _drawn(len(x), self.subsample, seed, iteration)
            turned = np.ascontiguousarray(gradient.T), np.ascontiguousarray(curvature.T)
            new, said = grow(table, *turned, rows, growth, pool)
            if len(rows) < len(x):
                said = _walked(_Stumps.of(new, 1.0), x, np.zeros_like(raw))
            new, raw = self._stepped(new, said, raw, y, loss)
            trees += new
            before = gradient
            gradient, curvature = loss.derivatives(y, raw)
            if self.record:
                losses = self.train_loss_[-2:]
                stops.append(Boost(iteration, tuple(new), losses[0], losses[1], -before, -gradient))
            if len(x_kept):
                _walked(_Stumps.of(new, self.learning_rate), x_kept, raw_kept)
                self.validation_loss_.append(loss.value(y_kept, raw_kept))
                if self._no_better():
                    break
        self._outputs = loss.outputs
        self._take(trees)
        if self.record:
            self.trace_ = Trace(stops, self._as_of)

    def _no_better(self) -> bool:
        """Whether none of the last iterations was better, by `tol`, than the one before them."""
        losses, wait = self.validation_loss_, self.n_iter_no_change
        return len(losses) > wait and min(losses[-wait:]) >= losses[-wait - 1] - self.tol

    def _stepped(
        self, trees: list[GradientTree], said: Numbers, raw: Numbers, y: Array, loss: Loss
    ) -> tuple[list[GradientTree], Numbers]:
        """The trees, and the raw predictions with them. Trees that would raise the loss are halved until they
        do not: a leaf's step is the right one where the loss is a parabola, and too long where it is not."""
        before = self.train_loss_[-1]
        for halving in range(HALVINGS + 1):
            share = 0.5**halving if halving < HALVINGS else 0.0
            after = raw + self.learning_rate * share * said
            value = loss.value(y, after)
            if value <= before:
                break
        self.train_loss_.append(value)
        if share < 1:
            trees = [replace(tree, value=tree.value * share) for tree in trees]
        return trees, after

    def _take(self, trees: list[GradientTree]) -> None:
        self.trees_ = trees
        self.n_iter_ = len(trees) // self._outputs
        self._stumps = _Stumps.of(trees, self.learning_rate) if trees else None

    def _as_of(self, stops: int) -> Self:
        earlier = copy.copy(self)
        earlier._take(self.trees_[: stops * self._outputs])
        return earlier

    def _raw(self, X: Any) -> Numbers:
        x = self._incoming(X)
        raw = np.tile(self._baseline, (len(x), 1))
        if self._stumps is not None:
            _walked(self._stumps, np.ascontiguousarray(x), raw)
        return raw


def _walked(stumps: _Stumps, x: Array, raw: Numbers) -> Numbers:
    """`raw`, to which was added what the trees say of each sample."""
    walk(x, *stumps.arrays, stumps.roots, raw.shape[1], raw)
    return raw


def _held_out(y: Array, share: float, seed: int, by_class: bool) -> NDArray[np.bool_]:
    """The samples kept aside to tell when to stop: of each class its share, but never its last one."""
    rng = generator(seed, "held out")
    kept = np.zeros(len(y), np.bool_)
    groups = [np.flatnonzero(y == one) for one in np.unique(y)] if by_class else [np.arange(len(y))]
    for group in groups:
        count = min(len(group) - 1, max(1, round(share * len(group))))
        kept[rng.permutation(group)[:count]] = True
    return kept


def _drawn(count: int, share: float, seed: int, iteration: int) -> NDArray[np.int32]:
    if share == 1:
        return np.arange(count, dtype=np.int32)
    size = max(1, round(share * count))
    drawn = generator(seed, "subsample", iteration).choice(count, size, replace=False)
    return np.sort(drawn).astype(np.int32)


class GradientBoostingClassifier(Classifier, GradientBoosting):
    """A sum of small trees, each fitted to the gradient of the cross entropy that the ones before leave.

    raw_m = raw_(m-1) + η tree_m, where a leaf of tree_m with sums G of gradients and H of curvatures says
    -G / (H + λ). Two classes need one tree an iteration, K classes K trees.

    Args:
        learning_rate: η, by which each tree is shrunk.
        max_iter: the most iterations.
        max_leaf_nodes, max_depth, min_samples_leaf: how far a tree grows, leaf by leaf.
        l2_regularization: λ.
        max_bins: into how many bins a column is cut at most, up to 255; missing values have their own.
        subsample: the share of the samples that an iteration draws, without replacement.
        early_stopping: whether to stop when `n_iter_no_change` iterations did not lower the loss, by
        `tol`, of
            the `validation_fraction` held out; "auto" for more than 10,000 samples.
        random_state: seed.
        record: leave a `trace_` of `Boost`s.

    Learned: `trees_`, `classes_`, `n_iter_`, `train_loss_`, `validation_loss_`, `trace_`.
    Cost: O(features · samples · log(leaves)) a tree, and O(features · bins · leaves).
    Source: J. Friedman, Greedy Function Approximation, 2001; G. Ke et al., LightGBM, 2017.
    """

    def __init__(
        self,
        *,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int | None = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_bins: int = 255,
        subsample: float = 1.0,
        early_stopping: bool | str = "auto",
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-7,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            max_iter=max_iter,
            max_leaf_nodes=max_leaf_nodes,
            max_depth=max_depth,
            min_samples_leaf=min_samples_leaf,
            l2_regularization=l2_regularization,
            max_bins=max_bins,
            subsample=subsample,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Add trees until there are enough."""
        x, numbers = self._begin_classes(X, y)
        count = len(self.classes_)
        self._learn(
            np.ascontiguousarray(x), numbers, BinaryCrossEntropy() if count == 2 else CrossEntropy(count)
        )
        return self

    def decision_function(self, X: Any) -> Numbers:
        """The raw predictions: (samples, classes), or (samples,) for two classes."""
        raw = self._raw(X)
        return raw[:, 0] if raw.shape[1] == 1 else raw

    def predict_proba(self, X: Any) -> Numbers:
        """softmax(raw), or 1 / (1 + e^-raw) for two classes: (samples, classes)."""
        raw = self._raw(X)
        if raw.shape[1] == 1:
            p = expit(raw)
            return np.hstack([1 - p, p])
        shares: Numbers = softmax(raw, axis=1)
        return shares

    def predict(self, X: Any) -> Array:
        """The most probable class."""
        raw = self._raw(X)
        best = (raw[:, 0] > 0).astype(np.int64) if raw.shape[1] == 1 else raw.argmax(1)
        predicted: Array = self.classes_[best]
        return predicted


class GradientBoostingRegressor(Regressor, GradientBoosting):
    """A sum of small trees, each fitted to what the ones before leave: y - raw. Arguments, cost and source
    are those of `GradientBoostingClassifier`; the loss is (y - raw)² / 2.

    Learned: `trees_`, `n_iter_`, `train_loss_`, `validation_loss_`, `trace_`.
    """

    def __init__(
        self,
        *,
        learning_rate: float = 0.1,
        max_iter: int = 100,
        max_leaf_nodes: int | None = 31,
        max_depth: int | None = None,
        min_samples_leaf: int = 20,
        l2_regularization: float = 0.0,
        max_bins: int = 255,
        subsample: float = 1.0,
        early_stopping: bool | str = "auto",
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-7,
        random_state: Any = None,
        record: bool = False,
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            max_iter=max_iter,
            max_leaf_nodes=max_leaf_nodes,
            max_depth=max_depth,
            min_samples_leaf=min_samples_leaf,
            l2_regularization=l2_regularization,
            max_bins=max_bins,
            subsample=subsample,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            random_state=random_state,
            record=record,
        )

    def fit(self, X: Any, y: Any) -> Self:
        """Add trees until there are enough."""
        x, values = self._begin_numbers(X, y)
        self._learn(np.ascontiguousarray(x), values, SquaredError())
        return self

    def predict(self, X: Any) -> Numbers:
        """The sum of the trees."""
        return self._raw(X)[:, 0]
