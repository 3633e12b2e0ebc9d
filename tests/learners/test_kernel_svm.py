"""Support vector machines draw scikit-learn's boundaries, and their margins are where they say."""

from typing import Any

import numpy as np
import pytest

from tuilab.data.points import POINTS, gaussians, mixed_table, moons
from tuilab.learners import ConvergenceWarning, KernelSVM

svm = pytest.importorskip("sklearn.svm")

FORMS: dict[str, dict[str, Any]] = {
    "linear": {"kernel": "linear"},
    "poly": {"kernel": "poly", "degree": 3, "coef0": 1.0},
    "rbf": {"kernel": "rbf"},
    "narrow rbf": {"kernel": "rbf", "gamma": 5.0, "C": 10.0},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", POINTS)
def test_its_decision_values_are_scikit_learns(name: str, form: str) -> None:
    x, y = POINTS[name](200, seed=2)
    options = {**FORMS[form], "tol": 1e-5, "decision_function_shape": "ovo"}
    ours, other = KernelSVM(**options).fit(x, y), svm.SVC(**options).fit(x, y)
    fresh, _ = POINTS[name](100, seed=9)
    np.testing.assert_allclose(ours.decision_function(fresh), other.decision_function(fresh), atol=1e-3)
    np.testing.assert_array_equal(ours.predict(fresh), other.predict(fresh))


@pytest.mark.parametrize("form", ["linear", "rbf"])
def test_its_decision_values_on_a_table_are_scikit_learns(form: str) -> None:
    x, y = mixed_table(400, seed=3)
    x = (x - x.mean(0)) / x.std(0)
    ours = KernelSVM(kernel=form, tol=1e-5).fit(x[:300], y[:300])
    other = svm.SVC(kernel=form, tol=1e-5).fit(x[:300], y[:300])
    np.testing.assert_allclose(ours.decision_function(x), other.decision_function(x), atol=1e-3)


def test_votes_and_values_of_three_classes_are_scikit_learns() -> None:
    x, y = gaussians(240, spread=1.2, seed=1)
    ours, other = KernelSVM(tol=1e-5).fit(x, y), svm.SVC(tol=1e-5).fit(x, y)
    np.testing.assert_allclose(ours.decision_function(x), other.decision_function(x), atol=1e-3)
    np.testing.assert_array_equal(ours.support_, np.sort(other.support_))


def test_samples_lie_where_their_multipliers_say() -> None:
    x, y = moons(200, noise=0.25, seed=3)
    learner = KernelSVM(C=2.0, tol=1e-6).fit(x, y)
    alpha = np.zeros(200)
    alpha[learner.support_] = np.abs(learner.dual_coef_[:, 0])
    inside = np.where(y == 1, 1, -1) * learner.decision_function(x)
    assert (inside[alpha == 0] >= 1 - 1e-4).all()
    assert (inside[alpha == 2.0] <= 1 + 1e-4).all()
    np.testing.assert_allclose(inside[(alpha > 0) & (alpha < 2.0)], 1, atol=1e-4)
    assert learner.dual_coef_.sum() == pytest.approx(0)
    np.testing.assert_array_equal(learner.support_vectors_, x[learner.support_])


def test_the_margin_of_two_points_is_their_distance() -> None:
    learner = KernelSVM(kernel="linear", C=100.0, tol=1e-9).fit([[0.0, 0.0], [3.0, 4.0]], [0, 1])
    # w lies along (3, 4), and w·(3, 4) = 2: w = (6, 8) / 25, b = -1, 2 / ‖w‖ = 5
    assert learner.margin_[0] == pytest.approx(5)
    np.testing.assert_allclose(learner.decision_function([[0, 0], [3, 4], [1.5, 2]]), [-1, 1, 0], atol=1e-9)


def test_rows_of_the_kernel_that_are_not_kept_are_reckoned_again() -> None:
    x, y = gaussians(600, spread=1.0, seed=2)
    values = [KernelSVM(cache_size=size).fit(x, y).decision_function(x) for size in (200, 0.02)]
    np.testing.assert_allclose(values[0], values[1], atol=2e-3)


def test_it_says_when_it_was_not_let_finish() -> None:
    x, y = moons()
    with pytest.warns(ConvergenceWarning, match="max_iter=3"):
        assert KernelSVM(max_iter=3).fit(x, y).n_iter_[0] == 3


@pytest.mark.parametrize("classes", [2, 3])
def test_a_stop_is_a_pair_of_multipliers_and_the_margin_after_it(classes: int) -> None:
    x, y = gaussians(90, classes=classes, spread=1.0, seed=6)
    learner = KernelSVM(kernel="linear", record=True).fit(x, y)
    stops = learner.trace_
    assert len(stops) == learner.n_iter_.sum()
    for n in (0, 1, len(stops) // 2):
        before, after, stop = stops.at(n), stops.at(n + 1), stops[n]
        assert {y[stop.i], y[stop.j]} <= set(stop.classes)
        moved = np.subtract(stop.after, stop.before)
        sign = np.where(y[[stop.i, stop.j]] == stop.classes[0], 1, -1)
        assert moved @ sign == pytest.approx(0)
        assert before.dual_coef_.sum() == pytest.approx(0, abs=1e-12)
        assert (before.margin_ != after.margin_).sum() == 1
    assert stops[0].gap >= stops[len(stops) // classes - 1].gap > 0
    assert np.isinf(stops.at(0).margin_).all()
    np.testing.assert_array_equal(stops.at(len(stops)).decision_function(x), learner.decision_function(x))
