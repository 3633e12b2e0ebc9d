"""The perceptron corrects its mistakes, one after the other."""

import numpy as np
import pytest

from tuilab.data.points import gaussians, moons
from tuilab.learners import Perceptron

linear_model = pytest.importorskip("sklearn.linear_model")


def test_corrections_worked_out_by_hand() -> None:
    x = np.array([[2.0, 1.0], [1.0, 3.0], [-1.0, 1.0]])
    y = np.array([1, 0, 1])
    learner = Perceptron(shuffle=False, tol=None, record=True).fit(x, y)
    # w = (0, 0), b = 0: the first scores 0, no side at all:      w = (2, 1),    b = 1
    # the second scores 2 + 3 + 1 = 6, and is of class 0:         w = (1, -2),   b = 0
    # the third scores -1 - 2 + 0 = -3, and is of class 1:        w = (0, -1),   b = 1
    # the first scores 0 - 1 + 1 = 0:                             w = (2, 0),    b = 2
    scores = [(stop.sample, stop.score) for stop in learner.trace_[:4]]
    assert scores == [(0, 0.0), (1, 6.0), (2, -3.0), (0, 0.0)]
    weights = [[*learner.trace_.at(n).coef_[0], *learner.trace_.at(n).intercept_] for n in range(5)]
    assert weights == [[0, 0, 0], [2, 1, 1], [1, -2, 0], [0, -1, 1], [2, 0, 2]]
    np.testing.assert_array_equal(learner.trace_[1].correction, [-1, -3, -1])
    assert learner.score(x, y) == 1


@pytest.mark.parametrize("classes", [2, 3])
def test_its_weights_are_scikit_learns(classes: int) -> None:
    x, y = gaussians(200, classes=classes, spread=1.0, seed=4)
    options = {"shuffle": False, "max_iter": 7, "tol": None, "eta0": 0.5}
    ours = Perceptron(**options).fit(x, y)
    other = linear_model.Perceptron(**options).fit(x, y)
    np.testing.assert_allclose(ours.coef_, other.coef_, rtol=1e-9)
    np.testing.assert_allclose(ours.intercept_, other.intercept_, rtol=1e-9)
    np.testing.assert_array_equal(ours.predict(x), other.predict(x))


def test_it_makes_no_more_mistakes_than_novikoff_allows() -> None:
    x, y = gaussians(300, classes=2, spread=0.4, seed=1)
    learner = Perceptron(tol=None, random_state=0, record=True).fit(x, y)
    assert learner.score(x, y) == 1
    samples = np.column_stack([x, np.ones(len(x))])
    plane = np.append(learner.coef_[0], learner.intercept_)
    margin = (np.where(y == 1, 1, -1) * (samples @ plane)).min() / np.linalg.norm(plane)
    assert len(learner.trace_) <= (np.linalg.norm(samples, axis=1).max() / margin) ** 2


def test_it_stops_where_passes_are_no_better() -> None:
    x, y = moons(300, noise=0.4, seed=1)
    learner = Perceptron(random_state=0).fit(x, y)
    assert learner.n_iter_ < 100
    assert learner.score(x, y) > 0.6


@pytest.mark.parametrize("classes", [2, 3])
def test_its_corrections_add_up_to_its_weights(classes: int) -> None:
    x, y = gaussians(150, classes=classes, spread=1.0, seed=2)
    learner = Perceptron(max_iter=5, tol=None, random_state=3, record=True).fit(x, y)
    for n in (0, 1, len(learner.trace_) // 2):
        then, stop = learner.trace_.at(n), learner.trace_[n]
        score = x[stop.sample] @ then.coef_[stop.output] + then.intercept_[stop.output]
        assert score == pytest.approx(stop.score)
        assert stop.sign * stop.score <= 0
    end = learner.trace_.at(len(learner.trace_))
    np.testing.assert_allclose(end.coef_, learner.coef_)
    np.testing.assert_allclose(end.intercept_, learner.intercept_)
