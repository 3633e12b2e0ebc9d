"""Forests do as well as scikit-learn's, and say how well on samples that their trees have not seen."""

import numpy as np
import pytest

from tuilab.data.points import POINTS, gaussians, mixed_table, noisy_sine
from tuilab.kernels import jit
from tuilab.learners import InputError, RandomForestClassifier, RandomForestRegressor

theirs = pytest.importorskip("sklearn.ensemble")


def test_accuracy_on_a_table_is_scikit_learns_over_ten_seeds() -> None:
    x, y = mixed_table(3000, seed=1)
    ours, other = [], []
    for seed in range(10):
        for scores, kind in ((ours, RandomForestClassifier), (other, theirs.RandomForestClassifier)):
            forest = kind(n_estimators=30, max_depth=8, random_state=seed).fit(x[:1000], y[:1000])
            scores.append(forest.score(x[1000:], y[1000:]))
    assert np.mean(ours) == pytest.approx(np.mean(other), abs=0.005)


@pytest.mark.parametrize("name", POINTS)
def test_accuracy_on_points_is_scikit_learns(name: str) -> None:
    x, y = POINTS[name](2000, seed=3)
    ours, other = [], []
    for seed in range(10):
        for scores, kind in ((ours, RandomForestClassifier), (other, theirs.RandomForestClassifier)):
            forest = kind(n_estimators=60, random_state=seed).fit(x[:500], y[:500])
            scores.append(forest.score(x[500:], y[500:]))
    assert np.mean(ours) == pytest.approx(np.mean(other), abs=0.005)


def test_the_out_of_bag_score_foretells_the_test_score() -> None:
    x, y = gaussians(6000, spread=1.3, seed=2)
    forest = RandomForestClassifier(oob_score=True, random_state=0).fit(x[:3000], y[:3000])
    assert forest.oob_score_ == pytest.approx(forest.score(x[3000:], y[3000:]), abs=0.02)
    assert forest.oob_decision_function_.shape == (3000, 3)


def test_a_regression_is_as_good_as_scikit_learns() -> None:
    x, y = noisy_sine(1500, seed=5)
    ours = RandomForestRegressor(n_estimators=40, random_state=1).fit(x[:500], y[:500])
    other = theirs.RandomForestRegressor(n_estimators=40, random_state=1).fit(x[:500], y[:500])
    assert ours.score(x[500:], y[500:]) == pytest.approx(other.score(x[500:], y[500:]), abs=0.01)


def test_the_same_forest_on_one_thread_and_on_all() -> None:
    x, y = mixed_table(800, seed=2)
    before = jit.threads()
    jit.set_threads(1)
    one = RandomForestClassifier(n_estimators=12, random_state=3).fit(x, y).predict_proba(x)
    jit.set_threads(before)
    np.testing.assert_array_equal(
        one, RandomForestClassifier(n_estimators=12, random_state=3).fit(x, y).predict_proba(x)
    )


def test_a_stop_is_a_tree_and_what_it_did_for_the_score() -> None:
    x, y = gaussians(400, spread=1.2, seed=7)
    forest = RandomForestClassifier(n_estimators=15, oob_score=True, record=True, random_state=1).fit(x, y)
    assert len(forest.trace_) == 15
    assert forest.trace_[14].after == forest.oob_score_
    assert [stop.before for stop in forest.trace_[1:]] == [stop.after for stop in forest.trace_[:-1]]
    grown = RandomForestClassifier(n_estimators=6, random_state=1).fit(x, y)
    np.testing.assert_array_equal(forest.trace_.at(6).predict_proba(x), grown.predict_proba(x))


def test_an_out_of_bag_score_without_bags_is_refused() -> None:
    x, y = gaussians(50)
    with pytest.raises(InputError, match="bootstrap=True"):
        RandomForestClassifier(bootstrap=False, oob_score=True).fit(x, y)
