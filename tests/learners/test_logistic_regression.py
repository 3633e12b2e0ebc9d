"""Logistic regression finds the one optimum that there is."""

from typing import Any

import numpy as np
import pytest
from scipy.optimize import check_grad, minimize

from tuilab.data.points import POINTS, gaussians, mixed_table, moons
from tuilab.learners import ConvergenceWarning, LogisticRegression
from tuilab.learners.logistic_regression import _Objective

linear_model = pytest.importorskip("sklearn.linear_model")


def table() -> tuple[Any, Any]:
    x, y = mixed_table(600, seed=1)
    return (x - x.mean(0)) / x.std(0), y


SETS = {**{name: lambda name=name: POINTS[name](300, seed=1) for name in POINTS}, "table": table}


def objective(x: Any, y: Any, C: float = 1.0) -> Any:
    """Σ -log p(y) + ‖W‖² / 2C, written as it stands in a textbook; the gradient is left to differences."""

    def value(point: Any) -> float:
        if y.max() == 1:
            z = x @ point[:-1] + point[-1]
            return float(np.logaddexp(0, np.where(y == 1, -z, z)).sum() + (point[:-1] ** 2).sum() / (2 * C))
        both = point.reshape(y.max() + 1, -1)
        z = x @ both[:, :-1].T + both[:, -1]
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        return float(-np.log(p[np.arange(len(y)), y]).sum() + (both[:, :-1] ** 2).sum() / (2 * C))

    return value


@pytest.mark.parametrize("name", SETS)
def test_its_coefficients_are_the_optimum(name: str) -> None:
    x, y = SETS[name]()
    ours = LogisticRegression(tol=1e-8, max_iter=1000).fit(x, y)
    other = linear_model.LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000).fit(x, y)
    np.testing.assert_allclose(ours.coef_, other.coef_, atol=1e-4)
    np.testing.assert_allclose(ours.predict_proba(x), other.predict_proba(x), atol=1e-4)
    np.testing.assert_array_equal(ours.predict(x), other.predict(x))


def test_no_direction_leads_further_down() -> None:
    x, y = gaussians(90, seed=2)
    ours = LogisticRegression(C=0.5, tol=1e-8, max_iter=1000).fit(x, y)
    value = objective(x, y, C=0.5)
    found = np.column_stack([ours.coef_, ours.intercept_]).ravel()
    better = minimize(value, found, method="BFGS").x
    assert value(found) <= value(better) + 1e-9
    assert ours.loss_ * len(x) == pytest.approx(value(found))


@pytest.mark.parametrize("classes", [2, 3])
def test_its_gradient_is_the_slope_of_its_loss(classes: int) -> None:
    x, y = gaussians(700, classes=classes, seed=3)
    loss = _Objective(x, y, 1 if classes == 2 else classes, 0.3, True)
    point = np.random.default_rng(0).normal(size=3 if classes == 2 else 9)
    assert check_grad(lambda p: loss(p)[0], lambda p: loss(p)[1], point) < 1e-6


@pytest.mark.parametrize("name", ["moons", "gaussians", "table"])
@pytest.mark.usefixtures("one_thread")
def test_small_steps_end_near_the_optimum(name: str) -> None:
    x, y = SETS[name]()
    with pytest.warns(ConvergenceWarning, match="sgd stopped after max_iter=80"):
        ours = LogisticRegression(solver="sgd", max_iter=80, tol=1e-9, random_state=0).fit(x, y)
    best = LogisticRegression(tol=1e-8, max_iter=1000).fit(x, y)
    assert best.loss_ <= ours.loss_ < best.loss_ + 1e-3
    np.testing.assert_allclose(ours.coef_, best.coef_, atol=0.2)


def test_a_price_on_weights_makes_them_small() -> None:
    x, y = moons()
    sizes = [np.abs(LogisticRegression(C=C).fit(x, y).coef_).sum() for C in (1e-3, 1.0, 1e3)]
    assert sizes == sorted(sizes)


def test_without_an_intercept_the_plane_goes_through_the_origin() -> None:
    x, y = gaussians(200, classes=2, seed=5)
    ours = LogisticRegression(fit_intercept=False, tol=1e-8).fit(x, y)
    other = linear_model.LogisticRegression(fit_intercept=False, tol=1e-8).fit(x, y)
    assert ours.decision_function(np.zeros((1, 2)))[0] == 0
    np.testing.assert_allclose(ours.coef_, other.coef_, atol=1e-4)


@pytest.mark.parametrize("solver", ["lbfgs", "sgd"])
@pytest.mark.filterwarnings("ignore::tuilab.learners.ConvergenceWarning")
def test_a_stop_is_a_gradient_step(solver: str) -> None:
    x, y = moons(200, seed=1)
    learner = LogisticRegression(solver=solver, max_iter=20, random_state=1, record=True).fit(x, y)
    assert len(learner.trace_) == learner.n_iter_
    for n, stop in enumerate(learner.trace_, start=1):
        then = learner.trace_.at(n)
        np.testing.assert_array_equal(then.coef_, stop.coef)
        point = np.append(stop.coef, stop.intercept)
        assert stop.loss * len(x) == pytest.approx(objective(x, y)(point))
    losses = [stop.loss for stop in learner.trace_]
    assert losses[-1] < losses[0] < np.log(2)
    if solver == "lbfgs":
        assert losses == sorted(losses, reverse=True)
        assert learner.trace_[-1].gradient <= learner.tol
    np.testing.assert_array_equal(learner.trace_.at(0).predict_proba(x), np.full((200, 2), 0.5))
    np.testing.assert_array_equal(learner.trace_.at(len(losses)).predict_proba(x), learner.predict_proba(x))


def test_bytes_and_floats_of_the_same_numbers_teach_the_same() -> None:
    x, y = gaussians(300, seed=1)
    pixels = np.clip(x * 30 + 128, 0, 255).astype(np.uint8)
    ours = LogisticRegression(max_iter=2000).fit(pixels, y)
    floats = LogisticRegression(max_iter=2000).fit(pixels.astype(np.float32), y)
    np.testing.assert_array_equal(ours.coef_, floats.coef_)
    np.testing.assert_array_equal(ours.predict_proba(pixels), floats.predict_proba(pixels.astype(np.float32)))
