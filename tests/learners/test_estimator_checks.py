"""scikit-learn's own checks of an estimator, of every learner."""

from typing import Any

import pytest

from tuilab import learners
from tuilab.learners import Learner

estimator_checks = pytest.importorskip("sklearn.utils.estimator_checks")

LEARNERS: list[Learner] = [
    learners.DecisionTreeClassifier(),
    learners.DecisionTreeRegressor(),
    learners.RandomForestClassifier(n_estimators=5),
    learners.RandomForestRegressor(n_estimators=5),
    learners.GradientBoostingClassifier(max_iter=5, min_samples_leaf=5),
    learners.GradientBoostingRegressor(max_iter=5, min_samples_leaf=5),
    learners.LogisticRegression(),
    learners.Perceptron(),
    learners.KernelSVM(),
]

NOT_MEANT: dict[str, str] = {}
"""Checks that a learner is not meant to pass, and why."""


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: type(one).__name__)
@pytest.mark.filterwarnings("ignore")
def test_it_is_an_estimator_as_scikit_learn_means_it(learner: Any) -> None:
    results = estimator_checks.check_estimator(learner, on_skip=None, on_fail=None)
    failed = {
        one["check_name"]: repr(one["exception"])
        for one in results
        if one["status"] == "failed" and one["check_name"] not in NOT_MEANT
    }
    assert failed == {}
    assert sum(one["status"] == "passed" for one in results) > 30
