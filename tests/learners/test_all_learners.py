"""What holds for every learner: the same bits on any number of threads, and a trace to walk both ways."""

from typing import Any

import numpy as np
import pytest

from tuilab import learners
from tuilab.data.points import gaussians, mixed_table, moons
from tuilab.kernels import jit
from tuilab.learners import Classifier, InputError, Learner, decision_map

LEARNERS: list[Learner] = [
    learners.DecisionTreeClassifier(max_features=1, random_state=3),
    learners.DecisionTreeRegressor(),
    learners.RandomForestClassifier(n_estimators=7, random_state=3),
    learners.RandomForestRegressor(n_estimators=7, random_state=3),
    learners.GradientBoostingClassifier(max_iter=6, subsample=0.8, random_state=3),
    learners.GradientBoostingRegressor(max_iter=6),
    learners.LogisticRegression(),
    learners.LogisticRegression(solver="sgd", max_iter=5, random_state=3),
    learners.Perceptron(max_iter=20, random_state=3),
    learners.KernelSVM(kernel="linear", max_iter=2000),
    learners.KernelSVM(kernel="poly", coef0=1.0),
    learners.KernelSVM(kernel="rbf"),
    learners.KernelSVM(kernel="rbf", cache_size=0.01),
]
EACH = pytest.mark.parametrize("learner", LEARNERS, ids=str)
pytestmark = pytest.mark.filterwarnings("ignore::tuilab.learners.ConvergenceWarning")


def answers(learner: Any, x: Any) -> Any:
    for ask in ("decision_function", "predict_proba"):
        if hasattr(learner, ask):
            return getattr(learner, ask)(x)
    return learner.predict(x)


@EACH
@pytest.mark.parametrize("kind", ["float64", "float32", "uint8"])
def test_the_same_bits_on_one_thread_and_on_two(learner: Any, kind: str) -> None:
    x, y = mixed_table(500, seed=1)
    x = ((x - x.min(0)) / np.ptp(x, 0) * 255).astype(kind)
    before = jit.threads()
    found = []
    for threads in (1, 2):
        jit.set_threads(min(threads, before))
        found.append(answers(learner.fit(x, y + (x[:, 1] > 60)), x))
    jit.set_threads(before)
    np.testing.assert_array_equal(found[0], found[1])


@EACH
def test_a_decision_map_at_every_stop_forwards_and_back(learner: Any) -> None:
    x, y = moons(60, noise=0.1, seed=1)
    fitted: Any = type(learner)(**{**learner.get_params(), "record": True}).fit(x, y)
    stops = sorted({*np.linspace(0, len(fitted.trace_), 8).astype(int)})
    bounds = (-1.5, 2.5, -1.0, 1.5)
    forwards = [decision_map(fitted.trace_.at(n), bounds, (12, 8)) for n in stops]
    back = [decision_map(fitted.trace_.at(n), bounds, (12, 8)) for n in reversed(stops)]
    for one, other in zip(forwards, reversed(back), strict=True):
        np.testing.assert_array_equal(one.answer, other.answer)
        assert np.isfinite(one.answer).all()
    np.testing.assert_array_equal(forwards[-1].answer, decision_map(fitted, bounds, (12, 8)).answer)
    assert not np.array_equal(forwards[0].answer, forwards[-1].answer)
    plain = type(learner)(**learner.get_params()).fit(x, y)
    assert not hasattr(plain, "trace_")
    np.testing.assert_array_equal(plain.predict(x), fitted.predict(x))
    for beyond in (-1, len(fitted.trace_) + 1):
        with pytest.raises(IndexError, match="expected 0 to"):
            fitted.trace_.at(beyond)


@EACH
def test_its_sides_are_what_it_predicts(learner: Any) -> None:
    if not isinstance(learner, Classifier):
        return
    for classes in (2, 3):
        x, y = gaussians(120, classes=classes, spread=1.0, seed=2)
        fitted: Any = learner.fit(x, y)
        side = fitted.decision_function(x)
        best = (side > 0).astype(int) if classes == 2 else side.argmax(1)
        assert side.shape == ((120,) if classes == 2 else (120, 3))
        np.testing.assert_array_equal(fitted.classes_[best], fitted.predict(x))
        if hasattr(fitted, "predict_proba"):
            np.testing.assert_allclose(fitted.predict_proba(x).sum(1), 1)
            np.testing.assert_array_equal(fitted.predict_proba(x).argmax(1), best)


def test_a_map_has_its_rows_from_top_to_bottom() -> None:
    tree = learners.DecisionTreeClassifier().fit([[0.0, -1.0], [0.0, 1.0]], ["low", "high"])
    shown = decision_map(tree, (-1, 1, -1, 1), (2, 4))
    np.testing.assert_array_equal(shown.y, [0.75, 0.25, -0.25, -0.75])
    np.testing.assert_array_equal(shown.x, [-0.5, 0.5])
    np.testing.assert_array_equal(shown.answer, [[0, 0], [0, 0], [1, 1], [1, 1]])  # "high" is class 0
    assert shown.margin is not None
    np.testing.assert_array_equal(shown.margin, np.ones((4, 2)))


def test_a_map_of_three_features_is_refused() -> None:
    tree = learners.DecisionTreeClassifier().fit(np.eye(3), [0, 1, 1])
    with pytest.raises(InputError, match="2 features"):
        decision_map(tree, (0, 1, 0, 1))
    flat = learners.DecisionTreeClassifier().fit(np.eye(2), [0, 1])
    with pytest.raises(InputError, match="left < right"):
        decision_map(flat, (1, 0, 0, 1))
