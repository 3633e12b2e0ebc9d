"""What comes in wrong is refused by the kind of error that scikit-learn raises; what is only odd works."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tuilab import learners
from tuilab.errors import TuilabError
from tuilab.learners import Classifier, InputError, Learner

linear_model = pytest.importorskip("sklearn.linear_model")

LEARNERS: list[Learner] = [
    learners.DecisionTreeClassifier(random_state=0),
    learners.DecisionTreeRegressor(random_state=0),
    learners.RandomForestClassifier(n_estimators=3, random_state=0),
    learners.RandomForestRegressor(n_estimators=3, random_state=0),
    learners.GradientBoostingClassifier(max_iter=3, min_samples_leaf=2, random_state=0),
    learners.GradientBoostingRegressor(max_iter=3, min_samples_leaf=2, random_state=0),
    learners.LogisticRegression(random_state=0),
    learners.Perceptron(random_state=0),
    learners.KernelSVM(),
]
EACH = pytest.mark.parametrize("learner", LEARNERS, ids=lambda one: type(one).__name__)

X = np.random.default_rng(0).normal(size=(30, 4))
Y = (X[:, 0] > 0).astype(int)


def with_entry(value: float) -> Any:
    x = X.copy()
    x[3, 2] = value
    return x


BAD: dict[str, tuple[Callable[[], tuple[Any, Any]], str]] = {
    "infinity": (lambda: (with_entry(np.inf), Y), "NaN or infinity"),
    "no samples": (lambda: (np.empty((0, 4)), []), "0 sample"),
    "no features": (lambda: (np.empty((30, 0)), Y), "0 feature"),
    "one axis": (lambda: (X[:, 0], Y), "Expected 2D array"),
    "three axes": (lambda: (X[None], Y), "Expected 2D array"),
    "strings": (lambda: ([*X.astype(str)[:, :2].tolist(), ["a", "b"]], [*Y, 0]), "could not convert string"),
    "complex numbers": (lambda: (X + 1j, Y), "Complex data not supported"),
    "too few targets": (lambda: (X, Y[:-1]), "inconsistent numbers of samples"),
    "two targets a sample": (lambda: (X, np.stack([Y, Y], 1)), "1d array"),
    "no targets": (lambda: (X, None), "requires y"),
}


@EACH
@pytest.mark.parametrize("name", BAD)
def test_it_refuses_as_scikit_learn_does(learner: Any, name: str) -> None:
    make, message = BAD[name]
    x, y = make()
    with pytest.raises(ValueError, match=r".") as theirs:
        linear_model.LogisticRegression().fit(x, y)
    with pytest.raises(InputError, match=message) as ours:
        learner.fit(x, y)
    assert issubclass(theirs.type, ValueError)
    assert isinstance(ours.value, ValueError)
    assert isinstance(ours.value, TuilabError)


@EACH
def test_gaps_are_refused_by_all_but_boosting(learner: Any) -> None:
    if learner.allow_nan:
        assert np.isfinite(learner.fit(with_entry(np.nan), Y).predict(with_entry(np.nan))).all()
        return
    with pytest.raises(ValueError, match="NaN"):
        learner.fit(with_entry(np.nan), Y)
    with pytest.raises(ValueError, match="NaN"):
        learner.fit(X, Y).predict(with_entry(np.nan))


@EACH
def test_gaps_in_targets_are_refused(learner: Any) -> None:
    with pytest.raises(ValueError, match="NaN"):
        learner.fit(X, np.where(Y == 1, np.nan, 0.0))


@EACH
def test_another_width_is_refused(learner: Any) -> None:
    learner.fit(X, Y)
    with pytest.raises(ValueError, match=r"X has 3 features, but .* is expecting 4"):
        learner.predict(X[:, :3])


@EACH
def test_a_learner_that_learned_nothing_says_so(learner: Any) -> None:
    exceptions = pytest.importorskip("sklearn.exceptions")
    with pytest.raises(exceptions.NotFittedError, match="not fitted yet"):
        type(learner)().predict(X)


@pytest.mark.parametrize(
    "learner",
    [one for one in LEARNERS if isinstance(one, Classifier)],
    ids=lambda one: type(one).__name__,
)
def test_a_classifier_needs_two_classes_and_no_numbers(learner: Any) -> None:
    with pytest.raises(ValueError, match="class"):
        learner.fit(X, np.zeros(30))
    with pytest.raises(ValueError, match="Unknown label type"):
        learner.fit(X, X[:, 0])
    named = np.where(Y == 1, "yes", "no")
    assert set(learner.fit(X, named).predict(X)) == {"yes", "no"}


@EACH
def test_constant_columns_and_more_features_than_rows_are_no_trouble(learner: Any) -> None:
    same = np.full((30, 3), 7.0)
    assert np.isfinite(learner.fit(same, Y).predict(same)).all()
    wide = np.random.default_rng(1).normal(size=(8, 50))
    assert learner.fit(wide, [0, 1] * 4).score(wide, [0, 1] * 4) >= 0.0
    one = learner.fit(np.c_[X, same[:, :1]], Y)
    assert one.score(np.c_[X, same[:, :1]], Y) > 0.4


@pytest.mark.parametrize(
    ("learner", "parameters"),
    [
        (learners.DecisionTreeClassifier, {"criterion": "squared_error"}),
        (learners.DecisionTreeClassifier, {"max_depth": 0}),
        (learners.DecisionTreeClassifier, {"max_features": 9}),
        (learners.RandomForestClassifier, {"n_estimators": 0}),
        (learners.RandomForestClassifier, {"max_samples": 1.5}),
        (learners.GradientBoostingClassifier, {"learning_rate": 0}),
        (learners.GradientBoostingClassifier, {"max_bins": 256}),
        (learners.GradientBoostingRegressor, {"max_leaf_nodes": 1}),
        (learners.LogisticRegression, {"C": -1.0}),
        (learners.LogisticRegression, {"solver": "newton"}),
        (learners.Perceptron, {"eta0": "fast"}),
        (learners.KernelSVM, {"kernel": "sigmoid"}),
        (learners.KernelSVM, {"gamma": -1.0}),
    ],
    ids=str,
)
def test_a_parameter_out_of_range_is_named(learner: Any, parameters: dict[str, Any]) -> None:
    (name,) = parameters
    with pytest.raises(ValueError, match=f"{name}=.*expected"):
        learner(**parameters).fit(X, Y)


@EACH
def test_parameters_are_got_and_set_by_name(learner: Any) -> None:
    other = type(learner)()
    assert other.set_params(**learner.get_params()) is other
    assert repr(other) == repr(learner)
    with pytest.raises(ValueError, match="Invalid parameter 'depth'"):
        other.set_params(depth=3)
