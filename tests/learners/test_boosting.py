"""Boosting does as well as scikit-learn's, and never gets worse at what it has seen."""

from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tuilab.data.points import POINTS, checkerboard, gaussians, mixed_table, moons, noisy_sine
from tuilab.learners import GradientBoostingClassifier, GradientBoostingRegressor
from tuilab.learners.boosting_bins import Bins, Table

ensemble = pytest.importorskip("sklearn.ensemble")


def mean_scores(name: str, **options: Any) -> tuple[float, float]:
    """Accuracies over ten seeds, ours and scikit-learn's; a seed draws the points."""
    ours, other = [], []
    for seed in range(10):
        x, y = mixed_table(2000, missing=0.1, seed=seed) if name == "table" else POINTS[name](2000, seed=seed)
        for scores, kind in (
            (ours, GradientBoostingClassifier),
            (other, ensemble.HistGradientBoostingClassifier),
        ):
            with threadpool_limits(1):  # small launches: on a busy machine each would wait for other threads
                learner = kind(early_stopping=False, random_state=seed, **options).fit(x[:800], y[:800])
                scores.append(learner.score(x[800:], y[800:]))
    return float(np.mean(ours)), float(np.mean(other))


@pytest.mark.parametrize("name", [*POINTS, "table"])
@pytest.mark.usefixtures("one_thread")
def test_accuracy_is_scikit_learns_over_ten_seeds(name: str) -> None:
    ours, other = mean_scores(name, max_iter=20, max_leaf_nodes=16)
    assert ours == pytest.approx(other, abs=0.005)


def test_the_first_tree_is_scikit_learns() -> None:
    x, y = noisy_sine(300, seed=1)
    options = {"max_iter": 1, "learning_rate": 1.0, "max_leaf_nodes": 6, "early_stopping": False}
    ours = GradientBoostingRegressor(**options).fit(x, y)
    other = ensemble.HistGradientBoostingRegressor(**options).fit(x, y)
    np.testing.assert_allclose(ours.predict(x), other.predict(x), rtol=1e-5)


def test_a_split_and_its_leaves_worked_out_by_hand() -> None:
    learner = GradientBoostingRegressor(
        max_iter=1, learning_rate=0.5, max_leaf_nodes=2, min_samples_leaf=1, l2_regularization=1.0
    ).fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 0.0, 6.0, 6.0])
    # start at the mean, 3; gradients (3, 3, -3, -3), curvatures 1
    # x <= 1.5: G = 6, H = 2; leaf -6 / (2 + 1) = -2; the other +2; gain 36/3 + 36/3 - 0 = 24
    (tree,) = learner.trees_
    assert (tree.threshold[0], tree.gain[0], tree.value[1], tree.value[2]) == (1.5, 24, -2, 2)
    np.testing.assert_array_equal(learner.predict([[0.0], [9.0]]), [2, 4])
    assert learner.train_loss_ == [4.5, (2**2 * 4) / 4 / 2]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"learning_rate": 1.0},
        {"learning_rate": 3.0, "min_samples_leaf": 1},
        {"subsample": 0.3},
        {"learning_rate": 1.5, "subsample": 0.1, "min_samples_leaf": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("classes", [1, 2, 4])
def test_its_training_loss_never_rises(classes: int, options: dict[str, Any]) -> None:
    learner: Any
    if classes == 1:
        x, y = noisy_sine(200, noise=0.5, seed=1)
        learner = GradientBoostingRegressor(max_iter=30, random_state=1, **options).fit(x, y)
    else:
        x, y = gaussians(200, classes=classes, spread=1.5, seed=1)
        learner = GradientBoostingClassifier(max_iter=30, random_state=1, **options).fit(x, y)
        probability = learner.predict_proba(x)[np.arange(200), y]
        assert learner.train_loss_[-1] == pytest.approx(-np.log(probability).mean(), rel=1e-6)
    assert len(learner.train_loss_) == 31
    assert (np.diff(learner.train_loss_) <= 0).all()
    assert learner.train_loss_[-1] < learner.train_loss_[0]


def test_it_stops_when_held_out_samples_gain_nothing() -> None:
    x, y = moons(500, noise=0.4, seed=2)
    learner = GradientBoostingClassifier(max_iter=300, early_stopping=True, random_state=0).fit(x, y)
    assert learner.n_iter_ < 150
    best = int(np.argmin(learner.validation_loss_))
    assert best <= len(learner.validation_loss_) - learner.n_iter_no_change
    assert (
        GradientBoostingClassifier(max_iter=20).fit(x, y).n_iter_ == 20
    )  # 500 samples are too few for "auto"


def test_missing_values_go_where_they_belong() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(600, 2))
    y = (x[:, 0] > 0).astype(int)
    x[y == 1, 0] = np.where(rng.random((y == 1).sum()) < 0.5, np.nan, x[y == 1, 0])
    learner = GradientBoostingClassifier(max_iter=20).fit(x, y)
    assert learner.score(x, y) > 0.99
    assert learner.predict([[np.nan, 0.0]])[0] == 1
    assert learner.trees_[0].missing_left[0] == False  # noqa: E712  (a NumPy bool)
    only = np.where(np.arange(100)[:, None] < 50, np.nan, 1.0)
    gaps = GradientBoostingClassifier(max_iter=5).fit(only, np.arange(100) < 50)
    assert gaps.score(only, np.arange(100) < 50) == 1


