"""On MNIST's pixels the learners do as well as scikit-learn's."""

from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tests.learners.test_trees import agree
from tuilab import data
from tuilab.learners import (
    DecisionTreeClassifier,
    GradientBoostingClassifier,
    KernelSVM,
    LogisticRegression,
    Perceptron,
    RandomForestClassifier,
)

ensemble = pytest.importorskip("sklearn.ensemble")
linear_model = pytest.importorskip("sklearn.linear_model")
svm = pytest.importorskip("sklearn.svm")
tree = pytest.importorskip("sklearn.tree")
pytestmark = pytest.mark.skipif(data.path("mnist") is None, reason="MNIST is not on this machine")


@pytest.fixture(scope="module")
def pixels() -> Any:
    (x, y), (x_test, y_test) = data.load("mnist")
    return x.reshape(len(x), -1), y, x_test.reshape(len(x_test), -1), y_test


def test_a_tree_asks_what_scikit_learns_tree_asks(pixels: Any) -> None:
    x, y, _, _ = pixels
    ours = DecisionTreeClassifier().fit(x[:3000], y[:3000])
    other = tree.DecisionTreeClassifier(random_state=0).fit(x[:3000], y[:3000])
    assert agree(ours.tree_, other.tree_) > 100


def test_the_out_of_bag_score_of_a_forest_is_its_test_score(pixels: Any) -> None:
    x, y, x_test, y_test = pixels
    forest = RandomForestClassifier(n_estimators=150, oob_score=True, random_state=0).fit(x[:8000], y[:8000])
    assert forest.oob_score_ == pytest.approx(forest.score(x_test, y_test), abs=0.01)


def mean_scores(pixels: Any, ours: Any, theirs: Any, rows: int, **options: Any) -> tuple[float, float]:
    """Accuracies over ten seeds; a seed draws the rows."""
    x, y, x_test, y_test = pixels
    found: list[list[float]] = [[], []]
    for seed in range(10):
        drawn = np.random.default_rng(seed).choice(len(x), rows, replace=False)
        for scores, kind in zip(found, (ours, theirs), strict=True):
            with threadpool_limits(1):
                learner = kind(random_state=seed, **options).fit(x[drawn], y[drawn])
                scores.append(learner.score(x_test[:4000], y_test[:4000]))
    return float(np.mean(found[0])), float(np.mean(found[1]))


def test_forests_are_as_good_as_scikit_learns(pixels: Any) -> None:
    both = RandomForestClassifier, ensemble.RandomForestClassifier
    ours, other = mean_scores(pixels, *both, rows=3000, n_estimators=40)
    assert ours == pytest.approx(other, abs=0.005)


@pytest.mark.usefixtures("one_thread")
def test_boosting_is_as_good_as_scikit_learns(pixels: Any) -> None:
    both = GradientBoostingClassifier, ensemble.HistGradientBoostingClassifier
    options = {"max_iter": 4, "max_leaf_nodes": 8, "early_stopping": False, "learning_rate": 0.3}
    ours, other = mean_scores(pixels, *both, rows=1000, **options)
    assert ours == pytest.approx(other, abs=0.005)


def test_decision_values_are_scikit_learns(pixels: Any) -> None:
    x, y, x_test, _ = (one[:600] / np.float32(255) if one.ndim == 2 else one[:600] for one in pixels)
    options = {"tol": 1e-5, "decision_function_shape": "ovo"}
    ours, other = KernelSVM(**options).fit(x, y), svm.SVC(**options).fit(x, y)
    np.testing.assert_allclose(ours.decision_function(x_test), other.decision_function(x_test), atol=1e-3)
    np.testing.assert_array_equal(ours.predict(x_test), other.predict(x_test))


def test_coefficients_are_the_optimum(pixels: Any) -> None:
    x, y, _, _ = (one[:400] / 255.0 if one.ndim == 2 else one[:400] for one in pixels)
    ours = LogisticRegression(C=0.1, tol=1e-9, max_iter=2000).fit(x, y)
    other = linear_model.LogisticRegression(C=0.1, tol=1e-9, max_iter=2000).fit(x, y)
    np.testing.assert_allclose(ours.coef_, other.coef_, atol=1e-4)


def test_a_perceptron_reads_digits(pixels: Any) -> None:
    x, y, x_test, y_test = pixels
    learner = Perceptron(max_iter=10, random_state=0).fit(x[:3000] / 255, y[:3000])
    assert learner.score(x_test / 255, y_test) > 0.8
