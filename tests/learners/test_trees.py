"""Trees ask the questions that scikit-learn's trees ask."""

from typing import Any

import numpy as np
import pytest

from tuilab.data.points import POINTS, checkerboard, gaussians, mixed_table, noisy_sine
from tuilab.kernels import jit
from tuilab.learners import DecisionTreeClassifier, DecisionTreeRegressor
from tuilab.learners.tree_structure import Tree

theirs = pytest.importorskip("sklearn.tree")


def agree(ours: Tree, other: Any) -> int:
    """How many splits are the same, walking both trees from the root. Where they differ, both gain the same:
    a tie, below which there is nothing to compare."""
    same, nodes = 0, [(0, 0)]
    while nodes:
        a, b = nodes.pop()
        assert ours.n_node_samples[a] == other.n_node_samples[b]
        assert (ours.children_left[a] < 0) == (other.children_left[b] < 0)
        if ours.children_left[a] < 0:
            np.testing.assert_allclose(ours.value[a], other.value[b].ravel(), rtol=1e-12)
            continue
        if (ours.feature[a], ours.threshold[a]) != (other.feature[b], other.threshold[b]):
            assert _after(ours, a) == pytest.approx(_after(other, b), abs=1e-9)
            continue
        same += 1
        nodes += [
            (int(ours.children_left[a]), int(other.children_left[b])),
            (int(ours.children_right[a]), int(other.children_right[b])),
        ]
    return same


def _after(tree: Any, node: int) -> float:
    children = (tree.children_left[node], tree.children_right[node])
    return float(sum(tree.weighted_n_node_samples[one] * tree.impurity[one] for one in children))


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
@pytest.mark.parametrize("name", POINTS)
def test_splits_of_points_are_scikit_learns(name: str, criterion: str) -> None:
    x, y = POINTS[name](700, seed=2)
    ours = DecisionTreeClassifier(criterion=criterion).fit(x, y)
    other = theirs.DecisionTreeClassifier(criterion=criterion, random_state=0).fit(x, y)
    assert agree(ours.tree_, other.tree_) > 0.5 * (ours.tree_.node_count - ours.tree_.n_leaves)
    assert ours.score(x, y) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"max_depth": 3},
        {"min_samples_leaf": 9},
        {"min_samples_split": 50, "criterion": "entropy"},
        {"min_impurity_decrease": 0.003},
        {"ccp_alpha": 0.004},
    ],
    ids=str,
)
def test_splits_of_a_table_are_scikit_learns(options: dict[str, Any]) -> None:
    x, y = mixed_table(2000, seed=1)
    ours = DecisionTreeClassifier(**options).fit(x, y)
    other = theirs.DecisionTreeClassifier(random_state=0, **options).fit(x, y)
    assert agree(ours.tree_, other.tree_) >= 5
    np.testing.assert_allclose(ours.feature_importances_, other.feature_importances_, atol=0.02)


def test_columns_of_bytes_are_split_the_same_however_they_are_kept() -> None:
    x = np.random.default_rng(0).integers(0, 256, (1500, 5)).astype(np.uint8)
    y = (x[:, 0].astype(int) + x[:, 1] > 250).astype(int) + (x[:, 2] > 100)
    ours = DecisionTreeClassifier().fit(x, y)
    assert agree(ours.tree_, theirs.DecisionTreeClassifier(random_state=0).fit(x, y).tree_) > 20
    shifted = DecisionTreeClassifier().fit(x.astype(np.float64) + 0.25, y)
    np.testing.assert_array_equal(shifted.tree_.feature, ours.tree_.feature)
    inner = ours.tree_.feature >= 0
    np.testing.assert_array_equal(shifted.tree_.threshold[inner], ours.tree_.threshold[inner] + 0.25)


@pytest.mark.parametrize(
    "options", [{}, {"max_depth": 4}, {"min_samples_leaf": 20}, {"ccp_alpha": 0.002}], ids=str
)
def test_a_regression_is_scikit_learns(options: dict[str, Any]) -> None:
    x, y = noisy_sine(800, seed=3)
    ours = DecisionTreeRegressor(**options).fit(x, y)
    other = theirs.DecisionTreeRegressor(**options).fit(x, y)
    agree(ours.tree_, other.tree_)
    np.testing.assert_allclose(ours.predict(x), other.predict(x), rtol=1e-12)


def test_the_pruning_path_is_scikit_learns() -> None:
    x, y = gaussians(400, spread=1.2, seed=4)
    alphas, impurities = DecisionTreeClassifier().cost_complexity_pruning_path(x, y)
    path = theirs.DecisionTreeClassifier(random_state=0).cost_complexity_pruning_path(x, y)
    np.testing.assert_allclose(alphas[-5:], path.ccp_alphas[-5:], rtol=1e-9)
    np.testing.assert_allclose(impurities[-5:], path.impurities[-5:], rtol=1e-9)


def test_drawn_features_follow_the_seed_and_not_the_threads() -> None:
    x, y = mixed_table(1500, seed=6)
    before = jit.threads()
    grown = []
    for threads, seed in ((1, 5), (2, 5), (1, 6)):
        jit.set_threads(min(threads, before))
        grown.append(DecisionTreeClassifier(max_features=2, random_state=seed).fit(x, y).tree_)
    jit.set_threads(before)
    np.testing.assert_array_equal(grown[0].threshold, grown[1].threshold)
    assert not np.array_equal(grown[0].threshold, grown[2].threshold)


def test_a_stop_is_a_split_with_the_table_it_was_chosen_from() -> None:
    x, y = checkerboard(400, 4, seed=1)
    tree = DecisionTreeClassifier(max_depth=5, record=True).fit(x, y)
    for stop in tree.trace_:
        gains = [one.gain for one in stop.candidates]
        assert stop.chosen == stop.candidates[0]
        assert gains == sorted(gains, reverse=True)
    assert {one.feature for one in tree.trace_[0].candidates} == {0, 1}
    other = theirs.DecisionTreeClassifier(max_depth=1, max_features=1, random_state=0)
    for one in tree.trace_[0].candidates:
        stump = other.fit(x[:, [one.feature]], y).tree_
        assert one.threshold == stump.threshold[0]
        assert one.gain == pytest.approx(stump.impurity[0] - _after(stump, 0) / len(y))


def test_a_tree_can_be_walked_back_to_its_root() -> None:
    x, y = gaussians(300, seed=1)
    tree = DecisionTreeClassifier(record=True).fit(x, y)
    leaves = [tree.trace_.at(stop).get_n_leaves() for stop in range(len(tree.trace_) + 1)]
    assert leaves == list(range(1, len(leaves) + 1))
    np.testing.assert_array_equal(tree.trace_.at(len(tree.trace_)).predict(x), tree.predict(x))
    np.testing.assert_allclose(tree.trace_.at(0).predict_proba(x[:1])[0], np.bincount(y) / len(y))
