"""What all learners have in common: scikit-learn's manners, without scikit-learn.

An estimator is a promise: `__init__` only keeps its parameters, `fit` answers the learner itself, and what
is learned ends in `_`. So `sklearn.base.clone`, pipelines and searches work with these learners.
"""

import importlib
import inspect
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from tuilab.learners import checks
from tuilab.learners.errors import InputError, not_fitted

Array = NDArray[Any]


class Learner:
    """Parameters by name, and checks of what comes in.

    Every learner takes `record`: whether `fit` leaves a `trace_` whose stops can be walked both ways.
    """

    kind: ClassVar[str] = ""
    allow_nan: ClassVar[bool] = False
    n_features_in_: int

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name; `deep` changes nothing, since no learner holds another."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **parameters: Any) -> Self:
        """Change parameters by name; what was learned stays until the next `fit`."""
        known = self._parameter_names()
        for name, value in parameters.items():
            if name not in known:
                raise InputError(
                    f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {known!r}."
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self).__init__).parameters
        changed = (
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        )
        return f"{type(self).__name__}({', '.join(changed)})"

    def _begin(self, X: Any) -> Array:
        x = checks.features(X, allow_nan=self.allow_nan)
        self.n_features_in_ = x.shape[1]
        return x

    def _incoming(self, X: Any) -> Array:
        """Samples to predict for."""
        name = type(self).__name__
        if not hasattr(self, "n_features_in_"):
            raise not_fitted(name)
        x = checks.features(X, allow_nan=self.allow_nan)
        if x.shape[1] != self.n_features_in_:
            raise InputError(
                f"X has {x.shape[1]} features, but {name} is expecting {self.n_features_in_} features "
                "as input."
            )
        return x

    def predict(self, X: Any) -> Array:
        """What is expected for each sample, of shape (samples,)."""
        raise NotImplementedError

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator; nobody else calls it, so nobody else needs scikit-learn."""
        tags = importlib.import_module("sklearn.utils")
        return tags.Tags(
            estimator_type=self.kind,
            target_tags=tags.TargetTags(required=True),
            classifier_tags=tags.ClassifierTags() if self.kind == "classifier" else None,
            regressor_tags=tags.RegressorTags() if self.kind == "regressor" else None,
            input_tags=tags.InputTags(allow_nan=self.allow_nan),
        )


class Classifier(Learner):
    """A learner that tells classes apart."""

    kind = "classifier"
    classes_: Array

    def _begin_classes(self, X: Any, y: Any) -> tuple[Array, NDArray[np.int64]]:
        x = self._begin(X)
        self.classes_, numbers = checks.labels(y, len(x), type(self).__name__)
        return x, numbers

    def score(self, X: Any, y: Any) -> float:
        """The share of samples whose class is predicted."""
        predicted = self.predict(X)
        return float(np.mean(predicted == checks.targets(y, len(predicted), type(self).__name__)))


class ShareClassifier(Classifier):
    """A classifier that knows classes by their shares, as trees do."""

    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """The shares of the classes: (samples, classes)."""
        raise NotImplementedError

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """The shares of the classes: (samples, classes), or by how much that of the second exceeds that of
        the first: (samples,)."""
        shares = self.predict_proba(X)
        return shares[:, 1] - shares[:, 0] if shares.shape[1] == 2 else shares

    def predict(self, X: Any) -> Array:
        """The class of the largest share; of several, the first."""
        best = self.predict_proba(X).argmax(1)
        predicted: Array = self.classes_[best]
        return predicted


class Regressor(Learner):
    """A learner that predicts a number."""

    kind = "regressor"

    def _begin_numbers(self, X: Any, y: Any) -> tuple[Array, NDArray[np.float64]]:
        x = self._begin(X)
        return x, checks.numbers(y, len(x), type(self).__name__)

    def score(self, X: Any, y: Any) -> float:
        """R² = 1 - Σ(y - ŷ)² / Σ(y - ȳ)²: 1 is perfect, 0 no better than the mean."""
        predicted = self.predict(X)
        wanted = checks.numbers(y, len(predicted), type(self).__name__)
        rest, spread = ((wanted - predicted) ** 2).sum(), ((wanted - wanted.mean()) ** 2).sum()
        if spread == 0:
            return 1.0 if rest == 0 else 0.0
        return float(1 - rest / spread)