def test_subsamples_follow_the_seed() -> None:
    x, y = moons(300, seed=1)
    a, b, c = (
        GradientBoostingClassifier(max_iter=5, subsample=0.5, random_state=seed).fit(x, y).predict_proba(x)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize(
    "options", [{"max_leaf_nodes": 5}, {"max_depth": 2}, {"max_leaf_nodes": None}], ids=str
)
def test_its_trees_keep_to_their_bounds(options: dict[str, Any]) -> None:
    x, y = checkerboard(500, 4, seed=1)
    learner = GradientBoostingClassifier(max_iter=3, min_samples_leaf=7, **options).fit(x, y)
    for tree in learner.trees_:
        leaf = tree.left < 0
        assert leaf.sum() <= (options.get("max_leaf_nodes") or 4 if "max_depth" in options else 500)
        assert tree.samples[leaf].min() >= 7
        assert tree.samples[leaf].sum() == 500
        # Leaf by leaf: what could be split, and gained more, was split before.
        assert tree.gain[~leaf].min() > 0


@pytest.mark.parametrize("most", [3, 20, 255])
def test_bins_hold_as_many_samples_as_each_other(most: int) -> None:
    rng = np.random.default_rng(1)
    x = np.stack([rng.normal(size=5000), rng.integers(0, 256, 5000), np.repeat([1.0, 2.0], 2500)], 1)
    x[rng.random(5000) < 0.2, 0] = np.nan
    bins = Bins(x, most, 0)
    codes = bins.codes(x)
    counts = np.bincount(codes[0][codes[0] != 255])
    assert len(counts) == most
    assert np.ptp(counts) <= 2
    for f in range(3):
        edges = bins.thresholds[f, : bins.count[f] - 1]
        known = np.sort(x[~np.isnan(x[:, f]), f])
        quantiles = np.percentile(known, np.linspace(0, 100, most + 1)[1:-1], method="midpoint")
        few = len(np.unique(known)) <= most
        if few:
            np.testing.assert_array_equal(edges, (np.unique(known)[1:] + np.unique(known)[:-1]) / 2)
        elif f == 0:
            np.testing.assert_allclose(edges, quantiles, atol=0.01)
        np.testing.assert_array_equal(codes[f] == 255, np.isnan(x[:, f]))
        np.testing.assert_array_equal(
            codes[f][codes[f] != 255], np.searchsorted(edges, x[codes[f] != 255, f])
        )


def test_lists_of_rare_bins_hold_what_the_codes_hold() -> None:
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, (200, 20)) * (rng.random((200, 20)) < 0.3) + 0.0
    x[rng.random(x.shape) < 0.1] = np.nan
    table = Table.of(x, Bins(x, 255, 0))
    for block in range(len(table.first) - 1):
        features = range(table.first[block], table.first[block + 1])
        for row in range(200):
            places = [min(int(table.codes[f, row]), int(table.bins.count[f])) for f in features]
            rare = [
                table.offset[f] - table.offset[features[0]] + place
                for f, place in zip(features, places, strict=True)
                if place != table.common[f]
            ]
            listed = table.entries[table.begin[block, row] : table.begin[block, row + 1]]
            np.testing.assert_array_equal(listed, rare)


def test_a_stop_is_a_tree_with_residuals_before_and_after() -> None:
    x, y = noisy_sine(150, seed=4)
    learner = GradientBoostingRegressor(max_iter=12, record=True).fit(x, y)
    assert len(learner.trace_) == 12
    for n, stop in enumerate(learner.trace_):
        before, after = learner.trace_.at(n), learner.trace_.at(n + 1)
        np.testing.assert_allclose(stop.residuals_before[:, 0], y - before.predict(x), atol=1e-12)
        np.testing.assert_allclose(stop.residuals_after[:, 0], y - after.predict(x), atol=1e-12)
        assert stop.loss_after == pytest.approx(((y - after.predict(x)) ** 2).mean() / 2)
    np.testing.assert_array_equal(learner.trace_.at(0).predict(x), np.full(150, y.mean()))


def test_a_stop_of_three_classes_has_three_trees() -> None:
    x, y = gaussians(150, seed=4)
    learner = GradientBoostingClassifier(max_iter=4, record=True).fit(x, y)
    for n, stop in enumerate(learner.trace_, start=1):
        assert len(stop.trees) == 3
        left = np.eye(3)[y] - learner.trace_.at(n).predict_proba(x)
        np.testing.assert_allclose(stop.residuals_after, left, atol=1e-12)
